"""The engine is killed at any moment: the window stays, says so, and has its scene again."""

from __future__ import annotations

import os
import random
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.app import Application
from explorer.presenters.explore.resolve import resolve
from tests.e2e.conftest import Start

STEPS = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home)
VIEWS = (Qt.Key.Key_M, Qt.Key.Key_N, Qt.Key.Key_C, Qt.Key.Key_P)
NETS = ("googlenet", "nin", "resnet18")


def act(application: Application, chance: random.Random) -> None:
    """Do what a teacher does, quickly."""
    for _ in range(chance.randint(1, 4)):
        QTest.keyClick(application.window, chance.choice(STEPS + VIEWS))
    if chance.random() < 0.15:
        application.window.menu_chosen.emit("net", chance.choice(NETS))


def kill(application: Application) -> int | None:
    """Kill the engine as the kernel does when memory is short; return its process number."""
    pid = application.client.pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
    return pid


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(3, id="5"),
        pytest.param(100, id="100", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_scene_comes_back_after_every_kill(start: Start, qtbot: QtBot, times: int) -> None:
    application = start()
    explore, window = application.explore, application.window
    chance = random.Random(times)
    for _ in range(times):
        before = explore.trace
        act(application, chance)
        qtbot.wait(chance.choice((0, 0, chance.randint(1, 300))))  # a moment, whatever the engine does then
        dead = kill(application)
        act(application, chance)
        qtbot.waitUntil(lambda dead=dead: application.client.pid not in (None, dead), timeout=20_000)
        assert window.banner.isVisible()
        if chance.random() < 0.2:
            # Once more, while the next one starts.
            qtbot.wait(chance.randint(0, 1500))
            dead = kill(application)
            qtbot.waitUntil(lambda dead=dead: application.client.pid not in (None, dead), timeout=20_000)
        qtbot.waitUntil(lambda before=before: explore.trace is not before and explore.settled, timeout=60_000)
        assert window.isVisible()
        assert application.complaint == ""
        assert explore.trace is not None and explore.shown is not None
        assert explore.trace.net == explore.scene.net
        wanted = resolve(explore.scene, explore.trace.graph)
        assert (explore.shown.step.name, explore.shown.view) == (wanted.step.name, wanted.view)
        assert explore.trace.picture_name == explore.scene.picture.name
