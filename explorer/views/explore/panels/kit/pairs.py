"""Bars in pairs: what the heads said before, and what they say after."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.presenters.explore.panels.pairs import PairGroup, PairRow, PairsShow
from explorer.views.explore.panels.kit.choosable import Choosable, ChoosableLine
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed, text_width

_LEAST_BAR_PX = 48


class Pairs(Choosable):
    """A group a head, a line a class: a thin bar for before, a thick one for after, and the numbers.

    A line is chosen by a click, or by ↑ and ↓ while the bars have the focus.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = PairsShow(())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_pairs(self, show: PairsShow) -> None:
        """Show other predictions."""
        self._show = show
        said = [
            f"{group.title}: "
            + (group.note or "")
            + "; ".join(f"{row.label} {row.before_text} → {row.after_text}" for row in group.rows)
            for group in show.groups
        ]
        self.setAccessibleName(f"{show.before} → {show.after}")
        self.setAccessibleDescription(". ".join(said))
        self.updateGeometry()
        self.update()

    # Geometry

    def _row_px(self) -> int:
        """Return the height of a line: closer where there are many."""
        shown = self.shown()
        rows = sum(max(1, len(lines)) for _, lines in shown)
        room = self.height() - len(shown) * self._head_px()
        return max(self._look.text_px + 4, min(self._look.text_px + self._look.pad(11), room // max(1, rows)))

    def _head_px(self) -> int:
        return self._look.text_px + self._look.pad(15)

    def sizeHint(self) -> QSize:
        rows = sum(max(1, len(group.rows)) for group in self._show.groups)
        full = self._look.text_px + self._look.pad(11)
        return QSize(320, len(self._show.groups) * self._head_px() + rows * full)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._look.text_px * 6)

    def shown(self) -> tuple[tuple[PairGroup, tuple[PairRow, ...]], ...]:
        """Return the groups with the lines for which there is room: fewer a head rather than fewer heads."""
        fitting = int((self.height() + 2) // (self._head_px() + self._look.text_px + 4))
        groups = self._show.groups[: max(1, fitting)]
        room = self.height() - len(groups) * self._head_px()
        most = max((len(group.rows) for group in groups), default=0)
        for limit in range(most, 0, -1):
            need = sum(max(1, min(limit, len(group.rows))) for group in groups) * (self._look.text_px + 4)
            if need <= room or limit == 1:
                return tuple((group, _cut(group.rows, limit)) for group in groups)
        return tuple((group, ()) for group in groups)

    def _rows(self) -> list[tuple[PairRow, QRectF]]:
        top, rows = 0.0, []
        height = self._row_px()
        for group, lines in self.shown():
            top += self._head_px()
            for index, row in enumerate(lines):
                rows.append((row, QRectF(0, top + index * height, self.width(), height)))
            top += (len(lines) if group.rows else 1) * height
        return rows

    def row_rect(self, key: str) -> QRectF:
        """Return where the line of a key stands."""
        return next(rect for row, rect in self._rows() if row.key == key)

    def lines(self) -> list[ChoosableLine]:
        return [
            ChoosableLine(row.key, rect, row.chosen, f"{row.label}  {row.before_text} → {row.after_text}")
            for row, rect in self._rows()
        ]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        columns = self._columns()
        top = 0.0
        for group, lines in self.shown():
            head = QRectF(0, top, self.width(), self._head_px())
            used = draw_text(painter, head, group.title, look.font("strong"), look.text)
            if group.rows and group.note:
                rest = head.adjusted(used + look.pad(12), 0, 0, 0)
                draw_text(painter, rest, group.note, look.font("caption_strong"), look.warning)
            elif top == 0:
                self._name_columns(painter, head.adjusted(used + look.pad(12), 0, 0, 0), columns)
            top += self._head_px()
            if not group.rows:
                note = QRectF(0, top, self.width(), self._row_px())
                draw_text(painter, note, group.note, look.font("caption"), look.muted)
                top += self._row_px()
            top += len(lines) * self._row_px()
        for row, rect in self._rows():
            self._paint_row(painter, row, rect, columns)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look)

    def _columns(self) -> tuple[float, float, float, float]:
        """Return the widths of label, before, after and change; 0 for before, then change, where there is no room."""
        font, rows = self._look.font("strong"), [row for row, _ in self._rows()]
        gap = self._look.pad(12)

        def widest(texts: list[str]) -> float:
            return math.ceil(max((text_width(font, text) for text in texts), default=0.0)) + 1

        # Room for the widest numbers that can come, so that nothing moves while a box is dragged.
        before = after = widest(["100.0 %", "< 0.1 %"])
        change = widest(["+100.0"])
        label = min(widest([row.label for row in rows]), 0.36 * self.width())
        if self.width() - label - before - after - change - 4 * gap < self._look.pad(_LEAST_BAR_PX):
            before = 0.0
        if self.width() - label - after - change - 2 * gap < 0:
            change = 0.0
        return label, before, after, change

    def _name_columns(self, painter: QPainter, room: QRectF, columns: tuple[float, float, float, float]) -> None:
        """Write over the first head's numbers what they are, from the right, as far as there is room."""
        look, show = self._look, self._show
        right = room.right()
        for name, wide in ((show.change, columns[3]), (show.after, columns[2]), (show.before, columns[1])):
            if wide and text_width(look.font("caption"), name) <= right - room.left():
                place = QRectF(room.left(), room.top(), right - room.left(), room.height())
                draw_text(painter, place, name, look.font("caption"), look.muted, "right")
            right -= wide + (look.pad(12) if wide else 0)

    def _paint_row(
        self, painter: QPainter, row: PairRow, rect: QRectF, columns: tuple[float, float, float, float]
    ) -> None:
        look = self._look
        label, before, after, change = columns
        gap = look.pad(12)
        if row.chosen:
            fill = mixed(look.ground, look.accent, 0.22)
            draw_box(painter, rect.adjusted(-6, 1, 6, -1), fill=fill, radius=4)
        font = look.font("strong" if row.strong else "text")
        draw_text(painter, QRectF(0, rect.top(), label, rect.height()), row.label, font, look.text)
        right = rect.right() - change
        if change:
            draw_text(painter, rect, row.change, look.font("text"), look.muted, "right")
            right -= gap
        place = QRectF(right - after, rect.top(), after, rect.height())
        draw_text(painter, place, row.after_text, font, look.text if row.strong else look.muted, "right")
        right = place.left()
        if before:
            place = QRectF(right - gap - before, rect.top(), before, rect.height())
            draw_text(painter, place, row.before_text, look.font("text"), look.muted, "right")
            right = place.left()
        left = label + gap
        room = right - gap - left
        if room < 16:
            return
        thick, thin = look.pad(8), look.pad(4)
        top = round(rect.center().y() - (thick + thin + 2) / 2)
        draw_box(painter, QRectF(left, top, room, thick + thin + 2), fill=look.raised, radius=3)
        for value, offset, height, fill in (
            (row.before, 0, thin, look.faint),
            (row.after, thin + 2, thick, look.accent if row.strong else mixed(look.faint, look.accent, 0.5)),
        ):
            length = max(2.0, room * min(1.0, value))
            draw_box(painter, QRectF(left, top + offset, length, height), fill=fill, radius=min(2.0, length / 2))


def _cut(rows: tuple[PairRow, ...], limit: int) -> tuple[PairRow, ...]:
    """Return so many lines: those that are first or chosen stay, in the order of all."""
    if len(rows) <= limit:
        return rows
    kept = [row for row in rows if row.strong or row.chosen][:limit]
    kept += [row for row in rows if row not in kept][: limit - len(kept)]
    return tuple(row for row in rows if row in kept)
