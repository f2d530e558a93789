"""Lines with a label, a bar on a common scale, and the number."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.presenters.explore.panels.shows import BarShow, BarsShow
from explorer.views.explore.panels.kit.choosable import Choosable, ChoosableLine
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed, text_width


class Bars(Choosable):
    """Bars to the right for positive values and, where there are negative ones, to the left of a zero line.

    Lines that do not fit are left out from below, but for strong ones, and the last where ``keep_last`` is set. Lines
    with keys can be chosen by click, or by ↑ and ↓ while the bars have the focus.
    """

    def __init__(self, parent: QWidget | None = None, *, keep_last: bool = False) -> None:
        super().__init__(parent)
        self._show = BarsShow(())
        self._keep_last = keep_last

    def show_bars(self, show: BarsShow) -> None:
        """Show other lines."""
        self._show = show
        self._say(show.title)
        chosen = any(row.key for row in show.rows)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if chosen else Qt.FocusPolicy.NoFocus)
        self.setAccessibleDescription(". ".join(f"{row.label} {row.text}" for row in show.rows))
        self.updateGeometry()
        self.update()

    def row_px(self) -> int:
        return self._look.text_px + self._look.pad(11)

    def sizeHint(self) -> QSize:
        return QSize(240, self.title_px() + len(self._show.rows) * self.row_px())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.title_px() + min(2, len(self._show.rows)) * self.row_px())

    def shown(self) -> tuple[BarShow, ...]:
        """Return the lines for which there is room."""
        rows = self._show.rows
        room = max(1, int((self.height() - self.title_px()) // self.row_px()))
        if len(rows) <= room:
            return rows
        last = rows[-1:] if self._keep_last and room > 1 else ()
        first = rows[: room - len(last)]
        # A line that matters is never cut: it takes the place of the weakest that fits.
        missing = tuple(row for row in rows[len(first) : len(rows) - len(last)] if row.strong)[: len(first)]
        return (*first[: len(first) - len(missing)], *missing, *last)

    def _row_rect(self, index: int) -> QRectF:
        return QRectF(0, self.title_px() + index * self.row_px(), self.width(), self.row_px())

    def lines(self) -> list[ChoosableLine]:
        return [
            ChoosableLine(row.key, self._row_rect(index), row.strong, row.hint or f"{row.label}  {row.text}")
            for index, row in enumerate(self.shown())
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_frame(painter)
        rows, look = self.shown(), self._look
        if not rows:
            return
        font, gap = look.font("strong"), look.pad(12)
        number = math.ceil(max(text_width(font, row.text) for row in rows))
        label = math.ceil(max(text_width(font, row.label) for row in rows)) + 1
        label = int(min(label, max(0.5 * (self.width() - number - 2 * gap), 24)))
        left, right = label + gap, self.width() - number - gap
        longest = self._show.longest or max(abs(row.value) for row in self._show.rows) or 1.0
        signed = any(row.value < 0 for row in self._show.rows)
        for index, row in enumerate(rows):
            self._paint_row(painter, row, self._row_rect(index), (label, left, right), longest, signed, index)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look)

    def _paint_row(
        self,
        painter: QPainter,
        row: BarShow,
        rect: QRectF,
        columns: tuple[float, float, float],
        longest: float,
        signed: bool,
        index: int,
    ) -> None:
        look = self._look
        label, left, right = columns
        if row.key and index == self._hover:
            draw_box(painter, rect.adjusted(-4, 1, 4, -1), fill=mixed(look.ground, look.text, 0.06), radius=4)
        font = look.font("strong" if row.strong else "text")
        draw_text(painter, QRectF(0, rect.top(), label, rect.height()), row.label, font, look.text)
        draw_text(painter, rect, row.text, font, look.text if row.strong else look.muted, "right")
        room, thick = right - left, look.pad(12)
        if room < 16:
            return
        back = QRectF(left, round(rect.center().y() - thick / 2), room, thick)
        draw_box(painter, back, fill=look.raised, radius=3)
        zero = left + room / 2 if signed else left
        length = min(1.0, abs(row.value) / longest) * (room / 2 if signed else room)
        if row.value:
            length = max(2.0, length)
            bar = QRectF(zero if row.value > 0 else zero - length, back.top(), length, thick)
            fill = QColor(row.colour) if row.colour else look.accent if row.strong else look.faint
            draw_box(painter, bar, fill=fill, radius=min(3.0, length / 2))
        if signed:
            painter.fillRect(QRectF(round(zero) - 0.5, back.top() - 2, 1, thick + 4), look.muted)
