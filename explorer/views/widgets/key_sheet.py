"""The sheet of keys (?)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.views.actions import ACTIONS, ActionSpec, Group, key_text, listed_keys
from explorer.views.theme import Look
from explorer.views.widgets.overlay import Overlay
from explorer.views.widgets.paint import draw_box, draw_text, text_width

_SMALLEST_PX = 13
_PRESENT_PX = 24
"""Type of this size and more has the distances of the projector."""


@dataclass(frozen=True)
class _Line:
    keys: tuple[str, ...]
    text: str


class KeySheet(Overlay):
    """All keys by group, in two or three columns. The keys go on working while it is open."""

    claims_keys = False

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tr = Translator()
        self._specs = ACTIONS
        self._given = self._look
        self._groups: list[tuple[str, list[_Line]]] = []
        self.retranslate(self._tr)

    def set_actions(self, specs: tuple[ActionSpec, ...]) -> None:
        """List the actions of another workspace, by group in the order in which the groups first come."""
        self._specs = specs
        self.retranslate(self._tr)

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("keys.title"))
        groups = dict.fromkeys(spec.group for spec in self._specs)
        self._groups = [(tr(f"keys.group.{group}"), self._lines(group)) for group in groups]
        self.setAccessibleDescription(
            ". ".join(f"{line.text}: {', '.join(line.keys)}" for _, lines in self._groups for line in lines)
        )
        if self.isVisible():
            self.arrange()
        self.update()

    def _lines(self, group: Group) -> list[_Line]:
        tr = self._tr
        lines = []
        for spec in self._specs:
            if spec.group != group:
                continue
            if spec.listed:
                lines.append(_Line(self._caps(spec), tr(spec.text_key)))
            elif spec.id == "recall_1":
                lines.append(_Line(("1 – 9",), tr("action.recall_any")))
            elif spec.id == "select_right":
                lines.append(_Line((key_text("Shift", tr) + " ← ↑ ↓ →",), tr("action.select_any")))
        return lines

    def _caps(self, spec: ActionSpec) -> tuple[str, ...]:
        return tuple(key_text(key, self._tr) for key in listed_keys(spec))

    def _columns(self) -> list[list[tuple[str, list[_Line]]]]:
        """Return the groups in columns of about the same length, in reading order."""
        wide = self.width() - 96
        count = (
            3 if wide >= 3 * self._column_px() + 2 * self._gutter_px() else 2 if wide >= 2 * self._column_px() else 1
        )
        total = sum(len(lines) + 2 for _, lines in self._groups)
        columns: list[list[tuple[str, list[_Line]]]] = [[]]
        filled = 0
        for title, lines in self._groups:
            size = len(lines) + 2
            if columns[-1] and len(columns) < count and filled + size / 2 > total * len(columns) / count:
                columns.append([])
            columns[-1].append((title, lines))
            filled += size
        return columns

    def _caps_px(self, line: _Line) -> float:
        font, look = self._look.font("caption"), self._look
        return sum(text_width(font, key) + look.pad(14) for key in line.keys) + look.pad(5) * (len(line.keys) - 1)

    def _column_px(self) -> int:
        look = self._look
        font = look.font("text")
        lines = [line for _, group in self._groups for line in group]
        return round(max(text_width(font, line.text) + self._caps_px(line) for line in lines)) + look.pad(28)

    def _gutter_px(self) -> int:
        return self._look.pad(40)

    def _row_px(self) -> int:
        look = self._look
        natural = look.text_px + look.pad(13)
        longest = max(sum(len(lines) + 2 for _, lines in column) for column in self._columns())
        room = self.height() - 2 * look.pad(36) - self._title_px()
        return max(look.caption_px + 4, min(natural, room // longest))

    def _title_px(self) -> int:
        return self._look.heading_px + self._look.pad(20)

    def card_rect(self) -> QRect:
        columns = self._columns()
        edge = self._look.pad(28)
        width = len(columns) * self._column_px() + (len(columns) - 1) * self._gutter_px() + 2 * edge
        rows = max(sum(len(lines) + 2 for _, lines in column) for column in columns) - 1
        height = self._title_px() + rows * self._row_px() + 2 * edge
        width, height = min(width, self.width() - 16), min(height, self.height() - 16)
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def set_look(self, look: Look) -> None:
        self._given = look
        super().set_look(look)

    def arrange(self) -> None:
        """Take the largest type in which every key has its line."""
        self._look = self._given
        while self._look.text_px > _SMALLEST_PX and not self._fits():
            factor = (self._look.text_px - 1) / self._given.text_px
            self._look = replace(
                self._given,
                text_px=self._look.text_px - 1,
                caption_px=round(self._given.caption_px * factor),
                heading_px=round(self._given.heading_px * factor),
                # Distances grow with the type.
                present=self._given.present and self._look.text_px > _PRESENT_PX,
            )

    def _fits(self) -> bool:
        columns = self._columns()
        rows = max(sum(len(lines) + 2 for _, lines in column) for column in columns) - 1
        edge, least_row = self._look.pad(28), self._look.caption_px + 8
        tall = self._title_px() + rows * least_row + 2 * edge
        wide = len(columns) * self._column_px() + (len(columns) - 1) * self._gutter_px() + 2 * edge
        return tall <= self.height() - 16 and wide <= self.width() - 16

    def _places(self) -> Iterator[tuple[QRectF, str | _Line]]:
        """Yield every heading and line and where it stands."""
        edge, row = self._look.pad(28), self._row_px()
        card = QRectF(self.card_rect()).adjusted(edge, edge, -edge, -edge)
        columns = self._columns()
        width = (card.width() - self._gutter_px() * (len(columns) - 1)) / len(columns)
        for number, column in enumerate(columns):
            left, top = card.left() + number * (width + self._gutter_px()), card.top() + self._title_px()
            for name, lines in column:
                yield QRectF(left, top, width, row), name
                for index, line in enumerate(lines, 1):
                    yield QRectF(left, top + index * row, width, row), line
                top += (len(lines) + 2) * row

    def line_rects(self) -> list[QRectF]:
        """Return where the lines of the keys stand."""
        return [rect for rect, item in self._places() if isinstance(item, _Line)]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = self._look
        painter = QPainter(self)
        edge = look.pad(28)
        card = QRectF(self.card_rect()).adjusted(edge, edge, -edge, -edge)
        title = QRectF(card.left(), card.top(), card.width(), look.heading_px + 4)
        draw_text(painter, title, self._tr("keys.title"), look.font("heading"), look.text)
        draw_text(painter, title, self._tr("keys.close"), look.font("caption"), look.muted, "right")
        for rect, item in self._places():
            if isinstance(item, _Line):
                self._paint_line(painter, item, rect)
            else:
                draw_text(painter, rect, item, look.font("caption_strong"), look.muted)

    def _paint_line(self, painter: QPainter, line: _Line, rect: QRectF) -> None:
        look = self._look
        font = look.font("caption")
        right = rect.right()
        for key in reversed(line.keys):
            wide = text_width(font, key) + look.pad(14)
            tall = min(look.caption_px + look.pad(9), rect.height() - 3)
            cap = QRectF(right - wide, round(rect.center().y() - tall / 2), wide, tall)
            draw_box(painter, cap, fill=look.raised, line=look.line, radius=5)
            draw_text(painter, cap, key, font, look.text, "centre")
            right -= wide + look.pad(5)
        draw_text(
            painter,
            QRectF(rect.left(), rect.top(), right - rect.left() - 8, rect.height()),
            line.text,
            look.font("text"),
            look.text,
        )
