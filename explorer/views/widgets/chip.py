"""A chip of the top bar: what is set, and a click that changes it."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.views.theme import Look
from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import (
    draw_box,
    draw_chevron,
    draw_focus,
    draw_hollow_dot,
    draw_text,
    elided,
    text_width,
)

Dot = Literal["", "good", "hollow"]

_GAP_PX = 8


class Chip(Pressable):
    """A main word, a muted note before or behind it, a state dot and an arrow where it opens a menu.

    ``compact`` leaves the note out, and ``limit_px`` shortens the main word; the tool tip then has it all.
    """

    def __init__(self, parent: QWidget | None = None, *, menu: bool = False, note_first: bool = False) -> None:
        super().__init__(parent)
        self._text = ""
        self._note = ""
        self._dot: Dot = ""
        self._menu = menu
        self._note_first = note_first
        self._compact = False
        self._limit_px = 0
        self._hint = ""

    def set_parts(self, text: str, note: str = "", dot: Dot = "", *, name: str = "", hint: str = "") -> None:
        """Show new content; ``name`` is what a screen reader says before it, ``hint`` the tool tip."""
        self._text, self._note, self._dot, self._hint = text, note, dot, hint
        said = " ".join(part for part in (text, note) if part)
        self.setAccessibleName(f"{name}: {said}" if name else said)
        self._refresh()

    def set_compact(self, compact: bool, limit_px: int = 0) -> None:
        if (compact, limit_px) != (self._compact, self._limit_px):
            self._compact, self._limit_px = compact, limit_px
            self._refresh()

    @property
    def note_shown(self) -> bool:
        return bool(self._note) and not self._compact

    def _refresh(self) -> None:
        shortened = self._main() != self._text or (self._note and self._compact)
        full = " · ".join(part for part in (self._text, self._note) if part)
        self.setToolTip("\n".join(part for part in (full if shortened else "", self._hint) if part))
        self.updateGeometry()
        self.update()

    def _main(self) -> str:
        return elided(self._look.font("text"), self._text, self._limit_px) if self._limit_px else self._text

    def full_width(self, *, compact: bool, limit_px: int = 0) -> int:
        """Return how wide the chip is with or without its note."""
        look = self._look
        main = text_width(look.font("text"), self._text)
        parts = [min(main, limit_px) if limit_px else main]
        if self._note and not compact:
            parts.append(text_width(look.font("caption"), self._note))
        if self._dot:
            parts.append(look.text_px * 0.55)
        if self._menu:
            parts.append(look.text_px * 0.6)
        return math.ceil(sum(parts) + look.pad(_GAP_PX) * (len(parts) - 1)) + 2 * look.pad(14)

    def sizeHint(self) -> QSize:
        return QSize(self.full_width(compact=self._compact, limit_px=self._limit_px), self._look.control_px())

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        draw_box(painter, rect, fill=self._ground(), line=look.line)
        gap = look.pad(_GAP_PX)
        left = rect.left() + look.pad(14)
        right = rect.right() - look.pad(14)
        if self._dot:
            size = round(look.text_px * 0.55)
            centre = QPointF(left + size / 2, rect.center().y())
            self._paint_dot(painter, centre, size / 2)
            left += size + gap
        if self._menu:
            arrow = look.text_px * 0.6
            draw_chevron(painter, QPointF(right - arrow / 2, rect.center().y()), arrow * 0.85, "down", look.muted)
            right -= arrow + gap
        words = [(self._main(), look.font("text"), look.text if self.isEnabled() else look.faint)]
        if self.note_shown:
            words.insert(0 if self._note_first else 1, (self._note, look.font("caption"), look.muted))
        for word, font, colour in words:
            width = text_width(font, word)
            draw_text(painter, QRectF(left, rect.top(), min(width, right - left), rect.height()), word, font, colour)
            left += width + gap
        if self.hasFocus():
            draw_focus(painter, rect, look)

    def _paint_dot(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        look = self._look
        if self._dot == "good":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.good)
            painter.drawEllipse(centre, radius, radius)
        else:
            draw_hollow_dot(painter, centre, look)
