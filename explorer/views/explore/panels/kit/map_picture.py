"""One map, or one picture under a grid: nearest neighbour, outlines, figures in the cells."""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.units import MINUS, TIMES, significant
from explorer.presenters.explore.panels.shows import Box, MapShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.explore.panels.kit.tones import BRIGHT_INK, DARK_INK, bright, coloured, image_of, indexed
from explorer.views.explore.wall_marks import draw_outline, wall_ground
from explorer.views.theme import Look
from explorer.views.widgets.paint import baseline, draw_box, draw_text, text_width

_LEAST_FIGURE_PX = 9
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_WRITTEN = 15
"""Maps with longer sides get no figures: nobody could read them."""


class MapPicture(Part):
    """A map as large as fits, with its title above and its caption below.

    Signals
    -------
    hovered : object
        ``(row, column)`` under the pointer, or None.
    clicked : object
        ``(row, column)``.
    """

    hovered = Signal(object)
    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, align: Literal["left", "centre"] = "left") -> None:
        super().__init__(parent)
        self._align = align
        self._image = QImage()
        self._scaled = QImage()
        self._smooth = False
        self._grid = (1, 1)
        self._values: np.ndarray | None = None
        self._written = False
        self._factor = ""
        self._inks: np.ndarray | None = None
        self._mark: tuple[int, int] | None = None
        self._frame: Box | None = None
        self._colour = ""
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)

    def show_map(self, show: MapShow) -> None:
        """Show a map."""
        if show.levels is not None:
            self._values = self._inks = None
            self._take(indexed(show.levels, show.colours), show.levels.shape, smooth=False)
        else:
            pixels = coloured(show.values, show.low, show.high, show.colours)
            self._values, self._written = show.values, show.figures
            self._inks = bright(pixels) if show.figures else None
            self._take(image_of(pixels), show.values.shape, smooth=False)
        self._mark, self._frame, self._colour = show.mark, show.frame, show.colour
        self._say(show.title, show.caption)

    def show_picture(
        self, pixels: np.ndarray, grid: tuple[int, int] = (1, 1), title: str = "", caption: str = ""
    ) -> None:
        """Show a picture (H, W, 3) uint8 under a grid of ``(rows, columns)`` cells."""
        self._values = self._inks = None
        self._mark, self._frame, self._colour = None, None, ""
        self._take(image_of(pixels), grid, smooth=True)
        self._say(title, caption)

    def set_mark(self, cell: tuple[int, int] | None) -> None:
        """Outline a cell; None takes the outline away."""
        self._mark = cell
        self.update()

    def set_frame(self, box: Box | None) -> None:
        """Outline a rectangle of cells; None takes the outline away."""
        self._frame = box
        self.update()

    def _take(self, image: QImage, grid: tuple[int, ...], *, smooth: bool) -> None:
        self._image, self._scaled, self._smooth = image, QImage(), smooth
        if grid != self._grid:
            self._grid, self._hover = (int(grid[0]), int(grid[1])), None
        self.update()

    # Geometry

    def picture_rect(self) -> QRectF:
        """Return where the picture stands: whole pixels a cell where that costs little room."""
        room, (rows, columns) = self.body(), self._grid
        ratio = self.devicePixelRatioF()
        scale = min(room.width() * ratio / columns, room.height() * ratio / rows)
        whole = float(int(scale))
        scale = whole if whole >= 1 and whole >= 0.88 * scale else scale
        wide, tall = round(columns * scale) / ratio, round(rows * scale) / ratio
        left = 0.0 if self._align == "left" else round((room.width() - wide) / 2)
        return QRectF(left, room.top(), wide, tall)

    def cell_rect(self, row: int, column: int, height: int = 1, width: int = 1) -> QRectF:
        """Return where a rectangle of cells stands; outside the picture for cells outside the map."""
        rect, (rows, columns) = self.picture_rect(), self._grid
        tall, wide = rect.height() / rows, rect.width() / columns
        return QRectF(rect.left() + column * wide, rect.top() + row * tall, wide * width, tall * height)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return ``(row, column)`` under a point, or None beside the picture."""
        rect, (rows, columns) = self.picture_rect(), self._grid
        if self._image.isNull() or not rect.contains(point):
            return None
        row = int((point.y() - rect.top()) / rect.height() * rows)
        column = int((point.x() - rect.left()) / rect.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, 24)

    def set_look(self, look: Look) -> None:
        self._scaled = QImage()
        super().set_look(look)

    # Pointing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.cell_at(event.position() + QPointF(0.5, 0.5)))

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position() + QPointF(0.5, 0.5))
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(cell)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos().toPointF())
            value = None if cell is None or self._values is None else float(self._values[cell])
            QToolTip.showText(event.globalPos(), "" if value is None else significant(value), self)
            return True
        return bool(super().event(event))

    def _set_hover(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.hovered.emit(cell)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.picture_rect()
        left = rect.left()
        if self._colour:
            side = self._look.caption_px * 0.75
            box = QRectF(left, (self._look.caption_px + 4 - side) / 2, side, side)
            draw_box(painter, box, fill=QColor(self._colour), radius=2)
            left += side + 6
        self._paint_frame(painter, rect.bottom(), left)
        if self._image.isNull():
            return
        if self._image.hasAlphaChannel():
            draw_box(painter, rect, fill=wall_ground(self._look), radius=0)
        painter.drawImage(rect.topLeft(), self._sharp(rect))
        if self._factor:
            draw_text(
                painter, self._factor_rect(rect), self._factor, self._look.font("caption"), self._look.muted, "right"
            )
        if self._frame is not None:
            draw_outline(painter, self.cell_rect(*self._frame), self._look.accent, 2.0)
        if self._mark is not None:
            cell = self.cell_rect(*self._mark)
            draw_outline(painter, cell, QColor("#ffffff"), 2.0 if cell.width() >= 12 else 1.5)

    def _factor_rect(self, rect: QRectF) -> QRectF:
        """Return where the factor of the figures stands: at the right of the title or of the caption, or below."""
        look, line = self._look, self._look.caption_px + self._look.pad(11)
        free = rect.right() - text_width(look.font("caption"), self._factor) - look.pad(8)
        beside = QRectF(0, 0, rect.right(), look.caption_px + 4)
        below = QRectF(0, rect.bottom(), rect.right(), line)
        if text_width(look.font("caption_strong"), self._title) <= free:
            return beside
        if text_width(look.font("caption"), self._caption) > free:
            below.translate(0, line)
        return below if below.bottom() <= self.height() else beside

    def _sharp(self, rect: QRectF) -> QImage:
        """Return the picture at the screen's resolution, scaled and written on once.

        Values stay squares, pictures get smooth.
        """
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        if self._scaled.size() != size:
            mode = Qt.TransformationMode
            shrunk = size.width() < self._image.width()
            how = mode.SmoothTransformation if self._smooth or shrunk else mode.FastTransformation
            self._scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how)
            self._scaled.setDevicePixelRatio(ratio)
            self._factor = ""
            if self._values is not None and self._written and not self._scaled.isNull():
                painter = QPainter(self._scaled)
                painter.translate(-rect.topLeft())
                self._write(painter, self._values)
                painter.end()
        return self._scaled

    def _write(self, painter: QPainter, values: np.ndarray) -> None:
        """Write the values: three digits where they fit, else so many tenths or units of a common power of ten."""
        if max(values.shape) > _MOST_WRITTEN:
            return
        cell = self.cell_rect(0, 0)
        for way in (_precise, partial(_scaled, decimals=1), partial(_scaled, decimals=0)):
            texts, self._factor = way(values)
            font = self._fitting([text for row in texts for text in row], cell)
            if font is not None:
                break
        else:
            self._factor = ""
            return
        assert self._inks is not None
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                ink = QColor(DARK_INK if self._inks[row, column] else BRIGHT_INK)
                if np.isnan(values[row, column]):
                    ink = QColor(self._look.muted)
                elif values[row, column] == 0:
                    ink.setAlphaF(0.6)
                rect = self.cell_rect(row, column)
                painter.setFont(font)
                painter.setPen(ink)
                painter.drawText(QPointF(rect.center().x() - text_width(font, text) / 2, baseline(font, rect)), text)

    def _fitting(self, texts: list[str], cell: QRectF) -> QFont | None:
        """Return the largest font with which all texts fit their cells, None where none could be read."""
        font = QFont(self._look.font("strong"))
        largest = min(self._look.heading_px * 1.3, cell.height() * 0.55)
        font.setPixelSize(100)
        widest = max(text_width(font, text) for text in texts) / 100
        size = int(min(largest, (cell.width() - 3) / max(widest, 0.01)))
        least = self._look.caption_px * 0.6 if self._look.present else _LEAST_FIGURE_PX
        if size < least:
            return None
        font.setPixelSize(size)
        return font


Figures = tuple[list[list[str]], str]
"""A text for every cell, and the factor that stands beside the title, or nothing."""


def _precise(values: np.ndarray) -> Figures:
    return [["–" if np.isnan(value) else significant(float(value)) for value in row] for row in values], ""


def _scaled(values: np.ndarray, decimals: int) -> Figures:
    """Return the values over a power of ten that leaves one digit before the point, two without decimals."""
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    power = (math.floor(math.log10(largest)) if largest > 0 else 0) - (1 - decimals)
    scaled = values.astype(np.float64) / 10.0**power
    texts = [[_figure(float(one), f"{one:.{decimals}f}".replace("-", MINUS)) for one in row] for row in scaled]
    return texts, f"{TIMES} 10{str(power).translate(_RAISED)}" if power else ""


def _figure(value: float, text: str) -> str:
    """Return a number's text without what is not needed: ``.5`` for 0.5 in tenths, a dash for nothing."""
    if np.isnan(value):
        return "–"
    if not text.strip(f"{MINUS}0."):
        return "0"
    return text.replace("0.", ".", 1) if text.removeprefix(MINUS).startswith("0.") else text


def draw_sign(painter: QPainter, rect: QRectF, sign: str, look: Look) -> None:
    """Draw ×, = or + between two pictures."""
    draw_text(painter, rect, sign, look.font("heading"), look.muted, "centre")
