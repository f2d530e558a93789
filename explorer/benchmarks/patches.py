"""How fast a folder is searched for strong patches: a picture read, run and remembered, beside a bare forward pass."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from explorer.benchmarks.measure import Result, in_process, milliseconds, report
from explorer.engine.launch import engine_environment

CASES = (("googlenet", "inception4c", "224"), ("vgg16", "relu5_3", "224"))
BAR = 1.5
ROUNDS = 3


def measure(rounds: int = ROUNDS) -> Result:
    """Return the worst ratio of bare passes a second to pictures a second; ``detail`` says both."""
    environment = engine_environment(os.environ)
    figures = {
        f"{net} {layer} {size} px": in_process(__name__, net, layer, size, str(rounds), environment=environment)
        for net, layer, size in CASES
    }
    parts = {f"{name}: bare passes / pictures": (one["ratio"], BAR) for name, one in figures.items()}
    detail = {name: {key: value for key, value in one.items() if key != "ratio"} for name, one in figures.items()}
    return Result(max(one["ratio"] for one in figures.values()), "×", BAR, detail, parts)


def _figures(net: str, layer: str, size: int, rounds: int) -> dict[str, Any]:
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.core.resources import resource  # noqa: PLC0415
    from explorer.methods.patch_index import PatchIndex  # noqa: PLC0415
    from explorer.methods.patches import Asked, find_patches, pictures_of  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.nets.weights.loading import load  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415
    from explorer.tracing.forward import TracedNet  # noqa: PLC0415

    spec = catalog.find(net)
    loaded = load(WeightsStore.standard(os.environ), spec, "untrained")
    traced = TracedNet(loaded.module, spec.name, size, spec.labels)
    step = traced.graph.find(layer)
    assert step is not None
    asked = Asked(traced, loaded.preprocess, "cpu", traced.graph.layer(step.output), 5, 9)
    pictures = pictures_of(str(resource("images", "")))
    view = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0))

    def bare() -> float:
        start = time.perf_counter()
        with torch.inference_mode():
            loaded.module(view)
        return time.perf_counter() - start

    bare()
    bares: list[float] = []
    searches: list[float] = []
    for turn in range(rounds):
        bares += [bare() for _ in range(5)]
        with tempfile.TemporaryDirectory() as folder:
            index = PatchIndex(Path(folder) / f"{turn}.npz", asked.layer.channels)
            start = time.perf_counter()
            for _ in find_patches(asked, pictures, index):
                pass
            searches.append((time.perf_counter() - start) / len(pictures))
    bare_s, picture_s = statistics.median(bares), statistics.median(searches)
    return {
        "ratio": round(picture_s / bare_s, 3),
        "bare_ms": milliseconds(bare_s),
        "bare passes a second": round(1 / bare_s, 1),
        "pictures a second": round(1 / picture_s, 1),
    }


if __name__ == "__main__":
    report(_figures(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
