"""Joins the workspaces beside Explore: for each its presenter and its view, made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Hello
from explorer.core.messages.explore import TraceResult
from explorer.core.scene import Workspace
from explorer.core.text import Translator
from explorer.engine.client import EngineClient, EngineState
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.pictures import Worker
from explorer.presenters.ports import Banner, Clock
from explorer.presenters.workspaces import WorkspacePresenter
from explorer.views import workspace

Pair = tuple[WorkspacePresenter, workspace.Workspace]


class RunsEngine:
    """The engine that trains: its process starts with the first request."""

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self._started = False
        self._listeners: list[Callable[[EngineState], None]] = []
        client.listen(self._on_state)

    @property
    def pid(self) -> int | None:
        """Process number of the engine; None where none runs."""
        return self._client.pid

    def submit(self, request: AnyRequest, on_reply: Callable[[AnyReply], None]) -> int:
        """Ask; see :meth:`explorer.engine.client.EngineClient.submit`."""
        if not self._started:
            self._started = True
            self._client.start()
        return self._client.submit(request, on_reply)

    def listen(self, on_state: Callable[[EngineState], None]) -> None:
        """Have ``on_state`` told when the engine is ready, restarting or given up."""
        self._listeners.append(on_state)

    def say_goodbye(self) -> None:
        """Ask the engine to end; it writes what must not be lost."""
        self._client.say_goodbye()

    def close(self) -> None:
        """End the engine and wait for it."""
        if self._started:
            self._client.close()

    def _on_state(self, state: EngineState, hello: Hello | None) -> None:
        for listener in self._listeners:
            listener(state)


@dataclass(frozen=True)
class Surroundings:
    """What a workspace may ask of the program.

    ``submit`` asks the engine that answers questions about pictures; ``new_engine`` makes one that trains, in a
    process of its own. ``clock`` makes a clock of the workspace's own; ``trace`` is the run on screen in
    Explore, and ``patch`` changes Explore's scene; ``ask_folder`` lets the person choose a folder and calls back with
    its path; ``worker`` works off the window's thread.
    """

    submit: Submit
    new_engine: Callable[[], RunsEngine]
    tr: Translator
    show_banner: Callable[[Banner | None], None]
    clock: Callable[[], Clock]
    run_action: Callable[[str], None]
    patch: Callable[..., None]
    trace: Callable[[], TraceResult | None]
    ask_folder: Callable[[Callable[[str], None]], None]
    worker: Worker


Maker = Callable[[Surroundings], Pair]


def _make_compare(around: Surroundings) -> Pair:
    from explorer.presenters.compare.presenter import ComparePresenter  # noqa: PLC0415 — costs nothing before it is wanted
    from explorer.views.compare.compare_view import CompareView  # noqa: PLC0415

    def open_net(net: str, weights: str) -> None:
        around.run_action("workspace_explore")
        around.patch(net=net, weights=weights, size=0)

    view = CompareView()
    presenter = ComparePresenter(view, around.submit, around.tr, around.show_banner, around.trace, open_net)
    view.table.sort_chosen.connect(presenter.sort_by)
    view.table.row_chosen.connect(presenter.select)
    view.lineups.chosen.connect(presenter.choose_lineup)
    view.table.row_opened.connect(presenter.open)
    view.plot.net_chosen.connect(presenter.select)
    view.plot.measure_clicked.connect(presenter.change_measure)
    view.open_clicked.connect(lambda: presenter.on_action("open_channel"))
    view.picture_clicked.connect(lambda: around.run_action("open_picture"))
    return presenter, view


def _make_train(around: Surroundings) -> Pair:
    from explorer.presenters.train.presenter import TrainPresenter  # noqa: PLC0415
    from explorer.views.train.train_view import TrainView  # noqa: PLC0415

    def open_weights(net: str, file: str) -> None:
        around.run_action("workspace_explore")
        around.patch(net=net, weights=file, size=0)

    view, engine = TrainView(), around.new_engine()
    presenter = TrainPresenter(
        view, engine.submit, around.tr, around.show_banner, around.clock(), open_weights, around.ask_folder
    )
    engine.listen(presenter.on_engine_state)
    view.setup.preset_chosen.connect(presenter.choose_preset)
    view.setup.field_changed.connect(presenter.change)
    view.setup.runs_clicked.connect(presenter.show_runs)
    view.page_chosen.connect(presenter.turn_to)
    view.run_chosen.connect(presenter.continue_run)
    view.watched.picture_moved.connect(presenter.watch_next)
    view.watched.open_clicked.connect(presenter.open_in_explore)
    view.bar.play_toggled.connect(presenter.toggle_play)
    view.bar.step_clicked.connect(presenter.step)
    view.bar.stop_clicked.connect(presenter.stop)
    view.bar.newest_clicked.connect(presenter.show_newest)
    view.bar.place_chosen.connect(presenter.look_at)
    return presenter, view


def _make_gan(around: Surroundings) -> Pair:
    from explorer.presenters.gan.presenter import GanPresenter  # noqa: PLC0415
    from explorer.views.gan.gan_view import GanView  # noqa: PLC0415

    view, engine = GanView(), around.new_engine()
    presenter = GanPresenter(view, engine.submit, around.tr, around.show_banner, around.clock(), around.worker)
    engine.listen(presenter.on_engine_state)
    view.connect_to(presenter)
    return presenter, view


MAKERS: dict[Workspace, Maker] = {"compare": _make_compare, "train": _make_train, "gan": _make_gan}
"""Workspace to what makes it; every one but Explore has one."""
