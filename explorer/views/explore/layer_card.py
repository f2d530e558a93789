"""The layer card: what the layer on screen is, in figures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.presenters.ports import CardRow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text, text_width


class LayerCard(QWidget):
    """A title, and lines of a muted label at the left and a value at the right; hovering explains the quantity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._title = ""
        self._rows: tuple[CardRow, ...] = ()
        self._dense = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._refresh()

    def show_card(self, title: str, rows: tuple[CardRow, ...]) -> None:
        self._title, self._rows = title, rows
        self.setAccessibleName(title)
        self.setAccessibleDescription(". ".join(f"{row.label}: {row.value}" for row in rows))
        self._refresh()

    def set_dense(self, dense: bool) -> None:
        """Put the lines closer together, for low windows."""
        if dense != self._dense:
            self._dense = dense
            self._refresh()

    def height_with(self, *, dense: bool) -> int:
        """Return the height that the card needs."""
        return self._height(dense)

    def _refresh(self) -> None:
        self.setFixedHeight(self._height(self._dense))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._refresh()

    def _title_px(self) -> int:
        return self._look.caption_px + self._look.pad(12)

    def _row_px(self, dense: bool) -> int:
        return self._look.text_px + self._look.pad(7 if dense else 12)

    def _wraps(self, row: CardRow) -> bool:
        """Say whether label and value need a line each."""
        font = self._look.font("text")
        needed = text_width(font, row.label) + text_width(font, row.value) + self._look.pad(12)
        return needed > max(self.width(), 1)

    def _rects(self, dense: bool) -> list[tuple[CardRow, QRectF]]:
        top, rects = float(self._title_px()), []
        for row in self._rows:
            height = self._row_px(dense) * (2 if self._wraps(row) else 1)
            rects.append((row, QRectF(0, top, self.width(), height)))
            top += height
        return rects

    def _height(self, dense: bool) -> int:
        rects = self._rects(dense)
        return round(rects[-1][1].bottom()) if rects else self._title_px()

    def sizeHint(self) -> QSize:
        return QSize(280, self._height(self._dense))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, font = self._look, self._look.font("text")
        painter = QPainter(self)
        title = QRectF(0, 0, self.width(), look.caption_px + 4)
        draw_text(painter, title, self._title, look.font("caption_strong"), look.muted)
        tall = self._row_px(self._dense)
        for row, rect in self._rects(self._dense):
            lines = QRectF(rect.left(), rect.top(), rect.width(), tall)
            draw_text(painter, lines, row.label, font, look.muted)
            if rect.height() > tall:
                lines.translate(0, tall - look.pad(3))
            draw_text(painter, lines, row.value, font, look.text, "right")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = event.pos().toPointF()
            hint = next((row.hint for row, rect in self._rects(self._dense) if rect.contains(at)), "")
            QToolTip.showText(event.globalPos(), hint, self)
            return True
        return bool(super().event(event))
