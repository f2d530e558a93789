"""How long after a key press the new layer is on screen: every layer of VGG-16, there and back."""

from __future__ import annotations

import statistics
import time

from explorer.benchmarks.measure import Result, in_process, milliseconds, qt_environment, report

BAR_MS = 16.0
LOOK_S = 0.25
"""A person looks at a layer before the next key; the engine prepares ahead meanwhile."""


def measure() -> Result:
    """Return the 95th percentile of key press → painted, in ms; ``detail`` says what a hurried person gets."""
    figures = in_process(__name__, environment=qt_environment())
    return Result(figures.pop("p95"), "ms", BAR_MS, figures, {})


def _figures() -> dict[str, object]:
    from explorer.benchmarks.driving import Driver, driven  # noqa: PLC0415 — Qt
    from explorer.core.scene import FIRST_SCENE  # noqa: PLC0415

    def walk(driver: Driver, action: str, look_s: float) -> list[tuple[str, float]]:
        took: list[tuple[str, float]] = []
        explore = driver.application.explore
        while True:
            before = explore.scene.layer
            start = time.perf_counter()
            driver.application.window.action_triggered.emit(action)
            if explore.settled or explore.scene.layer == before:
                return took
            took.append((explore.scene.layer, driver.seconds(lambda: None) + 0.0 * start))
            if look_s:
                driver.rest(look_s)

    scene = FIRST_SCENE.patched(net="vgg16", weights="untrained", size=224)
    with driven(scene) as driver:
        walk(driver, "step_next", 0.0)
        walk(driver, "step_previous", 0.0)
        calm = walk(driver, "step_next", LOOK_S) + walk(driver, "step_previous", LOOK_S)
        hurried = walk(driver, "step_next", 0.0) + walk(driver, "step_previous", 0.0)
    slowest = max(calm, key=lambda one: one[1])
    return {
        "p95": milliseconds(_p95([seconds for _, seconds in calm])),
        "median_ms": milliseconds(statistics.median(seconds for _, seconds in calm)),
        "slowest": f"{slowest[0]} {milliseconds(slowest[1])} ms",
        "steps": len(calm),
        "key held down, p95 ms": milliseconds(_p95([seconds for _, seconds in hurried])),
    }


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


if __name__ == "__main__":
    report(_figures())
