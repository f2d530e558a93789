"""How fast GoogLeNet learns at 96 px: what ``train`` runs beside a plain float32 script, two processes in turns."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Literal

from explorer.benchmarks.measure import Result, in_turns
from explorer.engine.launch import ENGINE_ENVIRONMENT

BARS = {"bfloat16": 0.5, "float32": 1.0}
"""Twice as fast where the processor computes in bfloat16; where it does not, at least as fast."""

SIZE_PX, BATCH = 96, 64
TURNS, WARM_UP = 10, 2

_PLAIN = """
import sys, time, torch, torchvision
from torch.nn.functional import cross_entropy
size, batch = int(sys.argv[1]), int(sys.argv[2])
net = torchvision.models.googlenet(weights=None, init_weights=False, aux_logits=True, num_classes=10).train()
optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
pictures, labels = torch.rand(batch, 3, size, size), torch.randint(0, 10, (batch,))
print(flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    optimiser.zero_grad()
    main, aux2, aux1 = net(pictures)
    loss = cross_entropy(main, labels) + 0.3 * cross_entropy(aux1, labels) + 0.3 * cross_entropy(aux2, labels)
    loss.backward()
    optimiser.step()
    loss.item()
    print(time.perf_counter() - start, flush=True)
"""
"""A step as every tutorial writes it: stochastic gradient descent, pictures ready in memory."""


def measure() -> Result:
    """Return the plain script's pictures a second over ours, medians of steps in turns."""
    without = {name: value for name, value in os.environ.items() if name not in ENGINE_ENVIRONMENT}
    took = in_turns(
        {
            "ours": ([sys.executable, "-m", __name__], without),
            "script": ([sys.executable, "-c", _PLAIN, str(SIZE_PX), str(BATCH)], without),
        },
        WARM_UP + TURNS,
    )
    ours, script = (BATCH / statistics.median(took[name][WARM_UP:]) for name in ("ours", "script"))
    detail = {
        "times as fast": round(ours / script, 2),
        "pictures/s": round(ours, 1),
        "plain script, pictures/s": round(script, 1),
        "precision": _precision(),
    }
    return Result(round(script / ours, 3), "×", BARS[_precision()], detail, {})


def _precision() -> Literal["float32", "bfloat16"]:
    """Return in which precision the modern recipe trains on this processor."""
    import torch  # noqa: PLC0415 — only where it is measured

    from explorer.training.job import computes_bfloat16  # noqa: PLC0415
    from explorer.training.recipes import MODERN  # noqa: PLC0415

    return MODERN.precision if computes_bfloat16(torch.device("cpu")) else "float32"


def _in_turns() -> None:
    """Do a step of ours for every line that is read; see :func:`explorer.benchmarks.measure.in_turns`."""
    import torch  # noqa: PLC0415

    from explorer.core.memory import TRAINING_KEEPS_BYTES, keep_freed_memory  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415
    from explorer.training.build import build_net  # noqa: PLC0415
    from explorer.training.classifier import ClassifierTraining  # noqa: PLC0415
    from explorer.training.data.dataset import DataSet, Pictures  # noqa: PLC0415
    from explorer.training.metrics import Arithmetic  # noqa: PLC0415
    from explorer.training.recipes import MODERN  # noqa: PLC0415
    from explorer.training.reports import Plan  # noqa: PLC0415

    keep_freed_memory(TRAINING_KEEPS_BYTES, even_large=True)
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (BATCH, 3, SIZE_PX, SIZE_PX), dtype=torch.uint8, generator=generator)
    pictures = Pictures(pixels, torch.randint(0, 10, (BATCH,), generator=generator))
    training = ClassifierTraining(
        build_net(catalog.find("googlenet"), 10, "standard", seed=0),
        DataSet("noise", tuple("0123456789"), pictures, pictures),
        MODERN,
        # As many epochs as leave every measured step at the full size.
        Plan(epochs=4 * (WARM_UP + TURNS), seed=0, size=SIZE_PX),
        Arithmetic(torch.device("cpu"), _precision(), MODERN.channels_last),
    )
    training.step = training.total_steps // 2
    print(flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        training.advance()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    _in_turns()
