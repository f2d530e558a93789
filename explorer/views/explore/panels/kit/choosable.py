"""What parts whose lines can be chosen have in common: a click, or ↑ and ↓ while they have the focus."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.views.explore.panels.kit.part import Part

_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True)
class ChoosableLine:
    """A line on screen: what a click tells (nothing: it cannot be chosen), where it stands, what hovering says."""

    key: str
    rect: QRectF
    chosen: bool
    hint: str


class Choosable(Part):
    """A part of lines; a subclass implements :meth:`lines`.

    Signals
    -------
    clicked : str
        Key of the line.
    """

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hover = -1
        self.setMouseTracking(True)

    def lines(self) -> list[ChoosableLine]:
        """Return the lines on screen, from above."""
        raise NotImplementedError

    def _line_at(self, point: QPointF) -> tuple[int, ChoosableLine | None]:
        return next(((index, line) for index, line in enumerate(self.lines()) if line.rect.contains(point)), (-1, None))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        _, line = self._line_at(event.position())
        if line is not None and line.key and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(line.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index, line = self._line_at(event.position())
        if index != self._hover:
            self._hover = index
            can = line is not None and bool(line.key)
            self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lines = [line for line in self.lines() if line.key]
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None or not lines:
            super().keyPressEvent(event)
            return
        at = next((index for index, line in enumerate(lines) if line.chosen), -1)
        self.clicked.emit(lines[min(max(at + move, 0), len(lines) - 1)].key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            _, line = self._line_at(event.pos().toPointF())
            QToolTip.showText(event.globalPos(), line.hint if line is not None else "", self)
            return True
        return bool(super().event(event))
