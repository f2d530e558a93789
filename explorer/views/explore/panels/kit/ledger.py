"""A calculation, line under line, as on a blackboard."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.presenters.explore.panels.shows import LedgerRow, LedgerShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_text, text_width


class Ledger(Part):
    """Label and result in one line, the formula small under the label; closer where there is little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = LedgerShow(())

    def show_ledger(self, show: LedgerShow) -> None:
        """Show another calculation."""
        self._show = show
        self._say(show.title)
        self.setAccessibleDescription(". ".join(f"{row.label} {row.formula} {row.value}" for row in show.rows))
        self.updateGeometry()
        self.update()

    def _natural_px(self, row: LedgerRow) -> int:
        look = self._look
        return look.text_px + look.pad(10) + (look.caption_px + look.pad(3) if row.formula else 0)

    def sizeHint(self) -> QSize:
        return QSize(280, self.title_px() + sum(self._natural_px(row) for row in self._show.rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 64)

    def _inline(self) -> bool:
        """Return whether all formulas find room between label and value."""
        look = self._look
        strong, caption = look.font("strong"), look.font("caption")
        return all(
            text_width(strong, row.label) + text_width(caption, row.formula) + text_width(strong, row.value)
            <= self.width() - look.pad(32)
            for row in self._show.rows
        )

    def shown(self) -> tuple[LedgerRow, ...]:
        """Return the lines for which there is room: without formulas, then only those that matter."""
        rows, line = self._show.rows, self._look.text_px + self._look.pad(4)
        room = self.height() - self.title_px()
        if self._inline() or 0.8 * sum(self._natural_px(row) for row in rows) <= room:
            return rows
        rows = tuple(msgspec.structs.replace(row, formula="") for row in rows)
        if len(rows) * line <= room:
            return rows
        rows = tuple(row for row in rows if row.strong or row.tone)
        return rows[-max(1, int(room // line)) :]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, rows = QPainter(self), self._look, self.shown()
        self._paint_frame(painter)
        if not rows:
            return
        inline = self._inline()
        need = [self._natural_px(row) if not inline else look.text_px + look.pad(10) for row in rows]
        room = self.height() - self.title_px()
        squeeze = min(1.0, room / max(1, sum(need)))
        top = float(self.title_px())
        for index, (row, height) in enumerate(zip(rows, need, strict=True)):
            tall = height * squeeze
            if index:
                painter.fillRect(QRectF(0, round(top), self.width(), 1), look.line)
            self._paint_row(painter, row, QRectF(0, top, self.width(), tall), inline)
            top += tall

    def _paint_row(self, painter: QPainter, row: LedgerRow, rect: QRectF, inline: bool) -> None:
        look = self._look
        first = QRectF(rect)
        under = bool(row.formula) and not inline
        if under:
            first.setHeight(rect.height() * 0.58)
        font = look.font("strong" if row.strong or row.tone else "text")
        tones = {"good": look.good, "bad": look.bad}
        colour = tones.get(row.tone, look.text)
        value = text_width(look.font("strong"), row.value)
        if row.tone:
            value += self._paint_sign(painter, first, value, row.tone == "good", colour)
        draw_text(painter, first, row.value, look.font("strong"), colour, "right")
        label = draw_text(painter, first.adjusted(0, 0, -value - look.pad(8), 0), row.label, font, look.text)
        if under:
            second = QRectF(rect.left(), first.bottom() - 2, rect.width(), rect.bottom() - first.bottom())
            draw_text(painter, second, row.formula, look.font("caption"), look.muted)
        elif row.formula:
            middle = first.adjusted(label + look.pad(12), 0, -value - look.pad(12), 0)
            draw_text(painter, middle, row.formula, look.font("caption"), look.muted, "right")

    def _paint_sign(self, painter: QPainter, rect: QRectF, value: float, good: bool, colour: QColor) -> float:
        """Draw a tick or a cross before a value so many pixels wide; return the room that it takes."""
        look = self._look
        half = look.text_px * 0.3
        centre = QPointF(rect.right() - value - look.pad(10) - half, rect.center().y())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if good:
            elbow = centre + QPointF(-half * 0.2, half * 0.7)
            painter.drawPolyline([centre + QPointF(-half, 0), elbow, centre + QPointF(half, -half * 0.8)])
        else:
            painter.drawLine(centre + QPointF(-half, -half) * 0.7, centre + QPointF(half, half) * 0.7)
            painter.drawLine(centre + QPointF(-half, half) * 0.7, centre + QPointF(half, -half) * 0.7)
        painter.restore()
        return look.pad(12) + 2 * half
