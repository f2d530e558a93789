"""How the feature maps of a layer stand on the wall."""

from __future__ import annotations

import math

import msgspec
import numpy as np

DATA_LEVELS = 255
"""Pixels 0 … 254 of a wall are data; 255 is the ground between the maps."""

GROUND = 255

_SMALLEST_TILE = 12
"""Maps of fewer values than this are drawn several pixels a value, so that a gap of one pixel stays thin."""

_GAP_SHARE = 0.02
_MOST_PIXELS = 2_500_000
"""Enlarging small maps never takes a wall beyond this: no screen shows more."""

_AS_GOOD_AS = 0.97
"""A layout that is only this much smaller than the largest is taken where it leaves fewer places empty."""


class WallLayout(msgspec.Struct, frozen=True):
    """Where each map stands: ``count`` tiles of ``height`` × ``width`` values, each value ``repeat`` pixels wide.

    Tiles fill the rows from left to right; ``gap`` pixels of ground lie between neighbours, none around the wall.
    """

    count: int
    height: int
    width: int
    columns: int
    repeat: int
    gap: int

    @property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    @property
    def tile_size(self) -> tuple[int, int]:
        """Height and width of one tile in pixels of the wall."""
        return self.height * self.repeat, self.width * self.repeat

    @property
    def pitch(self) -> tuple[int, int]:
        """Pixels from one tile to the next, down and to the right."""
        tall, wide = self.tile_size
        return tall + self.gap, wide + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the wall in pixels."""
        down, right = self.pitch
        return self.rows * down - self.gap, self.columns * right - self.gap

    def box(self, position: int) -> tuple[int, int, int, int]:
        """Return ``(top, left, height, width)`` of the tile at that position of the wall."""
        down, right = self.pitch
        row, column = divmod(position, self.columns)
        return row * down, column * right, *self.tile_size

    def at(self, y: float, x: float) -> tuple[int, int, int] | None:
        """Return ``(position, row, column)`` of the value under a pixel of the wall, or None on the ground."""
        down, right = self.pitch
        tile_row, inside_y = divmod(y, down)
        tile_column, inside_x = divmod(x, right)
        position = int(tile_row) * self.columns + int(tile_column)
        tall, wide = self.tile_size
        outside = y < 0 or x < 0 or inside_y >= tall or inside_x >= wide
        if outside or tile_column >= self.columns or position >= self.count:
            return None
        return position, int(inside_y // self.repeat), int(inside_x // self.repeat)


def fit(count: int, height: int, width: int, aspect: float) -> WallLayout:
    """Return the layout whose tiles are largest in a room of that ``aspect`` (width over height).

    Of layouts that are about as good, the one with the fullest last row is taken. Small maps are drawn several pixels
    a value, so that a gap of one pixel stays thin beside them.
    """
    longest = max(height, width)
    repeat = max(1, math.ceil(_SMALLEST_TILE / longest))
    while repeat > 1 and count * (longest * repeat + 1) ** 2 > _MOST_PIXELS:
        repeat -= 1
    gap = max(1, round(_GAP_SHARE * longest * repeat))
    tall, wide = height * repeat + gap, width * repeat + gap

    def scale(columns: int) -> float:
        rows = -(-count // columns)
        return min(aspect / (columns * wide - gap), 1.0 / (rows * tall - gap))

    def empty(columns: int) -> int:
        return -count % columns

    ideal = max(1, round(math.sqrt(count * aspect * tall / wide)))
    # The best number of columns is one that just reaches some number of rows: far from the ideal for narrow rooms.
    rows = max(1, round(count / ideal))
    near_rows = (-(-count // max(1, rows + step)) for step in range(-3, 4))
    candidates = {columns for columns in (*range(ideal - 4, ideal + 5), *near_rows) if 1 <= columns <= count}
    largest = max((scale(columns) for columns in candidates), default=0.0)
    good = sorted(columns for columns in candidates if scale(columns) >= _AS_GOOD_AS * largest)
    columns = min(good, key=lambda columns: (empty(columns), -scale(columns)), default=1)
    return WallLayout(count, height, width, columns, repeat, gap)


def retiled(pixels: np.ndarray, old: WallLayout, new: WallLayout) -> np.ndarray:
    """Return the wall (H, W) uint8 with the same maps in another layout.

    The layouts must agree in everything but ``columns`` and ``gap``. The result has the size of ``new``.
    """
    tiles = np.full((new.rows * new.columns, *new.tile_size), GROUND, np.uint8)
    tall, wide = new.tile_size
    down, right = old.pitch
    full = np.full((old.rows * down, old.columns * right), GROUND, np.uint8)
    full[: pixels.shape[0], : pixels.shape[1]] = pixels
    cells = full.reshape(old.rows, down, old.columns, right)[:, :tall, :, :wide]
    tiles[: new.count] = cells.transpose(0, 2, 1, 3).reshape(-1, tall, wide)[: new.count]
    down, right = new.pitch
    room = np.full((new.rows, down, new.columns, right), GROUND, np.uint8)
    room[:, :tall, :, :wide] = tiles.reshape(new.rows, new.columns, tall, wide).transpose(0, 2, 1, 3)
    height, width = new.size
    return np.ascontiguousarray(room.reshape(new.rows * down, new.columns * right)[:height, :width])
