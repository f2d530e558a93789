"""The Train workspace in the real window, over a real engine process that trains."""

from __future__ import annotations

import psutil
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.app import Application
from explorer.core.scene import FIRST_SCENE
from explorer.core.train_scene import TrainScene, Variant
from explorer.presenters.train.presenter import TrainPresenter
from explorer.views.train.train_view import TrainView
from tests.e2e.conftest import Start

LEFT = Qt.MouseButton.LeftButton
TINY = TrainScene(data="digits", preset="modern", epochs=3, size=8, lanes=(Variant("resnet20"), Variant("plain20")))
WAIT_MS = 60_000


def opened(start: Start, qtbot: QtBot) -> tuple[Application, TrainPresenter, TrainView]:
    application = start(scene=FIRST_SCENE.patched(workspace="train", train=TINY), wait=False)
    qtbot.waitUntil(lambda: application.workspaces.current is not None, timeout=WAIT_MS)
    presenter, view = application.workspaces.current, application.window._workspace
    assert isinstance(presenter, TrainPresenter) and isinstance(view, TrainView)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    return application, presenter, view


def step_of(presenter: TrainPresenter) -> int:
    return presenter.frame.step if presenter.frame is not None else -1


def test_it_learns_is_looked_back_at_and_opens_in_explore(start: Start, qtbot: QtBot) -> None:
    application, presenter, view = opened(start, qtbot)
    assert step_of(presenter) == 0
    qtbot.mouseClick(view.bar.play_button, LEFT)
    qtbot.waitUntil(lambda: step_of(presenter) >= 4, timeout=WAIT_MS)
    qtbot.mouseClick(view.bar.play_button, LEFT)
    qtbot.waitUntil(lambda: presenter.frame is not None and not presenter.frame.playing, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    # Both nets have a loss for every step, and the bars say what comes back to the input.
    assert set(view.plots["loss"].values()) == {"loss_main0", "loss_main1"}
    assert view.gradients._show is not None and len(view.gradients._show.lanes) == 2
    assert [part.isVisible() for part in view.watched.lanes] == [True, True]

    before = step_of(presenter)
    qtbot.mouseClick(view.bar.step_button, LEFT)
    qtbot.waitUntil(lambda: step_of(presenter) == before + 1 and presenter.settled, timeout=WAIT_MS)
    application.desk.on_action("view_branches")
    qtbot.waitUntil(lambda: view.batch._show is not None and view.batch.isVisible(), timeout=WAIT_MS)

    application.desk.on_action("first")
    qtbot.waitUntil(lambda: not view.bar.newest_button.isHidden(), timeout=WAIT_MS)
    qtbot.mouseClick(view.bar.newest_button, LEFT)
    assert view.bar.newest_button.isHidden()

    application.desk.on_action("view_maps")
    qtbot.mouseClick(view.watched.lanes[0].open_button, LEFT)
    qtbot.waitUntil(lambda: application.workspaces.name == "explore", timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: application.explore.trace is not None and application.explore.trace.net == "resnet20", timeout=WAIT_MS
    )
    trace = application.explore.trace
    assert trace is not None and trace.classes == tuple("0123456789") and trace.weights.trained


def test_a_killed_engine_goes_on_from_its_checkpoint(start: Start, qtbot: QtBot) -> None:
    application, presenter, _ = opened(start, qtbot)
    assert presenter.frame is not None
    run = presenter.frame.run
    presenter.prepare("", 3)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    # A stop writes what there is; the kill must not lose it.
    presenter.stop()
    qtbot.waitUntil(lambda: presenter.frame is not None and presenter.frame.phase == "stopped", timeout=WAIT_MS)
    engines = [child for child in psutil.Process().children() if child.pid != application.client.pid]
    assert len(engines) == 1
    engines[0].kill()
    qtbot.waitUntil(lambda: presenter.frame is not None and presenter.frame.phase == "training", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    assert presenter.frame.run == run and step_of(presenter) == 3


def test_changing_the_net_begins_a_new_run_and_the_old_one_is_listed(start: Start, qtbot: QtBot) -> None:
    _, presenter, view = opened(start, qtbot)
    assert presenter.frame is not None
    first = presenter.frame.run
    presenter.prepare("", 1)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    presenter.prepare("", 0)
    view.setup.field_changed.emit("net1", "")
    qtbot.waitUntil(lambda: presenter.frame is not None and presenter.frame.run != first, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    assert len(presenter.frame.lanes) == 1
    qtbot.mouseClick(view.setup.runs_button, LEFT)
    qtbot.waitUntil(lambda: view.runs_menu.isVisible(), timeout=WAIT_MS)
    keys = [entry.key for entry in view.runs_menu.entries.entry_model.entries]
    assert first in keys
    view.runs_menu.entries.picked.emit(first)
    qtbot.waitUntil(lambda: presenter.frame is not None and presenter.frame.run == first, timeout=WAIT_MS)
