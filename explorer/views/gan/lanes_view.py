"""Several seeds side by side: is a collapse chance, or law?"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.core.messages.gan import Lane
from explorer.core.text import Translator
from explorer.presenters.gan.ports import LanesShow
from explorer.views.gan.colours import gan_colours
from explorer.views.gan.plane_layers import Place, paint_fake, paint_half_line, paint_real, paint_verdict
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text


class LanesView(QWidget):
    """A small plane a seed, with its caption.

    Signals
    -------
    lane_chosen : int
        Seed of the lane that was clicked, to be seen large.
    """

    lane_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show: LanesShow | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self.setAccessibleName(tr("gan_view.lanes"))

    def show_lanes(self, show: LanesShow) -> None:
        """Show another moment of all lanes."""
        self._show = show
        self.setAccessibleDescription("; ".join(show.captions))
        self.update()

    def _caption_px(self) -> float:
        return self._look.caption_px * 1.7

    def squares(self) -> list[QRectF]:
        """Return where each lane's plane stands."""
        count = len(self._show.lanes) if self._show is not None else 0
        if count == 0:
            return []
        gap = self._look.pad(16)
        sides = []
        for columns in range(1, count + 1):
            rows = math.ceil(count / columns)
            wide = (self.width() - gap * (columns - 1)) / columns
            tall = (self.height() - gap * (rows - 1)) / rows - self._caption_px()
            sides.append((min(wide, tall), columns))
        side, columns = max(sides)
        side = max(1.0, math.floor(side))
        left = (self.width() - columns * side - (columns - 1) * gap) / 2
        step = side + self._caption_px() + gap
        return [
            QRectF(left + index % columns * (side + gap), index // columns * step, side, side) for index in range(count)
        ]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._show is None:
            return
        for lane, square in zip(self._show.lanes, self.squares(), strict=True):
            if square.contains(event.position()):
                self.lane_chosen.emit(lane.seed)
                return

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, show = QPainter(self), self._look, self._show
        painter.fillRect(self.rect(), look.ground)
        if show is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lane, caption, square in zip(show.lanes, show.captions, self.squares(), strict=True):
            self._paint_lane(painter, lane, square, show)
            place = QRectF(square.left(), square.bottom() + 2, square.width(), self._caption_px())
            colour = look.bad if lane.trouble is not None else look.text
            draw_text(painter, place, caption, look.font("caption"), colour)

    def _paint_lane(self, painter: QPainter, lane: Lane, square: QRectF, show: LanesShow) -> None:
        colours = gan_colours(self._look)
        place = Place(square, show.extent)
        painter.save()
        painter.setClipRect(square)
        painter.fillRect(square, colours.ground)
        if show.verdict and lane.heat.size:
            paint_verdict(painter, place, lane.heat, colours)
            paint_half_line(painter, place, lane.heat, colours)
        stride = max(1, len(show.real) // 160)
        paint_real(painter, place, show.real[::stride], colours, 0.6)
        paint_fake(painter, place, lane.fake[:: max(1, len(lane.fake) // 160)], colours)
        painter.restore()
        painter.setPen(QPen(self._look.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
