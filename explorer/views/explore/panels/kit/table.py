"""A table of numbers."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.presenters.explore.panels.shows import TableShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_box, draw_text, mixed, text_width


class Table(Part):
    """The first column is text, the others are numbers; rows that do not fit are left out from below.

    Signals
    -------
    clicked : str
        Key of the row.
    """

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = TableShow((), ())
        # As high as its rows, closer where there is less room.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_table(self, show: TableShow) -> None:
        """Show other rows."""
        self._show = show
        self._say(show.title)
        lines = [" · ".join(row) for row in (show.head, *show.rows) if any(row)]
        self.setAccessibleDescription(". ".join(lines))
        self.updateGeometry()
        self.update()

    def row_px(self) -> int:
        """Return the height of a row: closer where there are many."""
        full = self._look.text_px + self._look.pad(11)
        count = len(self._show.rows) + bool(self._show.head)
        room = self.height() - self.title_px()
        return max(self._look.text_px + 4, min(full, room // count)) if count else full

    def sizeHint(self) -> QSize:
        count = len(self._show.rows) + bool(self._show.head)
        return QSize(360, self.title_px() + count * (self._look.text_px + self._look.pad(11)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)

    def _widths(self) -> list[float]:
        look, show = self._look, self._show
        strong, caption = look.font("strong"), look.font("caption")
        count = max((len(row) for row in (show.head, *show.rows)), default=0)
        widths: list[float] = []
        for column in range(count):
            cells = [text_width(strong, row[column]) for row in show.rows if column < len(row)]
            head = text_width(caption, show.head[column]) if column < len(show.head) else 0.0
            widths.append(math.ceil(max([*cells, head], default=0.0)) + 1)
        return widths

    def _shown_columns(self) -> list[int]:
        """Return the columns for which there is room: optional ones go first where there is not enough."""
        widths, gap = self._widths(), self._look.pad(8)
        columns = list(range(len(widths)))
        for column in self._show.optional:
            if sum(widths[one] for one in columns) + gap * (len(columns) - 1) <= self.width():
                break
            columns.remove(column)
        return columns

    def _spans(self) -> list[tuple[float, float]]:
        """Return left and width of every column: what is left over goes between them, up to a calm distance."""
        every = self._widths()
        widths = [every[column] for column in self._shown_columns()]
        if not widths:
            return []
        gap = (self.width() - sum(widths)) / max(1, len(widths) - 1)
        gap = min(gap, self._look.pad(48))
        if gap < self._look.pad(8):
            # Too narrow: the text column gives way, the numbers never do.
            gap = self._look.pad(8)
            widths[0] = max(24.0, self.width() - sum(widths[1:]) - gap * (len(widths) - 1))
        spans, left = [], 0.0
        for width in widths:
            spans.append((left, width))
            left += width + gap
        return spans

    def _row_at(self, point: QPointF) -> int:
        top = self.title_px() + (self.row_px() if self._show.head else 0)
        index = math.floor((point.y() - top) / max(1, self.row_px()))
        return index if 0 <= index < len(self._show.rows) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._row_at(event.position())
        if 0 <= index < len(self._show.keys) and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._show.keys[index])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, show = QPainter(self), self._look, self._show
        self._paint_frame(painter)
        spans, height = self._spans(), self.row_px()
        columns = self._shown_columns()
        if not spans:
            return
        wide = spans[-1][0] + spans[-1][1]
        top = float(self.title_px())
        if show.head:
            for (left, width), column in zip(spans, columns, strict=True):
                text = show.head[column]
                rect = QRectF(left, top, width, height)
                draw_text(painter, rect, text, look.font("caption"), look.muted, "right" if column else "left")
            top += height
            painter.fillRect(QRectF(0, top - 1, wide, 1), look.line)
        for index, row in enumerate(show.rows):
            if top + height > self.height() + 1:
                break
            if index == show.chosen:
                fill = mixed(look.ground, look.accent, 0.22)
                draw_box(painter, QRectF(0, top, wide, height).adjusted(-6, 1, 6, -1), fill=fill, radius=4)
            strong = index in show.strong or index == show.chosen
            for (left, width), column in zip(spans, columns, strict=True):
                text = row[column]
                font = look.font("strong" if strong else "text")
                colour = look.text if strong or not column else mixed(look.muted, look.text, 0.5)
                draw_text(painter, QRectF(left, top, width, height), text, font, colour, "right" if column else "left")
            top += height
