"""The table of networks: a row a network, a column a number, bars to compare by eye."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.core.text import Translator
from explorer.presenters.compare.ports import COLUMNS, Cell, Column, CompareRow, CompareShow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_chevron, draw_hollow_dot, draw_text, mixed, text_width

_SHARES = {
    "net": 2.2,
    "answer": 1.7,
    "depth": 1.0,
    "parameters": 1.7,
    "macs": 1.2,
    "memory": 1.2,
    "time": 1.4,
    "accuracy": 1.3,
}
_LINEAR = QColor("#E69F00")
_SPARED: tuple[tuple[int, tuple[Column, ...]], ...] = ((60, ("depth", "memory")), (45, ("macs",)))
"""Columns that give way where the table is narrower than so many letters' height."""


class NetTable(QWidget):
    """Rows of networks; a click selects, a second one opens, a click on a title sorts.

    Signals
    -------
    sort_chosen : str
        A column.
    row_chosen, row_opened : str
        A network.
    """

    sort_chosen = Signal(str)
    row_chosen = Signal(str)
    row_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: CompareShow | None = None
        self._hovered = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("compare.table"))
        self.update()

    def show_rows(self, show: CompareShow) -> None:
        self._show = show
        chosen = next((row for row in show.rows if row.net == show.selected and row.cells), None)
        if chosen is not None and chosen.cells is not None:
            said = ", ".join(f"{self._title(column)} {chosen.cells[column].text}" for column in COLUMNS)
            self.setAccessibleDescription(said)
        self.update()

    # Layout

    def sizeHint(self) -> QSize:
        rows = len(self._show.rows) if self._show is not None else 7
        least = self._look.text_px + self._look.caption_px + self._look.pad(16)
        return QSize(960, self._head_px() + rows * least)

    def _head_px(self) -> int:
        return self._look.text_px + self._look.pad(17)

    def row_px(self) -> int:
        """Return the height of a row: the rows share what room there is."""
        rows = len(self._show.rows) if self._show is not None else 7
        return max(1, (self.height() - self._head_px()) // max(1, rows))

    def columns(self) -> tuple[Column, ...]:
        """Return the columns for which there is room."""
        spared = {name for least, names in _SPARED if self.width() < least * self._look.text_px for name in names}
        return tuple(name for name in COLUMNS if name not in spared)

    def column_rect(self, column: Column) -> QRectF:
        """Return the title of a column that has room."""
        total, left = sum(_SHARES[name] for name in self.columns()), 0.0
        for name in self.columns():
            width = self.width() * _SHARES[name] / total
            if name == column:
                return QRectF(left, 0, width - self._look.pad(16), self._head_px())
            left += width
        raise KeyError(column)

    def row_rect(self, index: int) -> QRectF:
        """Return a row."""
        return QRectF(0, self._head_px() + index * self.row_px(), self.width(), self.row_px())

    def _row_at(self, point: QPointF) -> int:
        index = int((point.y() - self._head_px()) // self.row_px())
        count = len(self._show.rows) if self._show is not None else 0
        return index if point.y() >= self._head_px() and 0 <= index < count else -1

    def _column_at(self, point: QPointF) -> Column:
        columns = self.columns()
        at = (column for column in columns if point.x() <= self.column_rect(column).right() + self._look.pad(16))
        return next(at, columns[-1])

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if row >= 0 and self._show is not None:
            self.row_chosen.emit(self._show.rows[row].net)
        elif event.position().y() < self._head_px():
            self.sort_chosen.emit(self._column_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if row >= 0 and self._show is not None:
            self.row_opened.emit(self._show.rows[row].net)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if row != self._hovered:
            self._hovered = row
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._show_tip(cast(QHelpEvent, event))
            return True
        return bool(super().event(event))

    def _show_tip(self, event: QHelpEvent) -> None:
        point = QPointF(event.pos())
        column, row = self._column_at(point), self._row_at(point)
        text = self._tr(f"{self._title_key(column)}.hint")
        cells = self._show.rows[row].cells if self._show is not None and row >= 0 else None
        if cells is not None:
            text = "\n".join(part for part in (cells[column].text, cells[column].note, text) if part)
        QToolTip.showText(self.mapToGlobal(QPoint(event.pos())), text, self)

    # Paint

    def _title(self, column: Column) -> str:
        return self._tr(self._title_key(column))

    def _title_key(self, column: Column) -> str:
        other = column == "accuracy" and self._show is not None and self._show.lineup != "lecture"
        return f"compare.column.{column}.{self._show.lineup}" if other and self._show else f"compare.column.{column}"

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._show is None:
            return
        painter = QPainter(self)
        self._paint_titles(painter, self._show)
        for index, row in enumerate(self._show.rows):
            self._paint_row(painter, index, row, selected=row.net == self._show.selected)

    def _paint_titles(self, painter: QPainter, show: CompareShow) -> None:
        look = self._look
        for column in self.columns():
            rect = self.column_rect(column).adjusted(look.pad(12) if column == "net" else 0, 0, 0, 0)
            chosen = column == show.sort
            font = look.font("caption_strong" if chosen else "caption")
            width = draw_text(painter, rect, self._title(column), font, look.text if chosen else look.muted)
            if chosen:
                at = QPointF(rect.left() + width + look.pad(10), rect.center().y())
                draw_chevron(painter, at, look.caption_px * 0.5, "down" if show.descending else "up", look.accent)
        painter.fillRect(QRectF(0, self._head_px() - 1, self.width(), 1), look.line)

    def _paint_row(self, painter: QPainter, index: int, row: CompareRow, *, selected: bool) -> None:
        look, rect = self._look, self.row_rect(index)
        if selected or index == self._hovered:
            fill = mixed(look.ground, look.accent, 0.16) if selected else look.raised
            draw_box(painter, rect.adjusted(0, 1, 0, -2), fill=fill)
        if row.cells is None:
            draw_text(painter, rect.adjusted(look.pad(12), 0, 0, 0), row.title, look.font("text"), look.faint)
            return
        for column in self.columns():
            place = self.column_rect(column)
            text_px = look.text_px + look.caption_px + look.pad(6)
            inner = QRectF(place.left(), rect.center().y() - text_px / 2, place.width(), text_px)
            self._paint_cell(painter, inner, column, row.cells[column], trained=row.trained)

    def _paint_cell(self, painter: QPainter, rect: QRectF, column: Column, cell: Cell, *, trained: bool) -> None:
        look = self._look
        upper = QRectF(rect.left(), rect.top(), rect.width(), look.text_px + look.pad(5))
        lower = QRectF(rect.left(), upper.bottom(), rect.width(), rect.bottom() - upper.bottom())
        if column == "net":
            upper.setLeft(upper.left() + look.pad(12))
            lower.setLeft(lower.left() + look.pad(12))
            width = draw_text(painter, upper, cell.text, look.font("strong"), look.text)
            if not trained:
                at = QPointF(min(upper.left() + width + look.pad(12), upper.right()), upper.center().y())
                draw_hollow_dot(painter, at, look)
            draw_text(painter, lower, cell.note, look.font("caption"), look.muted)
            return
        font = look.font("strong" if column == "answer" else "text")
        draw_text(painter, upper, cell.text, font, look.text)
        if cell.fraction is None:
            draw_text(painter, lower, cell.note, look.font("caption"), look.muted)
        elif column == "answer":
            self._paint_bar(painter, lower.adjusted(0, 0, -text_width(look.font("caption"), "100.0 %") - 8, 0), cell)
            draw_text(painter, lower, cell.note, look.font("caption"), look.muted, "right")
        else:
            self._paint_bar(painter, lower, cell)

    def _paint_bar(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        look, height = self._look, self._look.pad(6)
        full = QRectF(rect.left(), rect.center().y() - height / 2, rect.width(), height)
        draw_box(painter, full, fill=look.raised, radius=height / 2)
        length = max(2.0, full.width() * min(1.0, cell.fraction or 0.0))
        bar = QRectF(full.left(), full.top(), length, height)
        draw_box(painter, bar, fill=look.accent, radius=height / 2)
        if cell.share is not None and cell.share < 1:
            left = bar.left() + bar.width() * cell.share
            draw_box(painter, QRectF(left, bar.top(), bar.right() - left, height), fill=_LINEAR, radius=height / 2)
        if cell.spread is not None:
            low, high = (full.left() + full.width() * min(1.0, end) for end in cell.spread)
            middle = round(full.center().y())
            painter.fillRect(QRectF(low, middle, max(1.0, high - low), 1), look.text)
            for end in (low, high):
                painter.fillRect(QRectF(end, full.top() - 2, 1, height + 4), look.text)
