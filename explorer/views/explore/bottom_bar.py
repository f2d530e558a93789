"""The bottom bar: stepping, the time line and the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.views.explore.picture_thumb import PictureThumb
from explorer.views.explore.time_line import TimeLine
from explorer.views.theme import DARK, Look


class BottomBar(QWidget):
    """The time line, and at the right the picture with the receptive field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self.time_line = TimeLine(self)
        self.thumb = PictureThumb(self)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.time_line, 1)
        self._layout.addWidget(self.thumb)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.set_look(self._look)

    def set_look(self, look: Look) -> None:
        self._look = look
        edge = look.pad(24)
        self._layout.setContentsMargins(edge, look.pad(10), edge, look.pad(10))
        self._layout.setSpacing(look.pad(32))
        self.time_line.set_look(look)
        self.thumb.set_look(look)
        self.update()

    def height_for(self, *, low: bool) -> int:
        """Return the height that the bar wants; less in low windows."""
        return self._look.pad(88 if low else 104)

    def retranslate(self, tr: Translator) -> None:
        self.time_line.retranslate(tr)
        self.thumb.retranslate(tr)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.panel)
