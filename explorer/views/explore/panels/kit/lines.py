"""A small plot of numbers along the network."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.units import significant
from explorer.presenters.explore.panels.shows import Line, LinesShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_box, draw_text, mixed, text_width

_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7")
_MARK_PX = 3.5


class Lines(Part):
    """Lines over the places of a network; each has a name, a colour and a style of its own.

    Signals
    -------
    clicked : str
        Key of the place.
    """

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = LinesShow((), ())
        self._range = (0.0, 1.0)
        self._hover = -1
        self.setMouseTracking(True)

    def show_lines(self, show: LinesShow) -> None:
        """Show other lines."""
        self._show, self._range = show, _range_of(show)
        self._say(show.title, show.caption)
        said = [
            f"{line.name}: "
            + ", ".join(f"{label} {significant(value)}" for label, value in zip(show.labels, line.values, strict=True))
            for line in show.lines
        ]
        self.setAccessibleDescription(". ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)

    def _ticks(self) -> tuple[float, ...]:
        low, high = self._range
        step = 10 ** math.floor(math.log10((high - low) / 2))
        step = next(step * factor for factor in (5, 2, 1) if (high - low) / (step * factor) >= 2 or factor == 1)
        first = math.ceil(low / step)
        return tuple(index * step for index in range(first, math.floor(high / step + 1e-9) + 1))

    def plot_rect(self) -> QRectF:
        """Return the room of the curves."""
        look, room = self._look, self.body()
        font = look.font("caption")
        left = max((text_width(font, significant(tick)) for tick in self._ticks()), default=0.0) + look.pad(10)
        return room.adjusted(math.ceil(left), look.pad(8), -look.pad(10), -(look.caption_px + look.pad(10)))

    def point(self, place: int, value: float) -> QPointF:
        """Return where a value stands."""
        return self._point(self.plot_rect(), place, value)

    def _point(self, rect: QRectF, place: int, value: float) -> QPointF:
        low, high = self._range
        count = len(self._show.labels)
        x = rect.left() + (place + 0.5) / max(1, count) * rect.width()
        bounded = min(max(value, low), high)
        return QPointF(x, rect.bottom() - (bounded - low) / (high - low) * rect.height())

    def _place_at(self, point: QPointF) -> int:
        rect, count = self.plot_rect(), len(self._show.labels)
        if not count or not rect.left() <= point.x() <= rect.right():
            return -1
        return min(count - 1, int((point.x() - rect.left()) / rect.width() * count))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place == self._hover:
            return
        self._hover = place
        text = ""
        if place >= 0:
            said = [f"{line.name} {significant(line.values[place])}" for line in self._show.lines]
            text = f"{self._show.labels[place]}: " + " · ".join(said)
        QToolTip.showText(event.globalPosition().toPoint(), text, self)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if 0 <= place < len(self._show.keys) and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._show.keys[place])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, show = QPainter(self), self._look, self._show
        self._paint_frame(painter)
        if not show.labels:
            return
        rect, font = self.plot_rect(), look.font("caption")
        wide = rect.width() / len(show.labels)
        for place, share in ((self._hover, 0.06), (show.chosen, 0.14)):
            if 0 <= place < len(show.labels):
                band = QRectF(rect.left() + place * wide, rect.top(), wide, rect.height())
                draw_box(painter, band, fill=mixed(look.ground, look.text, share), radius=3)
        for tick in self._ticks():
            y = round(self._point(rect, 0, tick).y())
            painter.fillRect(QRectF(rect.left(), y, rect.width(), 1), look.line)
            text = QRectF(0, y - 10, rect.left() - look.pad(6), 20)
            draw_text(painter, text, significant(tick), font, look.muted, "right")
        self._paint_labels(painter, rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, line in enumerate(show.lines):
            self._paint_line(painter, rect, line, QColor(line.colour or _COLOURS[index % len(_COLOURS)]))
        self._paint_names(painter)

    def _paint_labels(self, painter: QPainter, rect: QRectF) -> None:
        look, labels, font = self._look, self._show.labels, self._look.font("caption")
        wide = rect.width() / len(labels)
        need = max(text_width(font, label) for label in labels) + look.pad(8)
        every = max(1, math.ceil(need / wide))
        under = QRectF(0, rect.bottom() + look.pad(4), need, look.caption_px + look.pad(4))
        for place, label in enumerate(labels):
            chosen = place == self._show.chosen
            near = 0 <= self._show.chosen != place and abs(place - self._show.chosen) < every
            if chosen or (place % every == 0 and not near):
                under.moveLeft(min(max(rect.left() + (place + 0.5) * wide - need / 2, 0), self.width() - need))
                draw_text(painter, under, label, font, look.text if chosen else look.muted, "centre")

    def _paint_line(self, painter: QPainter, rect: QRectF, line: Line, colour: QColor) -> None:
        points = [self._point(rect, place, value) for place, value in enumerate(line.values) if math.isfinite(value)]
        if line.style != "dots":
            style = Qt.PenStyle.DashLine if line.style == "dashed" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, 2.0, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(points)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for point in points:
            painter.drawEllipse(point, _MARK_PX, _MARK_PX)

    def _paint_names(self, painter: QPainter) -> None:
        """Name the lines at the right of the title, each after a piece of itself."""
        look, font = self._look, self._look.font("caption")
        if len(self._show.lines) < 2:
            return
        right = float(self.width())
        for index in range(len(self._show.lines) - 1, -1, -1):
            line = self._show.lines[index]
            wide = text_width(font, line.name) + 1
            draw_text(painter, QRectF(right - wide, 0, wide, look.caption_px + 4), line.name, font, look.muted)
            style = Qt.PenStyle.DashLine if line.style == "dashed" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(line.colour or _COLOURS[index % len(_COLOURS)]), 2.5, style))
            y = (look.caption_px + 4) / 2
            painter.drawLine(QPointF(right - wide - look.pad(26), y), QPointF(right - wide - look.pad(6), y))
            right -= wide + look.pad(40)


def _range_of(show: LinesShow) -> tuple[float, float]:
    """Return the values of the plot's lower and upper edge."""
    values = [value for line in show.lines for value in line.values if math.isfinite(value)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if show.low is not None:
        low = min(low, show.low)
    return (low, high) if high > low else (low, low + 1.0)
