"""The wall as a picture: laid out, placed, zoomed and painted; it does not listen to mouse or keyboard."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.maplayout import WallLayout, retiled
from explorer.core.messages.explore import Wall
from explorer.presenters.ports import WallShow
from explorer.views.explore.placing import Placing, best_layout, fit_scale
from explorer.views.explore.texture import Texture
from explorer.views.explore.wall_figures import write_values
from explorer.views.explore.wall_marks import clear_unfilled, draw_outline, mark_branches, mark_dead, wall_ground
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_focus

MOST_VALUE_PX = 64
"""No value is ever drawn larger than this, in logical pixels, by zooming in …"""

MOST_FIT_PX = 96
"""… nor than this by fitting a layer of a few units into the stage."""

ZOOM_STEP = 1.25
_STRIP_PX = 2
_EDGE_PX = 3
_WORTH_IT = 1.06
"""Maps must become this much larger before they are laid out again."""


class WallCanvas(QWidget):
    """Paints a wall and says what lies under a point.

    Signals
    -------
    hovered : object
        ``(channel, row, column)`` in the network's own channel numbers, or None where there is no value.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show: WallShow | None = None
        # The wall's own layout, or a better one for this room.
        self._layout: WallLayout | None = None
        self._placing: Placing | None = None
        self._texture = Texture()
        self._fitted = True
        self._resized = False
        self._cursor: int | None = None
        self._hover: tuple[int, int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # What is shown

    def set_look(self, look: Look) -> None:
        self._look = look
        self._colour()
        self.update()

    def show_wall(self, show: WallShow) -> None:
        """Show a wall; the zoom stays where the layout is the one on screen."""
        if self._fitted:
            self._resized = False  # It is fitted anew below.
        old, self._show = self._show, show
        same = old is not None and old.wall.layout == show.wall.layout
        if old is None or old.wall is not show.wall:
            self._take_pixels(show.wall, keep_layout=same and not self._fitted)
        self._colour()
        if old is None or old.wall is not show.wall or old.selected != show.selected:
            self._cursor = self._position(show.selected)
        had_strip = old is not None and old.channel_colours is not None
        if not same or self._fitted or had_strip != (show.channel_colours is not None):
            self._fit()
        if self._hover is not None and not same:
            self._set_hover(None)
        self.update()

    def _take_pixels(self, wall: Wall, *, keep_layout: bool) -> None:
        if keep_layout and self._layout is not None and self._layout != wall.layout:
            self._texture.set_pixels(retiled(wall.pixels, wall.layout, self._layout))
        else:
            self._layout = wall.layout
            self._texture.set_pixels(wall.pixels)

    def _colour(self) -> None:
        if self._show is not None:
            self._texture.set_colours(self._show.colours, wall_ground(self._look))

    def _position(self, channel: int | None) -> int | None:
        """Return where on the wall a channel stands."""
        if self._show is None or channel is None:
            return None
        found = (self._show.wall.channels == channel).nonzero()[0]
        return int(found[0]) if len(found) else None

    # Zoom and position

    def viewport_px(self) -> tuple[int, int]:
        """Return the height and width of the view in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio))

    def _room_px(self) -> tuple[int, int]:
        """Return the height and width into which the whole wall is fitted: the focus ring must not cover values."""
        edge = 2 * round(_EDGE_PX * self.devicePixelRatioF())
        height, width = self.viewport_px()
        return max(1, height - edge), max(1, width - edge)

    @property
    def placing(self) -> Placing | None:
        """Where the wall lies, in device pixels."""
        self._catch_up()
        return self._placing

    @property
    def texture(self) -> Texture:
        return self._texture

    def fit(self) -> None:
        """Show the whole wall."""
        self._fit()
        self.update()

    def zoom_in(self) -> None:
        self._zoom_about_middle(ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom_about_middle(1 / ZOOM_STEP)

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Zoom about a point of the widget, which keeps the value that lies under it."""
        if self._placing is None or self._show is None:
            return
        ratio = self.devicePixelRatioF()
        least = self._fit_scale()
        most = max(least, MOST_VALUE_PX * ratio / self._placing.layout.repeat)
        scale = min(self._placing.scale * factor, most)
        if scale <= least:
            self._fit()
        else:
            moved = self._placing.scaled_about(scale, y * ratio, x * ratio)
            self._place(moved.kept_in(*self.viewport_px()), fitted=False)
        self.update()

    def _zoom_about_middle(self, factor: float) -> None:
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self._cursor is not None and self._placing is not None:
            middle = self._tile_rect(self._cursor).center()
        self.zoom(factor, middle.x(), middle.y())

    def _fit_scale(self) -> float:
        assert self._layout is not None
        most = MOST_FIT_PX * self.devicePixelRatioF() / self._layout.repeat
        return min(most, fit_scale(self._layout, *self._room_px(), strip=self._strip()))

    def _lay_out(self) -> None:
        """Lay the maps out again where the room has another shape than the wall was made for."""
        assert self._show is not None and self._layout is not None
        made = self._show.wall.layout
        now = Placing(self._layout, self._fit_scale(), strip=self._strip())
        better, scale = best_layout(made, *self._room_px(), strip=self._strip())
        most = MOST_FIT_PX * self.devicePixelRatioF() / made.repeat
        grown = Placing(better, min(most, scale), strip=self._strip())
        if grown.tile[1] >= _WORTH_IT * now.tile[1] and better != self._layout:
            self._layout = better
            self._texture.set_pixels(retiled(self._show.wall.pixels, made, better))

    def _strip(self) -> int:
        has = self._show is not None and self._show.channel_colours is not None
        return round(_STRIP_PX * self.devicePixelRatioF()) if has else 0

    def _fit(self) -> None:
        if self._show is None:
            return
        self._lay_out()
        assert self._layout is not None
        placing = Placing(self._layout, self._fit_scale(), strip=self._strip())
        self._place(placing.centred_in(*self.viewport_px()), fitted=True)

    def _place(self, placing: Placing, *, fitted: bool) -> None:
        self._placing, self._fitted = placing, fitted

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Laying a large wall out can take longer than a frame: not while another page is on screen, and not for a
        # wall that the next one is about to replace.
        self._resized = True
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        """Place the wall in the room that there is now."""
        if not self._resized:
            return
        self._resized = False
        if self._placing is None or self._fitted or self._placing.scale <= self._fit_scale():
            self._fit()
        else:
            self._place(self._placing.kept_in(*self.viewport_px()), fitted=False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._fit()
        return bool(super().event(event))

    # What lies where

    def value_at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return ``(channel, row, column)`` under a point of the widget, or None."""
        hit = self._hit(x, y)
        return None if hit is None else self._named(hit)

    def _hit(self, x: float, y: float) -> tuple[int, int, int] | None:
        self._catch_up()
        if self._placing is None:
            return None
        ratio = self.devicePixelRatioF()
        return self._placing.at(y * ratio, x * ratio)

    def _named(self, hit: tuple[int, int, int]) -> tuple[int, int, int]:
        assert self._show is not None
        return int(self._show.wall.channels[hit[0]]), hit[1], hit[2]

    def _set_hover(self, hit: tuple[int, int, int] | None) -> None:
        if hit != self._hover:
            self._hover = hit
            self.hovered.emit(None if hit is None else self._named(hit))
            self.update()

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(800, 600)

    def _tile_rect(self, position: int) -> QRectF:
        """Return a tile in logical pixels of the widget."""
        assert self._placing is not None
        top, left, tall, wide = self._placing.box(position)
        ratio = self.devicePixelRatioF()
        return QRectF(left / ratio, top / ratio, wide / ratio, tall / ratio)

    def _value_rect(self, hit: tuple[int, int, int]) -> QRectF:
        assert self._placing is not None
        layout = self._placing.layout
        tile = self._tile_rect(hit[0])
        tall, wide = tile.height() / layout.height, tile.width() / layout.width
        return QRectF(tile.left() + hit[2] * wide, tile.top() + hit[1] * tall, wide, tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._catch_up()
        painter = QPainter(self)
        shown = None
        if self._show is not None and self._placing is not None:
            shown = self._texture.image(self._placing, *self.viewport_px(), self._mark)
        self._paint_ground(painter, shown)
        if shown is not None:
            self._paint_wall(painter, *shown)
        if self._show is not None and self._placing is not None:
            self._paint_selection(painter)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), self._look)

    def _paint_ground(self, painter: QPainter, shown: tuple[QImage, tuple[int, int]] | None) -> None:
        """Fill what the wall does not cover: a screenful of pixels is not written twice."""
        ground = QRegion(self.rect())
        if shown is not None:
            image, (top, left) = shown
            ratio = self.devicePixelRatioF()
            first = QPoint(math.ceil(left / ratio), math.ceil(top / ratio))
            end = QPoint(int((left + image.width()) / ratio), int((top + image.height()) / ratio))
            ground -= QRegion(QRect(first, end - QPoint(1, 1)))
        painter.setClipRegion(ground)
        painter.fillRect(self.rect(), self._look.ground)
        painter.setClipping(False)

    def _paint_wall(self, painter: QPainter, image: QImage, corner: tuple[int, int]) -> None:
        ratio = self.devicePixelRatioF()
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(corner[1] / ratio, corner[0] / ratio), image)

    def _mark(self, image: QImage, corner: tuple[int, int]) -> None:
        """Draw the marks into a new texture: once a texture, not once a repaint."""
        assert self._show is not None and self._placing is not None
        clear_unfilled(image, corner, self._placing, self._look.ground)
        mark_branches(image, corner, self._placing, self._show)
        ratio = self.devicePixelRatioF()
        mark_dead(image, corner, self._placing, self._show.wall, ratio)
        write_values(image, corner, self._placing, self._show, self._look, ratio)

    def _paint_selection(self, painter: QPainter) -> None:
        assert self._placing is not None
        layout = self._placing.layout
        if self._cursor is not None and self._cursor < layout.count:
            draw_outline(painter, self._tile_rect(self._cursor), self._look.accent, 2.0)
        if self._hover is not None and self._hover[0] < layout.count:
            if self._hover[0] != self._cursor:
                draw_outline(painter, self._tile_rect(self._hover[0]), self._look.text, 1.5)
            cell = self._value_rect(self._hover)
            if cell.width() >= 5 and layout.height * layout.width > 1:
                draw_outline(painter, cell, self._look.text, 1.0)
