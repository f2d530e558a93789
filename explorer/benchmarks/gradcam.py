"""What Grad-CAM costs while stepping: the way back from a head to a layer, beside a bare forward pass."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from explorer.benchmarks.measure import Result, in_process, milliseconds, report
from explorer.engine.launch import engine_environment

NETS = ("googlenet", "resnet50", "vgg16")
MIDDLES = {"googlenet": "inception4c", "resnet50": "layer3.0", "vgg16": "relu3_3"}
LAST_BAR, MIDDLE_BAR, FIRST_BAR = 0.5, 2.0, 4.0
REPEATS, WARM_UP = 9, 2
SIZE_PX = 224


def measure(nets: tuple[str, ...] = NETS, repeats: int = REPEATS) -> Result:
    """Return the worst ratio at the last maps; ``parts`` hold those at half depth and at the first convolution."""
    environment = engine_environment(os.environ)
    figures = {net: in_process(__name__, net, str(repeats), environment=environment) for net in nets}
    parts: dict[str, tuple[float, float]] = {}
    for net, one in figures.items():
        parts[f"{net} middle / bare"] = one["middle"], MIDDLE_BAR
        parts[f"{net} first / bare"] = one["first"], FIRST_BAR
    detail = {net: {key: one[key] for key in ("bare_ms", "last", "last_ms")} for net, one in figures.items()}
    return Result(max(one["last"] for one in figures.values()), "×", LAST_BAR, detail, parts)


def _figures(net: str, repeats: int) -> dict[str, Any]:
    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.methods.gradcam import grad_cam  # noqa: PLC0415
    from explorer.methods.gradient import Target, last_maps  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.nets.weights.loading import load  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415
    from explorer.tracing.forward import TracedNet, run  # noqa: PLC0415

    spec = catalog.find(net)
    loaded = load(WeightsStore.standard(os.environ), spec, "untrained")
    traced = TracedNet(loaded.module, spec.name, SIZE_PX, spec.labels)
    picture = torch.randn(1, 3, SIZE_PX, SIZE_PX, generator=torch.Generator().manual_seed(0))
    activations = run(traced, picture)
    target = Target("main", "", 7, 0.0)
    middle = traced.graph.find(MIDDLES[net])
    assert middle is not None
    first = next(layer.name for layer in traced.graph.layers if layer.kind == "convolution")
    layers = {"last": last_maps(traced, "main"), "middle": middle.output, "first": first}

    def bare() -> object:
        with torch.inference_mode():
            return loaded.module(picture)

    took: dict[str, list[float]] = {name: [] for name in ("bare", *layers)}
    for turn in range(WARM_UP + repeats):
        seconds = {"bare": _seconds(bare)}
        for name, layer in layers.items():
            seconds[name] = _seconds(lambda layer=layer: grad_cam(traced, activations, layer, target))  # type: ignore[misc]
        if turn >= WARM_UP:
            for name, one in seconds.items():
                took[name].append(one)
    medians = {name: statistics.median(times) for name, times in took.items()}
    ratios = {name: round(medians[name] / medians["bare"], 3) for name in layers}
    return {**ratios, "bare_ms": milliseconds(medians["bare"]), "last_ms": milliseconds(medians["last"])}


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    report(_figures(sys.argv[1], int(sys.argv[2])))
