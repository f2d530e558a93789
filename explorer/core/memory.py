"""What a process does with memory that it no longer needs."""

from __future__ import annotations

import contextlib
import ctypes
import sys

# From glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -2, -3, -4
_LARGEST_THRESHOLD_BYTES = 32 * 1024 * 1024
_PAD_BYTES = 16 * 1024 * 1024

TRAINING_KEEPS_BYTES = 2 * 1024**3
"""What a training keeps of its freed memory for the next step."""


def keep_freed_memory(at_most: int, *, even_large: bool = False) -> bool:
    """Have freed memory kept for the next time instead of handed back to the kernel; return whether that was possible.

    Pictures, maps and gradients are as large the next time. Where glibc gives their memory back, the kernel has to
    clear every page of it again: that is a fifth of GoogLeNet's training, and a sixth of the painting of a wall.

    Parameters
    ----------
    at_most : int
        So many bytes at the end of the heap are kept, at most 2 GiB − 1.
    even_large : bool
        Whether blocks above 32 MiB, too, are taken from the heap: for a process whose blocks come back again and again.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    settings = [
        (_TRIM_THRESHOLD, min(at_most, 2**31 - 1)),
        (_TOP_PAD, _PAD_BYTES),
        (_MMAP_THRESHOLD, _LARGEST_THRESHOLD_BYTES),
    ]
    if even_large:
        settings.append((_MMAP_MAX, 0))
    taken = [mallopt(name, value) for name, value in settings]
    return all(taken)


def hand_freed_memory_back() -> None:
    """Give the kernel what is free now in spite of :func:`keep_freed_memory`; about a millisecond.

    For when something large has gone for good: of memory kept for the next time, pieces between what still lives pile
    up with every change of the network.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
