"""A thin bar that fills."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.views.explore.panels.kit.part import Part
from explorer.views.widgets.paint import draw_box


class ProgressLine(Part):
    """Shows how far something is, and nothing while nothing is under way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self.setFixedHeight(6)

    def show_fraction(self, fraction: float | None, text: str = "") -> None:
        """Show a share, 0 … 1, which a screen reader says in words; None for nothing."""
        self._fraction = fraction
        self.setAccessibleName(text)
        self.update()

    @property
    def fraction(self) -> float | None:
        return self._fraction

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._fraction is None:
            return
        painter, rect = QPainter(self), QRectF(self.rect())
        draw_box(painter, rect, fill=self._look.line, radius=3)
        rect.setWidth(max(6.0, rect.width() * min(1.0, self._fraction)))
        draw_box(painter, rect, fill=self._look.accent, radius=3)
