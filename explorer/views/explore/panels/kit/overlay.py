"""The picture with something over it: a heat map, boxes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.core.scene import Crop
from explorer.presenters.explore.panels.shows import MapShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.explore.panels.kit.tones import coloured, image_of
from explorer.views.explore.wall_marks import draw_outline


class OverlayPicture(Part):
    """A picture as large as fits; boxes and the map over it are in fractions of the picture.

    Signals
    -------
    pressed, dragged : float, float
        Where the pointer was pressed and moved to while pressed: x and y as fractions of the picture (may lie
        outside 0 … 1 while dragging).
    released
    """

    pressed = Signal(float, float)
    dragged = Signal(float, float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()
        self._heat = QImage()
        self._smooth = True
        self._opacity = 0.6
        self._boxes: tuple[tuple[Crop, QColor | None, bool], ...] = ()

    def show_picture(self, pixels: np.ndarray, title: str = "", caption: str = "") -> None:
        """Show a picture (H, W, 3) uint8 and take map and boxes away."""
        self._picture, self._heat, self._boxes = image_of(pixels), QImage(), ()
        self._say(title, caption)
        self.update()

    def show_heat(self, show: MapShow | None, opacity: float = 0.6, *, smooth: bool = True) -> None:
        """Lay a map over the whole picture; the higher a value lies in its range, the less one sees through it.

        ``smooth`` spreads it bilinearly. None takes the map away.
        """
        self._heat, self._opacity, self._smooth = QImage(), opacity, smooth
        if show is not None:
            pixels = coloured(show.values, show.low, show.high, show.colours)
            # Where the heat is 0 the picture shines through untouched.
            reach = max(abs(show.low), abs(show.high)) or 1.0
            pixels[..., 3] = np.round(np.clip(np.abs(np.nan_to_num(show.values)) / reach, 0, 1) * 255)
            self._heat = image_of(pixels)
        self.update()

    def show_boxes(self, boxes: tuple[tuple[Crop, QColor | None, bool], ...]) -> None:
        """Draw boxes: where, filled with which colour (None: not), outlined or not."""
        self._boxes = boxes
        self.update()

    def set_caption(self, title: str, caption: str) -> None:
        """Say something else above and below."""
        self._say(title, caption)
        self.update()

    def picture_rect(self) -> QRectF:
        """Return where the picture stands."""
        room = self.body()
        if self._picture.isNull():
            return room
        scale = min(room.width() / self._picture.width(), room.height() / self._picture.height())
        return QRectF(0, room.top(), round(self._picture.width() * scale), round(self._picture.height() * scale))

    def box_rect(self, box: Crop) -> QRectF:
        """Return where a box stands: its side is ``width`` of the picture's width."""
        rect = self.picture_rect()
        side = box.width * rect.width()
        return QRectF(rect.left() + box.x * rect.width(), rect.top() + box.y * rect.height(), side, side)

    def fraction_at(self, point: QPointF) -> tuple[float, float]:
        """Return x and y of a point as fractions of the picture."""
        rect = self.picture_rect()
        return (point.x() - rect.left()) / max(1.0, rect.width()), (point.y() - rect.top()) / max(1.0, rect.height())

    def sizeHint(self) -> QSize:
        return QSize(400, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.picture_rect().contains(event.position()):
            self.pressed.emit(*self.fraction_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(*self.fraction_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.picture_rect()
        self._paint_frame(painter, rect.bottom())
        if self._picture.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, self._picture)
        if not self._heat.isNull():
            painter.setOpacity(self._opacity)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
            painter.drawImage(rect, self._heat)
            painter.setOpacity(1.0)
        for box, fill, outlined in self._boxes:
            place = self.box_rect(box)
            if fill is not None:
                painter.fillRect(place, fill)
            if outlined:
                draw_outline(painter, place, QColor("#ffffff"), 2.0)
