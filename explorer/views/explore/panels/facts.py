"""Facts: a table of claims that one can read from the last row, with a sign and a word for each verdict."""

from __future__ import annotations

import itertools
import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.facts import FactRow, FactsShow
from explorer.views.explore.panels.kit.part import Part, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look, Role
from explorer.views.widgets.paint import draw_text, text_width

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class FactsTable(Part):
    """Source, claim with the reason below, what is computed here, and the verdict; cells break into lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = FactsShow("", ("", "", "", ""), (), "")

    def show_facts(self, show: FactsShow) -> None:
        """Show other claims."""
        self._show = show
        self.setAccessibleName(show.title)
        said = [f"{row.source}: {row.claim} {row.computed}. {row.verdict}. {row.reason}" for row in show.rows]
        self.setAccessibleDescription(" ".join(said))
        self.update()

    @property
    def rows(self) -> tuple[FactRow, ...]:
        return self._show.rows

    def columns(self) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Return left and width of the columns."""
        look, show = self._look, self._show
        gap = look.pad(20)
        strong, caption = look.font("strong"), look.font("caption")
        sources = [show.head[0], *(row.source for row in show.rows)]
        first = math.ceil(max(text_width(caption, text) for text in sources)) + 2
        verdicts = [text_width(strong, row.verdict) + look.text_px * 1.2 for row in show.rows]
        last = math.ceil(max([text_width(caption, show.head[3]), *verdicts])) + 2
        rest = max(80, self.width() - first - last - 3 * gap)
        claim = round(rest * 0.64)
        lefts = (0, first + gap, first + claim + 2 * gap, self.width() - last)
        widths = (first, claim, rest - claim, last)
        first_rect, second, third, fourth = (
            QRectF(left, 0, width, 0) for left, width in zip(lefts, widths, strict=True)
        )
        return first_rect, second, third, fourth

    def _text_px(self, text: str, role: Role, width: float) -> int:
        if not text:
            return 0
        metrics = QFontMetrics(self._look.font(role))
        return metrics.boundingRect(QRect(0, 0, max(1, int(width)), 10_000), int(_WRAP), text).height()

    def heights(self) -> list[int]:
        """Return the height of every row at the present width."""
        look = self._look
        _, claim, computed, _ = self.columns()
        heights = []
        for row in self._show.rows:
            left = self._text_px(row.claim, "text", claim.width())
            left += self._text_px(row.reason, "caption", claim.width()) + (look.pad(4) if row.reason else 0)
            heights.append(max(left, self._text_px(row.computed, "strong", computed.width())) + look.pad(16))
        return heights

    def head_px(self) -> int:
        return self._look.caption_px + self._look.pad(12)

    def needed_px(self) -> int:
        """Return the height of the whole table at the present width."""
        return self.head_px() + sum(self.heights())

    def paintEvent(self, event: QPaintEvent) -> None:
        show, look = self._show, self._look
        if not show.rows:
            return
        painter, columns = QPainter(self), self.columns()
        for column, text in zip(columns, show.head, strict=True):
            rect = QRectF(column.left(), 0, column.width(), self.head_px() - look.pad(4))
            draw_text(painter, rect, text, look.font("caption"), look.muted)
        top = float(self.head_px())
        for row, height in zip(show.rows, self.heights(), strict=True):
            painter.fillRect(QRectF(0, top, self.width(), 1), look.line)
            self._paint_row(painter, row, top + look.pad(8), columns)
            top += height

    def _paint_row(self, painter: QPainter, row: FactRow, top: float, columns: tuple[QRectF, ...]) -> None:
        look = self._look
        source, claim, computed, verdict = columns
        line = QFontMetrics(look.font("text")).height()

        def write(text: str, role: Role, colour: QColor, left: float, at: float, width: float) -> None:
            painter.setFont(look.font(role))
            painter.setPen(colour)
            painter.drawText(QRectF(left, at, width, 10_000), int(_WRAP), text)

        place = QRectF(source.left(), top, source.width(), line)
        draw_text(painter, place, row.source, look.font("caption"), look.muted)
        write(row.claim, "text", look.text, claim.left(), top, claim.width())
        if row.reason:
            below = top + self._text_px(row.claim, "text", claim.width()) + look.pad(4)
            write(row.reason, "caption", look.warning, claim.left(), below, claim.width())
        write(row.computed, "strong", look.text, computed.left(), top, computed.width())
        colour = look.good if row.agrees else look.warning
        half = look.text_px * 0.3
        self._paint_sign(painter, QPointF(verdict.left() + half + 1, top + line / 2), half, row.agrees, colour)
        word = QRectF(verdict.left() + look.text_px, top, verdict.width() - look.text_px, line)
        draw_text(painter, word, row.verdict, look.font("strong"), colour)

    def _paint_sign(self, painter: QPainter, centre: QPointF, half: float, agrees: bool, colour: QColor) -> None:
        """Draw a tick, or a sign that says *not equal*."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, max(2.0, half / 2.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if agrees:
            elbow = centre + QPointF(-half * 0.2, half * 0.7)
            painter.drawPolyline([centre + QPointF(-half, 0), elbow, centre + QPointF(half, -half * 0.8)])
        else:
            for y in (-0.35, 0.35):
                painter.drawLine(centre + QPointF(-half, half * y), centre + QPointF(half, half * y))
            painter.drawLine(centre + QPointF(-half * 0.6, half * 0.9), centre + QPointF(half * 0.6, -half * 0.9))
        painter.restore()


class FactsView(PanelView):
    """Draws the claims; the table scrolls where it is longer than the view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Sentence(role="strong")
        self.sentence = Sentence(muted=True)
        self.table = FactsTable()
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.table)
        self.area.viewport().setAutoFillBackground(False)
        self.table.setAutoFillBackground(False)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.title)
        self._whole.addWidget(self.area, 1)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.facts"))
        self.area.setAccessibleName(tr("stage.view.facts"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        self.sentence.setVisible(self.height() >= 24 * self._look.text_px)
        self._whole.activate()
        self.table.resize(self.area.viewport().width(), self.table.height())
        self.table.setFixedHeight(self.table.needed_px())

    def show_facts(self, show: FactsShow) -> None:
        """Show other claims, from the top where they are others."""
        if show.rows != self.table.rows:
            self.area.verticalScrollBar().setValue(0)
        self.title.show_text(show.title)
        self.sentence.show_text(show.sentence)
        self.table.show_facts(show)
        self._fit()

    def scroll_rows(self, by: int) -> None:
        """Move the table by so many rows."""
        bar = self.area.verticalScrollBar()
        tops = list(itertools.accumulate(self.table.heights(), initial=0))[:-1]
        at = max((index for index, top in enumerate(tops) if top <= bar.value()), default=0)
        if tops:
            bar.setValue(tops[min(max(at + by, 0), len(tops) - 1)])
