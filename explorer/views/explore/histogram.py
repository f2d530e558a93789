"""How often each value occurs in a feature map."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.units import percent, significant
from explorer.views.explore.value_bar import ramp_image
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text, mixed, text_width, with_alpha

_CUT_FROM = 3.0
"""A bar more than this many times as high as the next one is cut, and its share is written beside it: after a ReLU
most values are 0, and the rest would vanish."""


class Histogram(QWidget):
    """Bars over the true axis, the colours of the map under them, a line at 0 and a mark for the hovered value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._counts = np.zeros(0, np.int64)
        self._edges = np.zeros(0, np.float32)
        self._range = (0.0, 1.0)
        self._ramp = QImage()
        self._caption = ""
        self._value: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def show_counts(
        self, counts: np.ndarray, edges: np.ndarray, colours: np.ndarray, low: float, high: float, caption: str
    ) -> None:
        """Show counts (B,) between edges (B + 1,); ``low`` and ``high`` are the values of the first and last colour."""
        self._counts, self._edges, self._range = counts, edges, (low, high)
        self._ramp = ramp_image(colours)
        self._caption = caption
        self.setAccessibleName(f"{caption}: {significant(float(edges[0]))} … {significant(float(edges[-1]))}")
        self.update()

    def mark(self, value: float | None) -> None:
        """Mark a value on the axis; None takes the mark away."""
        if value != self._value:
            self._value = value
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 120)

    def plot_rect(self) -> QRectF:
        """Return where the bars stand."""
        look = self._look
        top = look.caption_px + look.pad(10) if self._caption else 0
        return QRectF(
            0, top, self.width(), max(8.0, self.height() - top - look.pad(10) - look.caption_px - look.pad(5))
        )

    def heights(self) -> tuple[np.ndarray, bool]:
        """Return the height of every bar, 0 … 1, and whether the highest one is cut."""
        if not self._counts.size or self._counts.max() == 0:
            return np.zeros(self._counts.size), False
        ordered = np.sort(self._counts)
        top, second = int(ordered[-1]), int(ordered[-2]) if len(ordered) > 1 else 0
        cut = second > 0 and top > _CUT_FROM * second
        full = second * 1.35 if cut else top
        return np.minimum(self._counts / full, 1.0), cut

    def x_of(self, value: float) -> float:
        """Return where a value lies on the axis."""
        rect = self.plot_rect()
        low, high = float(self._edges[0]), float(self._edges[-1])
        return rect.left() + (value - low) / (high - low) * rect.width() if high > low else rect.center().x()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._edges.size < 2:
            return
        look, painter, rect = self._look, QPainter(self), self.plot_rect()
        if self._caption:
            line = QRectF(0, 0, self.width(), look.caption_px + look.pad(5))
            draw_text(painter, line, self._caption, look.font("caption"), look.muted)
        self._paint_bars(painter, rect)
        self._paint_axis(painter, rect)
        if self._value is not None:
            x = self.x_of(self._value)
            painter.fillRect(QRectF(x - 1, rect.top(), 2, rect.height() + look.pad(10)), look.text)

    def _paint_bars(self, painter: QPainter, rect: QRectF) -> None:
        look, (heights, cut) = self._look, self.heights()
        count, highest = len(heights), int(self._counts.argmax()) if len(heights) else 0
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.line)
        fill = mixed(look.muted, look.text, 0.15)
        gap = 1.0 if rect.width() / max(1, count) >= 4 else 0.0
        for index, height in enumerate(heights):
            if height > 0:
                left = round(rect.left() + rect.width() * index / count)
                right = round(rect.left() + rect.width() * (index + 1) / count)
                tall = max(1.0, round(height * rect.height()))
                painter.fillRect(QRectF(left, rect.bottom() - tall, max(1.0, right - left - gap), tall), fill)
        if cut:
            self._paint_cut(painter, rect, highest, count)

    def _paint_cut(self, painter: QPainter, rect: QRectF, index: int, count: int) -> None:
        """Break the bar and write what it really holds."""
        look = self._look
        left = rect.left() + rect.width() * index / count
        wide, y = rect.width() / count, rect.top() + rect.height() * 0.16
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.ground, 3))
        painter.drawLine(QPointF(left - 2, y + 3), QPointF(left + wide + 2, y - 3))
        text = percent(float(self._counts[index] / self._counts.sum()))
        font = look.font("caption")
        needed = text_width(font, text) + look.pad(6)
        at_right = left + wide + needed <= rect.right()
        box = QRectF(left + wide + look.pad(6) if at_right else left - needed, rect.top(), needed, look.caption_px + 2)
        # Bars may stand behind the figure.
        painter.fillRect(box.adjusted(-3, -1, 0, 1), with_alpha(look.ground, 0.85))
        draw_text(painter, box, text, font, look.text)

    def _paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        look = self._look
        low, high = self._range
        ramp = QRectF(0, rect.bottom() + 3, 0, look.pad(6))
        ramp.setLeft(min(max(self.x_of(low), rect.left()), rect.right()))
        ramp.setRight(min(max(self.x_of(high), rect.left()), rect.right()))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(ramp, self._ramp, self._ramp_part())
        first, last = float(self._edges[0]), float(self._edges[-1])
        if first < 0 < last:
            at = round(self.x_of(0.0)) + 0.5
            painter.setPen(QPen(with_alpha(look.text, 0.6), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, rect.top()), QPointF(at, ramp.bottom() + 3))
        labels = QRectF(rect.left(), ramp.bottom() + look.pad(2), rect.width(), look.caption_px + look.pad(4))
        font = look.font("caption")
        used = draw_text(painter, labels, significant(first), font, look.muted)
        wide = draw_text(painter, labels, significant(last), font, look.muted, "right")
        if first < 0 < last:
            half = text_width(font, "0") / 2
            x = self.x_of(0.0)
            if x - half > labels.left() + used + 6 and x + half < labels.right() - wide - 6:
                draw_text(painter, QRectF(x - half, labels.top(), 2 * half + 1, labels.height()), "0", font, look.muted)

    def _ramp_part(self) -> QRectF:
        """Return the colours that the axis reaches: a symmetric range may go beyond the values."""
        low, high = self._range
        if high <= low:
            return QRectF(0, 0, self._ramp.width(), 1)
        first, last = max(low, float(self._edges[0])), min(high, float(self._edges[-1]))
        scale = self._ramp.width() / (high - low)
        return QRectF((first - low) * scale, 0, max(1.0, (last - first) * scale), 1)
