"""Small walls for view tests, drawn tile by tile without the engine."""

from __future__ import annotations

import numpy as np

from explorer.core.colour import colour_table
from explorer.core.maplayout import GROUND, fit
from explorer.core.messages.explore import Statistics, Wall
from explorer.presenters.ports import WallShow


def levels_of(count: int, side: int, seed: int = 0) -> np.ndarray:
    """Return (count, side, side) uint8, 0 … 254."""
    return np.random.default_rng(seed).integers(0, 255, (count, side, side), dtype=np.uint8)


def make_wall(
    levels: np.ndarray, aspect: float = 1.5, order: np.ndarray | None = None, dead: tuple[int, ...] = ()
) -> Wall:
    """Tile levels by channel (C, H, W); ``order`` gives the channel at each position."""
    count, height, width = levels.shape
    order = np.arange(count) if order is None else order
    layout = fit(count, height, width, aspect)
    pixels = np.full(layout.size, GROUND, np.uint8)
    for position, channel in enumerate(order):
        top, left, tall, wide = layout.box(position)
        tile = levels[channel].repeat(layout.repeat, 0).repeat(layout.repeat, 1)
        pixels[top : top + tall, left : left + wide] = tile
    flags = np.zeros(count, bool)
    flags[list(dead)] = True
    ends = np.zeros(count, np.float32), np.ones(count, np.float32)
    return Wall("layer", layout, pixels, order.astype(np.int32), *ends, flags, Statistics(0, 1, 0.5, 0.3, 0.1))


def show_of(wall: Wall, colour_map: str = "magma", **more: object) -> WallShow:
    return WallShow(wall, colour_table(colour_map), **more)  # type: ignore[arg-type]
