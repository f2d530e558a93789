"""A perceptron as columns of units with connections between them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.presenters.explore.panels.pooling import MlpColumn, Unit
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_text, mixed, text_width, with_alpha

_PLUS, _MINUS = QColor("#c65a11"), QColor("#1b78b8")
"""As in the diverging map: positive orange, negative blue; negative connections are dashed too."""


class Perceptron(Part):
    """Units are filled by their value; connections are as thick as what they carry, dashed where it is negative."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[MlpColumn, ...] = ()

    def show_columns(self, columns: tuple[MlpColumn, ...]) -> None:
        """Show other columns."""
        self._columns = columns
        self.setAccessibleName(" → ".join(column.title for column in columns))
        hints = [edge.hint for column in columns for edge in column.edges]
        self.setAccessibleDescription(". ".join(hints))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def unit_centre(self, column: int, place: int) -> QPointF:
        """Return where a unit stands."""
        look, count = self._look, len(self._columns[column].units)
        top = look.caption_px + look.pad(20)
        room = self.height() - top - look.pad(8)
        left, right = look.pad(48), look.pad(22) + self._last_px()
        wide = (self.width() - left - right) / max(1, len(self._columns) - 1)
        return QPointF(left + column * wide, top + (place + 0.5) * room / max(1, count))

    def _last_px(self) -> float:
        """Return how wide the texts beside the last units are."""
        font, units = self._look.font("caption"), self._columns[-1].units if self._columns else ()
        return math.ceil(max((text_width(font, _labelled(unit)) for unit in units), default=0.0)) + 1

    def _radius(self) -> float:
        most = max((len(column.units) for column in self._columns), default=1)
        room = (self.height() - self._look.caption_px - self._look.pad(28)) / max(1, most)
        return min(self._look.pad(11), max(3.0, room * 0.36))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, column in enumerate(self._columns):
            for edge in sorted(column.edges, key=lambda one: abs(one.share)):
                colour = with_alpha(_PLUS if edge.share >= 0 else _MINUS, 0.35 + 0.65 * abs(edge.share))
                style = Qt.PenStyle.SolidLine if edge.share >= 0 else Qt.PenStyle.DashLine
                painter.setPen(QPen(colour, 1.0 + 5.0 * abs(edge.share), style))
                painter.drawLine(self.unit_centre(index - 1, edge.start), self.unit_centre(index, edge.end))
        radius = self._radius()
        for index, column in enumerate(self._columns):
            self._paint_title(painter, index, column.title)
            for place, unit in enumerate(column.units):
                centre = self.unit_centre(index, place)
                painter.setPen(QPen(look.muted, 1.5))
                painter.setBrush(mixed(look.ground, _PLUS, min(1.0, max(0.0, unit.share))))
                painter.drawEllipse(centre, radius, radius)
                if radius * 2 >= look.caption_px * 0.8:
                    self._paint_texts(painter, index, centre, radius, unit)

    def _paint_title(self, painter: QPainter, index: int, title: str) -> None:
        look = self._look
        x = self.unit_centre(index, 0).x()
        wide = self.width() / max(1, len(self._columns))
        left = min(max(x - wide / 2, 0), self.width() - wide)
        rect = QRectF(0 if index == 0 else left, 0, wide, look.caption_px + 4)
        last = index == len(self._columns) - 1
        rect.moveRight(self.width()) if last else None
        align = "left" if index == 0 else "right" if last else "centre"
        draw_text(painter, rect, title, look.font("caption_strong"), look.text, align)  # type: ignore[arg-type]

    def _paint_texts(self, painter: QPainter, index: int, centre: QPointF, radius: float, unit: Unit) -> None:
        look = self._look
        font, tall = look.font("caption"), look.caption_px + 4.0
        left = QRectF(centre.x() - radius - look.pad(44), centre.y() - tall / 2, look.pad(40), tall)
        right = QRectF(centre.x() + radius + look.pad(6), centre.y() - tall / 2, self._last_px(), tall)
        if index == 0:
            draw_text(painter, left, str(unit.channel), font, look.muted, "right")
        elif index == len(self._columns) - 1:
            draw_text(painter, right, _labelled(unit), font, look.text)


def _labelled(unit: Unit) -> str:
    return f"{unit.channel}: {unit.text}"
