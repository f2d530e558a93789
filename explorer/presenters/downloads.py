"""Weights that arrive, from their publisher or from a folder, and the catalog that lists them."""

from __future__ import annotations

from collections.abc import Callable

from explorer.core import units
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure, Progress
from explorer.core.messages.weights import (
    CancelFetchRequest,
    CatalogRequest,
    CatalogResult,
    FetchWeightsRequest,
    ImportWeightsRequest,
    NetInfo,
)
from explorer.core.text import Translator
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.explore.presenter import ExplorePresenter
from explorer.presenters.frame import sentence
from explorer.presenters.ports import Banner


class Downloads:
    """Fetches and imports weights and says how far it is; those of the network on screen are used at once."""

    def __init__(self, submit: Submit, show_banner: Callable[[Banner | None], None], tr: Translator) -> None:
        self._submit = submit
        self._show_banner = show_banner
        self._tr = tr
        self._fetching = ""
        self.nets: tuple[NetInfo, ...] = ()
        self.explore: ExplorePresenter

    @property
    def running(self) -> bool:
        """Whether something is being fetched."""
        return bool(self._fetching)

    def list_nets(self) -> None:
        """Ask the engine which networks there are, and which weights of theirs are here."""
        self._submit(CatalogRequest(), self._on_catalog)

    def fetch(self, name: str) -> None:
        """Get published weights, such as ``vgg16-imagenet1k_v1``."""
        self._fetching = name
        self._submit(FetchWeightsRequest(name), self._on_reply)

    def take_folder(self, path: str) -> None:
        """Take over the weights of the catalog that lie in a folder."""
        self._submit(ImportWeightsRequest(path), self._on_reply)

    def cancel(self) -> None:
        """Stop fetching; what has come is kept for the next attempt."""
        self._submit(CancelFetchRequest(), lambda reply: None)

    def _on_catalog(self, reply: AnyReply) -> None:
        if isinstance(reply, CatalogResult):
            self.nets = reply.nets

    def _on_reply(self, reply: AnyReply) -> None:
        if isinstance(reply, Progress):
            self._show_progress(reply)
            return
        fetched, self._fetching = self._fetching, ""
        if isinstance(reply, CatalogResult):
            self.nets = reply.nets
            if fetched:
                self._show_banner(sentence(self._tr, "good", "fetched", name=fetched))
            else:
                self._show_banner(sentence(self._tr, "good", "imported", names=", ".join(reply.arrived)))
            self._use(reply.arrived)
        elif isinstance(reply, Failure):
            self._show_banner(Banner("error", *self._tr.error(reply.kind, reply.details)))
        elif isinstance(reply, Dropped):
            self._show_banner(None)

    def _show_progress(self, progress: Progress) -> None:
        total = units.megabytes(progress.total) if progress.total else "?"
        text = self._tr("banner.fetching", name=progress.what, done=units.megabytes(progress.done), total=total)
        fraction = progress.done / progress.total if progress.total else -1.0
        self._show_banner(Banner("progress", text, "", fraction, self._tr("banner.cancel")))

    def _use(self, arrived: tuple[str, ...]) -> None:
        net = self.explore.scene.net
        for name in arrived:
            weights = name.removeprefix(f"{net}-")
            known = next((info for info in self.nets if info.name == net), None)
            if known is not None and weights != name and any(info.name == weights for info in known.weights):
                self.explore.patch(weights=weights, size=0)
                return
