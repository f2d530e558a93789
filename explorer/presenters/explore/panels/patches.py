"""The strongest patches: which places of which pictures a channel answers to most."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal, Protocol

import msgspec
import numpy as np

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure, Progress
from explorer.core.messages.explore import ChannelRequest, ChannelResult
from explorer.core.messages.study import Patch, PatchesPart, PatchesRequest, PatchesResult
from explorer.core.messages.where import StopRequest
from explorer.core.resources import resource
from explorer.core.units import significant
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.presenters.explore.panels.shows import MapShow, plain_map
from explorer.presenters.explore.walk import branch_of_channel

COUNT = 9


class PatchShow(msgspec.Struct, frozen=True):
    """One patch: its pixels (h, w, 3) uint8, the channel's value there, and the picture; a click tells ``path``."""

    pixels: np.ndarray
    value: str
    picture: str
    path: str
    hint: str


class PatchesShow(msgspec.Struct, frozen=True):
    """The patches found so far.

    Attributes
    ----------
    fraction : float or None
        0 … 1 while the folder is being read.
    state : str
        What the button does: ``cancel`` the reading, ``resume`` it, or nothing.
    """

    title: str
    folder: str
    patches: tuple[PatchShow, ...]
    fraction: float | None
    state: Literal["", "cancel", "resume"]
    sentence: str
    tone: str = ""
    colour: str = ""


class PatchesPort(Protocol):
    """The view of the patches."""

    def show_patches(self, show: PatchesShow) -> None: ...
    def show_map(self, show: MapShow) -> None:
        """Show the channel's map of the picture on screen."""


class PatchesPresenter(PanelPresenter):
    """Has a folder searched for a channel; the program's own pictures until somebody chooses another.

    A folder is only taken into the scene when the engine has found pictures in it.
    """

    def __init__(self, services: Services, view: PatchesPort) -> None:
        super().__init__(services)
        self._view = view
        self._map = Kept(services, ChannelResult, self._on_channel)
        self._candidate = ""
        self._asked_for: PatchesRequest | None = None
        self._running = False
        self._patches: tuple[Patch, ...] = ()
        self._done = self._total = self._unreadable = 0

    @property
    def waiting(self) -> bool:
        return super().waiting or self._running or self._map.waiting

    @property
    def folder(self) -> str:
        return self._candidate or self.situation.lens.folder or str(resource("images"))

    def refresh(self) -> None:
        situation = self.situation
        trace, state = situation.trace.trace, situation.state
        self._map.want(ChannelRequest(trace, state.layer.name, state.channel))
        request = PatchesRequest(trace, state.layer.name, state.channel, self.folder, COUNT)
        if request != self._asked_for:
            self._begin(request)
        self._show()

    def retire(self) -> None:
        self._stop()
        self._map.forget()
        self._asked_for, self._candidate = None, ""
        super().retire()

    def _on_channel(self, result: ChannelResult) -> None:
        title = self.tr("patches.here", value=significant(result.statistics.max))
        self._view.show_map(plain_map(result.values, self.situation.scene.colour_map, title))

    # The search

    def _begin(self, request: PatchesRequest) -> None:
        self._asked_for, self._running = request, True
        self._patches = ()
        self._done = self._total = self._unreadable = 0
        self.services.submit(request, lambda reply: self._on_reply(request, reply))

    def _on_reply(self, request: PatchesRequest, reply: AnyReply) -> None:
        if request != self._asked_for or not self.shown or not self._running:
            return
        if isinstance(reply, Progress):
            self._done, self._total = reply.done, reply.total
        elif isinstance(reply, PatchesPart):
            self._patches, self._done, self._total = reply.patches, reply.done, reply.total
        elif isinstance(reply, PatchesResult):
            self._patches, self._done, self._total = reply.patches, reply.total, reply.total
            self._unreadable = reply.unreadable
            self._running = False
        else:
            self._running = False
            if isinstance(reply, Failure):
                self._refuse(reply)
                return
        if self._candidate and self._candidate == request.folder:
            self._candidate = ""
            self.services.turn(folder=request.folder)
            return
        self._show()

    def _refuse(self, failure: Failure) -> None:
        """Say why; a folder that was only tried is forgotten, and the scene's own is shown again."""
        self.services.fail(failure)
        if self._candidate:
            self._candidate = ""
            self.refresh()
        else:
            self._show()

    def _stop(self) -> None:
        if self._running:
            self._running = False
            self.services.submit(StopRequest("patches"), lambda _: None)

    # What the person does

    def choose_folder(self) -> None:
        self.services.ask_folder(self._try_folder)

    def _try_folder(self, folder: str) -> None:
        if self.shown and folder != self.folder:
            self._candidate = folder
            self.refresh()

    def toggle(self) -> None:
        """Give the reading up, or go on with it; what was read is not read again."""
        if self._running:
            self._stop()
            self._show()
        elif self._asked_for is not None:
            patches, done, total = self._patches, self._done, self._total
            self._begin(self._asked_for)
            self._patches, self._done, self._total = patches, done, total
            self._show()

    def open_picture(self, path: str) -> None:
        """Put the picture that a patch is from on screen."""
        self.services.open_picture(path)

    def step(self, by: int) -> None:
        """Go to a neighbouring channel."""
        state = self.situation.state
        self.services.patch(channel=(state.channel + by) % state.layer.channels)

    def move(self, dx: int, dy: int) -> bool:
        self.step(dx or dy)
        return True

    def open(self) -> bool:
        """Choose a folder."""
        self.choose_folder()
        return True

    # Words

    def _show(self) -> None:
        situation, tr = self.situation, self.tr
        state, graph = situation.state, situation.trace.graph
        own = self.folder == str(resource("images"))
        name = tr("patches.samples") if own else PurePath(self.folder).name or self.folder
        unfinished = not self._running and self._done < self._total
        self._view.show_patches(
            PatchesShow(
                title=tr("patches.title", channel=state.channel, layer=layer_label(graph, state.layer.name)),
                folder=tr("patches.folder", folder=name),
                patches=tuple(self._patch(patch) for patch in self._patches),
                fraction=self._done / max(1, self._total) if self._running else None,
                state="cancel" if self._running else "resume" if unfinished else "",
                sentence=self._sentence(),
                tone="" if self._patches or self._running else "warning",
                colour=BRANCH_COLOURS.get(branch_of_channel(graph, state.layer, state.channel), ""),
            )
        )

    def _sentence(self) -> str:
        tr = self.tr
        done, total = f"{self._done:,}", f"{self._total:,}"
        if self._running:
            return tr("patches.reading", done=done, total=total) if self._total else tr("patches.looking")
        if not self._total:
            return tr("patches.nothing")
        if self._done < self._total:
            return tr("patches.given_up", done=done, total=total)
        if not self._patches:
            return tr("patches.silent", total=total)
        unreadable = f" {tr('patches.unreadable', count=f'{self._unreadable:,}')}" if self._unreadable else ""
        return tr("patches.found", total=total) + unreadable

    def _patch(self, patch: Patch) -> PatchShow:
        top, left, bottom, right = patch.box
        hint = self.tr("patches.patch.hint", picture=patch.picture, height=bottom - top, width=right - left)
        return PatchShow(patch.pixels, significant(patch.value), patch.picture, patch.path, hint)
