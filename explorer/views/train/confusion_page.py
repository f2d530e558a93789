"""What is taken for what: validation pictures by true class and answer."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.text import Translator
from explorer.presenters.train.ports import ConfusionShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_text, mixed, text_width


class ConfusionPage(Part):
    """A square of cells, coloured by their share of the true class; right answers on the diagonal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = Translator()
        self._show: ConfusionShow | None = None
        self.setMouseTracking(True)

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.update()

    def show_confusion(self, show: ConfusionShow) -> None:
        self._show = show
        self._say(show.title, self._tr("train_view.confusion_axes"))
        self.update()

    def _label_px(self) -> float:
        font = self._look.font("caption")
        classes = self._show.classes if self._show is not None else ()
        widest = max((text_width(font, name) for name in classes), default=0.0)
        return min(widest, 0.3 * self.width()) + self._look.pad(8)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where the cell of a true class and an answer stands."""
        count = len(self._show.classes) if self._show is not None else 1
        room, labels = self.body(), self._label_px()
        head = self._look.caption_px + self._look.pad(8)
        side = min((room.width() - labels) / count, (room.height() - head) / count)
        return QRectF(labels + column * side, room.top() + head + row * side, side, side)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        show = self._show
        if show is None:
            return
        for row, label in enumerate(show.classes):
            for column, answer in enumerate(show.classes):
                if self.cell_rect(row, column).contains(event.position()):
                    count = int(show.counts[row, column])
                    text = self._tr("train_view.confused", label=label, answer=answer, count=f"{count:,}")
                    QToolTip.showText(event.globalPosition().toPoint(), text, self)
                    return

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, show = QPainter(self), self._look, self._show
        if show is None:
            text = self._tr("train_view.not_measured")
            draw_text(painter, QRectF(self.rect()), text, look.font("caption"), look.muted, "centre")
            return
        last = self.cell_rect(len(show.classes) - 1, 0).bottom()
        self._paint_frame(painter, below=min(last + 2, self.height() - self.caption_px()))
        font = look.font("caption")
        totals = show.counts.sum(axis=1)
        for row, label in enumerate(show.classes):
            cell = self.cell_rect(row, 0)
            name = QRectF(0, cell.top(), self._label_px() - look.pad(6), cell.height())
            draw_text(painter, name, label, font, look.muted, "right")
            above = self.cell_rect(0, row)
            short = label if text_width(font, label) <= above.width() - 2 else label[:2]
            head = QRectF(above.left(), above.top() - look.caption_px - look.pad(6), above.width(), look.caption_px + 6)
            draw_text(painter, head, short, font, look.muted, "centre")
            for column in range(len(show.classes)):
                share = float(show.counts[row, column]) / max(1, int(totals[row]))
                self._paint_cell(
                    painter, self.cell_rect(row, column), share, int(show.counts[row, column]), row == column
                )

    def _paint_cell(self, painter: QPainter, rect: QRectF, share: float, count: int, right: bool) -> None:
        look = self._look
        inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        colour = mixed(look.raised, look.good if right else look.bad, min(1.0, share**0.6))
        painter.fillRect(inner, colour)
        font = look.font("caption")
        text = f"{count:,}" if count else ""
        if text and text_width(font, text) <= inner.width() - 2:
            strong = share > 0.45
            draw_text(painter, inner, text, font, look.on_accent if strong else look.text, "centre")
