"""What taking one value apart costs: arrow keys must move the microscope as fast as a hand does."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from explorer.benchmarks.measure import Result, in_process, milliseconds, report
from explorer.engine.launch import engine_environment

NETS = ("vgg16", "googlenet", "resnet50", "alexnet")
BAR_MS = 5.0
RATIO_BAR = 0.25
PICKS = 7
"""Neighbouring pixels a layer, as under an arrow key that is held down; the first warms up."""


def measure(nets: tuple[str, ...] = NETS) -> Result:
    """Return ms for a pick in the slowest layer of several networks; a pick over a bare forward pass is a part."""
    environment = engine_environment(os.environ)
    figures = {net: in_process(__name__, net, environment=environment) for net in nets}
    parts = {f"{net}: slowest pick / bare forward pass": (one["ratio"], RATIO_BAR) for net, one in figures.items()}
    return Result(max(one["slowest_ms"] for one in figures.values()), "ms", BAR_MS, figures, parts)


def _figures(net: str) -> dict[str, Any]:
    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.methods.microscope import Microscope  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.nets.weights.loading import load  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415
    from explorer.tracing.forward import TracedNet, run  # noqa: PLC0415

    spec = catalog.find(net)
    module = load(WeightsStore.standard(os.environ), spec, "untrained").module
    size = spec.default_preprocess.size
    traced = TracedNet(module, spec.name, size, spec.labels)
    picture = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0))
    activations = run(traced, picture)
    look = Microscope(traced, activations, traced.graph.heads).look
    picks: dict[str, float] = {}
    for layer in traced.graph.layers:
        rows, columns = layer.map_size
        took = []
        for number in range(PICKS):
            start = time.perf_counter()
            look("", layer.name, layer.channels // 2, (rows // 2, (columns // 2 + number) % columns))
            took.append(time.perf_counter() - start)
        picks[layer.name] = statistics.median(took[1:])
    bare = []
    with torch.inference_mode():
        for _ in range(PICKS):
            start = time.perf_counter()
            module(picture)
            bare.append(time.perf_counter() - start)
    slowest = max(picks, key=lambda name: picks[name])
    return {
        "slowest": slowest,
        "slowest_ms": milliseconds(picks[slowest]),
        "median_ms": milliseconds(statistics.median(picks.values())),
        "bare_ms": milliseconds(statistics.median(bare[1:])),
        "ratio": round(picks[slowest] / statistics.median(bare[1:]), 4),
    }


if __name__ == "__main__":
    report(_figures(sys.argv[1]))
