"""What a plot does to numbers before it draws them: smoothing, thinning, and logarithms. No Qt in here."""

from __future__ import annotations

import math

import numpy as np


def finite_or_nan(y: np.ndarray) -> np.ndarray:
    """Return the values as float64, infinite ones as NaN: both are gaps."""
    values = np.asarray(y, np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def logarithms(y: np.ndarray) -> np.ndarray:
    """Return log10 of positive values; NaN (a gap) for the rest, which a logarithmic axis cannot show."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y > 0, np.log10(np.where(y > 0, y, 1.0)), np.nan)


def trailing_mean(y: np.ndarray, window: int) -> np.ndarray:
    """Return the mean of the last ``window`` values at every place; gaps stay gaps and count for nothing.

    It looks back only, so that a smoothed curve never knows of a collapse before it has happened.
    """
    values = finite_or_nan(y)
    if window <= 1 or values.size == 0:
        return values
    known = np.isfinite(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    ends = np.arange(1, values.size + 1)
    starts = np.maximum(0, ends - window)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (sums[ends] - sums[starts]) / (counts[ends] - counts[starts])
    return np.where(known, mean, np.nan)


def values_within(x: np.ndarray, window: int) -> int:
    """Return how many values of a curve lie within so many steps: a curve may be measured only now and then."""
    if x.size < 2 or window <= 1:
        return 1
    return max(1, round(window / float(np.median(np.diff(x[-64:])))))


def thinned(x: np.ndarray, y: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at most four points a column of pixels that draw the same line: first, lowest, highest and last.

    A column without any value is a gap (NaN). Spikes are never lost, which plain striding would do.
    """
    if x.size <= 4 * columns or columns < 1:
        return np.asarray(x, np.float64), y
    size = -(-x.size // columns)
    rows = -(-x.size // size)
    missing = rows * size - x.size
    padded = np.concatenate((y, np.full(missing, np.nan))).reshape(rows, size)
    known = np.isfinite(padded)
    low = np.where(known, padded, np.inf).argmin(1)
    high = np.where(known, padded, -np.inf).argmax(1)
    last = np.full(rows, size - 1)
    last[-1] -= missing
    chosen = np.sort(np.stack((np.zeros(rows, np.int64), low, high, last), 1), axis=1)
    flat = (chosen + np.arange(rows)[:, None] * size).reshape(-1)
    flat = np.minimum(flat, x.size - 1)
    return np.asarray(x, np.float64)[flat], y[flat]


def strided(x: np.ndarray, y: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one or two points a column of pixels, the last point among them: enough for a line without spikes."""
    stride = max(1, x.size // max(1, columns))
    first = max(0, x.size - 1) % stride
    return x[first::stride], y[first::stride]


def nearest_index(x: np.ndarray, at: float) -> int:
    """Return the place of the value of ascending ``x`` nearest to ``at``; -1 where there is none."""
    if x.size == 0:
        return -1
    right = int(np.searchsorted(x, at))
    if right == 0:
        return 0
    if right == x.size:
        return x.size - 1
    return right if x[right] - at < at - x[right - 1] else right - 1


def value_range(values: list[np.ndarray]) -> tuple[float, float]:
    """Return lowest and highest finite value with some air; (0, 1) where there is none."""
    finite = [part[np.isfinite(part)] for part in values]
    finite = [part for part in finite if part.size]
    if not finite:
        return 0.0, 1.0
    low = min(float(part.min()) for part in finite)
    high = max(float(part.max()) for part in finite)
    air = 0.06 * (high - low) or abs(high) / 2 or 1.0
    return low - air, high + air


_DIGITS = (range(1, 10), (1, 2, 5), (1, 3), (1,))


def log_marks(low: float, high: float, most: int) -> list[float]:
    """Return the logarithms (base 10) of round values between two logarithms: at most ``most``, where there are any."""
    if high - low < 0.5:
        # A small part of a decade: evenly, as on a linear axis.
        first, last = 10**low, 10**high
        step = _round_above(max((last - first) / max(1, most), 1e-12 * last))
        return [math.log10(n * step) for n in range(math.ceil(first / step), math.floor(last / step) + 1)]
    decades = range(math.floor(low), math.ceil(high) + 1)
    for digits in _DIGITS:
        marks = [decade + math.log10(digit) for decade in decades for digit in digits]
        marks = [mark for mark in marks if low <= mark <= high]
        if len(marks) <= most:
            return marks
    every = math.ceil(len(marks) / max(1, most))
    return [mark for mark in marks if round(mark) % every == 0]


def _round_above(value: float) -> float:
    """Return the next of 1, 2, 5, 10 … times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= 0.999999 * value)
