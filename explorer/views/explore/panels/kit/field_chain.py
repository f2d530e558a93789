"""How one value comes about from its receptive field: squares of cells, layer after layer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.presenters.explore.panels.factorise import FieldChain
from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_arrow, draw_text, mixed, with_alpha


class FieldChains(Part):
    """Chains under one another; all cells have the same size, so that equal fields are seen to be equal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chains: tuple[FieldChain, ...] = ()

    def show_chains(self, chains: tuple[FieldChain, ...]) -> None:
        """Show other chains."""
        self._chains = chains
        self.setAccessibleName(". ".join(chain.title for chain in chains))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 96)

    def _title_px(self) -> int:
        return self._look.caption_px + self._look.pad(11)

    def cell_px(self) -> float:
        """Return the side of a cell, on the screen's whole pixels."""
        look, count = self._look, max(1, len(self._chains))
        tall = (self.height() - count * (self._title_px() + look.pad(8))) / count
        highest = max((size[0] for chain in self._chains for size in chain.sizes), default=1)
        widest = max(
            (sum(size[1] for size in chain.sizes) for chain in self._chains),
            default=1,
        )
        arrows = max((len(chain.sizes) - 1 for chain in self._chains), default=0) * look.pad(32)
        return max(2.0, float(int(min(tall / highest, (self.width() - arrows - 4) / widest))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        cell, top = self.cell_px(), 0.0
        for chain in self._chains:
            draw_text(
                painter,
                QRectF(0, top, self.width(), look.caption_px + 4),
                chain.title,
                look.font("caption_strong"),
                look.text,
            )
            top += self._title_px()
            height = cell * max(size[0] for size in chain.sizes)
            left = 1.0
            for index, (rows, columns) in enumerate(chain.sizes):
                rect = QRectF(left, top + (height - rows * cell) / 2, columns * cell, rows * cell)
                window = chain.windows[index] if index < len(chain.windows) else None
                self._paint_cells(painter, rect, rows, columns, window)
                left += columns * cell
                if index + 1 < len(chain.sizes):
                    centre = QPointF(left + look.pad(16), top + height / 2)
                    draw_arrow(painter, centre, look.pad(12), "right", look.muted)
                    left += look.pad(32)
            top += height + look.pad(8)

    def _paint_cells(
        self, painter: QPainter, rect: QRectF, rows: int, columns: int, window: tuple[int, int] | None
    ) -> None:
        look, cell = self._look, self.cell_px()
        painter.fillRect(rect, mixed(look.ground, look.accent, 0.30))
        if window is not None:
            inner = QRectF(rect.left(), rect.top(), window[1] * cell, window[0] * cell)
            painter.fillRect(inner, with_alpha(QColor(look.accent), 0.55))
        painter.setPen(QPen(look.ground, 1))
        for row in range(1, rows):
            y = rect.top() + row * cell
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        for column in range(1, columns):
            x = rect.left() + column * cell
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        painter.setPen(QPen(look.accent, 1.5))
        painter.drawRect(rect)
        if window is not None and (window[0] < rows or window[1] < columns):
            painter.setPen(QPen(look.text, 2))
            painter.drawRect(QRectF(rect.left(), rect.top(), window[1] * cell, window[0] * cell))
