"""Which levels of a wall the screen shows: rows and columns picked, and averaged where several share a pixel."""

from __future__ import annotations

import numpy as np

from explorer.core.maplayout import GROUND
from explorer.views.explore.placing import Samples

_BLOCK_ROWS = 64
"""So many rows are worked on at a time: they stay in the cache, which halves the time."""


def sampled(pixels: np.ndarray, rows: Samples, columns: Samples) -> np.ndarray:
    """Return the levels (rows, columns) uint8 that a screen shows; contiguous.

    Parameters
    ----------
    pixels : ndarray (H, W) uint8
    """
    first = min(int(taken.min()) for taken in columns.taken)
    last = max(int(taken.max()) for taken in columns.taken)
    part = pixels[:, first : last + 1]
    across = _Across([taken - first for taken in columns.taken], part.shape[1])
    top = int(rows.taken[0].min())
    row_span = int(rows.taken[-1].max()) - top + 1
    if row_span < len(rows.ground):
        # Enlarged: the costly pass over columns then runs on the few rows that there are.
        few = np.empty((row_span, len(columns.ground)), np.uint8)
        for start in range(0, row_span, _BLOCK_ROWS):
            lines = part[top + start : top + min(start + _BLOCK_ROWS, row_span)]
            across([lines], few[start : start + _BLOCK_ROWS])
        result = _mean([few[taken - top] for taken in rows.taken])
    else:
        result = np.empty((len(rows.ground), len(columns.ground)), np.uint8)
        for start in range(0, len(result), _BLOCK_ROWS):
            block = slice(start, start + _BLOCK_ROWS)
            across([part[taken[block]] for taken in rows.taken], result[block])
    if rows.ground.any():
        result[rows.ground] = GROUND
    return result


class _Across:
    """Averages lines and picks from the mean line what each pixel of the screen shows.

    To pick single columns takes longer than anything else here, and longer than to average whole lines. So where two
    samples a pixel are neighbours, the means of all two neighbours are made first and one of them picked.
    """

    def __init__(self, taken: list[np.ndarray], width: int) -> None:
        self._taken, self._width = taken, width
        apart = taken[1] - taken[0] if len(taken) == 2 else np.array([2])
        self._neighbours = taken[0] + width * apart if apart.min() >= 0 and apart.max() <= 1 else None

    def __call__(self, lines: list[np.ndarray], into: np.ndarray) -> None:
        """Write the picked columns of the mean of some blocks of lines (n, width) into (n, columns)."""
        if self._neighbours is not None:
            means = np.empty((len(lines[0]), 2 * self._width), np.uint8)
            means[:, : self._width] = mean = _mean(lines)
            means[:, self._width : -1] = _mean_of_two(mean[:, :-1], mean[:, 1:])
            means.take(self._neighbours, axis=1, out=into, mode="clip")
        elif len(self._taken) == 1:
            _mean(lines).take(self._taken[0], axis=1, out=into, mode="clip")
        else:
            mean = _mean(lines)
            into[...] = _mean([mean.take(taken, axis=1) for taken in self._taken])


def _mean(samples: list[np.ndarray]) -> np.ndarray:
    """Return the mean of one, two or four arrays of uint8, without wider numbers in between."""
    while len(samples) > 1:
        samples = [_mean_of_two(first, second) for first, second in zip(samples[::2], samples[1::2], strict=True)]
    return samples[0]


def _mean_of_two(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    # (a + b) / 2 = (a & b) + (a ^ b) / 2, which cannot overflow.
    half = first ^ second
    half >>= 1
    common = first & second
    common += half
    return np.asarray(common, dtype=np.uint8)
