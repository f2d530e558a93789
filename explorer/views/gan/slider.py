"""A hyperparameter that slides: name, value, and a track."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from explorer.presenters.gan.ports import Control
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, text_width

_OWN_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class Slider(QAbstractSlider):
    """Shows a control of kind ``slider``.

    Signals
    -------
    slid : int, bool
        The place that the person chose, and whether that is the end of the movement.
    """

    slid = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._control: Control | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.actionTriggered.connect(self._on_action)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_control(self, control: Control) -> None:
        """Show another value; a slider in the person's hand is not moved."""
        if control == self._control:
            return
        self._control = control
        self.blockSignals(True)
        self.setRange(0, max(0, control.places - 1))
        self.setPageStep(max(1, control.places // 8))
        if not self.isSliderDown():
            self.setValue(control.place)
        self.blockSignals(False)
        self.setEnabled(control.enabled)
        self.setToolTip(control.hint)
        self.setAccessibleName(control.label)
        self.setAccessibleDescription(control.value)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, round(self._look.text_px * 1.4) + self._look.pad(12))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def _on_action(self, _action: int) -> None:
        # The new place is not in value() yet while the action is told.
        self.slid.emit(self.sliderPosition(), True)

    def _place_at(self, x: float) -> int:
        share = min(1.0, max(0.0, (x - 1) / max(1, self.width() - 2)))
        return round(share * self.maximum())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._slide_to(event.position().x(), done=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._slide_to(event.position().x(), done=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)
            self._slide_to(event.position().x(), done=True)

    def _slide_to(self, x: float, *, done: bool) -> None:
        place = self._place_at(x)
        if place != self.value() or done:
            self.setValue(place)
            self.slid.emit(place, done)
            self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        control, look = self._control, self._look
        if control is None:
            return
        painter = QPainter(self)
        on = self.isEnabled()
        line = QRectF(0, 0, self.width(), round(look.text_px * 1.4))
        value_px = text_width(look.font("text"), control.value)
        name = line.adjusted(0, 0, -value_px - 8, 0)
        draw_text(painter, name, control.label, look.font("text"), look.text if on else look.faint)
        draw_text(painter, line, control.value, look.font("text"), look.muted if on else look.faint, "right")
        track = QRectF(0, line.bottom() + look.pad(3), self.width(), look.pad(4))
        draw_box(painter, track, fill=look.line, radius=2)
        share = self.value() / self.maximum() if self.maximum() else 1.0
        filled = QRectF(track.left(), track.top(), max(4.0, track.width() * share), track.height())
        draw_box(painter, filled, fill=look.accent if on else look.faint, radius=2)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look, 4)
