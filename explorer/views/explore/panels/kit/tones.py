"""Values to colours: numpy in, images out."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

DARK_INK, BRIGHT_INK = QColor("#101216"), QColor("#f2f3f6")
"""Figures on bright and on dark cells."""


def coloured(values: np.ndarray, low: float, high: float, colours: np.ndarray) -> np.ndarray:
    """Return the colours (H, W, 4) uint8 of values (H, W): red, green, blue, opacity; NaN is transparent."""
    span = high - low
    index = np.zeros(values.shape, np.uint8)
    if span > 0:
        unit = np.clip((values - np.float32(low)) * np.float32((len(colours) - 1) / span), 0, len(colours) - 1)
        index = np.nan_to_num(np.rint(unit), copy=False).astype(np.uint8)
    table = np.full((len(colours), 4), 255, np.uint8)
    table[:, :3] = colours
    pixels = table[index]
    missing = np.isnan(values)
    if missing.any():
        pixels[missing, 3] = 0
    return pixels


def indexed(levels: np.ndarray, colours: np.ndarray) -> QImage:
    """Return levels (H, W) uint8, 0 … 254 over the whole map and 255 for nothing, as an image with a colour table."""
    levels = np.ascontiguousarray(levels, np.uint8)
    height, width = levels.shape
    image = QImage(levels.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    steps = np.round(np.linspace(0, len(colours) - 1, 255)).astype(int)
    red, green, blue = colours[steps].astype(np.uint32).T
    image.setColorTable([*(0xFF000000 | red << 16 | green << 8 | blue).tolist(), 0])
    return image


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
