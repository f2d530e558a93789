"""Little pictures of the distributions, as points in −1 … 1; drawings, not samples."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np


def _line() -> np.ndarray:
    t = np.linspace(-0.9, 0.9, 13)
    return np.stack((t, 0.7 * t), 1)


def _ring() -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    return 0.8 * np.stack((np.cos(angle), np.sin(angle)), 1)


def _gaussians() -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    centres = 0.8 * np.stack((np.cos(angle), np.sin(angle)), 1)
    offsets = 0.09 * np.array([(-1, 0), (1, 0), (0, 1), (0, -1)])
    points: np.ndarray = (centres[:, None] + offsets).reshape(-1, 2)
    return points


def _disjoint() -> np.ndarray:
    grid = np.array([(x, y) for x in (-0.18, 0, 0.18) for y in (-0.18, 0, 0.18)])
    away = np.array((0.6, 0.4))
    return np.concatenate((grid - away, grid + away))


def _spiral() -> np.ndarray:
    t = np.linspace(0.15, 1, 22)
    angle = t * 3.6 * np.pi
    return 0.95 * np.stack((t * np.cos(angle), t * np.sin(angle)), 1)


def _moons() -> np.ndarray:
    angle = np.linspace(0, np.pi, 12)
    upper = np.stack((0.6 * np.cos(angle) - 0.3, 0.7 * np.sin(angle) - 0.15), 1)
    return np.concatenate((upper, -upper))


def _checkerboard() -> np.ndarray:
    cells = [(x, y) for x in range(4) for y in range(4) if (x + y) % 2 == 0]
    offsets = np.array([(-0.1, -0.1), (0.1, -0.1), (-0.1, 0.1), (0.1, 0.1)])
    centres = np.array(cells) * 0.5 - 0.75
    points: np.ndarray = (centres[:, None] + offsets).reshape(-1, 2)
    return points


def _drawn() -> np.ndarray:
    t = np.linspace(-0.9, 0.9, 22)
    return np.stack((t, 0.5 * np.sin(4 * t) * (1 - 0.3 * t)), 1)


ICON_POINTS = MappingProxyType(
    {
        "line": _line(),
        "ring": _ring(),
        "gaussians": _gaussians(),
        "disjoint": _disjoint(),
        "spiral": _spiral(),
        "moons": _moons(),
        "checkerboard": _checkerboard(),
        "drawn": _drawn(),
    }
)
"""Name of a distribution to points (N, 2), y upwards."""
