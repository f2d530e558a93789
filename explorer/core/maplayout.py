"""How the feature maps of a layer stand on the wall."""

from __future__ import annotations

import math

import msgspec

DATA_LEVELS = 255
"""Pixels 0 … 254 of a wall are data; 255 is the ground between the maps."""

GROUND = 255


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
    """Return the layout whose wall comes nearest to ``aspect`` (width over height) with the largest tiles.

    Small maps are drawn several pixels a value, so that a gap of one pixel stays thin beside them.
    """
    repeat = max(1, math.ceil(12 / max(height, width)))
    gap = max(1, round(0.03 * max(height, width) * repeat))
    tall, wide = height * repeat + gap, width * repeat + gap

    def scale(columns: int) -> float:
        rows = -(-count // columns)
        return min(aspect / (columns * wide), 1.0 / (rows * tall))

    ideal = max(1, round(math.sqrt(count * aspect * tall / wide)))
    candidates = range(max(1, ideal - 3), min(count, ideal + 4) + 1)
    columns = max(candidates, key=scale, default=1)
    return WallLayout(count, height, width, min(columns, count), repeat, gap)
