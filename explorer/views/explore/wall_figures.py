"""The numbers in the cells of a wall, once one has zoomed in so far that they can be read."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from explorer.core.maplayout import DATA_LEVELS, GROUND
from explorer.core.messages.explore import Wall
from explorer.core.units import MINUS
from explorer.presenters.ports import WallShow
from explorer.views.explore.placing import Placing
from explorer.views.theme import Look
from explorer.views.widgets.paint import baseline, text_width

_LEAST_CELL_PX = 34
"""In narrower cells, in logical pixels, figures could not be read."""

_DARK, _BRIGHT = QColor("#101216"), QColor("#f2f3f6")


def write_values(
    image: QImage, corner: tuple[int, int], placing: Placing, show: WallShow, look: Look, ratio: float
) -> None:
    """Write the values into the cells of a wall's picture; ``image`` begins at ``corner`` in device pixels.

    A wall holds each value as one of 255 levels between its channel's lowest and highest: a figure has only the
    digits that these carry. The card beside the pointer has the exact value.
    """
    wall, layout = show.wall, placing.layout
    tall, wide = placing.tile[0] / layout.height, placing.tile[1] / layout.width
    if min(tall, wide) < _LEAST_CELL_PX * ratio:
        return
    font = QFont(look.font("caption"))
    font.setPixelSize(round(min(look.text_px, 15) * ratio))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    inks = _inks(show.colours)
    for position in range(layout.count):
        top, left, _, _ = placing.box(position)
        y, x = top - corner[0], left - corner[1]
        if y + placing.tile[0] <= 0 or x + placing.tile[1] <= 0 or y >= image.height() or x >= image.width():
            continue
        levels = levels_of(wall, position)
        texts = figures(wall, int(wall.channels[position]))
        for row in range(_first(y, tall), min(layout.height, _first(y - image.height(), tall) + 1)):
            for column in range(_first(x, wide), min(layout.width, _first(x - image.width(), wide) + 1)):
                level = int(levels[row, column])
                if level == GROUND:
                    continue
                text = texts[level]
                cell = QRectF(x + column * wide, y + row * tall, wide, tall)
                painter.setPen(_DARK if inks[level] else _BRIGHT)
                at = QPointF(cell.center().x() - text_width(font, text) / 2, baseline(font, cell))
                painter.drawText(at, text)
    painter.end()


def levels_of(wall: Wall, position: int) -> np.ndarray:
    """Return the levels (H, W) uint8 of the map at a place of the wall."""
    layout = wall.layout
    top, left, tall, wide = layout.box(position)
    return wall.pixels[top : top + tall : layout.repeat, left : left + wide : layout.repeat]


def figures(wall: Wall, channel: int) -> list[str]:
    """Return the text of each level of a channel, 0 … 254, with no more digits than the levels carry."""
    low, high = float(wall.low[channel]), float(wall.high[channel])
    step = (high - low) / (DATA_LEVELS - 1)
    if not math.isfinite(step) or step <= 0:
        return [_written(low, 2)] * DATA_LEVELS
    decimals = min(9, max(0, -math.ceil(math.log10(2 * step))))
    return [_written(low + level * step, decimals) for level in range(DATA_LEVELS)]


def _written(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{decimals}f}"
    # Not "−0.0": it would look like a negative value.
    return (f"{0:.{decimals}f}" if float(text) == 0 else text).replace("-", MINUS)


def _first(start: float, size: float) -> int:
    """Return the first cell that is on screen where the first one begins at ``start``."""
    return max(0, math.floor(-start / size))


def _inks(colours: np.ndarray) -> np.ndarray:
    """Return for every level whether its colour is so bright that the figure must be dark."""
    steps = np.round(np.linspace(0, len(colours) - 1, DATA_LEVELS)).astype(int)
    return np.asarray((colours[steps] / 255.0) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722]) > 0.22)
