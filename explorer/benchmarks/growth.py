"""How the cost grows: with the layers of a net, the pixels of a picture, and the channels of a wall."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from explorer.benchmarks.measure import Result, in_process, milliseconds, report
from explorer.engine.launch import engine_environment

BAR = 1.25
"""What a layer, a pixel or a channel may cost of many, over what it costs of few: 1 is a straight line through 0."""

REPEATS, WARM_UP = 9, 2
NETS, NET_PX = ("resnet20", "resnet56"), 128
SIDES_PX = (224, 448, 896)
CHANNELS, MAP_PX = (64, 256, 1024), 56


def measure() -> Result:
    """Return the worst ratio; each way of growing is a part."""
    figures = in_process(__name__, environment=engine_environment(os.environ))
    ratios = {name: figures[name].pop("ratio") for name in ("layers", "pixels", "channels")}
    return Result(max(ratios.values()), "×", BAR, figures, {name: (ratio, BAR) for name, ratio in ratios.items()})


def _figures() -> dict[str, Any]:
    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.methods.wall import make_wall  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.nets.weights.loading import load  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415
    from explorer.tracing.forward import TracedNet, run  # noqa: PLC0415

    store = WeightsStore.standard(os.environ)

    def passes(net: str, side: int) -> tuple[Callable[[], object], int]:
        spec = catalog.find(net)
        traced = TracedNet(load(store, spec, "untrained").module, spec.name, side, spec.labels)
        picture = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(0))
        return lambda: run(traced, picture), len(traced.graph.layers)

    def wall(channels: int) -> Callable[[], object]:
        maps = torch.randn(channels, MAP_PX, MAP_PX, generator=torch.Generator().manual_seed(0))
        return lambda: make_wall(maps, "maps", "channel", "index", 16 / 9)

    layers = [passes(net, NET_PX) for net in NETS]
    figures = {
        "layers": _growth({count: work for work, count in layers}),
        "pixels": _growth({side**2: passes("googlenet", side)[0] for side in SIDES_PX}),
    }
    with torch.inference_mode():
        return figures | {"channels": _growth({count: wall(count) for count in CHANNELS})}


def _growth(work: dict[int, Callable[[], object]]) -> dict[str, Any]:
    """Return ms by size, in turns, and the largest cost of a unit over that at the least size."""
    took: dict[int, list[float]] = {size: [] for size in work}
    for turn in range(WARM_UP + REPEATS):
        for size, one in work.items():
            start = time.perf_counter()
            one()
            if turn >= WARM_UP:
                took[size].append(time.perf_counter() - start)
    each = {size: statistics.median(times) for size, times in took.items()}
    first = min(each)
    ratio = max((seconds / size) / (each[first] / first) for size, seconds in each.items())
    return {**{f"{size:,}": milliseconds(seconds) for size, seconds in each.items()}, "ratio": round(ratio, 3)}


if __name__ == "__main__":
    report(_figures())
