"""Two towers as boxes beside the rows of a table, with lines from what each layer reads."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.views.explore.panels.kit.part import Part
from explorer.views.explore.panels.kit.table import Table
from explorer.views.widgets.paint import draw_box, mixed


class TowerDiagram(Part):
    """One row a layer, in line with the rows of ``table``; layers that read both towers have crossing lines."""

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._reads: tuple[str, ...] = ()

    def show_reads(self, reads: tuple[str, ...], name: str) -> None:
        """Show layers that read ``input``, their ``own`` tower or ``both``; nothing in a network of one tower."""
        self._reads = reads if any(reads) else ()
        self.setVisible(bool(self._reads))
        self.setAccessibleName(name)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.pad(128), self._table.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.pad(104), 48)

    def box_rect(self, row: int, tower: int) -> QRectF:
        """Return where a tower's half of a layer stands."""
        tall, wide = self._table.row_px(), min(self.width() / 2.6, self._look.pad(64))
        height = max(6.0, tall * 0.42)
        top = self._table.title_px() + (row + 1.5) * tall - height / 2
        return QRectF(tower * (self.width() - wide), top, wide, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, reads in enumerate(self._reads):
            for tower in (0, 1):
                here = self.box_rect(row, tower)
                sources = () if row == 0 else (tower,) if reads == "own" else (0, 1)
                for source in sources:
                    crossing = source != tower
                    painter.setPen(QPen(look.warning if crossing else look.muted, 2.0 if crossing else 1.5))
                    before = self.box_rect(row - 1, source)
                    start = QPointF(before.center().x(), before.bottom())
                    painter.drawLine(start, QPointF(here.center().x(), here.top()))
        for row, reads in enumerate(self._reads):
            both = reads == "both"
            fill = mixed(look.ground, look.warning if both else look.accent, 0.35)
            for tower in (0, 1):
                line = look.warning if both else look.accent
                draw_box(painter, self.box_rect(row, tower), fill=fill, line=line, radius=3)
