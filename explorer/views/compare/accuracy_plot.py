"""Published accuracy against what it costs: a point a network, on a logarithmic axis."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.text import Translator
from explorer.presenters.compare.ports import CompareShow, Point
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text, text_width


class AccuracyPlot(QWidget):
    """Points with their names beside them; a click selects a network, a click on the axis changes what it counts.

    Signals
    -------
    net_chosen : str
    measure_clicked
    """

    net_chosen = Signal(str)
    measure_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: CompareShow | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        if self._show is not None:
            self.setAccessibleName(tr(f"compare.plot.{self._show.lineup}"))
        self.update()

    def show_points(self, show: CompareShow) -> None:
        self._show = show
        self.setAccessibleName(self._tr(f"compare.plot.{show.lineup}"))
        said = ", ".join(f"{point.label} {point.y:.1f} %" for point in show.points)
        self.setAccessibleDescription(said)
        self.update()

    # Layout

    def area(self) -> QRectF:
        """Return where the points are."""
        look = self._look
        left = text_width(look.font("caption"), "100 %") + look.pad(12)
        top = look.caption_px + look.pad(20)
        return QRectF(self.rect()).adjusted(left, top, -look.pad(24), -(2 * look.caption_px + look.pad(20)))

    def _ranges(self) -> tuple[float, float, float, float]:
        """Return the ends of both axes: log10 of the count, and percent."""
        points = self._show.points if self._show is not None else ()
        logs = [math.log10(max(point.x, 1.0)) for point in points] or [6.0, 9.0]
        low, high = math.floor(min(logs) * 2 - 0.2) / 2, math.ceil(max(logs) * 2 + 0.2) / 2
        accuracies = [point.y for point in points] or [50.0, 80.0]
        return low, high, 5 * math.floor(min(accuracies) / 5 - 0.4), 5 * math.ceil(max(accuracies) / 5 + 0.4)

    def place(self, point: Point) -> QPointF:
        """Return where a point stands."""
        low, high, bottom, top = self._ranges()
        area = self.area()
        across = (math.log10(max(point.x, 1.0)) - low) / (high - low)
        up = (point.y - bottom) / (top - bottom)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        points = self._show.points if self._show is not None else ()
        if event.position().y() > self.area().bottom() or not points:
            self.measure_clicked.emit()
            return
        nearest = min(points, key=lambda point: (self.place(point) - event.position()).manhattanLength())
        self.net_chosen.emit(nearest.net)

    # Paint

    def paintEvent(self, event: QPaintEvent) -> None:
        show = self._show
        if show is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, area = self._look, self.area()
        title = QRectF(0, 0, self.width(), look.caption_px + look.pad(8))
        draw_text(painter, title, self._tr(f"compare.plot.{show.lineup}"), look.font("caption_strong"), look.muted)
        self._paint_axes(painter, area)
        for point in sorted(show.points, key=lambda point: point.net == show.selected):
            self._paint_point(painter, point, selected=point.net == show.selected)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        assert self._show is not None
        look, font = self._look, self._look.font("caption")
        low, high, bottom, top = self._ranges()
        painter.setPen(QPen(look.line, 1))
        for percent in range(round(bottom), round(top) + 1, 5 if top - bottom <= 25 else 10):
            y = round(area.bottom() - (percent - bottom) / (top - bottom) * area.height()) + 0.5
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            label = QRectF(0, y - 10, area.left() - look.pad(8), 20)
            draw_text(painter, label, f"{percent} %", font, look.muted, "right")
        exponent = math.ceil(low * 2) / 2
        while exponent <= high + 1e-9:
            if abs(exponent - round(exponent)) < 1e-9:
                x = round(area.left() + (exponent - low) / (high - low) * area.width()) + 0.5
                painter.setPen(QPen(look.line, 1))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
                word = _power(round(exponent))
                label = QRectF(x - 60, area.bottom() + 2, 120, look.caption_px + look.pad(6))
                # A mark in the corner makes room for the percentage that stands there.
                label.translate(max(0.0, area.left() - (x - text_width(font, word) / 2)), 0)
                draw_text(painter, label, word, font, look.muted, "centre")
            exponent += 0.5
        caption = QRectF(area.left(), self.height() - look.caption_px - look.pad(6), area.width(), look.caption_px + 4)
        words = self._tr(f"compare.axis.{self._show.measure}")
        draw_text(painter, caption, words, look.font("caption_strong"), look.muted, "right")

    def _paint_point(self, painter: QPainter, point: Point, *, selected: bool) -> None:
        look, at = self._look, self.place(point)
        radius = look.pad(7) if selected else look.pad(5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.accent if selected else look.muted)
        painter.drawEllipse(at, radius, radius)
        font = look.font("caption_strong" if selected else "caption")
        width = text_width(font, point.label)
        label = QRectF(at.x() + radius + 6, at.y() - 10, width + 1, 20)
        others = [self.place(other) for other in self._show.points if other.net != point.net] if self._show else []
        wide = label.adjusted(0, 0, look.pad(8), 0)
        if label.right() > self.width() or any(wide.contains(other) for other in others):
            label.moveRight(at.x() - radius - 6)
        draw_text(painter, label, point.label, font, look.text if selected else look.muted)


def _power(exponent: int) -> str:
    """Return a power of ten with its SI letter: ``10 M``.

    >>> _power(7), _power(9)
    ('10 M', '1 G')
    """
    letters = {0: "", 3: " k", 6: " M", 9: " G", 12: " T"}
    base = 3 * (exponent // 3)
    return f"{10 ** (exponent - base)}{letters[base]}"
