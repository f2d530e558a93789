"""The card beside the pointer: which channel, which position, which value."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.presenters.ports import HoverCard
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_text, text_width, with_alpha

_AWAY_PX = 18
"""Distance from the pointer, so that the card does not cover what it speaks of."""


class HoverCardView(QWidget):
    """Floats over the stage and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = DARK
        self._card: HoverCard | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def show_card(self, card: HoverCard | None, near: QPoint) -> None:
        """Show a card beside a point of the parent, inside the parent; None hides it."""
        changed = card != self._card
        self._card = card
        if card is None:
            self.hide()
            return
        if changed:
            self.setAccessibleName(" ".join((card.title, card.tag, *card.lines)).strip())
            self.resize(self._wanted_size(card))
            self.update()
        self.place(near)
        self.show()
        self.raise_()

    def place(self, near: QPoint) -> None:
        """Move the card to the side of a point where there is room."""
        parent = self.parentWidget()
        room = QRect() if parent is None else parent.rect().adjusted(4, 4, -4, -4)
        x = near.x() + _AWAY_PX
        if x + self.width() > room.right():
            x = near.x() - _AWAY_PX - self.width()
        y = near.y() + _AWAY_PX
        if y + self.height() > room.bottom():
            y = near.y() - _AWAY_PX - self.height()
        x = max(room.left(), min(x, room.right() - self.width()))
        y = max(room.top(), min(y, room.bottom() - self.height()))
        self.move(x, y)

    def _line_px(self) -> int:
        return math.ceil(self._look.caption_px * 1.5)

    def _wanted_size(self, card: HoverCard) -> QSize:
        look = self._look
        title = text_width(look.font("caption_strong"), card.title)
        if card.tag:
            title += self._tag_left() + text_width(look.font("caption"), card.tag)
        lines = [text_width(look.font("caption"), line) for line in card.lines]
        pad = look.pad(12)
        wide = math.ceil(max(title, *lines, 0.0) if lines else title) + 2 * pad
        return QSize(wide, self._line_px() * (1 + len(card.lines)) + 2 * look.pad(8))

    def _tag_left(self) -> float:
        """Return the room between the title and the tag's text, which holds the colour's square."""
        look = self._look
        return look.pad(10) + (look.caption_px * 0.75 + look.pad(6) if self._card and self._card.colour else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        card, look = self._card, self._look
        if card is None:
            return
        painter = QPainter(self)
        ground = QColor("#05060a") if look.name == "dark" else look.panel
        draw_box(painter, QRectF(self.rect()), fill=with_alpha(ground, 0.97), line=look.line, radius=8)
        left, line_px = float(look.pad(12)), self._line_px()
        line = QRectF(left, look.pad(8), self.width() - 2 * left + 1, line_px)
        used = draw_text(painter, line, card.title, look.font("caption_strong"), look.text)
        if card.tag:
            if card.colour:
                side = look.caption_px * 0.75
                square = QRectF(left + used + look.pad(10), line.center().y() - side / 2, side, side)
                draw_box(painter, square, fill=QColor(card.colour), radius=2)
            rest = line.adjusted(used + self._tag_left(), 0, 0, 0)
            draw_text(painter, rest, card.tag, look.font("caption"), look.text)
        for index, text in enumerate(card.lines):
            line.translate(0, line_px)
            # The last line is the one that counts: the value.
            colour = look.text if index == len(card.lines) - 1 else look.muted
            draw_text(painter, line, text, look.font("caption"), colour)
