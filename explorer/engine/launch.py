"""Starts the engine process with nothing but the standard library: it imports torch while the window imports Qt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

ENGINE_ENVIRONMENT = {
    # Without these glibc hands the activations' memory back to the kernel after every pass and faults it in again:
    # ResNet-50's traced pass then costs 1.5–1.9 bare ones.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(1024 * 1024 * 1024),
    "MALLOC_TOP_PAD_": str(64 * 1024 * 1024),
    # OpenMP's threads wait for each other by spinning. Where anything else wants a core (the window, a browser) the
    # spinner holds the core that the other thread needs; where it sleeps too soon, waking it costs more than the work.
    # ResNet-50, recorded on two cores that rested for 0.1 s before each pass, median ms:
    #                                   2000  4000  8000  12000  20000  (a plain script, OpenMP's own number)
    #   nothing else runs                 89    74    54     61     53    55
    #   one other process wants a core   109   124   153    174    216    1300 … 1800
    "GOMP_SPINCOUNT": "8000",
    "PYTHONUNBUFFERED": "1",
}


def engine_command(*, runs: bool = False) -> list[str]:
    """Return the command that starts the engine on this machine; ``runs`` for the one that trains."""
    return [sys.executable, "-m", "explorer.engine", *(["runs"] if runs else [])]


def engine_environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return the engine's environment: the person's own, with memory settings that suit it."""
    return {**base, **{name: value for name, value in ENGINE_ENVIRONMENT.items() if name not in base}}


def launch(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start an engine that speaks on stdin and stdout, and return at once."""
    return subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env=engine_environment(os.environ),
        # Ctrl-C in the terminal is the window's to handle, not the engine's.
        start_new_session=os.name == "posix",
    )
