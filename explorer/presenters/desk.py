"""The frame around the workspaces: actions, menus, the engine's state, downloads, bookmarks and the session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from explorer.core import units
from explorer.core.colour import COLOUR_MAPS
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure, Hello, Progress
from explorer.core.messages.explore import TraceResult
from explorer.core.messages.weights import (
    CancelFetchRequest,
    CatalogRequest,
    CatalogResult,
    FetchWeightsRequest,
    ImportWeightsRequest,
    NetInfo,
)
from explorer.core.scene import FIRST_PICTURE, ORDERS, SCALINGS, SPEEDS, PictureSource, Scene
from explorer.core.settings import MAX_BOOKMARKS, Settings, save_settings
from explorer.core.text import LANGUAGES, Translator
from explorer.presenters import choices
from explorer.presenters.explore import Direction, ExplorePresenter, Picture, Submit
from explorer.presenters.pictures import PicturePresenter
from explorer.presenters.ports import Banner, ChipState, ExplorePort, MenuEntry

Choice = TypeVar("Choice")

_STEPS: dict[str, Direction] = {
    "step_next": "next",
    "step_previous": "previous",
    "enter_block": "enter",
    "leave_block": "leave",
    "first": "first",
    "last": "last",
}


class DeskPort(Protocol):
    """The window as the desk sees it."""

    def show_chips(self, chips: ChipState) -> None: ...
    def show_banner(self, banner: Banner | None) -> None: ...
    def show_menu(self, anchor: str, entries: tuple[MenuEntry, ...]) -> None: ...
    def show_palette(self, entries: tuple[MenuEntry, ...]) -> None: ...
    def show_key_sheet(self) -> None: ...
    def toggle_blank(self) -> None: ...
    def set_present(self, present: bool) -> None: ...
    def paste(self) -> None: ...
    def ask_pictures(self) -> None: ...
    def ask_weights_file(self) -> None: ...
    def ask_weights_folder(self) -> None: ...
    def change_theme(self, name: str) -> None: ...
    def change_language(self) -> None: ...
    def fit(self) -> None: ...
    def go_back(self) -> bool:
        """Close what lies over the stage; return whether something did."""

    def close_window(self) -> None: ...


class Desk:
    """Turns actions and menu choices into patches of the scene, and tells the window what became of them."""

    def __init__(
        self,
        window: DeskPort,
        view: ExplorePort,
        submit: Submit,
        restart_engine: Callable[[], None],
        settings: Settings,
        settings_path: Path,
        tr: Translator,
    ) -> None:
        self._window = window
        self._view = view
        self._submit = submit
        self._restart_engine = restart_engine
        self.settings = settings
        self._settings_path = settings_path
        self._tr = tr
        self._hello: Hello | None = None
        self._nets: tuple[NetInfo, ...] = ()
        self._meaning: dict[str, PictureSource] = {}
        self._chips: ChipState | None = None
        self._present = False
        self._fetching = ""
        self._troubled = False
        self.explore: ExplorePresenter
        self.pictures: PicturePresenter

    def use(self, explore: ExplorePresenter, pictures: PicturePresenter) -> None:
        """Meet the presenters that this one directs."""
        self.explore = explore
        self.pictures = pictures

    # ── start, engine, end ─────────────────────────────────────────────────────────────────────────────────────────

    def start(self, paths: list[Path], settings_were_broken: bool) -> None:
        """Put the last scene up again, or the pictures of the command line, or the first start's sample."""
        if settings_were_broken:
            self._say("info", "settings_broken")
        if paths:
            self.pictures.open_paths(paths)
        else:
            self.restore(self.explore.scene)

    def restore(self, scene: Scene) -> None:
        """Put up a whole scene, its picture included; a picture that is gone gives way to the sample."""
        name = choices.source_title(scene.picture, self._tr)

        def gone() -> None:
            self._say("info", "picture_gone", name=name)
            self.pictures.open_source(FIRST_PICTURE)

        self._restoring = scene
        self.pictures.open_source(scene.picture, gone)

    _restoring: Scene | None = None

    def on_picture(self, picture: Picture) -> None:
        """A picture was read."""
        scene, self._restoring = self._restoring, None
        if scene is not None and scene.picture == picture.source:
            self.explore.show_picture(picture, scene)
        else:
            self.explore.show_picture(picture)

    def on_engine_state(self, state: str, hello: Hello | None) -> None:
        """The engine starts, is ready, starts again, or was given up."""
        if state == "ready":
            self._hello = hello
            self._submit(CatalogRequest(), self._on_catalog)
            self.explore.run()
        elif state == "restarting":
            self._troubled = True
            self._say("warning", "engine_restarting")
        elif state == "broken":
            self._troubled = True
            text, hint = self._tr("banner.engine_broken"), self._tr("banner.engine_broken.hint")
            self._window.show_banner(Banner("error", text, hint, action=self._tr("banner.engine_start")))

    def on_traced(self, trace: TraceResult) -> None:
        """A network ran: chips and session follow."""
        if self._troubled:
            self._troubled = False
            self._window.show_banner(None)
        self._show_chips(trace)
        scene = self.explore.scene
        if scene.picture.kind != "sample":
            self.settings = self.settings.with_recent(scene.picture)

    def _show_chips(self, trace: TraceResult) -> None:
        chips = choices.chips(trace, self._hello, self._tr)
        title = choices.source_title(self.explore.scene.picture, self._tr)
        self._window.show_chips(msgspec.structs.replace(chips, picture=title))

    def save(self, window_size: tuple[int, int]) -> None:
        """Remember everything for the next start; a full disk is not worth a dialog at closing time."""
        self.settings = msgspec.structs.replace(
            self.settings, scene=self.explore.scene, language=self._tr.language, window=window_size
        )
        try:
            save_settings(self._settings_path, self.settings)
        except OSError:
            self._window.show_banner(
                Banner("warning", *self._tr.error("settings_unwritable", {"folder": str(self._settings_path.parent)}))
            )

    # ── actions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_action(self, name: str) -> None:
        """Do what a key or an entry of the palette stands for."""
        if name in _STEPS:
            self.explore.step(_STEPS[name])
            return
        if name.startswith("recall_"):
            self._recall(int(name.removeprefix("recall_")))
            return
        simple = self._simple_actions().get(name)
        if simple is not None:
            simple()

    def _simple_actions(self) -> dict[str, Callable[[], object]]:
        explore, window, scene = self.explore, self._window, self.explore.scene
        return {
            "play": explore.toggle_play,
            "slower": lambda: self._change_speed(-1),
            "faster": lambda: self._change_speed(1),
            "view_maps": lambda: explore.choose_view("maps"),
            "view_branches": lambda: explore.choose_view("branches"),
            "view_channel": lambda: explore.choose_view("channel"),
            "scaling": lambda: explore.patch(scaling=_after(SCALINGS, scene.scaling)),
            "order": lambda: explore.patch(order=_after(ORDERS, scene.order)),
            "colours": lambda: explore.patch(colour_map=_after(COLOUR_MAPS, scene.colour_map)),
            "fit": window.fit,
            "open_picture": window.ask_pictures,
            "paste_picture": window.paste,
            "next_picture": lambda: self.pictures.step(scene.picture, 1),
            "previous_picture": lambda: self.pictures.step(scene.picture, -1),
            "find": self._show_palette,
            "undo": self._undo,
            "redo": explore.redo,
            "bookmark": self._bookmark,
            "present": lambda: self._set_present(not self._present),
            "blank": window.toggle_blank,
            "theme": self._toggle_theme,
            "language": self._toggle_language,
            "keys": window.show_key_sheet,
            "back": self._back,
            "quit": window.close_window,
        }

    def _back(self) -> None:
        if self._window.go_back():
            return
        state = self.explore.shown
        if state is not None and state.view != "maps":
            self.explore.choose_view("maps")
        elif self._present:
            self._set_present(False)

    def _change_speed(self, by: int) -> None:
        speed = self.explore.scene.speed
        nearest = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - speed))
        self.explore.change_speed(SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)])

    def cycle_speed(self) -> None:
        """Go to the next speed and, after the fastest, to the slowest."""
        self.explore.change_speed(_after(SPEEDS, self.explore.scene.speed))

    def _set_present(self, present: bool) -> None:
        self._present = present
        self._window.set_present(present)

    def _undo(self) -> None:
        if not self.explore.undo():
            self._say("info", "nothing_to_undo")

    def _toggle_theme(self) -> None:
        theme = "light" if self.settings.theme == "dark" else "dark"
        self.settings = msgspec.structs.replace(self.settings, theme=theme)
        self._window.change_theme(theme)

    def _toggle_language(self) -> None:
        self._tr.language = _after(LANGUAGES, self._tr.language)
        self._window.change_language()
        self.explore.retranslate()
        trace = self.explore.trace
        if trace is not None:
            self._show_chips(trace)

    def _bookmark(self) -> None:
        marks = (*self.settings.bookmarks, self.explore.scene)[-MAX_BOOKMARKS:]
        self.settings = msgspec.structs.replace(self.settings, bookmarks=marks)
        self._say("good", "bookmarked", number=len(marks))

    def _recall(self, number: int) -> None:
        if number > len(self.settings.bookmarks):
            self._say("info", "no_bookmark", number=number)
            return
        scene = self.settings.bookmarks[number - 1]
        if scene.picture == self.explore.scene.picture:
            self.explore.apply(scene)
        else:
            self.restore(scene)

    def _show_palette(self) -> None:
        trace = self.explore.trace
        if trace is None:
            self._window.show_palette(())
            return
        entries = [MenuEntry(f"layer:{step.name}", step.label, step.name) for step in self.explore.all_steps()]
        self._window.show_palette(tuple(entries))

    def on_palette_chosen(self, key: str) -> None:
        """An entry of the palette was picked: a layer or an action."""
        kind, _, name = key.partition(":")
        if kind == "layer":
            self.explore.go_to(name)
        else:
            self.on_action(name or kind)

    # ── menus ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_menu_requested(self, anchor: str) -> None:
        """A chip of the top bar was pressed."""
        trace, scene = self.explore.trace, self.explore.scene
        entries: tuple[MenuEntry, ...] = ()
        net = next((net for net in self._nets if net.name == scene.net), None)
        if anchor == "net":
            entries = choices.net_menu(self._nets, scene.net)
        elif anchor == "weights" and net is not None and trace is not None:
            entries = choices.weights_menu(net, scene, trace, self._tr)
        elif anchor == "device" and self._hello is not None:
            entries = choices.device_menu(self._hello.devices, scene, trace.device if trace else "", self._tr)
        elif anchor == "picture":
            entries, self._meaning = choices.picture_menu(
                scene.picture, self.settings.recent, self.pictures.together, self._tr
            )
        if entries:
            self._window.show_menu(anchor, entries)

    def on_menu_chosen(self, anchor: str, key: str) -> None:
        """A line of a menu was picked."""
        scene = self.explore.scene
        if anchor == "net" and key != scene.net:
            self.explore.patch(net=key, weights="", size=0)
        elif anchor == "device":
            self.explore.patch(device=key)
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
            self._fetching = name
            self._submit(FetchWeightsRequest(name), self._on_fetch)
        elif kind == "file":
            self._window.ask_weights_file()
        elif kind == "import":
            self._window.ask_weights_folder()

    def on_weights_file(self, path: str) -> None:
        """A person chose weights of their own for the network on screen."""
        self.explore.patch(weights=path, size=0)

    def on_weights_folder(self, path: str) -> None:
        """A person chose a folder that holds weights of the catalog."""
        self._submit(ImportWeightsRequest(path), self._on_fetch)

    def on_banner_action(self) -> None:
        """The banner's button: cancel a download, or start the engine again."""
        if self._fetching:
            self._submit(CancelFetchRequest(), lambda reply: None)
        else:
            self._window.show_banner(None)
            self._restart_engine()

    def _on_catalog(self, reply: AnyReply) -> None:
        if isinstance(reply, CatalogResult):
            self._nets = reply.nets

    def _on_fetch(self, reply: AnyReply) -> None:
        if isinstance(reply, Progress):
            total = units.megabytes(reply.total) if reply.total else "?"
            text = self._tr("banner.fetching", name=reply.what, done=units.megabytes(reply.done), total=total)
            fraction = reply.done / reply.total if reply.total else -1.0
            self._window.show_banner(Banner("progress", text, "", fraction, self._tr("banner.cancel")))
            return
        fetched, self._fetching = self._fetching, ""
        if isinstance(reply, CatalogResult):
            self._nets = reply.nets
            if fetched:
                self._say("good", "fetched", name=fetched)
            else:
                self._say("good", "imported", names=", ".join(reply.arrived))
            self._use_arrived(reply.arrived)
        elif isinstance(reply, Failure):
            self._window.show_banner(Banner("error", *self._tr.error(reply.kind, reply.details)))
        elif isinstance(reply, Dropped):
            self._window.show_banner(None)

    def _use_arrived(self, arrived: tuple[str, ...]) -> None:
        """Weights that came for the network on screen are used at once."""
        net = self.explore.scene.net
        for name in arrived:
            weights = name.removeprefix(f"{net}-")
            known = next((info for info in self._nets if info.name == net), None)
            if known is not None and weights != name and any(info.name == weights for info in known.weights):
                self.explore.patch(weights=weights, size=0)
                return

    def _say(self, kind: str, key: str, **values: object) -> None:
        hint_key = f"banner.{key}.hint"
        hint = self._tr(hint_key, **values) if self._tr.has(hint_key) else ""
        text = self._tr(f"banner.{key}", **values)
        self._window.show_banner(msgspec.convert({"kind": kind, "text": text, "hint": hint}, Banner))


def _after(row: tuple[Choice, ...], current: Choice) -> Choice:
    return row[(row.index(current) + 1) % len(row)] if current in row else row[0]
