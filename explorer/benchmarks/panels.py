"""How long after a key press the window is at the new layer while a panel is open, and how long its thread is held."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from explorer.benchmarks.driving import Driver, driven
from explorer.benchmarks.measure import MeasureFailed, Result, in_process, milliseconds, qt_environment, report
from explorer.core.scene import FIRST_SCENE, View

BAR_MS = 16.0
LOOK_S = 0.25
"""A person looks at a layer before the next key."""

CASES: dict[str, tuple[View, ...]] = {
    "googlenet": (
        "microscope",
        "kernels",
        "ablation",
        "gradcam",
        "saliency",
        "occlusion",
        "crops",
        "ensemble",
        "patches",
        "optimise",
        "feeds",
        "facts",
    ),
    "alexnet": ("towers",),
    "vgg16": ("factorise", "depth"),
    "resnet18": ("residual",),
    "nin": ("pooling",),
}
"""Each panel on the network that it is about; those of where and why on the one whose heads are trained."""

LONG: frozenset[View] = frozenset({"optimise", "patches"})
"""Panels whose work goes on and on: their end is not waited for."""


def measure() -> Result:
    """Return the 95th percentile of key press → painted at the new layer of the slowest panel, in ms.

    The parts are each panel's, and the longest that its window's thread was held in one go while it was walked through.
    """
    figures: dict[str, Any] = {}
    for net in CASES:
        figures.update(in_process(__name__, net, environment=qt_environment()))
    parts = {f"{view}: painted, p95": (one["painted_p95_ms"], BAR_MS) for view, one in figures.items()}
    parts |= {f"{view}: longest hold": (one["longest_hold_ms"], BAR_MS) for view, one in figures.items()}
    return Result(max(one["painted_p95_ms"] for one in figures.values()), "ms", BAR_MS, figures, parts)


class Painted(QObject):
    """Notes when a paint in which a widget has a part is over.

    Attributes
    ----------
    at : float
        When that was, on :func:`time.perf_counter`; 0 until then.
    """

    _OVER = QEvent.Type(QEvent.registerEventType())

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # Comes once the whole window has been painted, and before anything that waits for that.
            QCoreApplication.postEvent(self, QEvent(self._OVER), Qt.EventPriority.HighEventPriority.value + 1)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == self._OVER:
            self.at = self.at or time.perf_counter()
            return True
        return super().event(event)


class Walker:
    """Walks along the main path of a network with a panel open."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._explore = driver.application.explore
        self._track = Painted(driver.application.view.bottom.time_line.track)
        self._pressed = 0.0

    def figures(self, view: View) -> dict[str, Any]:
        """Open a panel, walk to the end and back several times, and go back to the maps."""
        driver, explore = self._driver, self._explore
        explore.patch(view=view, layer=explore.all_steps()[1].name)
        driver.rest(LOOK_S)
        self._walk(True, self._settle if view not in LONG else self._look)
        driver.longest_turn_s = 0.0
        painted = self._walk(False, self._look)
        painted += self._walk(True, lambda: None) + self._walk(False, lambda: None)
        answered: list[float] = []
        if view not in LONG:
            self._settle()
            painted += self._walk(True, lambda: answered.append(self._settle()))
        hold = driver.longest_turn_s
        maps = driver.seconds(lambda: explore.patch(view="maps"))
        found: dict[str, Any] = {
            "painted_p95_ms": milliseconds(_p95([seconds for _, seconds in painted])),
            "painted_median_ms": milliseconds(statistics.median(seconds for _, seconds in painted)),
            "slowest": "{} {:.1f} ms".format(*max(((n, 1000 * s) for n, s in painted), key=lambda one: one[1])),
            "longest_hold_ms": milliseconds(hold),
            "back_to_maps_ms": milliseconds(maps),
            "steps": len(painted),
        }
        if answered:
            found |= {"answered_median_ms": milliseconds(statistics.median(answered))}
            found |= {"answered_p95_ms": milliseconds(_p95(answered))}
        return found

    def _walk(self, forwards: bool, after: Callable[[], object]) -> list[tuple[str, float]]:
        """Press the key until the end; return how long each step took until the window was painted at the new layer."""
        took: list[tuple[str, float]] = []
        key = self._driver.action("step_next" if forwards else "step_previous")
        while True:
            place = self._explore.scene.layer
            self._track.at = 0.0
            self._pressed = time.perf_counter()
            key.trigger()
            if self._explore.scene.layer == place:
                return took
            self._driver.wait(lambda: self._track.at > 0)
            took.append((self._explore.scene.layer, self._track.at - self._pressed))
            after()

    def _look(self) -> None:
        self._driver.rest(LOOK_S)

    def _settle(self) -> float:
        """Wait until the panel has painted the new layer; return how long that is after the key press."""
        self._driver.wait(lambda: self._explore.settled)
        QCoreApplication.processEvents()
        return time.perf_counter() - self._pressed


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


def _figures(net: str, views: tuple[View, ...]) -> dict[str, Any]:
    untrained = {} if net == "googlenet" else {"weights": "untrained"}
    with driven(FIRST_SCENE.patched(net=net, **untrained)) as driver:
        walker = Walker(driver)
        found: dict[str, Any] = {}
        for view in views:
            try:
                found[view] = walker.figures(view)
            except MeasureFailed as error:
                raise MeasureFailed(f"{view}: {error}") from error
    return found


if __name__ == "__main__":
    wanted = tuple(view for view in CASES[sys.argv[1]] if view in sys.argv[2:] or len(sys.argv) == 2)
    report(_figures(sys.argv[1], wanted))
