"""Where a wall lies on the screen: plain numbers, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import msgspec
import numpy as np

from explorer.core.maplayout import WallLayout, fit

_MOST_GAP_SHARE = 0.03
_WIDE_TILE_PX = 20
"""Beside larger tiles a gap of one pixel would not be seen."""


@dataclass(frozen=True)
class Placing:
    """A wall at a scale (device pixels a wall pixel) with its corner at ``(left, top)`` device pixels.

    Every tile and every gap is a whole number of device pixels, so that all tiles look alike and no grid line
    flickers; positions inside a tile are stretched evenly. ``strip`` device pixels below each tile stay free for the
    colour of its branch.
    """

    layout: WallLayout
    scale: float
    left: int = 0
    top: int = 0
    strip: int = 0

    @cached_property
    def tile(self) -> tuple[int, int]:
        """Height and width of one tile in device pixels."""
        tall, wide = self.layout.tile_size
        return max(1, round(tall * self.scale)), max(1, round(wide * self.scale))

    @cached_property
    def pitch(self) -> tuple[int, int]:
        """Device pixels from one tile to the next, down and to the right."""
        return _grid_px(self.layout, self.scale, self.strip)[:2]

    @cached_property
    def size(self) -> tuple[int, int]:
        """Height and width of the wall in device pixels."""
        gap = self.pitch[1] - self.tile[1]
        return self.layout.rows * self.pitch[0] - gap, self.layout.columns * self.pitch[1] - gap

    @property
    def value_size(self) -> float:
        """Device pixels a value."""
        return self.tile[1] / self.layout.width

    def box(self, position: int) -> tuple[int, int, int, int]:
        """Return ``(top, left, height, width)`` of a tile in device pixels."""
        row, column = divmod(position, self.layout.columns)
        return self.top + row * self.pitch[0], self.left + column * self.pitch[1], *self.tile

    def to_wall(self, y: float, x: float) -> tuple[float, float]:
        """Return the wall pixel ``(y, x)``, with fraction, under a point of the screen."""
        return (
            _mapped(y - self.top, self.tile[0], self.pitch[0], self.layout.tile_size[0], self.layout.pitch[0]),
            _mapped(x - self.left, self.tile[1], self.pitch[1], self.layout.tile_size[1], self.layout.pitch[1]),
        )

    def to_screen(self, wall_y: float, wall_x: float) -> tuple[float, float]:
        """Return the point ``(y, x)`` of the screen where a wall pixel lies."""
        return (
            _mapped(wall_y, self.layout.tile_size[0], self.layout.pitch[0], self.tile[0], self.pitch[0]) + self.top,
            _mapped(wall_x, self.layout.tile_size[1], self.layout.pitch[1], self.tile[1], self.pitch[1]) + self.left,
        )

    def at(self, y: float, x: float) -> tuple[int, int, int] | None:
        """Return ``(position, row, column)`` of the value under a point of the screen, or None between the maps."""
        wall_y, wall_x = self.to_wall(y, x)
        return self.layout.at(wall_y, wall_x)

    def scaled_about(self, scale: float, y: float, x: float) -> Placing:
        """Return the placing at another scale that keeps what lies under the point ``(y, x)`` there."""
        wall_y, wall_x = self.to_wall(y, x)
        grown = replace(self, scale=scale)
        new_y, new_x = grown.to_screen(wall_y, wall_x)
        return replace(grown, top=self.top + round(y - new_y), left=self.left + round(x - new_x))

    def moved(self, dy: int, dx: int) -> Placing:
        return replace(self, top=self.top + dy, left=self.left + dx)

    def kept_in(self, height: int, width: int) -> Placing:
        """Return the placing moved so that the wall covers the middle of a viewport: it can never get lost."""
        tall, wide = self.size
        top = min(max(self.top, height // 2 - tall), height // 2)
        left = min(max(self.left, width // 2 - wide), width // 2)
        return self if (top, left) == (self.top, self.left) else replace(self, top=top, left=left)

    def centred_in(self, height: int, width: int) -> Placing:
        tall, wide = self.size
        return replace(self, top=(height - tall) // 2, left=(width - wide) // 2)

    def visible(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Return ``(top, left, bottom, right)`` of the part of the wall inside a viewport; empty where none is."""
        top, left = max(0, self.top), max(0, self.left)
        bottom = min(height, self.top + self.size[0])
        right = min(width, self.left + self.size[1])
        return top, left, max(top, bottom), max(left, right)

    def rows(self, start: int, stop: int) -> Samples:
        """Return which wall rows the screen rows ``start`` … ``stop`` show."""
        return _samples(
            start - self.top, stop - self.top, self.tile[0], self.pitch[0], self.layout.tile_size[0],
            self.layout.pitch[0], self.layout.size[0], self.layout.repeat,
        )  # fmt: skip

    def columns(self, start: int, stop: int) -> Samples:
        """Return which wall columns the screen columns ``start`` … ``stop`` show."""
        return _samples(
            start - self.left, stop - self.left, self.tile[1], self.pitch[1], self.layout.tile_size[1],
            self.layout.pitch[1], self.layout.size[1], self.layout.repeat,
        )  # fmt: skip


@dataclass(frozen=True)
class Samples:
    """For each screen line the wall lines whose mean it shows, one array a sample; ``ground`` marks lines without.

    Not to be written to: one object may serve many walls.
    """

    taken: tuple[np.ndarray, ...]
    ground: np.ndarray


@lru_cache(maxsize=128)
def fit_scale(layout: WallLayout, height: int, width: int, strip: int = 0) -> float:
    """Return the largest scale at which the whole wall lies inside a viewport of device pixels."""
    near = min(width / layout.size[1], max(1.0, height - layout.rows * strip) / layout.size[0])
    # Whole pixels make it a little more or less than that; in tiny rooms, where no tile can be less than a pixel, 0.
    low, high = 0.0, 2.0 * near
    for _ in range(18):
        middle = (low + high) / 2
        down, right, gap = _grid_px(layout, middle, strip)
        fits = layout.columns * right - gap <= width and layout.rows * down - gap <= height
        low, high = (middle, high) if fits else (low, middle)
    return low


def _grid_px(layout: WallLayout, scale: float, strip: int) -> tuple[int, int, int]:
    """Return pitch down, pitch to the right and gap in device pixels."""
    tall, wide = layout.tile_size
    tile_px = max(1, round(wide * scale))
    # Zoomed in, a gap need not grow with the maps.
    most = max(2.0, _MOST_GAP_SHARE * tile_px)
    least = 2 if tile_px >= _WIDE_TILE_PX else 1
    gap = max(least, round(min(layout.gap * scale, most))) if layout.gap else 0
    return max(1, round(tall * scale)) + strip + gap, tile_px + gap, gap


@lru_cache(maxsize=32)
def best_layout(layout: WallLayout, height: int, width: int, strip: int = 0) -> tuple[WallLayout, float]:
    """Return the same maps in the number of columns that makes them largest in a viewport, and the scale there.

    Tiles are whole device pixels, so that a neighbour of the ideal number of columns may win; of equals the one that
    fills the width best does.
    """
    ideal = fit(layout.count, layout.height, layout.width, width / height).columns
    found = []
    for columns in range(max(1, ideal - 2), min(layout.count, ideal + 2) + 1):
        tried = msgspec.structs.replace(layout, columns=columns)
        scale = fit_scale(tried, height, width, strip)
        placing = Placing(tried, scale, strip=strip)
        found.append((placing.tile[1], placing.size[1], -(-layout.count % columns), tried, scale))
    best = max(found, key=lambda entry: entry[:3])
    return best[3], best[4]


def _mapped(value: float, tile: int, pitch: int, new_tile: int, new_pitch: int) -> float:
    """Map a coordinate from one grid of tiles and gaps to another."""
    number, inside = divmod(value, pitch)
    if inside < tile:
        return number * new_pitch + inside * new_tile / tile
    return number * new_pitch + new_tile + (inside - tile) * (new_pitch - new_tile) / (pitch - tile)


@lru_cache(maxsize=64)
def _samples(
    start: int, stop: int, tile: int, pitch: int, wall_tile: int, wall_pitch: int, wall_size: int, repeat: int
) -> Samples:
    number, inside = np.divmod(np.arange(start, stop), pitch)
    ground = inside >= tile
    shrink = wall_tile / tile
    # Values that share a screen pixel are averaged; repeated pixels hold nothing new.
    count = 1 if shrink / repeat < 1.5 else 2 if shrink / repeat < 3.0 else 4
    first = number * wall_pitch
    taken = []
    for sample in range(count):
        # Multiplied before divided, as pointing does it: both must agree on values that begin at a pixel's middle.
        offset = ((inside + (sample + 0.5) / count) * wall_tile / tile).astype(np.intp)
        index = first + np.where(ground, wall_tile, np.minimum(offset, wall_tile - 1))
        taken.append(np.clip(index, 0, wall_size - 1))
    return Samples(tuple(taken), ground)
