"""What does it say? The main and the auxiliary heads over the same classes."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import HeadVerdict, VerdictRow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_hollow_dot, draw_text, elided, text_width

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class Verdict(QWidget):
    """One block a head: its title, where it hangs, and a bar for every class, or why it has no say.

    The head's own first class is in the accent colour *and* in the heavier weight.
    """

    def __init__(self, parent: QWidget | None = None, *, titled: bool = True) -> None:
        super().__init__(parent)
        self._titled = titled
        self._look = DARK
        self._tr = Translator()
        self._heads: tuple[HeadVerdict, ...] = ()
        self._limit = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._refresh()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self._refresh()

    def show_verdict(self, heads: tuple[HeadVerdict, ...]) -> None:
        """Show what every head says."""
        self._heads = heads
        self._refresh()

    def set_limit(self, rows: int) -> None:
        """Show about so many classes, for low windows; 0 shows all. No head ever loses its own first class."""
        if rows != self._limit:
            self._limit = rows
            self._refresh()

    def full_height(self, limit: int) -> int:
        """Return the height that the verdict needs with that limit."""
        return self._height(limit, max(self.width(), 1))

    def _refresh(self) -> None:
        self.setAccessibleName(self._tr("verdict.title"))
        self.setAccessibleDescription(
            ". ".join(
                f"{head.title}: " + (", ".join(f"{row.label} {row.text}" for row in head.rows) or head.note)
                for head in self._heads
            )
        )
        self.setFixedHeight(self._height(self._limit, max(self.width(), 1)))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(280, self._height(self._limit, max(self.width(), 1)))

    def _title_px(self) -> int:
        if not self._titled:
            return 0
        return self._look.caption_px + self._look.pad(17)

    def _head_px(self) -> int:
        return self._look.text_px + self._look.pad(13)

    def _row_px(self, limit: int | None = None) -> int:
        tight = self._limit if limit is None else limit
        return self._look.text_px + self._look.pad(9 if tight else 11)

    def _space_px(self, limit: int | None = None) -> int:
        tight = self._limit if limit is None else limit
        return self._look.pad(12 if tight else 16)

    def _note_px(self, head: HeadVerdict, width: int) -> int:
        metrics = QFontMetrics(self._look.font("caption"))
        free = max(1, width - self._sign_px())
        return metrics.boundingRect(0, 0, free, 1000, int(_WRAP), head.note).height() + self._look.pad(4)

    def _sign_px(self) -> int:
        return round(self._look.text_px * 0.55) + self._look.pad(8)

    def _height(self, limit: int, width: int) -> int:
        total = self._title_px()
        for index, head in enumerate(self._heads):
            total += self._space_px(limit) if index else 0
            total += self._head_px()
            total += (
                len(_shown(self._heads, head, limit)) * self._row_px(limit) if head.rows else self._note_px(head, width)
            )
        return total

    def _blocks(self) -> list[tuple[HeadVerdict, int]]:
        """Return every head and where its block begins."""
        top, blocks = self._title_px(), []
        for head in self._heads:
            shown = _shown(self._heads, head, self._limit)
            blocks.append((head, top))
            body = len(shown) * self._row_px() if head.rows else self._note_px(head, self.width())
            top += self._head_px() + body + self._space_px()
        return blocks

    def _columns(self) -> tuple[float, float, float]:
        """Return the width of the labels, where the bars begin and how long they can be."""
        look, gap = self._look, self._look.pad(12)
        rows = [row for head in self._heads for row in head.rows]
        strong = look.font("strong")
        percent = max((text_width(look.font("text"), row.text) for row in rows), default=0.0)
        percent = max(percent, text_width(look.font("text"), "88.8 %"))
        widest = max((text_width(strong, row.label) for row in rows), default=0.0)
        free = self.width() - percent - 2 * gap
        # As in the mockup the bars begin at a third, unless the names need more, up to a half.
        label = min(max(widest + 1, 0.28 * free), 0.5 * free)
        return math.ceil(label), math.ceil(label) + gap, max(24.0, free - math.ceil(label))

    def _has_room_for_places(self) -> bool:
        """Say whether every head's title and its place fit on one line; else no place is shown."""
        strong, caption = self._look.font("strong"), self._look.font("caption")
        return all(
            text_width(strong, head.title) + 12 + text_width(caption, head.where) <= self.width()
            for head in self._heads
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        title = QRectF(0, 0, self.width(), look.caption_px + 4)
        if self._titled:
            draw_text(painter, title, self._tr("verdict.title"), look.font("caption_strong"), look.muted)
        columns = self._columns()
        places = self._has_room_for_places()
        for head, top in self._blocks():
            line = QRectF(0, top, self.width(), look.text_px + 8)
            if places:
                draw_text(painter, line, head.where, look.font("caption"), look.muted, "right")
            draw_text(painter, line, head.title, look.font("strong"), look.text)
            if not head.rows:
                self._paint_untrained(painter, head, top + self._head_px())
                continue
            rows = [head.rows[index] for index in _shown(self._heads, head, self._limit)]
            for index, row in enumerate(rows):
                place = QRectF(0, top + self._head_px() + index * self._row_px(), self.width(), self._row_px())
                self._paint_row(painter, row, place, columns)

    def _paint_row(
        self, painter: QPainter, row: VerdictRow, place: QRectF, columns: tuple[float, float, float]
    ) -> None:
        look = self._look
        label_px, left, longest = columns
        font = look.font("strong" if row.first else "text")
        draw_text(painter, QRectF(0, place.top(), label_px, place.height()), row.label, font, look.text)
        thick = look.pad(12)
        bar = QRectF(left, round(place.center().y() - thick / 2), longest, thick)
        draw_box(painter, bar, fill=look.raised, radius=3)
        length = max(2.0, bar.width() * min(1.0, row.fraction))
        draw_box(
            painter,
            QRectF(bar.left(), bar.top(), length, bar.height()),
            fill=look.accent if row.first else look.faint,
            radius=min(3.0, length / 2),
        )
        draw_text(painter, place, row.text, font, look.text if row.first else look.muted, "right")

    def _paint_untrained(self, painter: QPainter, head: HeadVerdict, top: float) -> None:
        """Draw the hollow sign of untrained weights, as on the chip of the top bar, and why there are no bars."""
        look, indent = self._look, self._sign_px()
        draw_hollow_dot(painter, QPointF(look.text_px * 0.275, top + look.caption_px * 0.66), look)
        painter.setFont(look.font("caption"))
        painter.setPen(look.muted)
        note = QRectF(indent, top, self.width() - indent, self._note_px(head, self.width()))
        painter.drawText(note, int(_WRAP), head.note)

    def _row_at(self, position: QPoint) -> VerdictRow | None:
        for head, top in self._blocks():
            shown = _shown(self._heads, head, self._limit)
            index = math.floor((position.y() - top - self._head_px()) / self._row_px())
            if 0 <= index < len(shown):
                return head.rows[shown[index]]
        return None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row_at(event.pos())
            font = self._look.font("strong")
            cut = row is not None and (row.full or elided(font, row.label, self._columns()[0]) != row.label)
            QToolTip.showText(event.globalPos(), f"{row.full or row.label}  {row.text}" if row and cut else "", self)
            return True
        return bool(super().event(event))


def _shown(heads: tuple[HeadVerdict, ...], head: HeadVerdict, limit: int) -> tuple[int, ...]:
    """Return which rows of a head are shown: the first ``limit``, and those that are any head's own first class.

    Where one row a head is all there is room for, each shows its own first class.
    """
    if not limit:
        return tuple(range(len(head.rows)))
    if limit == 1:
        return tuple(index for index, row in enumerate(head.rows) if row.first)[:1]
    firsts = {index for other in heads for index, row in enumerate(other.rows) if row.first}
    return tuple(index for index in range(len(head.rows)) if index < limit or index in firsts)
