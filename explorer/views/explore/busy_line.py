"""A thin line that says: something is being computed."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QTimer
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QWidget

from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import with_alpha

DELAY_MS = 150
"""Work that is done sooner shows nothing: a flash would only disturb."""

_FRAME_MS = 33
_LAP_MS = 1200
LINE_PX = 2


class BusyLine(QWidget):
    """Runs along the top while busy; stands still where the system asks for no motion."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = DARK
        self._since = QElapsedTimer()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self._on_delay)
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self.update)
        self.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def show_busy(self, busy: bool) -> None:
        if busy:
            if not self._delay.isActive() and self.isHidden():
                self._delay.start(DELAY_MS)
            return
        self._delay.stop()
        self._frames.stop()
        self.hide()

    def _on_delay(self) -> None:
        self._since.start()
        self.show()
        self.raise_()
        if self._moves():
            self._frames.start()

    def _moves(self) -> bool:
        return self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = self.width()
        painter.fillRect(self.rect(), with_alpha(self._look.accent, 0.18))
        if not self._frames.isActive():
            painter.fillRect(self.rect(), with_alpha(self._look.accent, 0.6))
            return
        span = width * 0.3
        left = (self._since.elapsed() % _LAP_MS) / _LAP_MS * (width + span) - span
        ramp = QLinearGradient(left, 0, left + span, 0)
        ramp.setColorAt(0, with_alpha(self._look.accent, 0.0))
        ramp.setColorAt(0.5, self._look.accent)
        ramp.setColorAt(1, with_alpha(self._look.accent, 0.0))
        painter.fillRect(QRectF(left, 0, span, self.height()), ramp)
