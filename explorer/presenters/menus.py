"""The menus under the chips of the top bar: network, weights, picture, device."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Hello
from explorer.core.messages.explore import ThumbnailRequest, ThumbnailResult
from explorer.core.scene import PictureSource
from explorer.core.settings import Settings
from explorer.core.text import Translator
from explorer.presenters import choices
from explorer.presenters.downloads import Downloads
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.explore.presenter import ExplorePresenter
from explorer.presenters.frame import FramePort
from explorer.presenters.picture import Picture
from explorer.presenters.pictures import PicturePresenter
from explorer.presenters.ports import MenuEntry


class Menus:
    """Opens the menus and does what is picked in them.

    Parameters
    ----------
    settings : callable
        Returns the present settings, which hold the recent pictures.
    """

    def __init__(
        self,
        window: FramePort,
        submit: Submit,
        downloads: Downloads,
        settings: Callable[[], Settings],
        tr: Translator,
    ) -> None:
        self._window = window
        self._submit = submit
        self._downloads = downloads
        self._settings = settings
        self._tr = tr
        self._meaning: dict[str, PictureSource] = {}
        self._thumbnails: dict[str, np.ndarray] = {}
        self._asked_thumbnails = False
        self.hello: Hello | None = None
        self.explore: ExplorePresenter
        self.pictures: PicturePresenter

    def on_requested(self, anchor: str) -> None:
        """A chip was pressed."""
        entries = self._entries(anchor)
        if entries:
            self._window.show_menu(anchor, entries)

    def _entries(self, anchor: str) -> tuple[MenuEntry, ...]:
        trace, scene = self.explore.trace, self.explore.scene
        nets = self._downloads.nets
        net = next((net for net in nets if net.name == scene.net), None)
        if anchor == "net":
            return choices.net_menu(nets, scene.net)
        if anchor == "weights" and net is not None and trace is not None:
            return choices.weights_menu(net, scene, trace, self._tr)
        if anchor == "device" and self.hello is not None:
            return choices.device_menu(self.hello.devices, scene, trace.device if trace else "", self._tr)
        if anchor == "views" and self.explore.shown is not None:
            return choices.view_menu(self.explore.shown, self._tr)
        if anchor == "picture":
            entries, self._meaning = choices.picture_menu(
                scene.picture, self._settings().recent, self.pictures.together, self._thumbnails, self._tr
            )
            return entries
        return ()

    def on_chosen(self, anchor: str, key: str) -> None:
        """A line of a menu was picked."""
        scene = self.explore.scene
        if anchor == "net":
            if key != scene.net:
                self.explore.patch(net=key, weights="", size=0)
        elif anchor == "device":
            self.explore.patch(device=key)
        elif anchor == "views":
            self.explore.patch(view=key)
        elif anchor == "weights":
            self._choose_weights(key)
        elif key == "open":
            self._window.ask_pictures()
        elif key == "paste":
            self._window.paste()
        elif key in self._meaning:
            self.pictures.open_source(self._meaning[key])

    def _choose_weights(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if kind == "use":
            self.explore.patch(weights=name, size=0)
        elif kind == "size":
            self.explore.patch(size=int(name), crop=self.explore.scene.crop)
        elif kind == "fetch":
            self._downloads.fetch(name)
        elif kind == "file":
            self._window.ask_weights_file()
        elif kind == "import":
            self._window.ask_weights_folder()

    # ── the samples' small pictures ────────────────────────────────────────────────────────────────────────────────

    def ask_thumbnails(self) -> None:
        """Have the shipped pictures decoded small, once; the menu shows those that have come."""
        if not self._asked_thumbnails:
            self._asked_thumbnails = True
            self.pictures.read_samples(self._on_sample)

    def _on_sample(self, picture: Picture) -> None:
        self._submit(ThumbnailRequest(picture.source.name, picture.data), self._on_thumbnail)

    def _on_thumbnail(self, reply: AnyReply) -> None:
        if isinstance(reply, ThumbnailResult):
            self._thumbnails[reply.key] = reply.pixels
