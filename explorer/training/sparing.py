"""Keeps what is shown from slowing down what is learned."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 1 / 30


class Sparing:
    """Work that may take a small share of the time: after it was done, it is not due for thirty times as long.

    Parameters
    ----------
    clock : callable
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = float("-inf")

    @property
    def due(self) -> bool:
        return self._clock() >= self._next

    @contextmanager
    def working(self) -> Iterator[None]:
        """Do the work in here."""
        start = self._clock()
        try:
            yield
        finally:
            end = self._clock()
            self._next = end + (end - start) / SHARE
