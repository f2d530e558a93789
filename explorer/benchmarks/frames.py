"""How evenly the window paints at 30 Hz while something trains: the longest gap between two paints."""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from explorer.benchmarks.driving import driven
from explorer.benchmarks.measure import Result, in_process, qt_environment, report
from explorer.core.scene import FIRST_SCENE
from explorer.views.gan.plane_canvas import PlaneCanvas

P99_BAR_MS, LONGEST_BAR_MS = 50.0, 200.0
WATCH_S = 12.0
TICK_MS = 33


def measure() -> Result:
    """Return the 99th percentile of the gaps between paints, in ms, while a GAN of the plane learns.

    The parts are its longest gap, and both figures while a classifier learns and Explore's wall is painted.
    """
    gan = in_process(__name__, "gan", environment=qt_environment())
    classifier = in_process(__name__, "train", environment=qt_environment())
    parts = {
        "GAN, longest": (gan["longest_ms"], LONGEST_BAR_MS),
        "classifier, p99": (classifier["p99_ms"], P99_BAR_MS),
        "classifier, longest": (classifier["longest_ms"], LONGEST_BAR_MS),
    }
    detail = {"GAN, paints": gan["paints"], "GAN, steps": gan["steps"], "classifier, paints": classifier["paints"]}
    return Result(gan["p99_ms"], "ms", P99_BAR_MS, {**detail, "classifier, steps": classifier["steps"]}, parts)


class Paints(QObject):
    """Notes when a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.at: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at.append(time.perf_counter())
        return False


def _figures(what: str) -> dict[str, object]:
    with driven(FIRST_SCENE) as driver:
        app = driver.application
        app.desk.on_action(f"workspace_{what}")
        driver.wait(lambda: app.settled)
        presenter: Any = app.workspaces.current
        if what == "gan":
            for layer in ("manifold", "gradients", "networks"):
                presenter.on_action(layer)
        else:
            # Long enough never to end while it is measured.
            presenter.change("epochs", "1000")
            driver.wait(lambda: app.settled)
        presenter.on_action("play")
        # The first second compiles kernels and makes fonts.
        driver.rest(1.5)
        if what == "train":
            # It learns while the class looks at Explore.
            app.desk.on_action("workspace_explore")
            driver.rest(0.5)
        canvases = [canvas for canvas in app.window.findChildren(PlaneCanvas) if canvas.isVisible()]
        widget: QWidget = canvases[0] if what == "gan" else app.view.stage.wall
        paints, timer = Paints(widget), QTimer(app.window)
        timer.timeout.connect(widget.update)
        timer.start(TICK_MS)
        first = presenter.frame.step
        driver.rest(WATCH_S)
        timer.stop()
        if what == "train":
            app.desk.on_action("workspace_train")
            driver.rest(1.0)
        steps = presenter.frame.step - first
    gaps = sorted(1000 * (later - earlier) for earlier, later in pairwise(paints.at))
    return {
        "p99_ms": round(gaps[min(len(gaps) - 1, round(0.99 * len(gaps)))], 1),
        "longest_ms": round(gaps[-1], 1),
        "paints": len(paints.at),
        "steps": steps,
    }


if __name__ == "__main__":
    report(_figures(sys.argv[1]))
