"""An hour's lesson in minutes: nothing piles up, in the window or in the engine."""

from __future__ import annotations

import gc
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from explorer.app import Application
from explorer.core.resources import resource
from tests.e2e.conftest import Start, settle
from tests.e2e.driving import belongings, drop, engine_of, memory_mb, mime_of
from tests.pictures import good_pictures

NETS = ("alexnet", "alexnet-tv", "vgg16", "nin", "googlenet", "resnet18", "resnet50", "googlenet-paper")
MAX_GROWTH = 0.05


class Lesson:
    """Shows picture after picture and network after network, through the window."""

    def __init__(self, application: Application, qtbot: QtBot, folder: Path) -> None:
        self._application, self._qtbot = application, qtbot
        files = []
        for name, data in good_pictures().items():
            (folder / name).write_bytes(data)
            files.append(folder / name)
        self._files = [*files, *(resource("images", name) for name in ("china.jpg", "coffee.jpg"))]
        self._pictures = self._rounds = 0

    def picture(self) -> None:
        """Drop the next picture and wait until its maps are on screen."""
        file = self._files[self._pictures % len(self._files)]
        self._pictures += 1
        drop(self._application.window, mime_of(file))
        explore = self._application.explore
        self._qtbot.waitUntil(
            lambda: explore.trace is not None and explore.trace.picture_name == str(file) and explore.settled,
            timeout=30_000,
        )

    def next_net(self) -> None:
        """Choose the next network."""
        self.net(NETS[self._rounds % len(NETS)])
        self._rounds += 1

    def net(self, name: str) -> None:
        """Choose a network and wait until its maps are on screen; look at one of its layers and a channel."""
        application = self._application
        application.window.menu_chosen.emit("net", name)
        explore = application.explore
        self._qtbot.waitUntil(
            lambda: explore.trace is not None and explore.trace.net == name and explore.settled, timeout=60_000
        )
        for action in ("step_next", "view_channel", "step_next", "view_maps"):
            application.window.action_triggered.emit(action)
            settle(self._qtbot, application)

    def run(self, pictures: int, nets: int) -> None:
        """Change the picture so many times, and the network in between as often as asked."""
        for index in range(pictures):
            self.picture()
            if nets and index % max(1, pictures // nets) == 0:
                self.next_net()

    def held(self) -> tuple[float, float, dict[str, int]]:
        """Return the megabytes of window and engine, and what they own."""
        # The engine keeps two networks: always the same ones when it is weighed.
        self.net("nin")
        self.net("googlenet")
        gc.collect()
        here, there = memory_mb(psutil.Process()), memory_mb(engine_of(self._application))
        return here, there, belongings(self._application)


@pytest.mark.parametrize(
    ("pictures", "nets"),
    [
        pytest.param(40, 0, id="short"),
        pytest.param(1000, 200, id="long", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_nothing_piles_up(start: Start, qtbot: QtBot, tmp_path: Path, pictures: int, nets: int) -> None:
    application = start()
    lesson = Lesson(application, qtbot, tmp_path)
    # Warm: every network was there three times, so that each has met each of its neighbours in the engine's memory.
    lesson.run(max(20, pictures // 10), len(NETS) * 3 if nets else 0)
    window_before, engine_before, owned_before = lesson.held()
    lesson.run(pictures, nets)
    window_after, engine_after, owned_after = lesson.held()
    grown = {name: (owned_before[name], count) for name, count in owned_after.items() if count > owned_before[name]}
    assert not grown
    assert window_after < window_before * (1 + MAX_GROWTH), f"window {window_before:.0f} → {window_after:.0f} MB"
    assert engine_after < engine_before * (1 + MAX_GROWTH), f"engine {engine_before:.0f} → {engine_after:.0f} MB"
