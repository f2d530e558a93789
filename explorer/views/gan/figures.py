"""Names and numbers under the plots."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.presenters.ports import CardRow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text


class Figures(QWidget):
    """A muted name at the left, a value at the right; resting on a line tells its definition."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._rows: tuple[CardRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_rows(self, rows: tuple[CardRow, ...]) -> None:
        if rows == self._rows:
            return
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = rows
        self.setAccessibleDescription(", ".join(f"{row.label} {row.value}" for row in rows))
        self.update()

    def _row_px(self) -> int:
        return math.ceil(self._look.caption_px * 1.7)

    def sizeHint(self) -> QSize:
        return QSize(120, self._row_px() * len(self._rows))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = event.pos().y() // self._row_px()
            if index < len(self._rows):
                QToolTip.showText(event.globalPos(), self._rows[index].hint, self)
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        for index, row in enumerate(self._rows):
            place = QRectF(look.pad(4), index * self._row_px(), self.width() - 2 * look.pad(4), self._row_px())
            wide = draw_text(painter, place, row.value, look.font("caption"), look.text, "right")
            draw_text(painter, place.adjusted(0, 0, -wide - 8, 0), row.label, look.font("caption"), look.muted)
