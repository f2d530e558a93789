"""What drawing all channels of a layer costs: the engine's part (scale, quantise, tile) and the window's (paint).

The bars are milliseconds of one machine. Others are faster or slower, so both are divided by what matplotlib takes for
the same maps: here in the same run, there as it was noted with the bars.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.benchmarks.measure import MeasureFailed, Result, in_process, milliseconds, qt_environment, report

LARGE, LARGE_BAR_MS, BAR_MS = (64, 224, 224), 6.0, 3.0
MATPLOTLIB_MS = 565.0
"""What matplotlib took for ``LARGE`` where the bars were set: they hold for a machine on which it takes as long."""

REPEATS, PEER_REPEATS = 9, 3
VIEW_PX = (1234, 801)
"""The room that a window of 1920 × 1080 has for a wall, as its ``WallView`` says on VGG-16's layers."""


def measure() -> Result:
    """Return how long the slowest layer of 64 × 224 × 224 in VGG-16 takes, as a share of matplotlib's time for it.

    The slowest of the other layers is a part, as a share of the same time. Both are in ``detail`` in ms, too.

    Raises
    ------
    MeasureFailed
        Where matplotlib is not installed.
    """
    figures = in_process(__name__, environment=qt_environment())
    yardstick: float | None = figures["matplotlib_ms"]
    if yardstick is None:
        raise MeasureFailed("matplotlib, beside which it is measured, is not installed")

    def share(took_ms: float) -> float:
        return round(100 * took_ms / yardstick, 3)

    def bar(bar_ms: float) -> float:
        return round(100 * bar_ms / MATPLOTLIB_MS, 3)

    parts = {f"slowest other, {figures['other']}": (share(figures["other_ms"]), bar(BAR_MS))}
    return Result(share(figures["large_ms"]), "%", bar(LARGE_BAR_MS), figures, parts)


def _figures() -> dict[str, Any]:

    import torch  # noqa: PLC0415 — only the measuring process needs torch and Qt

    from explorer.core.colour import colour_table  # noqa: PLC0415
    from explorer.core.memory import keep_freed_memory  # noqa: PLC0415
    from explorer.methods.wall import make_wall  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.nets.weights.loading import load  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415
    from explorer.presenters.ports import WallShow  # noqa: PLC0415
    from explorer.tracing.forward import TracedNet, run  # noqa: PLC0415
    from explorer.tracing.statistics import describe  # noqa: PLC0415

    keep_freed_memory(1024**3)  # as engine and window do, each with as much as it needs
    spec = catalog.find("vgg16")
    module = load(WeightsStore.standard(os.environ), spec, "untrained").module
    traced = TracedNet(module, spec.name, 224, spec.labels)
    activations = run(traced, torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0)))
    aspect = VIEW_PX[0] / VIEW_PX[1]
    rows: dict[str, dict[str, float]] = {}
    shows: dict[str, WallShow] = {}
    colours = colour_table("viridis")
    with torch.inference_mode():
        for layer in traced.graph.layers:
            if layer.kind == "input":
                continue
            value = activations.get(layer.name)[0]
            whole = _median(partial(make_wall, value, layer.name, "channel", "index", aspect))
            counted = _median(partial(describe, value, (0.0, 0.0)))  # the wall knows its ends anyway
            shows[layer.name] = WallShow(make_wall(value, layer.name, "channel", "index", aspect), colours)
            rows[layer.name] = {"engine_ms": milliseconds(whole - counted), "statistics_ms": milliseconds(counted)}
        large = activations.get(next(layer.name for layer in traced.graph.layers if layer.shape == LARGE))[0]
        peers = _peers(large)
    _paint(shows, rows)
    totals = {name: row["engine_ms"] + row["paint_ms"] for name, row in rows.items()}
    big = {layer.name for layer in traced.graph.layers if layer.shape == LARGE}
    slowest = max(big, key=lambda name: totals[name])
    other = max(totals.keys() - big, key=lambda name: totals[name])
    return {
        "large": f"{slowest}: {rows[slowest]}",
        "large_ms": round(totals[slowest], 2),
        "other": other,
        "other_ms": round(totals[other], 2),
        "other_parts": rows[other],
        **peers,
        "layers": rows,
    }


def _paint(shows: dict[str, Any], rows: dict[str, dict[str, float]]) -> None:
    from explorer.app import make_application  # noqa: PLC0415
    from explorer.views.explore.wall_view import WallView  # noqa: PLC0415

    application = make_application([])
    view = WallView()
    view.resize(*VIEW_PX)
    view.show()
    application.processEvents()
    names = list(shows)
    for index, name in enumerate(names):
        took = []
        for _ in range(REPEATS):
            # Another wall in between: the same one again would find its texture made.
            view.show_wall(shows[names[index - 1]])
            view.repaint()
            start = time.perf_counter()
            view.show_wall(shows[name])
            view.repaint()
            took.append(time.perf_counter() - start)
        rows[name]["paint_ms"] = milliseconds(statistics.median(took))
    view.close()


def _peers(activation: Any) -> dict[str, float | None]:
    """Return what the same takes with the usual tools, in ms; None for one that is not installed."""
    peers: dict[str, float | None] = {"make_grid_ms": None, "matplotlib_ms": None}
    try:
        from torchvision.utils import make_grid  # noqa: PLC0415
    except ImportError:
        pass
    else:
        maps = activation.unsqueeze(1)
        peers["make_grid_ms"] = milliseconds(_median(lambda: make_grid(maps, normalize=True), PEER_REPEATS))
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        return peers

    def draw() -> None:
        figure = Figure(figsize=(VIEW_PX[0] / 100, VIEW_PX[1] / 100), dpi=100)
        canvas: Any = FigureCanvasAgg(figure)
        for position, one in enumerate(activation, start=1):
            axes = figure.add_subplot(6, 11, position)
            axes.imshow(one)
            axes.axis("off")
        canvas.draw()

    peers["matplotlib_ms"] = milliseconds(_median(draw, PEER_REPEATS))
    return peers


def _median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    took = []
    work()
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


if __name__ == "__main__":
    report(_figures())
