"""What watching costs: training steps a second with the window animating, over the same engine alone."""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from explorer.benchmarks.measure import Result, in_process, qt_environment, report

if TYPE_CHECKING:
    from explorer.benchmarks.driving import Driver

BAR = 1 / 0.95
WARM_UP_S = 1.5
TURNS = {"gan": (9, 3.0), "train": (3, 6.0)}
"""How many times both are measured by turns, and for how many seconds: a step of the GAN takes less than a thousandth,
and the machine's own speed goes up and down by more than what is measured."""


def measure() -> Result:
    """Return steps a second alone over those while watched: lower is better; for the GAN, and for a classifier."""
    gan = in_process(__name__, "gan", environment=qt_environment())
    classifier = in_process(__name__, "train", environment=qt_environment())
    detail = {
        "GAN, steps/s alone": gan["alone"],
        "GAN, steps/s watched": gan["watched"],
        "classifier, steps/s alone": classifier["alone"],
        "classifier, steps/s watched": classifier["watched"],
    }
    return Result(gan["ratio"], "", BAR, detail, {"classifier": (classifier["ratio"], BAR)})


class Alone:
    """An engine that trains while nobody asks it anything."""

    def __init__(self, start: Any, control: type, frame: Any) -> None:
        from explorer.engine.launch import engine_command, launch  # noqa: PLC0415

        self._process = launch(engine_command(runs=True))
        self._control, self._frame = control, frame
        self._read()
        self._ask(start)
        while getattr(self._ask(frame), "phase", "") == "reading":
            time.sleep(0.05)

    def speed(self, seconds: float) -> float:
        """Return steps a second."""
        self._ask(self._control("play"))
        time.sleep(WARM_UP_S)
        first, began = self._ask(self._frame).step, time.perf_counter()
        time.sleep(seconds)
        last, ended = self._ask(self._frame).step, time.perf_counter()
        self._ask(self._control("pause"))
        return float(last - first) / (ended - began)

    def close(self) -> None:
        """End the engine."""
        cast(BinaryIO, self._process.stdin).close()
        self._process.wait(10)
        cast(BinaryIO, self._process.stdout).close()

    def _ask(self, request: Any) -> Any:
        from explorer.engine import wire  # noqa: PLC0415

        wire.write(cast(BinaryIO, self._process.stdin), 1, request)
        return self._read()

    def _read(self) -> Any:
        from explorer.engine import wire  # noqa: PLC0415

        return wire.read_reply(cast(BinaryIO, self._process.stdout))[1]


def watched_speed(driver: Driver, seconds: float) -> float:
    """Return steps a second while the window shows them."""
    presenter: Any = driver.application.workspaces.current

    def step() -> int:
        return int(presenter.frame.step)

    presenter.on_action("play")
    driver.rest(WARM_UP_S)
    first, began = step(), time.perf_counter()
    driver.rest(seconds)
    last, ended = step(), time.perf_counter()
    presenter.on_action("play")
    driver.rest(0.5)
    return (last - first) / (ended - began)


def _figures(what: str) -> dict[str, object]:
    from explorer.benchmarks.driving import driven  # noqa: PLC0415 — Qt
    from explorer.core.messages import gan, training  # noqa: PLC0415
    from explorer.core.scene import FIRST_SCENE  # noqa: PLC0415

    alone, watched = [], []
    with driven(FIRST_SCENE) as driver:
        app = driver.application
        app.desk.on_action(f"workspace_{what}")
        driver.wait(lambda: app.settled)
        presenter: Any = app.workspaces.current
        if what == "gan":
            for layer in ("manifold", "gradients", "networks"):
                presenter.on_action(layer)
            other = Alone(gan.StartGan(presenter.scene), gan.GanControl, gan.GanFrameRequest())
        else:
            # Long enough never to end while it is measured.
            presenter.change("epochs", "1000")
            driver.wait(lambda: app.settled)
            other = Alone(training.StartTraining(presenter.scene), training.TrainControl, _quiet(training))
        try:
            turns, seconds = TURNS[what]
            for _ in range(turns):
                alone.append(other.speed(seconds))
                watched.append(watched_speed(driver, seconds))
        finally:
            other.close()
    return {
        "ratio": round(statistics.median(a / b for a, b in zip(alone, watched, strict=True)), 3),
        "alone": round(statistics.median(alone), 2),
        "watched": round(statistics.median(watched), 2),
    }


def _quiet(training: Any) -> Any:
    """Return a request for a frame without pictures."""
    return training.TrainFrameRequest(want=())


if __name__ == "__main__":
    report(_figures(sys.argv[1]))
