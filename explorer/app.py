"""The composition root: the only place that knows every layer of the window process."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import platformdirs
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from explorer.core.memory import keep_freed_memory
from explorer.core.scene import Workspace
from explorer.core.settings import Settings, load_settings
from explorer.core.text import Translator
from explorer.engine.client import EngineClient
from explorer.engine.launch import engine_command
from explorer.inbox import BackgroundWorker, Inbox
from explorer.options import Options
from explorer.panels.shelf import PanelShelf
from explorer.presenters.desk import Desk
from explorer.presenters.explore.panels.panel import Services
from explorer.presenters.explore.presenter import ExplorePresenter
from explorer.presenters.pictures import PicturePresenter
from explorer.presenters.play import Play
from explorer.presenters.ports import Banner
from explorer.presenters.workspaces import WorkspacePresenter, Workspaces
from explorer.views import theme
from explorer.views.clock import QtClock, Waker
from explorer.views.dialogs import Dialogs
from explorer.views.explore.explore_view import ExploreView
from explorer.views.main_window import MainWindow
from explorer.views.workspace import Workspace as WorkspaceView
from explorer.workspaces import MAKERS as WORKSPACE_MAKERS
from explorer.workspaces import RunsEngine, Surroundings

FIRST_SIZE = (1280, 800)
OFFERED: tuple[Workspace, ...] = ("explore", *WORKSPACE_MAKERS)

_KEPT_BYTES = 64 * 1024 * 1024
"""Some screens full of pixels: each is painted anew with every step."""


def config_folder() -> Path:
    """Return where the settings are kept."""
    return Path(platformdirs.user_config_dir("layerwalk", appauthor=False))


def pasted_folder() -> Path:
    """Return where pasted pictures are kept."""
    return Path(platformdirs.user_data_dir("layerwalk", appauthor=False)) / "pasted"


def make_application(arguments: Sequence[str]) -> QApplication:
    """Return the Qt application in our style, with the shipped fonts."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        # Qt would cut every smooth path into pieces for threads of its own: thousands of wake-ups a second while a
        # training is watched, and on two cores no picture sooner.
        os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
        keep_freed_memory(_KEPT_BYTES)
        QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(list(arguments))
    app.setApplicationName("Layerwalk")
    app.setDesktopFileName("layerwalk")
    app.setStyle("Fusion")
    theme.load_fonts()
    return app


class Application:
    """Window, presenters and engine, joined.

    Parameters
    ----------
    client : EngineClient
        Already started.
    """

    def __init__(self, app: QApplication, inbox: Inbox, client: EngineClient, options: Options) -> None:
        self._app = app
        self._inbox = inbox
        self._options = options
        self._settings_path = config_folder() / "settings.json"
        settings, broken = (Settings(), False) if options.scene_only else load_settings(self._settings_path)
        self._broken = broken
        self.complaint = ""
        language = options.language or settings.language or _system_language()
        self.tr = Translator(language)
        self.look = theme.look(options.theme or settings.theme)
        settings = _with_theme(settings, self.look.name)
        theme.apply(app, self.look)

        self.client = client
        self.window = MainWindow()
        self.view = ExploreView()
        self.window.set_workspace(self.view)
        self.worker = BackgroundWorker(inbox)
        self.dialogs = Dialogs(
            self.window,
            self.tr,
            lambda paths: self.pictures.open_paths([Path(path) for path in paths]),
            lambda path: self.desk.on_weights_file(path),
            lambda path: self.desk.on_weights_folder(path),
        )
        self.desk = Desk(Frame(self), self.view, client.submit, client.restart, settings, self._settings_path, self.tr)
        scene = options.scene or settings.scene
        play = Play(QtClock(self.window))
        self.panels = PanelShelf(self._services)
        self.view.stage.set_panels(self.panels.widget)
        self.explore = ExplorePresenter(
            self.view, client.submit, self.tr, self.show_banner, self.desk.on_traced, play, self.panels.presenter, scene
        )
        self.pictures = PicturePresenter(self.worker, self.desk.on_picture, self.show_banner, self.tr, pasted_folder())
        self.engines: list[RunsEngine] = []
        self.workspaces = Workspaces(OFFERED, self._make_workspace, self._show_workspace)
        self._workspace_views: dict[Workspace, WorkspaceView] = {"explore": self.view}
        self.desk.use(self.explore, self.pictures, self.workspaces)
        self._connect()
        self.window.retranslate(self.tr)
        self.view.retranslate(self.tr)
        self._spread_look()
        self._waker = Waker(inbox.drain, self.window)
        self._play = play

    # ── life ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Show the window and ask for the first scene."""
        width, height = self._first_size()
        self.window.resize(width, height)
        if self._options.present:
            self.desk.on_action("present")
        self.window.show()
        # No control has the focus until Tab asks for one: a ring around the first one would only puzzle.
        self.window.setFocus()
        self.desk.start(list(self._options.paths), self._broken)
        self.client.listen(self.desk.on_engine_state)
        self._inbox.attach(self._waker.wake)

    def close(self) -> None:
        """Save the session and end the engine; the window is gone within two seconds."""
        if not self._options.scene_only:
            self.desk.save((self.window.width(), self.window.height()))
        self._play.stop()
        self.dialogs.close()
        self._inbox.attach(None)
        self.worker.close()
        self.workspaces.close()
        # All at once: each may take a second.
        engines: list[RunsEngine | EngineClient] = [*self.engines, self.client]
        for engine in engines:
            engine.say_goodbye()
        for engine in engines:
            engine.close()

    def _services(self) -> Services:
        """Return what a panel may ask of the program."""
        explore = self.explore
        return Services(
            submit=self.client.submit,
            tr=self.tr,
            patch=explore.patch,
            turn=explore.turn,
            fail=explore.fail,
            mark=self.view.show_receptive_field,
            run_action=self.desk.on_action,
            clock=lambda: QtClock(self.window),
            ask_folder=self.dialogs.ask_folder,
            open_picture=lambda path: self.pictures.open_paths([Path(path)]),
        )

    def _make_workspace(self, name: Workspace) -> WorkspacePresenter:
        around = Surroundings(
            submit=self.client.submit,
            new_engine=self._new_engine,
            tr=self.tr,
            show_banner=self.show_banner,
            clock=lambda: QtClock(self.window),
            run_action=self.desk.on_action,
            patch=self.explore.patch,
            trace=lambda: self.explore.trace,
            ask_folder=self.dialogs.ask_folder,
            worker=self.worker,
        )
        presenter, view = WORKSPACE_MAKERS[name](around)
        view.retranslate(self.tr)
        view.set_look(self.look)
        view.set_present(self.look.present)
        self._workspace_views[name] = view
        return presenter

    def _new_engine(self) -> RunsEngine:
        """Return an engine that trains; its process starts with the first request."""
        engine = RunsEngine(EngineClient(engine_command_for_runs(self._options.engine), self._inbox.post))
        self.engines.append(engine)
        return engine

    def _show_workspace(self, name: Workspace) -> None:
        self.window.set_workspace(self._workspace_views[name])
        self.window.top_bar.show_workspace(name)

    @property
    def settled(self) -> bool:
        """Whether everything that the scene asks for is on screen."""
        return self.explore.settled and self.workspaces.settled

    def _first_size(self) -> tuple[int, int]:
        if self._options.size != (0, 0):
            return self._options.size
        screen = self._app.primaryScreen().availableSize()
        remembered = self.desk.settings.window
        wanted = remembered if remembered[0] >= 640 and remembered[1] >= 480 else FIRST_SIZE
        return min(wanted[0], screen.width()), min(wanted[1], screen.height())

    def _connect(self) -> None:
        window, view, stage = self.window, self.view, self.view.stage
        explore, desk = self.explore, self.desk
        window.action_triggered.connect(desk.on_action)
        window.menu_requested.connect(desk.on_menu_requested)
        window.menu_chosen.connect(desk.on_menu_chosen)
        window.palette_chosen.connect(desk.on_palette_chosen)
        window.dropped.connect(lambda transfer: self.pictures.take(transfer))
        window.pasted.connect(lambda transfer: self.pictures.take(transfer))
        window.banner_action.connect(desk.on_banner_action)
        window.closing.connect(self.close)
        window.add_anchor("views", stage.head.switch)
        window.top_bar.set_workspaces(OFFERED)
        view.step_chosen.connect(explore.go_to)
        view.index_chosen.connect(explore.go_to_index)
        view.previous.connect(lambda: explore.step("previous"))
        view.next.connect(lambda: explore.step("next"))
        view.play_toggled.connect(explore.toggle_play)
        view.speed_clicked.connect(desk.cycle_speed)
        view.picture_clicked.connect(lambda: explore.step("first"))
        stage.view_chosen.connect(explore.choose_view)
        stage.more_requested.connect(lambda: desk.on_action("views"))
        stage.channel_chosen.connect(explore.open_channel)
        stage.hovered.connect(explore.hovered)
        stage.branch_hovered.connect(explore.branch_hovered)
        stage.crop_moved.connect(explore.change_crop)
        stage.scaling_chosen.connect(lambda scaling: explore.patch(scaling=scaling))
        stage.order_chosen.connect(lambda order: explore.patch(order=order))
        stage.colour_map_chosen.connect(lambda name: explore.patch(colour_map=name))

    def show_banner(self, banner: Banner | None) -> None:
        """Say a sentence over the stage; errors are kept for commands that have nobody to read it."""
        if banner is not None and banner.kind == "error":
            self.complaint = f"{banner.text} {banner.hint}".strip()
        self.window.show_banner(banner)

    def _change_theme(self, name: str) -> None:
        self.look = theme.look(name, present=self.look.present)
        theme.apply(self._app, self.look)
        self._spread_look()

    def _set_present(self, present: bool) -> None:
        self.look = theme.look(self.look.name, present=present)
        self._spread_look()
        self.window.set_present(present)
        for view in self._workspace_views.values():
            view.set_present(present)

    def _change_language(self) -> None:
        self.window.retranslate(self.tr)
        for view in self._workspace_views.values():
            view.retranslate(self.tr)

    def _spread_look(self) -> None:
        self.window.set_look(self.look)
        for view in self._workspace_views.values():
            view.set_look(self.look)


class Frame:
    """The window as the desk sees it: see :class:`explorer.presenters.frame.FramePort`."""

    def __init__(self, application: Application) -> None:
        self._application = application
        window, view, dialogs = application.window, application.view, application.dialogs
        self.show_chips = window.show_chips
        self.show_banner = application.show_banner
        self.show_menu = window.show_menu
        self.show_palette = window.show_palette
        self.show_key_sheet = window.show_key_sheet
        self.toggle_blank = window.toggle_blank
        self.paste = window.paste
        self.go_back = window.go_back
        self.ask_pictures = dialogs.ask_pictures
        self.ask_weights_file = dialogs.ask_weights_file
        self.ask_weights_folder = dialogs.ask_weights_folder
        stage = view.stage
        self.fit = stage.fit
        self.zoom_in = stage.zoom_in
        self.zoom_out = stage.zoom_out
        self.move_selection = stage.move_selection
        self.open_selection = stage.open_selection

    def set_present(self, present: bool) -> None:
        self._application._set_present(present)

    def change_theme(self, name: str) -> None:
        self._application._change_theme(name)

    def change_language(self) -> None:
        self._application._change_language()

    def close_window(self) -> None:
        self._application.window.close()


def engine_command_for_runs(command: Sequence[str]) -> list[str]:
    """Return the command of the engine that trains; ``command`` starts the other one, empty for this machine's."""
    return [*command, "runs"] if command else engine_command(runs=True)


def _with_theme(settings: Settings, name: str) -> Settings:
    return msgspec.structs.replace(settings, theme=name)


def _system_language() -> str:
    return "ko" if QLocale.system().language() == QLocale.Language.Korean else "en"


def run(options: Options, inbox: Inbox, client: EngineClient) -> int:
    """Run the window until it is closed; return the exit code."""
    app = make_application([])
    application = Application(app, inbox, client, options)
    application.start()
    # What was made so far stays: walking over it again costs the collector more than a frame.
    gc.freeze()
    return app.exec()
