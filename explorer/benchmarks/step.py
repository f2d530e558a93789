"""How long after a key press the new layer is on screen: every layer of VGG-16, there and back."""

from __future__ import annotations

import statistics

from explorer.benchmarks.measure import Result, in_process, milliseconds, qt_environment, report

BAR_MS = 16.0
LOOK_S = 0.25
"""A person looks at a layer before the next key; the engine prepares ahead meanwhile."""


def measure() -> Result:
    """Return the 95th percentile of key press → painted, in ms.

    It is taken of a person who looks at each layer and of one who holds the key down; the worse of the two is judged.
    """
    figures = in_process(__name__, environment=qt_environment())
    return Result(max(figures["calm_p95_ms"], figures["held_p95_ms"]), "ms", BAR_MS, figures, {})


def _figures() -> dict[str, object]:
    from explorer.benchmarks.driving import Driver, driven  # noqa: PLC0415 — Qt
    from explorer.core.scene import FIRST_SCENE  # noqa: PLC0415

    def walk(driver: Driver, forwards: bool, look_s: float) -> list[tuple[str, float]]:
        took: list[tuple[str, float]] = []
        explore = driver.application.explore
        end = explore.all_steps()[-1 if forwards else 0].name
        while explore.shown is not None and explore.shown.step.name != end:
            onwards = "enter_block" if explore.shown.step.children else "step_next"
            action = onwards if forwards else "step_previous"
            seconds = driver.seconds(driver.action(action).trigger)
            took.append((explore.scene.layer, seconds))
            if look_s:
                driver.rest(look_s)
        return took

    scene = FIRST_SCENE.patched(net="vgg16", weights="untrained", size=224)
    with driven(scene) as driver:
        walk(driver, True, 0.0)
        walk(driver, False, 0.0)
        calm = walk(driver, True, LOOK_S) + walk(driver, False, LOOK_S)
        hurried = walk(driver, True, 0.0) + walk(driver, False, 0.0)
    slowest = max(calm + hurried, key=lambda one: one[1])
    return {
        "calm_p95_ms": milliseconds(_p95([seconds for _, seconds in calm])),
        "calm_median_ms": milliseconds(statistics.median(seconds for _, seconds in calm)),
        "held_p95_ms": milliseconds(_p95([seconds for _, seconds in hurried])),
        "held_median_ms": milliseconds(statistics.median(seconds for _, seconds in hurried)),
        "slowest": f"{slowest[0]} {milliseconds(slowest[1])} ms",
        "steps": len(calm) + len(hurried),
    }


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


if __name__ == "__main__":
    report(_figures())
