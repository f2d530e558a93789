"""How fast GoogLeNet learns at 96 px: our training step beside a plain float32 loop, in turn, in one process."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from explorer.benchmarks.measure import Result, in_process, report
from explorer.engine.launch import engine_environment

BAR = 0.5
SIZE_PX, BATCH = 96, 64
ROUNDS, STEPS = 4, 4
"""In turn, some steps of each; the first ones of a round pay for the other's memory and are left out."""


def measure() -> Result:
    """Return the plain loop's pictures a second over ours, medians of rounds in turn."""
    detail = in_process(__name__, environment=engine_environment(os.environ))
    return Result(detail.pop("ratio"), "×", BAR, detail, {})


def _figures() -> dict[str, Any]:
    import torch  # noqa: PLC0415 — only the measuring process needs it

    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.training.build import build_net  # noqa: PLC0415
    from explorer.training.classifier import ClassifierTraining  # noqa: PLC0415
    from explorer.training.data import DataSet, Pictures  # noqa: PLC0415
    from explorer.training.job import computes_bfloat16  # noqa: PLC0415
    from explorer.training.metrics import Arithmetic  # noqa: PLC0415
    from explorer.training.recipes import MODERN  # noqa: PLC0415
    from explorer.training.reports import Plan  # noqa: PLC0415

    device = torch.device("cpu")
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (BATCH, 3, SIZE_PX, SIZE_PX), dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, 10, (BATCH,), generator=generator)
    pictures = Pictures(pixels, labels)
    data = DataSet("noise", tuple("0123456789"), pictures, pictures)
    precision = MODERN.precision if computes_bfloat16(device) else "float32"
    # As many epochs as leave every measured step at the full size.
    training = ClassifierTraining(
        build_net(catalog.find("googlenet"), 10, "standard", seed=0),
        data,
        MODERN,
        Plan(epochs=4 * ROUNDS * STEPS, seed=0, size=SIZE_PX),
        Arithmetic(device, precision, MODERN.channels_last),
    )
    training.step = training.total_steps // 2
    plain = _plain_step(build_net(catalog.find("googlenet"), 10, "standard", seed=0), pixels, labels)
    ours_s: list[float] = []
    plain_s: list[float] = []
    for _ in range(ROUNDS):
        ours_s += [_seconds(training.advance) for _ in range(STEPS)][1:]
        plain_s += [_seconds(plain) for _ in range(STEPS)][1:]
    ours, theirs = BATCH / statistics.median(ours_s), BATCH / statistics.median(plain_s)
    return {
        "ratio": round(theirs / ours, 3),
        "times as fast": round(ours / theirs, 2),
        "pictures/s": round(ours, 1),
        "plain loop, pictures/s": round(theirs, 1),
        "precision": precision,
        "threads": torch.get_num_threads(),
    }


def _plain_step(net: Any, pixels: Any, labels: Any) -> Callable[[], object]:
    """Return a step as every tutorial writes it: float32, stochastic gradient descent, pictures ready in memory."""
    import torch  # noqa: PLC0415
    from torch.nn import functional as F  # noqa: PLC0415

    optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    pictures = pixels.float() / 255

    def step() -> object:
        optimiser.zero_grad()
        logits = net(pictures)
        loss = F.cross_entropy(logits["main"], labels)
        loss = loss + 0.3 * F.cross_entropy(logits["aux1"], labels) + 0.3 * F.cross_entropy(logits["aux2"], labels)
        torch.autograd.backward(loss)
        optimiser.step()
        return loss.item()

    return step


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    report(_figures())
