"""What recording every layer costs: a traced pass beside a bare one, in the engine's environment."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from explorer.benchmarks.measure import Result, in_process, in_turns, milliseconds, report
from explorer.engine.launch import ENGINE_ENVIRONMENT, engine_environment

NETS = ("alexnet-tv", "vgg16", "googlenet", "resnet50")
BAR, PLAIN_BAR = 1.10, 1.0
REPEATS, WARM_UP = 15, 3
SIZE_PX = 224

_PLAIN = """
import sys, time, torch, torchvision
net, x = torchvision.models.resnet50(weights=None).eval(), torch.randn(1, 3, 224, 224)
print(flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    with torch.inference_mode():
        net(x)
    print(time.perf_counter() - start, flush=True)
"""


def measure(nets: tuple[str, ...] = NETS, repeats: int = REPEATS) -> Result:
    """Return the worst ratio of recorded to bare passes, batch 1, 224 px, medians of interleaved passes."""
    environment = engine_environment(os.environ)
    figures = {net: in_process(__name__, net, str(repeats), environment=environment) for net in nets}
    parts: dict[str, tuple[float, float]] = {}
    detail: dict[str, Any] = {
        net: {key: one[key] for key in ("bare_ms", "recorded_ms")} for net, one in figures.items()
    }
    if "resnet50" in figures:
        recorded, plain = _beside_a_script(environment, repeats)
        parts["resnet50 / plain script"] = round(recorded / plain, 3), PLAIN_BAR
        detail["resnet50 beside a plain script"] = {"recorded_ms": recorded, "script_ms": plain}
        detail["torchlens / bare, resnet50"] = figures["resnet50"]["torchlens"]
    parts |= {f"{net} recorded / bare": (one["ratio"], BAR) for net, one in figures.items()}
    return Result(max(one["ratio"] for one in figures.values()), "×", BAR, detail, parts)


def _beside_a_script(environment: Mapping[str, str], repeats: int) -> tuple[float, float]:
    """Return what recording ResNet-50 takes in the engine's environment, and what torchvision's own takes a script.

    Medians in ms; the two processes work in turns.
    """
    without = {name: value for name, value in os.environ.items() if name not in ENGINE_ENVIRONMENT}
    took = in_turns(
        {
            "recorded": ([sys.executable, "-m", __name__, "resnet50"], environment),
            "script": ([sys.executable, "-c", _PLAIN], without),
        },
        WARM_UP + repeats,
    )
    recorded, script = (milliseconds(statistics.median(took[name][WARM_UP:])) for name in ("recorded", "script"))
    return recorded, script


def _in_turns(net: str) -> None:
    """Record a pass for every line that is read; see :func:`explorer.benchmarks.measure.in_turns`."""
    record, _, _, _ = _passes(net)
    print(flush=True)
    for _ in sys.stdin:
        print(_seconds(record), flush=True)


def _passes(net: str) -> tuple[Callable[[], object], Callable[[], object], Any, Any]:
    """Return what records a pass, what only runs it, the network and its input."""
    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.nets.weights.loading import load  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415
    from explorer.tracing.forward import TracedNet, run  # noqa: PLC0415

    spec = catalog.find(net)
    loaded = load(WeightsStore.standard(os.environ), spec, "untrained")
    traced = TracedNet(loaded.module, spec.name, SIZE_PX, spec.labels)
    picture = torch.randn(1, 3, SIZE_PX, SIZE_PX, generator=torch.Generator().manual_seed(0))

    def bare() -> object:
        with torch.inference_mode():
            return loaded.module(picture)

    return lambda: run(traced, picture), bare, loaded.module, picture


def _figures(net: str, repeats: int) -> dict[str, Any]:
    record, bare, module, picture = _passes(net)
    took_bare: list[float] = []
    took_recorded: list[float] = []
    for turn in range(WARM_UP + repeats):
        first, second = _seconds(bare), _seconds(record)
        if turn >= WARM_UP:
            took_bare.append(first)
            took_recorded.append(second)
    return {
        "bare_ms": milliseconds(statistics.median(took_bare)),
        "recorded_ms": milliseconds(statistics.median(took_recorded)),
        "ratio": round(statistics.median(took_recorded) / statistics.median(took_bare), 3),
        "torchlens": _torchlens(module, picture, statistics.median(took_bare)) if net == "resnet50" else None,
    }


def _torchlens(module: Any, picture: Any, bare: float) -> float | str:
    """Return what the peer needs for the same, over the bare pass."""
    try:
        import torchlens  # noqa: PLC0415
    except ImportError:
        return "not installed"
    return round(_seconds(lambda: torchlens.trace(module, picture)) / bare, 1)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    # The result is dropped within the time: freeing what was recorded is part of the cost.
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    if len(sys.argv) > 2:
        report(_figures(sys.argv[1], int(sys.argv[2])))
    else:
        _in_turns(sys.argv[1])
