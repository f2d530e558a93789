"""How long after its start the program shows the sample picture's maps."""

from __future__ import annotations

import statistics
import time

from explorer.benchmarks.measure import Result, in_process, in_script, qt_environment

BAR = 1.5
REPEATS = 3

_BARE = """
import json, os, sys
import torch
from explorer.nets import catalog
spec = catalog.find("googlenet")
net = spec.build(10).eval()
with torch.inference_mode():
    net(torch.zeros(1, 3, 96, 96))
import time
print(json.dumps({"end": time.time()}))
"""


def measure() -> Result:
    """Return process start → maps over (import torch + one GoogLeNet pass at 96 px), interleaved, medians of three."""
    shown, bare = [], []
    for turn in range(1 + REPEATS):
        start = time.time()
        bare_end = in_script(_BARE)["end"]
        middle = time.time()
        figures = in_process("explorer.benchmarks.started", "ready", environment=qt_environment())
        if turn:
            bare.append(bare_end - start)
            shown.append(figures["ready"] - middle)
    seconds, base = statistics.median(shown), statistics.median(bare)
    detail = {"maps on screen s": round(seconds, 3), "import torch + one pass s": round(base, 3)}
    return Result(round(seconds / base, 3), "×", BAR, detail, {})
