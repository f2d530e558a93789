"""How long after its start the program has a window that answers."""

from __future__ import annotations

import statistics
import time

from explorer.benchmarks.measure import Result, in_process, in_script, qt_environment

BAR_S = 0.6
REPEATS = 5

_TORCH = """
import json, time
start = time.perf_counter()
import torch, torchvision
print(json.dumps({"seconds": time.perf_counter() - start}))
"""


def measure() -> Result:
    """Return the seconds from process start to a window painted and answering, warm, median of five."""
    took = []
    for turn in range(1 + REPEATS):
        start = time.time()
        figures = in_process("explorer.benchmarks.started", "window", environment=qt_environment())
        # The first start reads the files into the page cache.
        if turn:
            took.append(figures["window"] - start)
    detail = {"starts_s": [round(seconds, 3) for seconds in took], "import torch + torchvision s": import_torch()}
    return Result(round(statistics.median(took), 3), "s", BAR_S, detail, {})


def import_torch() -> float:
    """Return how long ``import torch, torchvision`` takes in a plain script, in seconds."""
    return round(float(in_script(_TORCH)["seconds"]), 3)
