"""One of several words or shapes, in rows."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.presenters.gan.ports import Control, Option
from explorer.views.gan.data_icons import ICON_POINTS
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed

_MOVES = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_PRESSES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Choices(QWidget):
    """Shows a control of kind ``choice`` or ``tiles``.

    Signals
    -------
    chosen : str
        Key of the option that the person picked.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._control: Control | None = None
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_control(self, control: Control) -> None:
        """Show other options, or another one chosen."""
        if control == self._control:
            return
        grown = self._control is None or len(control.options) != len(self._control.options)
        self._control = control
        self.setEnabled(control.enabled)
        word = next((option.label for option in control.options if option.key == control.chosen), "")
        self.setAccessibleName(f"{control.label}: {word}" if word else control.label)
        if grown:
            self.updateGeometry()
        self.update()

    def _tiles(self) -> bool:
        return self._control is not None and self._control.kind == "tiles"

    def _row_px(self) -> int:
        look = self._look
        return look.pad(48) if self._tiles() else look.caption_px + look.pad(14)

    def _label_px(self) -> int:
        titled = self._control is not None and self._control.titled
        return math.ceil(self._look.text_px * 1.6) if titled else 0

    def sizeHint(self) -> QSize:
        control = self._control
        rows = 1 if control is None else math.ceil(len(control.options) / control.columns)
        gap = self._look.pad(6) if self._tiles() else 0
        return QSize(160, self._label_px() + rows * self._row_px() + (rows - 1) * gap)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.sizeHint().height()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def option_rect(self, index: int) -> QRectF:
        """Return where an option stands."""
        assert self._control is not None
        columns = self._control.columns
        gap = float(self._look.pad(6)) if self._tiles() else 0.0
        wide = (self.width() - gap * (columns - 1)) / columns
        row, column = divmod(index, columns)
        return QRectF(column * (wide + gap), self._label_px() + row * (self._row_px() + gap), wide, self._row_px())

    def _at(self, position: QPointF) -> int:
        options = self._control.options if self._control is not None else ()
        return next((i for i in range(len(options)) if self.option_rect(i).contains(position)), -1)

    def _pick(self, index: int) -> None:
        control = self._control
        if control is not None and 0 <= index < len(control.options) and control.options[index].enabled:
            self.chosen.emit(control.options[index].key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(self._at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._control is not None:
            index = self._at(QPointF(event.pos()))
            hint = self._control.options[index].hint if index >= 0 else self._control.hint
            QToolTip.showText(event.globalPos(), hint, self)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move, control = _MOVES.get(Qt.Key(event.key())), self._control
        if move is None or control is None:
            super().keyPressEvent(event)
            return
        keys = [option.key for option in control.options]
        here = keys.index(control.chosen) if control.chosen in keys else 0
        self._pick(max(0, min(len(keys) - 1, here + move[0] + move[1] * control.columns)))

    def paintEvent(self, event: QPaintEvent) -> None:
        control, look = self._control, self._look
        if control is None:
            return
        painter = QPainter(self)
        on = self.isEnabled()
        if control.titled:
            place = QRectF(0, 0, self.width(), look.text_px * 1.4)
            draw_text(painter, place, control.label, look.font("text"), look.text if on else look.faint)
        if not self._tiles():
            last = self.option_rect(len(control.options) - 1)
            frame = QRectF(0, self._label_px(), self.width(), last.bottom() - self._label_px())
            draw_box(painter, frame, fill=look.raised, line=look.line, radius=6)
        for index, option in enumerate(control.options):
            self._paint_option(painter, self.option_rect(index), option, index, on)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look, 6)

    def _paint_option(self, painter: QPainter, rect: QRectF, option: Option, index: int, on: bool) -> None:
        look, control = self._look, self._control
        assert control is not None
        lit = option.key == control.chosen
        card = look.ground if look.name == "dark" else look.panel
        colour = look.text if lit else look.muted
        if not (on and option.enabled):
            colour = look.faint
        hover = mixed(look.raised, look.text, 0.06)
        if self._tiles():
            draw_box(
                painter,
                rect,
                fill=card if lit else hover if index == self._hovered else look.raised,
                line=look.accent if lit else look.line,
                radius=6,
                width=2 if lit else 1,
            )
            self._paint_icon(painter, rect, option, colour)
            return
        inner = rect.adjusted(2, 2, -2, -2)
        if lit:
            draw_box(painter, inner, fill=card, line=look.line, radius=4)
        elif index == self._hovered:
            draw_box(painter, inner, fill=hover, radius=4)
        draw_text(painter, inner.adjusted(1, 0, -1, 0), option.label, look.font("caption"), colour, "centre")

    def _paint_icon(self, painter: QPainter, rect: QRectF, option: Option, colour: QColor) -> None:
        look = self._look
        points = ICON_POINTS.get(option.icon)
        foot = QRectF(rect.left() + 2, rect.bottom() - look.caption_px * 1.35, rect.width() - 4, look.caption_px * 1.25)
        if points is None:
            draw_text(painter, rect.adjusted(2, 0, -2, 0), option.label, look.font("caption"), colour, "centre")
            return
        draw_text(painter, foot, option.label, look.font("caption"), colour, "centre")
        room = QRectF(rect.left(), rect.top() + 4, rect.width(), foot.top() - rect.top() - 3)
        half = min(room.width(), room.height()) / 2
        placed = points * np.array([half, -half]) + np.array([room.center().x(), room.center().y()])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, max(1.6, half / 8), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints([QPointF(x, y) for x, y in placed.tolist()])
