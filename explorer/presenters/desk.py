"""The frame around the workspaces: actions, the engine's state, bookmarks and the session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from explorer.core.colour import COLOUR_MAPS
from explorer.core.messages.base import Hello
from explorer.core.messages.explore import TraceResult
from explorer.core.scene import FIRST_PICTURE, ORDERS, SCALINGS, SPEEDS, Scene, View, Workspace
from explorer.core.settings import MAX_BOOKMARKS, Settings, save_settings
from explorer.core.text import LANGUAGES, Translator
from explorer.presenters import choices
from explorer.presenters.downloads import Downloads
from explorer.presenters.explore import walk
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.explore.presenter import ExplorePresenter
from explorer.presenters.frame import FramePort, sentence
from explorer.presenters.menus import Menus
from explorer.presenters.picture import Picture
from explorer.presenters.pictures import PicturePresenter
from explorer.presenters.ports import Banner, ExplorePort, MenuEntry
from explorer.presenters.workspaces import Workspaces

Choice = TypeVar("Choice")

_STEPS: dict[str, walk.Direction] = {
    "step_next": "next",
    "step_previous": "previous",
    "enter_block": "enter",
    "leave_block": "leave",
    "first": "first",
    "last": "last",
}

_TURN = frozenset({"next_picture", "previous_picture"})
_EVERYWHERE = frozenset(
    {
        "open_picture",
        "paste_picture",
        "find",
        "bookmark",
        "present",
        "blank",
        "theme",
        "language",
        "keys",
        "back",
        "quit",
        *(f"recall_{number}" for number in range(1, 10)),
    }
)
"""Actions that mean the same in every workspace."""


class Desk:
    """Turns actions and menu choices into patches of the scene, and tells the window what became of them."""

    def __init__(
        self,
        window: FramePort,
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
        self._present = False
        self._troubled = False
        self._restoring: Scene | None = None
        self._downloads = Downloads(submit, window.show_banner, tr)
        self._menus = Menus(window, submit, self._downloads, lambda: self.settings, tr)
        self.on_menu_requested = self._menus.on_requested
        self.on_menu_chosen = self._menus.on_chosen
        self.on_weights_folder = self._downloads.take_folder
        self.explore: ExplorePresenter
        self.pictures: PicturePresenter
        self.workspaces: Workspaces

    def use(self, explore: ExplorePresenter, pictures: PicturePresenter, workspaces: Workspaces) -> None:
        """Meet the presenters that this one directs."""
        self.workspaces = workspaces
        self.explore = self._downloads.explore = self._menus.explore = explore
        self.pictures = self._menus.pictures = pictures
        explore.restore_with(self.restore)

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

    def on_picture(self, picture: Picture) -> None:
        """A picture was read."""
        scene, self._restoring = self._restoring, None
        if scene is None and self.workspaces.name not in ("explore", "compare"):
            self._go_to("explore")
        if scene is not None and scene.picture == picture.source:
            self.explore.show_picture(picture, scene)
        else:
            self.explore.show_picture(picture)

    def on_engine_state(self, state: str, hello: Hello | None) -> None:
        """The engine starts, is ready, starts again, or was given up."""
        if state == "ready":
            self._menus.hello = hello
            self._downloads.list_nets()
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
        self._menus.ask_thumbnails()
        if self.explore.scene.workspace == self.workspaces.name:
            self.workspaces.follow(self.explore.scene)
        else:
            self._go_to(self.explore.scene.workspace)
        scene = self.explore.scene
        if scene.picture.kind != "sample":
            self.settings = self.settings.with_recent(scene.picture)

    def _show_chips(self, trace: TraceResult) -> None:
        chips = choices.chips(trace, self._menus.hello, self._tr)
        title = choices.source_title(self.explore.scene.picture, self._tr)
        self._window.show_chips(msgspec.structs.replace(chips, picture=title))

    def save(self, window_size: tuple[int, int]) -> None:
        """Remember everything for the next start; a full disk is not worth a dialog at closing time."""
        scene = self.workspaces.kept(self.explore.scene)
        self.settings = msgspec.structs.replace(
            self.settings, scene=scene, language=self._tr.language, window=window_size
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
        if name.startswith("workspace_"):
            self._go_to(msgspec.convert(name.removeprefix("workspace_"), Workspace))
            return
        workspace = self.workspaces.current
        if workspace is not None and (workspace.on_action(name) or name not in self._means_everywhere()):
            return
        if name in _STEPS:
            self.explore.step(_STEPS[name])
            return
        if name.startswith("recall_"):
            self._recall(int(name.removeprefix("recall_")))
            return
        if name.startswith("view_"):
            self.explore.choose_view(msgspec.convert(name.removeprefix("view_"), View))
            return
        simple = self._simple_actions().get(name)
        if simple is not None:
            simple()

    def _means_everywhere(self) -> frozenset[str]:
        """Return the actions that another workspace leaves to the window."""
        return _EVERYWHERE | _TURN if self.workspaces.name == "compare" else _EVERYWHERE

    def _simple_actions(self) -> dict[str, Callable[[], object]]:
        explore, window, scene = self.explore, self._window, self.explore.scene
        return {
            "play": explore.toggle_play,
            "slower": lambda: self._change_speed(-1),
            "faster": lambda: self._change_speed(1),
            "views": lambda: self.on_menu_requested("views"),
            "scaling": lambda: explore.patch(scaling=_after(SCALINGS, scene.scaling)),
            "order": lambda: explore.patch(order=_after(ORDERS, scene.order)),
            "colours": lambda: explore.patch(colour_map=_after(COLOUR_MAPS, scene.colour_map)),
            "fit": window.fit,
            "zoom_in": lambda: self._zoom(1),
            "zoom_out": lambda: self._zoom(-1),
            "select_right": lambda: self._select(1, 0),
            "select_left": lambda: self._select(-1, 0),
            "select_down": lambda: self._select(0, 1),
            "select_up": lambda: self._select(0, -1),
            "open_channel": self._open_channel,
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

    def _open_channel(self) -> None:
        if not self.explore.open_selection() and not self._window.open_selection():
            self.explore.choose_view("channel")

    def _select(self, dx: int, dy: int) -> None:
        if not self.explore.move_selection(dx, dy):
            self._window.move_selection(dx, dy)

    def _zoom(self, by: int) -> None:
        if not self.explore.zoom(by):
            (self._window.zoom_in if by > 0 else self._window.zoom_out)()

    def _go_to(self, workspace: Workspace) -> None:
        if workspace not in self.workspaces.offered:
            return
        self.explore.remember(workspace)
        self.workspaces.go(workspace, self.explore.scene)

    def _back(self) -> None:
        if self._window.go_back():
            return
        state = self.explore.shown if self.workspaces.name == "explore" else None
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
        self.workspaces.retranslate()
        trace = self.explore.trace
        if trace is not None:
            self._show_chips(trace)

    def _bookmark(self) -> None:
        marks = (*self.settings.bookmarks, self.workspaces.kept(self.explore.scene))[-MAX_BOOKMARKS:]
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
        # Layers and views are Explore's; elsewhere a view's action means something else.
        if self.explore.trace is None or self.workspaces.current is not None:
            self._window.show_palette(())
            return
        layers = [MenuEntry(f"layer:{step.name}", step.label, step.name) for step in self.explore.all_steps()]
        state = self.explore.shown
        views = choices.view_palette(state, self._tr) if state is not None else ()
        self._window.show_palette((MenuEntry("", self._tr("palette.layers")), *layers, *views))

    def on_palette_chosen(self, key: str) -> None:
        """An entry of the palette was picked: a layer, a view or an action."""
        kind, _, name = key.partition(":")
        if kind == "layer":
            self.explore.go_to(name)
        elif kind == "view":
            self.on_action(f"view_{name}")
        else:
            self.on_action(name or kind)

    def on_weights_file(self, path: str) -> None:
        """A person chose weights of their own for the network on screen."""
        self.explore.patch(weights=path, size=0)

    def on_banner_action(self) -> None:
        """The banner's button: cancel what the workspace waits for, or a download, or start the engine again."""
        workspace = self.workspaces.current
        if workspace is not None and workspace.on_action("give_up"):
            return
        if self._downloads.running:
            self._downloads.cancel()
        else:
            self._window.show_banner(None)
            self._restart_engine()

    def _say(self, kind: str, key: str, **values: object) -> None:
        self._window.show_banner(sentence(self._tr, kind, key, **values))


def _after(row: tuple[Choice, ...], current: Choice) -> Choice:
    return row[(row.index(current) + 1) % len(row)] if current in row else row[0]
