"""A row of words of which one is chosen."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed, text_width

_OWN_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Segmented(QWidget):
    """One of several words; a click, or the arrows while it has the focus, chooses another.

    Signals
    -------
    chosen : str
        Key of the word that the person picked. What is shown changes only by :meth:`set_current`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._items: tuple[tuple[str, str], ...] = ()
        self._hints: dict[str, str] = {}
        self._current = ""
        self._hovered = ""
        self._name = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def set_items(self, items: tuple[tuple[str, str], ...], hints: dict[str, str] | None = None) -> None:
        """Show these ``(key, word)`` pairs, with tool tips by key."""
        if items == self._items and (hints or {}) == self._hints:
            return
        self._items, self._hints = items, hints or {}
        self._announce()
        self.updateGeometry()
        self.update()

    def set_current(self, key: str) -> None:
        if key != self._current:
            self._current = key
            self._announce()
            self.update()

    def set_name(self, name: str) -> None:
        """Set what a screen reader calls the row."""
        self._name = name
        self._announce()

    @property
    def current(self) -> str:
        return self._current

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self._items)

    def _announce(self) -> None:
        word = dict(self._items).get(self._current, "")
        self.setAccessibleName(f"{self._name}: {word}" if self._name else word)

    def _rects(self) -> dict[str, QRectF]:
        look = self._look
        left, rects = 4.0, {}
        for key, word in self._items:
            # Both weights get the room of the wider one, so that nothing moves when the choice does.
            width = math.ceil(text_width(look.font("text"), word)) + 2 * look.pad(12)
            rects[key] = QRectF(left, 4.0, width, self.height() - 8.0)
            left += width
        return rects

    def sizeHint(self) -> QSize:
        return QSize(self.width_for([word for _, word in self._items]), self._look.control_px() + self._look.pad(4))

    def width_for(self, words: Iterable[str]) -> int:
        """Return how wide the row is with these words."""
        look = self._look
        return 8 + sum(math.ceil(text_width(look.font("text"), word)) + 2 * look.pad(12) for word in words)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _key_at(self, position: QPoint) -> str:
        return next((key for key, rect in self._rects().items() if rect.contains(position)), "")

    def segment_centre(self, key: str) -> QPoint:
        """Return the middle of a word, for menus and tests."""
        return self._rects()[key].center().toPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._key_at(event.position().toPoint())
        if key and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        key = self._key_at(event.position().toPoint())
        if key != self._hovered:
            self._hovered = key
            if self._hints.get(key):
                QToolTip.showText(event.globalPosition().toPoint(), self._hints[key], self)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = ""
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        move = moves.get(Qt.Key(event.key()))
        if move is None or self._current not in self.keys:
            super().keyPressEvent(event)
            return
        target = self.keys.index(self._current) + move
        if 0 <= target < len(self.keys):
            self.chosen.emit(self.keys[target])

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        rect = QRectF(self.rect())
        draw_box(painter, rect, fill=look.raised, line=look.line)
        # The mockup's chosen word stands on the ground in the dark and on a white card in the light.
        card = look.ground if look.name == "dark" else look.panel
        for (key, word), place in zip(self._items, self._rects().values(), strict=True):
            lit = key == self._current
            if lit:
                draw_box(painter, place, fill=card, radius=6)
            elif key == self._hovered:
                draw_box(painter, place, fill=mixed(look.raised, look.text, 0.06), radius=6)
            draw_text(painter, place, word, look.font("text"), look.text if lit else look.muted, "centre")
        if self.hasFocus():
            draw_focus(painter, rect, look)
