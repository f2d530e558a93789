"""A square that shows one feature map, or the part of the picture under it, position by position."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.units import significant
from explorer.views.explore.wall_marks import draw_outline
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import baseline, draw_box, text_width

WRITTEN_CELL_PX = 34
"""From this size on, a value is written into its cell."""

_LEAST_FIGURE_PX = 10
_SNAP_LOSS = 0.12


class MapCanvas(QWidget):
    """A picture under a grid of ``rows`` × ``columns`` cells.

    Signals
    -------
    hovered : object
        ``(row, column)`` under the pointer, or None.
    pointed : QPoint
        Where the card about the hovered cell belongs.
    """

    hovered = Signal(object)
    pointed = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._image = QImage()
        self._scaled = QImage()
        self._smooth = False
        self._grid = (1, 1)
        self._values: np.ndarray | None = None
        self._inks: np.ndarray | None = None
        self._marked: tuple[int, int] | None = None
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def show_map(self, values: np.ndarray, levels: np.ndarray, colours: np.ndarray) -> None:
        """Show a map: ``values`` (H, W) float32 for the figures, ``levels`` (H, W) uint8 into ``colours`` (256, 3)."""
        pixels = colours[levels]
        # Dark figures on bright colours and the other way round, by the luminance that the eye sees.
        luminance = (pixels / 255.0) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722])
        self._values, self._inks = values, luminance > 0.22
        self._take(pixels, (int(values.shape[0]), int(values.shape[1])), smooth=False)

    def show_picture(self, pixels: np.ndarray, grid: tuple[int, int]) -> None:
        """Show a picture (H, W, 3) uint8 under a grid of ``(rows, columns)`` cells."""
        self._values = self._inks = None
        self._take(pixels, grid, smooth=True)

    def _take(self, pixels: np.ndarray, grid: tuple[int, int], *, smooth: bool) -> None:
        pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
        height, width = pixels.shape[:2]
        # copy(): the image must not outlive the array whose memory it would borrow.
        self._image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self._scaled = QImage()
        self._smooth = smooth
        if grid != self._grid:
            self._grid, self._marked, self._hover = grid, None, None
        self.update()

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Outline a cell; None takes the outline away."""
        if cell != self._marked:
            self._marked = cell
            self.update()

    @property
    def marked(self) -> tuple[int, int] | None:
        return self._marked

    # Geometry

    def picture_rect(self) -> QRectF:
        """Return where the picture stands: whole pixels a cell where that costs little room."""
        rows, columns = self._grid
        ratio = self.devicePixelRatioF()
        room_w, room_h = self.width() * ratio, self.height() * ratio
        scale = min(room_w / columns, room_h / rows)
        whole = float(int(scale))
        if whole >= 1 and whole >= (1 - _SNAP_LOSS) * scale:
            scale = whole
        wide, tall = round(columns * scale) / ratio, round(rows * scale) / ratio
        return QRectF(0, 0, wide, tall)

    def cell_rect(self, cell: tuple[int, int]) -> QRectF:
        rect, (rows, columns) = self.picture_rect(), self._grid
        tall, wide = rect.height() / rows, rect.width() / columns
        return QRectF(rect.left() + cell[1] * wide, rect.top() + cell[0] * tall, wide, tall)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return ``(row, column)`` under a point of the widget, or None beside the picture."""
        rect, (rows, columns) = self.picture_rect(), self._grid
        if self._image.isNull() or not rect.contains(point):
            return None
        row = int((point.y() - rect.top()) / rect.height() * rows)
        column = int((point.x() - rect.left()) / rect.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    # Pointing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(event.position().toPoint())
        self._set_hover(self.cell_at(event.position() + QPointF(0.5, 0.5)))

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    def hideEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    def _set_hover(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.hovered.emit(cell)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.picture_rect()
        if self._image.isNull():
            draw_box(painter, rect, fill=self._look.raised)
            return
        painter.drawImage(rect.topLeft(), self._sharp(rect))
        if self._values is not None:
            self._write_values(painter)
        if self._marked is not None:
            cell = self.cell_rect(self._marked)
            draw_outline(painter, cell, QColor("#ffffff"), 2.0 if cell.width() >= 12 else 1.5)

    def _sharp(self, rect: QRectF) -> QImage:
        """Return the picture at the screen's resolution, scaled once: values stay squares, pictures get smooth."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        if self._scaled.size() != size:
            shrunk = size.width() < self._image.width()
            mode = Qt.TransformationMode
            how = mode.SmoothTransformation if self._smooth or shrunk else mode.FastTransformation
            self._scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how)
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled

    def _write_values(self, painter: QPainter) -> None:
        assert self._values is not None and self._inks is not None
        cell = self.cell_rect((0, 0))
        if cell.width() < WRITTEN_CELL_PX:
            return
        texts = [[significant(float(value)) for value in row] for row in self._values]
        font = self._look.font("caption")
        widest = max(text_width(font, text) for row in texts for text in row)
        room = min(1.0, (cell.width() - 5) / widest)
        size_px = int(font.pixelSize() * room)
        if len(texts) * len(texts[0]) == 1:
            font = self._look.font("heading")
        elif size_px >= (font.pixelSize() * 0.75 if self._look.present else _LEAST_FIGURE_PX):
            font.setPixelSize(size_px)
        else:
            return
        painter.setFont(font)
        dark, bright = QColor("#101216"), QColor("#f2f3f6")
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                rect = self.cell_rect((row, column))
                ink = QColor(dark if self._inks[row, column] else bright)
                if self._values[row, column] == 0:
                    ink.setAlphaF(0.45)
                painter.setPen(ink)
                left = rect.center().x() - text_width(font, text) / 2
                painter.drawText(QPointF(left, baseline(font, rect)), text)
