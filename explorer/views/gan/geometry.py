"""Lines and shapes of the plane, as arrays. No Qt in here."""

from __future__ import annotations

import numpy as np

Bounds = tuple[float, float, float, float]
"""Left, right, bottom and top of the plane in its own coordinates."""

_SIDES = {
    # Corners inside (bit 0: bottom left, 1: bottom right, 2: top right, 3: top left) to the sides that are crossed;
    # sides: 0 bottom, 1 right, 2 top, 3 left.
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 2), (0, 1)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    10: ((3, 0), (1, 2)),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}


def contour(field: np.ndarray, level: float) -> np.ndarray:
    """Return the line at which a field has a value, as pieces (K, 2, 2): both ends, (x, y) as fractions of the field.

    Parameters
    ----------
    field : ndarray (rows, columns)
        Row 0 is the bottom; values lie in the middle of the cells.

    References
    ----------
    Lorensen, W., Cline, H.: Marching Cubes (1987), in two dimensions.
    """
    values = np.asarray(field, np.float64) - level
    rows, columns = values.shape
    corners = (values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1])
    code = np.zeros(corners[0].shape, np.int64)
    for bit, corner in enumerate(corners):
        code |= (corner > 0).astype(np.int64) << bit
    pieces = []
    for pattern, sides in _SIDES.items():
        row, column = np.nonzero(code == pattern)
        if row.size == 0:
            continue
        here = [corner[row, column] for corner in corners]
        for first, second in sides:
            ends = [_crossing(side, here, row, column) for side in (first, second)]
            pieces.append(np.stack(ends, 1))
    if not pieces:
        return np.zeros((0, 2, 2))
    return (np.concatenate(pieces) + 0.5) / np.array([columns, rows], np.float64)


def _crossing(side: int, corners: list[np.ndarray], row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Return where the field passes through 0 on a side of the cells, (n, 2) in columns and rows."""
    first, second = corners[side], corners[(side + 1) % 4]
    share = first / (first - second)
    x = {0: share, 1: np.ones_like(share), 2: 1 - share, 3: np.zeros_like(share)}[side]
    y = {0: np.zeros_like(share), 1: share, 2: np.ones_like(share), 3: 1 - share}[side]
    return np.stack((column + x, row + y), 1)


def to_pixels(points: np.ndarray, bounds: Bounds, place: tuple[float, float, float]) -> np.ndarray:
    """Return points of the plane in pixels; ``place`` is left, top and side of the square on screen."""
    left, right, bottom, top = bounds
    x0, y0, side = place
    result = np.empty(points.shape, np.float64)
    result[..., 0] = x0 + (points[..., 0] - left) / (right - left) * side
    result[..., 1] = y0 + (top - points[..., 1]) / (top - bottom) * side
    return result


def to_plane(x: float, y: float, bounds: Bounds, place: tuple[float, float, float]) -> tuple[float, float]:
    """Return a pixel's place on the plane; the inverse of :func:`to_pixels`."""
    left, right, bottom, top = bounds
    x0, y0, side = place
    return left + (x - x0) / side * (right - left), top - (y - y0) / side * (top - bottom)


def arrow_lines(start: np.ndarray, vector: np.ndarray, longest_px: float) -> np.ndarray:
    """Return arrows as pieces of line (K, 2, 2): shaft and two barbs each, the longest ``longest_px`` long.

    Parameters
    ----------
    start, vector : ndarray (N, 2)
        In pixels. Lengths keep their ratio, but the longest tenth is cut to one length: one outlier must not make
        all others dots.
    """
    length = np.hypot(vector[:, 0], vector[:, 1])
    known = np.isfinite(length) & (length > 0) & np.isfinite(start).all(1)
    start, vector, length = start[known], vector[known], length[known]
    if length.size == 0:
        return np.zeros((0, 2, 2))
    reference = np.quantile(length, 0.9)
    drawn = np.minimum(length / reference, 1.0) * longest_px
    unit = vector / length[:, None]
    end = start + unit * drawn[:, None]
    head = np.minimum(drawn * 0.45, 6.0)[:, None]
    across = np.stack((-unit[:, 1], unit[:, 0]), 1)
    barbs = [end - unit * head + across * head * turn for turn in (0.55, -0.55)]
    shafts = np.stack((start, end), 1)
    return np.concatenate((shafts, *(np.stack((end, barb), 1) for barb in barbs)))


def cells(grid: np.ndarray) -> np.ndarray:
    """Return the quadrilaterals between the knots of a grid (R, C, 2), as ((R−1)(C−1), 4, 2), row by row."""
    corners = (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1])
    return np.stack(corners, 2).reshape(-1, 4, 2)


def areas(quads: np.ndarray) -> np.ndarray:
    """Return the area of every quadrilateral (N, 4, 2), by Gauss's shoelace formula, never negative."""
    x, y = quads[..., 0], quads[..., 1]
    result: np.ndarray = np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2
    return result


def nearest(points: np.ndarray, at: tuple[float, float], within: float) -> int:
    """Return which of (N, 2) points is nearest to a place; -1 where none is nearer than ``within``."""
    if points.size == 0:
        return -1
    squared = ((points - np.asarray(at)) ** 2).sum(1)
    squared = np.where(np.isfinite(squared), squared, np.inf)
    best = int(squared.argmin())
    return best if squared[best] <= within * within else -1
