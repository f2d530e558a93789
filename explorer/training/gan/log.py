"""What was measured while a GAN learned, in bounded memory."""

from __future__ import annotations

import io

import numpy as np

from explorer.core.messages.gan import CURVES, Curves

MOST_ROWS = 16_384
EVALUATE_EVERY = 64
"""Distances are measured at multiples of this: a power of two, so that thinning keeps them."""


class CurveLog:
    """One row a step; when the room is full every second row goes, and from then on only every second comes in.

    ``era`` rises whenever rows that were given out are no longer there.
    """

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._steps = np.zeros(most_rows, np.int64)
        self._values = np.full((most_rows, len(CURVES)), np.nan, np.float32)
        self._count = 0
        self._stride = 1
        self.era = 0

    def __len__(self) -> int:
        return self._count

    def wants(self, step: int) -> bool:
        return step % self._stride == 0

    def evaluates(self, step: int) -> bool:
        """Whether the distances are to be measured at this step."""
        return step % max(EVALUATE_EVERY, self._stride) == 0

    def add(self, step: int, row: tuple[float, ...]) -> None:
        """Write a row in the order of CURVES; what is missing at its end was not measured."""
        if not self.wants(step):
            return
        if self._count == len(self._steps):
            self._thin()
            if not self.wants(step):
                return
        self._steps[self._count] = step
        self._values[self._count] = np.nan
        self._values[self._count, : len(row)] = row
        self._count += 1

    def since(self, step: int) -> Curves:
        """Return the rows from a step on, that step included."""
        first = int(np.searchsorted(self._steps[: self._count], step))
        return Curves(self._steps[first : self._count].copy(), self._values[first : self._count].copy())

    def drop_after(self, step: int) -> None:
        """Forget the rows after a step."""
        self._count = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        self.era += 1

    def clear(self) -> None:
        self._count, self._stride = 0, 1
        self.era += 1

    def csv(self) -> bytes:
        """Return all rows as CSV with a header; what was not measured is empty."""
        out = io.StringIO()
        out.write(",".join(("step", *CURVES)) + "\r\n")
        for step, row in zip(self._steps[: self._count], self._values[: self._count], strict=True):
            out.write(",".join((str(step), *("" if np.isnan(value) else f"{value:.9g}" for value in row))) + "\r\n")
        return out.getvalue().encode("ascii")

    def _thin(self) -> None:
        self._stride *= 2
        keep = np.flatnonzero(self._steps[: self._count] % self._stride == 0)
        self._steps[: len(keep)] = self._steps[keep]
        self._values[: len(keep)] = self._values[keep]
        self._count = len(keep)
        self.era += 1
