"""The square of the picture that a network sees: placed, moved and resized so that it never leaves the picture.

All sizes are those of the upright picture in pixels; see :class:`explorer.core.scene.Crop` for the fractions.
"""

from __future__ import annotations

import math

from explorer.core.scene import Crop

SMALLEST_SIDE_PX = 8
"""A crop cannot be made smaller than this (or than the picture's shorter side): it could not be seen or held."""


def centred(width: int, height: int, fraction: float = 1.0) -> Crop:
    """Return the square in the middle whose side is ``fraction`` (0 … 1) of the picture's shorter side."""
    shorter = min(width, height)
    side = _side_inside(fraction * shorter, width, height)
    return _crop((width - side) / 2, (height - side) / 2, side, width, height)


def clamped(crop: Crop, width: int, height: int) -> Crop:
    """Return the nearest square that lies inside the picture; numbers that are not finite count as absent."""
    if not all(math.isfinite(value) for value in (crop.x, crop.y, crop.width)):
        return centred(width, height)
    side = _side_inside(crop.width * width, width, height)
    return _crop(crop.x * width, crop.y * height, side, width, height)


def moved(crop: Crop, dx_px: float, dy_px: float, width: int, height: int) -> Crop:
    """Return the square moved by picture pixels, as far as the picture's edges allow."""
    side = _side_inside(crop.width * width, width, height)
    return _crop(crop.x * width + dx_px, crop.y * height + dy_px, side, width, height)


def resized(crop: Crop, side_px: float, width: int, height: int) -> Crop:
    """Return a square of another side around the same centre, pushed inside where it would leave the picture."""
    old = crop.width * width
    side = _side_inside(side_px, width, height)
    shift = (old - side) / 2
    return _crop(crop.x * width + shift, crop.y * height + shift, side, width, height)


def pixels(crop: Crop, width: int, height: int) -> tuple[int, int, int]:
    """Return ``(left, top, side)`` in whole pixels, inside the picture, with a side of at least one pixel."""
    inside = clamped(crop, width, height)
    side = max(1, min(round(inside.width * width), width, height))
    left = min(max(round(inside.x * width), 0), width - side)
    top = min(max(round(inside.y * height), 0), height - side)
    return left, top, side


def _side_inside(side_px: float, width: int, height: int) -> float:
    shorter = min(width, height)
    return float(min(max(side_px, min(SMALLEST_SIDE_PX, shorter)), shorter))


def _crop(left: float, top: float, side: float, width: int, height: int) -> Crop:
    left = min(max(left, 0.0), width - side)
    top = min(max(top, 0.0), height - side)
    return Crop(left / width, top / height, side / width)
