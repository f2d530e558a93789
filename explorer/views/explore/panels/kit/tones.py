"""Values to colours: numpy in, images out."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

DARK_INK, BRIGHT_INK = QColor("#101216"), QColor("#f2f3f6")
"""Figures on bright and on dark cells."""


def coloured(values: np.ndarray, low: float, high: float, colours: np.ndarray) -> np.ndarray:
    """Return the colours (H, W, 4) uint8 of values (H, W): red, green, blue, opacity; NaN is transparent."""
    span = high - low
    unit = (np.nan_to_num(values) - low) / span if span > 0 else np.zeros(values.shape)
    pixels = np.empty((*values.shape, 4), np.uint8)
    pixels[..., :3] = colours[np.round(np.clip(unit, 0, 1) * (len(colours) - 1)).astype(np.uint8)]
    pixels[..., 3] = np.where(np.isnan(values), 0, 255)
    return pixels


def image_of(pixels: np.ndarray) -> QImage:
    """Return pixels (H, W, 3) or (H, W, 4) uint8 as an image of its own."""
    pixels = np.ascontiguousarray(pixels, np.uint8)
    height, width, depth = pixels.shape
    form = QImage.Format.Format_RGB888 if depth == 3 else QImage.Format.Format_RGBA8888
    # copy(): the image must not outlive the array whose memory it would borrow.
    return QImage(pixels.data, width, height, depth * width, form).copy()


def bright(pixels: np.ndarray) -> np.ndarray:
    """Return where a cell (…, ≥ 3) uint8 is so bright to the eye that its figure must be dark, (…) bool."""
    return np.asarray((pixels[..., :3] / 255.0) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722]) > 0.22)
