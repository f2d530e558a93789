"""The gradient's norm in every layer, from input to output, on a logarithmic scale."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.text import Translator
from explorer.presenters.train.curves import LANE_COLOURS
from explorer.presenters.train.ports import GradientLane, GradientsShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.contrast import seen_on
from explorer.views.widgets.paint import draw_text, text_width, with_alpha


class GradientBars(Part):
    """One bar a layer; two nets stand above one another on the same scale, so that what vanishes is seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = Translator()
        self._show: GradientsShow | None = None
        self.setMouseTracking(True)

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.update()

    def show_gradients(self, show: GradientsShow) -> None:
        self._show = show
        self._say(show.title)
        said = [f"{lane.title}: {lane.texts[0]}; {lane.texts[-1]}" for lane in show.lanes]
        self.setAccessibleDescription(". ".join(said))
        self.update()

    def lane_rect(self, index: int) -> QRectF:
        """Return where one net's bars stand."""
        assert self._show is not None
        count, look = max(1, len(self._show.lanes)), self._look
        room = self.body().adjusted(text_width(look.font("caption"), "10⁻⁹") + look.pad(10), 0, -2, 0)
        room.setBottom(room.bottom() - look.caption_px - look.pad(6))
        gap = look.caption_px + look.pad(10)
        height = (room.height() - gap * (count - 1)) / count
        return QRectF(room.left(), room.top() + index * (height + gap), room.width(), max(1.0, height))

    def bar_rect(self, lane: int, layer: int) -> QRectF:
        """Return one bar: its top says the norm."""
        assert self._show is not None
        show, rect = self._show, self.lane_rect(lane)
        norms = show.lanes[lane].norms
        width = rect.width() / len(norms)
        share = (math.log10(float(norms[layer])) - show.low) / (show.high - show.low)
        height = max(1.0, rect.height() * min(1.0, max(0.0, share)))
        gap = min(2.0, width * 0.2)
        return QRectF(rect.left() + layer * width + gap / 2, rect.bottom() - height, max(1.0, width - gap), height)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        for index, lane in enumerate(self._show.lanes if self._show is not None else ()):
            rect = self.lane_rect(index)
            if rect.contains(event.position()):
                layer = int((event.position().x() - rect.left()) / rect.width() * len(lane.norms))
                text = lane.texts[min(max(layer, 0), len(lane.norms) - 1)]
                QToolTip.showText(event.globalPosition().toPoint(), text, self)
                return
        QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        show, look = self._show, self._look
        first = show.lanes[0].title if show is not None and len(show.lanes) > 1 else ""
        strong = look.font("caption_strong")
        if text_width(strong, self.title) + text_width(strong, first) < self.width() - look.pad(16):
            self._paint_frame(painter)
        if show is None:
            return
        if not show.lanes:
            draw_text(painter, self.body(), show.empty, look.font("caption"), look.muted, "centre")
            return
        for index, lane in enumerate(show.lanes):
            self._paint_lane(painter, index, lane)
        rect = self.lane_rect(len(show.lanes) - 1)
        below = QRectF(rect.left(), rect.bottom() + 2, rect.width(), look.caption_px + look.pad(6))
        draw_text(painter, below, self._tr("train_view.input"), look.font("caption"), look.muted)
        draw_text(painter, below, self._tr("train_view.output"), look.font("caption"), look.muted, "right")

    def _paint_lane(self, painter: QPainter, index: int, lane: GradientLane) -> None:
        assert self._show is not None
        show, look, rect = self._show, self._look, self.lane_rect(index)
        font = look.font("caption")
        low, high = round(show.low), round(show.high)
        every = max(1, -(-(high - low) * (look.caption_px + 6) // max(1, round(rect.height()))))
        for exponent in range(low, high + 1, every):
            y = round(rect.bottom() - rect.height() * (exponent - low) / (high - low)) + 0.5
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            label = QRectF(0, y - 9, rect.left() - look.pad(6), 18)
            draw_text(painter, label, power(exponent), font, look.muted, "right")
        colour = seen_on(LANE_COLOURS[index % 2], look)
        fill = with_alpha(QColor(colour), 0.9)
        for layer in range(len(lane.norms)):
            painter.fillRect(self.bar_rect(index, layer), fill)
        if len(show.lanes) > 1:
            name = QRectF(rect.left(), rect.top() - look.caption_px - look.pad(8), rect.width(), look.caption_px + 6)
            draw_text(painter, name, lane.title, look.font("caption_strong"), colour, "right")


_UPPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent: int) -> str:
    """Return a power of ten as it is written: ``10⁻³``.

    >>> power(-3), power(0)
    ('10⁻³', '10⁰')
    """
    return "10" + str(exponent).translate(_UPPER)
