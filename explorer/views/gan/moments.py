"""The time line: every step that was kept can be gone back to, and gone on from."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import MomentsShow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.curves import nearest_index
from explorer.views.widgets.paint import draw_focus, draw_text, text_width

_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Moments(QWidget):
    """A track from step 0 to the newest, with a tick a kept step.

    Signals
    -------
    moment_chosen : int
        A kept step at which the mouse was released, or that the keyboard went to.
    moment_previewed : int
        A kept step over which the time line is being dragged.
    """

    moment_chosen = Signal(int)
    moment_previewed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show = MomentsShow((), 0, 0, "")
        self._dragged = -1
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self.setAccessibleName(tr("gan_view.moments"))
        self.setToolTip(tr("gan_view.moments.hint"))

    def show_moments(self, show: MomentsShow) -> None:
        """Show where the run stands."""
        if show != self._show:
            self._show = show
            self.setAccessibleDescription(show.label)
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._look.caption_px * 4)

    def x_of(self, step: float) -> float:
        """Return where a step stands."""
        inset = self._look.pad(10)
        share = step / self._show.last if self._show.last > 0 else 0.0
        return inset + (self.width() - 2 * inset) * min(1.0, max(0.0, share))

    def _kept_at(self, x: float) -> int:
        if not self._show.kept:
            return -1
        inset = self._look.pad(10)
        step = (x - inset) / max(1, self.width() - 2 * inset) * self._show.last
        return self._show.kept[nearest_index(np.asarray(self._show.kept, np.float64), step)]

    def _drag(self, step: int) -> None:
        if step >= 0 and step != self._dragged:
            self._dragged = step
            self.moment_previewed.emit(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = -1
            self._drag(self._kept_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragged >= 0:
            step, self._dragged = self._dragged, -1
            self.moment_chosen.emit(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(self._kept_at(event.position().x()))
        hovered = self._kept_at(event.position().x())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move, kept = _MOVES.get(Qt.Key(event.key())), self._show.kept
        if move is None or not kept:
            super().keyPressEvent(event)
            return
        before = [step for step in kept if step < self._show.step]
        after = [step for step in kept if step > self._show.step]
        target = (before[-1] if before else kept[0]) if move < 0 else (after[0] if after else kept[-1])
        self.moment_chosen.emit(target)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, show = QPainter(self), self._look, self._show
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = round(self.height() / 2 - look.caption_px * 0.46)
        first, here, last = self.x_of(0), self.x_of(show.step), self.x_of(max(1, show.last))
        if show.last == 0:
            last = self.width() - first
        thick = look.pad(5)
        for colour, left, right in ((look.line, first, last), (look.accent, first, here)):
            painter.setPen(QPen(colour, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(left, y), QPointF(max(left, right), y))
        painter.setPen(QPen(look.muted, 1.5))
        for step in show.kept:
            x = self.x_of(step)
            tall = 5 if step == self._hovered else 0
            painter.drawLine(QPointF(x, y - thick - 2 - tall), QPointF(x, y - thick + 1))
        if show.cursor is not None:
            x = self.x_of(show.cursor)
            painter.setPen(QPen(look.text, 1))
            painter.drawLine(QPointF(x, y - look.pad(14)), QPointF(x, y + look.pad(14)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.text)
        painter.drawEllipse(QPointF(here, y), look.pad(8), look.pad(8))
        self._paint_labels(painter, y, here)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look)

    def _paint_labels(self, painter: QPainter, y: float, here: float) -> None:
        look, show = self._look, self._show
        font = look.font("caption")
        line = QRectF(0, y + look.pad(12), self.width(), look.caption_px * 1.4)
        wide = text_width(font, show.label)
        left = max(0.0, min(self.width() - wide, here - wide / 2))
        draw_text(painter, QRectF(left, line.top(), wide + 1, line.height()), show.label, font, look.text)
        zero, end = "0", f"{show.last:,}"
        if left > text_width(font, zero) + 24:
            draw_text(painter, line.adjusted(self.x_of(0) - 4, 0, 0, 0), zero, font, look.muted)
        if show.step < show.last and left + wide < self.width() - text_width(font, end) - 24:
            draw_text(painter, line, end, font, look.muted, "right")
