"""A word that is on or off."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed, text_width


class Toggle(Pressable):
    """Shows by a tick as well as by colour that it is on; a press only asks for the change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = ""
        self._on = False
        self.setCheckable(True)

    def set_word(self, word: str, hint: str) -> None:
        self._word = word
        self.label(word, hint)
        self.updateGeometry()
        self.update()

    def set_on(self, on: bool) -> None:
        if on != self._on:
            self._on = on
            self.setChecked(on)
            self.update()

    def nextCheckState(self) -> None:
        """Leave the state to :meth:`set_on`; it is checkable so that a screen reader says the state."""

    @property
    def on(self) -> bool:
        return self._on

    def _mark_px(self) -> float:
        return self._look.text_px * 0.7

    def sizeHint(self) -> QSize:
        look = self._look
        width = text_width(look.font("text"), self._word) + self._mark_px() + look.pad(8) + 2 * look.pad(10)
        return QSize(math.ceil(width), look.control_px())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        fill = mixed(look.raised, look.accent, 0.22) if self._on else self._ground()
        draw_box(painter, rect, fill=fill, line=look.accent if self._on else look.line)
        mark = self._mark_px()
        box = QRectF(rect.left() + look.pad(10), rect.center().y() - mark / 2, mark, mark)
        draw_box(
            painter, box, fill=look.accent if self._on else None, line=look.accent if self._on else look.muted, radius=3
        )
        if self._on:
            pen = QPen(look.on_accent, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            corners = ((0.22, 0.52), (0.42, 0.74), (0.8, 0.28))
            painter.drawPolyline([QPointF(box.left() + x * mark, box.top() + y * mark) for x, y in corners])
        place = rect.adjusted(look.pad(10) + mark + look.pad(8), 0, -look.pad(8), 0)
        draw_text(painter, place, self._word, look.font("text"), look.text if self.isEnabled() else look.faint)
        if self.hasFocus():
            draw_focus(painter, rect, look)
