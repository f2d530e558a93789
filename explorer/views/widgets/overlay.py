"""What lies over the whole window for a moment: menus, the palette, the key sheet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box


class Overlay(QWidget):
    """A card over its parent. Escape or a click beside the card closes it; the focus goes back to where it was.

    It is a child widget, not a window: it is drawn in screenshots and never blocks.

    Signals
    -------
    closed
        It has been closed, however that came about.
    """

    closed = Signal()

    dim = 0.45
    claims_keys = True
    """Whether the window's one-key shortcuts rest while the overlay is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = DARK
        self._host = parent
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        parent.installEventFilter(self)

    def set_look(self, look: Look) -> None:
        self._look = look
        if self.isVisible():
            self.arrange()
        self.update()

    def card_rect(self) -> QRect:
        """Return where the card stands."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Put the children on the card; called when it opens and when the window's size changes."""

    def focus_target(self) -> QWidget:
        return self

    def open(self) -> None:
        if not self.isVisible():
            self._before = self._host.window().focusWidget()
        self.setGeometry(self._host.rect())
        self.arrange()
        self.show()
        self.raise_()
        self.focus_target().setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        # What had the focus may have been deleted meanwhile: another layer's crumbs, for instance.
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
            self.arrange()
            self.update()
        return False

    def event(self, event: QEvent) -> bool:
        # Keys that the focused child leaves over come up here before any shortcut of the window sees them.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if event.key() == Qt.Key.Key_Escape or (self.claims_keys and plain):
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card_rect().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.dim:
            painter.fillRect(self.rect(), QColor(0, 0, 0, round(255 * self.dim)))
        draw_card(painter, QRectF(self.card_rect()), self._look)


def draw_card(painter: QPainter, rect: QRectF, look: Look, radius: float = 10.0) -> None:
    """Draw a raised card with a soft shadow."""
    strength = 0.055 if look.name == "dark" else 0.022
    for spread in range(10, 0, -2):
        shadow = QColor(0, 0, 0, round(255 * strength))
        draw_box(painter, rect.adjusted(-spread, -spread + 4, spread, spread + 4), fill=shadow, radius=radius + spread)
    draw_box(painter, rect, fill=look.panel, line=look.line, radius=radius)
