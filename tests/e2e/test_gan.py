"""The GAN workspace in the real window, over a real engine process that learns."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import psutil
from PIL import Image
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from explorer.app import Application
from explorer.core.gan_scene import GanScene
from explorer.core.scene import FIRST_SCENE
from explorer.presenters.gan.presenter import GanPresenter
from explorer.views.gan.gan_view import GanView
from tests.e2e.conftest import Start

TINY = GanScene(g_units=8, d_units=8, batch=16, rate_hz=60.0)
WAIT_MS = 60_000


def opened(start: Start, qtbot: QtBot, gan: GanScene = TINY) -> tuple[Application, GanPresenter, GanView]:
    application = start(scene=FIRST_SCENE.patched(workspace="gan", gan=gan), wait=False)
    qtbot.waitUntil(lambda: application.workspaces.current is not None, timeout=WAIT_MS)
    presenter, view = application.workspaces.current, application.window._workspace
    assert isinstance(presenter, GanPresenter) and isinstance(view, GanView)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    return application, presenter, view


def test_it_learns_steps_goes_back_and_saves(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    application, presenter, view = opened(start, qtbot)
    assert presenter.run.step == 0 and not presenter.run.playing
    for key in ("play", "networks", "manifold", "gradients"):
        application.desk.on_action(key) if key == "play" else presenter.on_action(key)
    qtbot.waitUntil(lambda: presenter.run.step >= 60, timeout=WAIT_MS)
    application.desk.on_action("play")
    qtbot.waitUntil(lambda: presenter.settled and not presenter.run.playing, timeout=WAIT_MS)
    assert view.stage.nets.isVisible() and view.stage.plane._show is not None
    assert view.stage.plane._show.frame.arrows is not None

    paused_at = presenter.run.step
    application.desk.on_action("view_gradcam")
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    kept = presenter.run.earlier()
    assert kept is not None
    presenter.rewind(kept)
    qtbot.waitUntil(lambda: presenter.settled and presenter.run.step == kept, timeout=WAIT_MS)
    assert kept <= paused_at
    # What came after stays until the run goes on; the palette knows this workspace's actions and none of Explore's.
    assert presenter.frame is not None and presenter.frame.kept.max() >= kept
    qtbot.waitUntil(lambda: application.explore.trace is not None, timeout=WAIT_MS)
    application.desk.on_action("find")
    entries = [entry.key for entry in application.window.palette_sheet._all]
    assert "action:step_d" in entries and not any(key.startswith(("layer:", "view:")) for key in entries)
    application.window.go_back()
    application.desk.on_palette_chosen("action:step_d")
    qtbot.waitUntil(lambda: presenter.settled and presenter.run.step == kept + 1, timeout=WAIT_MS)
    assert presenter.frame.kept.max() <= kept + 1

    for kind, check in (("g", lambda path: load_file(path)), ("gif", Image.open), ("png", Image.open)):
        presenter.on_menu("export", kind)
        qtbot.waitUntil(lambda: view._dialog is not None, timeout=WAIT_MS)
        view.close_dialog()
        target = tmp_path / f"file.{'safetensors' if kind == 'g' else kind}"
        presenter.exports.save(str(target))
        qtbot.waitUntil(target.exists, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: "saved" in application.window.banner.accessibleName(), timeout=WAIT_MS)
        result = check(target)
        if isinstance(result, Image.Image):
            result.close()
        else:
            assert all(np.isfinite(tensor).all() for tensor in result.values())


def test_a_killed_engine_begins_anew_while_the_window_stays(start: Start, qtbot: QtBot) -> None:
    application, presenter, _ = opened(start, qtbot)
    presenter.knobs.on_picked("loss", "hinge")
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    window_engine = application.client.pid
    runs = [child for child in psutil.Process().children() if child.pid != window_engine]
    assert len(runs) == 1
    runs[0].kill()
    qtbot.waitUntil(lambda: presenter.run.frame is None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: presenter.settled, timeout=WAIT_MS)
    assert presenter.run.frame is not None
    assert msgspec.structs.replace(presenter.run.frame.scene, rate_hz=0) == msgspec.structs.replace(
        presenter.scene, rate_hz=0
    )
    assert presenter.scene.loss == "hinge"
