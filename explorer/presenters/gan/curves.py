"""All that was measured of a run, as it arrives frame by frame."""

from __future__ import annotations

import numpy as np

from explorer.core.messages.gan import CURVES, Curves


class RunCurves:
    """Grows by the frames' new rows; a new era begins anew."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.era = -1
        self._steps = np.zeros(256, np.int64)
        self._values = np.zeros((256, len(CURVES)), np.float32)
        self._count = 0

    def take(self, curves: Curves, era: int) -> None:
        """Add what a frame brought."""
        if era != self.era:
            # Fresh arrays: films keep views of the old ones.
            self.clear()
            self.era = era
        # A frame may repeat rows that came before; only later ones are new.
        fresh = curves.steps > (self._steps[self._count - 1] if self._count else -1)
        steps, values = curves.steps[fresh], curves.values[fresh]
        needed = self._count + steps.size
        if needed > self._steps.size:
            room = max(needed, 2 * self._steps.size)
            self._steps = np.concatenate((self._steps[: self._count], np.zeros(room - self._count, np.int64)))
            blank = np.zeros((room - self._count, len(CURVES)), np.float32)
            self._values = np.concatenate((self._values[: self._count], blank))
        self._steps[self._count : needed] = steps
        self._values[self._count : needed] = values
        self._count = needed

    @property
    def steps(self) -> np.ndarray:
        return self._steps[: self._count]

    def of(self, name: str) -> np.ndarray:
        """Return the values of one of ``CURVES``."""
        return self._values[: self._count, CURVES.index(name)]

    def known(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return steps and values of a curve that is measured only now and then, without the steps between."""
        values = self.of(name)
        there = ~np.isnan(values)
        return self.steps[there], values[there]
