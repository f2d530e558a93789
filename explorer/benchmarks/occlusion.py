"""How smoothly the heads follow a box that is dragged over the picture: the engine's whole answer, and a bare pass."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from explorer.benchmarks.measure import Result, in_process, milliseconds, report
from explorer.engine.launch import engine_environment

CASES = (("googlenet", "", "96"), ("googlenet", "untrained", "224"), ("resnet50", "untrained", "224"))
BAR = 1.2
REPEATS, WARM_UP = 15, 3


def measure(repeats: int = REPEATS) -> Result:
    """Return the worst ratio of an answer to a bare forward pass; ``detail`` says how many frames a second that is."""
    environment = engine_environment(os.environ)
    figures = {
        f"{net} {size} px": in_process(__name__, net, weights, size, str(repeats), environment=environment)
        for net, weights, size in CASES
    }
    detail = {name: {key: one[key] for key in ("bare_ms", "frames a second")} for name, one in figures.items()}
    parts = {f"{name} answer / bare": (one["ratio"], BAR) for name, one in figures.items()}
    return Result(max(one["ratio"] for one in figures.values()), "×", BAR, detail, parts)


def _figures(net: str, weights: str, size: int, repeats: int) -> dict[str, Any]:
    import hashlib  # noqa: PLC0415
    import io  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.core.messages.explore import TraceRequest  # noqa: PLC0415
    from explorer.core.messages.where import OcclusionRequest, OcclusionResult  # noqa: PLC0415
    from explorer.core.resources import resource  # noqa: PLC0415
    from explorer.core.scene import Crop  # noqa: PLC0415
    from explorer.engine import wire  # noqa: PLC0415
    from explorer.engine.answers.context import Ask  # noqa: PLC0415
    from explorer.engine.answers.where import HANDLERS  # noqa: PLC0415
    from explorer.engine.session import Session  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415

    session = Session(WeightsStore.standard(os.environ))
    data = resource("images", "chelsea.png").read_bytes()
    picture = np.frombuffer(data, np.uint8)
    key = hashlib.sha256(data).hexdigest()
    trace = session.trace(TraceRequest(net, weights, key, "chelsea.png", picture, size=size), lambda: False)
    run = session.newest(trace.trace)
    if not run.net.loaded.trained_heads:
        # An untrained head would not be run at all, and the measure is of one that is.
        run.net.loaded = _as_if_trained(run.net.loaded)
    ask = Ask(lambda: False, lambda *_: None)

    def bare() -> None:
        with torch.inference_mode():
            run.net.loaded.module(run.net_input)

    def answer(turn: int) -> None:
        box = Crop(0.02 * (turn % 40), 0.3, 0.2)
        reply = HANDLERS[OcclusionRequest](session, OcclusionRequest(trace.trace, box), ask)
        assert isinstance(reply, OcclusionResult)
        wire.write(io.BytesIO(), 1, reply)

    took: list[tuple[float, float]] = []
    for turn in range(WARM_UP + repeats):
        start = time.perf_counter()
        bare()
        between = time.perf_counter()
        answer(turn)
        if turn >= WARM_UP:
            took.append((between - start, time.perf_counter() - between))
    bare_s, answer_s = (statistics.median(column) for column in zip(*took, strict=True))
    return {
        "ratio": round(answer_s / bare_s, 3),
        "bare_ms": milliseconds(bare_s),
        "frames a second": round(1 / answer_s, 1),
    }


def _as_if_trained(loaded: Any) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    from explorer.nets.weights.loading import heads_of  # noqa: PLC0415

    return replace(loaded, trained_heads=heads_of(loaded.module))


if __name__ == "__main__":
    report(_figures(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
