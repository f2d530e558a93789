"""Colours with a meaning, and the colour maps of the walls."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np

from explorer.core.resources import resource

BRANCH_COLOURS = {"1x1": "#56B4E9", "3x3": "#009E73", "5x5": "#E69F00", "pool": "#CC79A7"}
"""Okabe–Ito colours of the four branches of an inception module, the same everywhere."""

BRANCH_KEYS = tuple(BRANCH_COLOURS)

COLOUR_MAPS = ("magma", "viridis", "cividis", "grey")
"""Sequential maps that a person can choose; all are perceptual and safe for the colour-blind."""

DIVERGING_MAP = "balance"
"""Used wherever values are scaled symmetrically around 0: negative blue, zero dark, positive orange."""

_BALANCE_ENDS = ("#9ad4ff", "#1b78b8", "#101216", "#c65a11", "#ffd08a")


@cache
def colour_table(name: str) -> np.ndarray:
    """Return the 256 colours of a map, (256, 3) uint8; unknown names give ``magma``.

    References
    ----------
    Okabe, M., Ito, K.: Color Universal Design (2008). Smith, N., van der Walt, S.: matplotlib's colormaps (2015).
    Ottosson, B.: A perceptual color space for image processing (Oklab, 2020).
    """
    if name == "grey":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    if name == DIVERGING_MAP:
        return _interpolated(_BALANCE_ENDS)
    tables = msgspec.json.decode(resource("colour", "maps.json").read_bytes(), type=dict[str, str])
    hexes = tables.get(name, tables["magma"])
    return np.frombuffer(bytes.fromhex(hexes), np.uint8).reshape(256, 3)


def map_for(scaling: str, colour_map: str) -> str:
    """Return the map that is right for a scaling: symmetric values need the diverging one."""
    return DIVERGING_MAP if scaling == "symmetric" else colour_map


def rgb(hexadecimal: str) -> tuple[int, int, int]:
    """Return ``(red, green, blue)``, 0 … 255, of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(hexadecimal.removeprefix("#"))
    return red, green, blue


# Oklab: linear RGB to cone responses, and their cube roots to lightness and two colour axes.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _interpolated(stops: tuple[str, ...]) -> np.ndarray:
    srgb = np.array([rgb(stop) for stop in stops]) / 255.0
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    at, known = np.linspace(0, 1, 256), np.linspace(0, 1, len(stops))
    path = np.stack([np.interp(at, known, lab[:, axis]) for axis in range(3)], axis=1)
    back = np.clip((path @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_CONES).T, 0, 1)
    gamma = np.where(back <= 0.0031308, back * 12.92, 1.055 * back ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(gamma * 255), np.uint8)
