"""A wall that fills a given rectangle: laid out again for its shape, fitted, not zoomed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from explorer.core.maplayout import WallLayout, retiled
from explorer.core.messages.explore import Wall
from explorer.views.explore.placing import Placing, best_layout
from explorer.views.explore.texture import Texture
from explorer.views.explore.wall_marks import clear_unfilled, wall_ground
from explorer.views.theme import Look

_MOST_VALUE_PX = 24


class TiledWall:
    """Painted by the widget that owns it; knows what lies under a point."""

    def __init__(self, wall: Wall, colours: np.ndarray, look: Look) -> None:
        self.wall = wall
        self.rect = QRectF()
        self._ratio = 1.0
        self._placing: Placing | None = None
        self._texture = Texture()
        self._layout: WallLayout | None = None
        self.set_colours(colours, look)

    def set_colours(self, colours: np.ndarray, look: Look) -> None:
        self._behind = look.panel
        self._texture.set_colours(colours, wall_ground(look))

    def place(self, rect: QRectF, ratio: float) -> None:
        """Fill a rectangle of the widget, in logical pixels; ``ratio`` is the screen's device pixels a pixel."""
        if rect == self.rect and ratio == self._ratio:
            return
        self.rect, self._ratio = rect, ratio
        height, width = self._room()
        layout, scale = best_layout(self.wall.layout, height, width)
        if layout != self._layout:
            self._layout = layout
            self._texture.set_pixels(retiled(self.wall.pixels, self.wall.layout, layout))
        # At the top left, where the lane's texts begin, too.
        self._placing = Placing(layout, min(scale, _MOST_VALUE_PX * ratio / layout.repeat))

    def _room(self) -> tuple[int, int]:
        """Return height and width in device pixels."""
        return max(1, int(self.rect.height() * self._ratio)), max(1, int(self.rect.width() * self._ratio))

    def paint(self, painter: QPainter) -> None:
        if self._placing is None:
            return
        shown = self._texture.image(self._placing, *self._room(), self._finish)
        if shown is not None:
            image, (top, left) = shown
            image.setDevicePixelRatio(self._ratio)
            painter.drawImage(self._corner() + QPointF(left / self._ratio, top / self._ratio), image)

    def _finish(self, image: QImage, corner: tuple[int, int]) -> None:
        assert self._placing is not None
        clear_unfilled(image, corner, self._placing, self._behind)

    def _corner(self) -> QPointF:
        return self.rect.topLeft()

    def at(self, point: QPointF) -> tuple[int, int, int] | None:
        """Return ``(channel, row, column)`` under a point of the widget, or None."""
        if self._placing is None or not self.rect.contains(point):
            return None
        inside = (point - self._corner()) * self._ratio
        hit = self._placing.at(inside.y(), inside.x())
        return None if hit is None else (int(self.wall.channels[hit[0]]), hit[1], hit[2])

    def tile_rect(self, channel: int) -> QRectF:
        """Return where a channel stands in the widget."""
        assert self._placing is not None
        position = int((self.wall.channels == channel).nonzero()[0][0])
        top, left, tall, wide = (edge / self._ratio for edge in self._placing.box(position))
        return QRectF(left, top, wide, tall).translated(self._corner())
