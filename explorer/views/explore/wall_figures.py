"""The numbers in the cells of a wall, once one has zoomed in so far that they can be read."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QStaticText

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
    drawn = _Figures(font)
    rise = baseline(font, QRectF(0, 0, wide, tall)) - drawn.ascent
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
                text, half = drawn.prepared(texts[level])
                painter.setPen(_DARK if inks[level] else _BRIGHT)
                painter.drawStaticText(QPointF(x + (column + 0.5) * wide - half, y + row * tall + rise), text)
    painter.end()


class _Figures:
    """Texts in one font, each shaped once: a screen holds a thousand cells, but few different figures."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._known: dict[str, tuple[QStaticText, float]] = {}
        self.ascent = QFontMetricsF(font).ascent()

    def prepared(self, figure: str) -> tuple[QStaticText, float]:
        """Return a text ready to be drawn, and half its width."""
        if figure not in self._known:
            text = QStaticText(figure)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(font=self._font)
            self._known[figure] = text, text_width(self._font, figure) / 2
        return self._known[figure]


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
