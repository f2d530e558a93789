"""Memory that was freed is there without the kernel's help."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer.core.memory import keep_freed_memory

SCRIPT = """
import resource
import numpy as np
from explorer.core.memory import keep_freed_memory

assert not {keep} or keep_freed_memory(2**30, even_large=True)
for _ in range(3):
    np.ones(40 * 1024 * 1024, np.uint8)  # freed at once
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    np.ones(40 * 1024 * 1024, np.uint8)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's malloc is asked for this")
def test_the_same_pages_come_back() -> None:
    def faults(keep: bool) -> int:
        script = SCRIPT.format(keep=keep)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        return int(done.stdout)

    # Pages may be large ones: what counts is that without it they are faulted in again each time.
    assert faults(keep=True) < 5 < faults(keep=False)


def test_elsewhere_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert keep_freed_memory(1024) is False
