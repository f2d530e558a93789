"""The picture, and the square of it that the network sees."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.imaging.crops import SMALLEST_SIDE_PX, clamped, moved
from explorer.presenters.ports import PictureShow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text

_CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))
_GRIP_PX = 16
_LARGEST_ENLARGEMENT = 4.0


class InputView(QWidget):
    """Drag the square to move it, a corner to resize it.

    Signals
    -------
    crop_moved : Crop, bool
        The square while it is dragged, and once more with True when it is let go.
    """

    crop_moved = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._hint = ""
        self._show: PictureShow | None = None
        self._crop: Crop | None = None
        self._image = QImage()
        self._scaled = QImage()
        self._grip: tuple[int, int] | None = None
        self._from: tuple[QPointF, Crop] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._hint = tr("stage.input.hint")
        self.update()

    def show_input(self, show: PictureShow) -> None:
        """Show a picture; a square that is being dragged stays under the hand."""
        if self._show is None or show.preview is not self._show.preview:
            pixels = np.ascontiguousarray(show.preview)
            height, width = pixels.shape[:2]
            # copy(): the image must not outlive the array whose memory it would borrow.
            self._image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
            self._scaled = QImage()
        self._show = show
        if self._from is None:
            self._crop = show.crop
        self.setAccessibleName(show.caption)
        self.update()

    @property
    def crop(self) -> Crop | None:
        """The square on screen."""
        return self._crop

    def sizeHint(self) -> QSize:
        return QSize(600, 500)

    # Geometry

    def _caption_px(self) -> int:
        return self._look.text_px + self._look.caption_px + self._look.pad(28)

    def picture_rect(self) -> QRectF:
        """Return where the picture stands in the widget."""
        room_w, room_h = self.width(), max(1, self.height() - self._caption_px())
        scale = min(room_w / self._image.width(), room_h / self._image.height(), _LARGEST_ENLARGEMENT)
        wide, tall = round(self._image.width() * scale), round(self._image.height() * scale)
        return QRectF((self.width() - wide) // 2, (room_h - tall) // 2, wide, tall)

    def crop_rect(self) -> QRectF:
        """Return where the square stands in the widget."""
        rect, crop = self.picture_rect(), self._crop
        assert crop is not None
        side = crop.width * rect.width()
        return QRectF(rect.left() + crop.x * rect.width(), rect.top() + crop.y * rect.height(), side, side)

    def _grip_at(self, point: QPointF) -> tuple[int, int] | None:
        rect, reach = self.crop_rect(), self._look.pad(_GRIP_PX)
        for corner in _CORNERS:
            place = QPointF(rect.left() + corner[0] * rect.width(), rect.top() + corner[1] * rect.height())
            if (point - place).manhattanLength() <= reach:
                return corner
        return None

    # Dragging

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._crop is None or self._image.isNull():
            return
        self._grip = self._grip_at(event.position())
        if self._grip is not None or self.crop_rect().contains(event.position()):
            self._from = event.position(), self._crop

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._crop is None or self._image.isNull():
            return
        if self._from is None:
            self._show_cursor(event.position())
            return
        crop = self._dragged(event.position())
        if crop != self._crop:
            self._crop = crop
            self.crop_moved.emit(crop, False)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is None or event.button() != Qt.MouseButton.LeftButton:
            return
        before, self._from = self._from[1], None
        if self._crop is not None and self._crop != before:
            self.crop_moved.emit(self._crop, True)

    def _dragged(self, point: QPointF) -> Crop:
        assert self._from is not None
        start, crop = self._from
        width, height = self._image.width(), self._image.height()
        scale = width / self.picture_rect().width()
        way = (point - start) * scale
        if self._grip is None:
            return moved(crop, way.x(), way.y(), width, height)
        return stretched(crop, self._grip, way.x(), way.y(), width, height)

    def _show_cursor(self, point: QPointF) -> None:
        shape = Qt.CursorShape
        grip = self._grip_at(point)
        if grip is not None:
            self.setCursor(shape.SizeFDiagCursor if grip[0] == grip[1] else shape.SizeBDiagCursor)
        else:
            self.setCursor(shape.SizeAllCursor if self.crop_rect().contains(point) else shape.ArrowCursor)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._show is None or self._image.isNull() or self._crop is None:
            return
        look, painter, rect = self._look, QPainter(self), self.picture_rect()
        painter.drawImage(rect.topLeft(), self._sharp(rect))
        around, inside = QPainterPath(), QPainterPath()
        around.addRect(rect)
        inside.addRect(self.crop_rect())
        painter.fillPath(around.subtracted(inside), QColor(0, 0, 0, 140))
        self._paint_frame(painter)
        line = QRectF(0, rect.bottom() + look.pad(8), self.width(), look.text_px + look.pad(8))
        draw_text(painter, line, self._show.caption, look.font("text"), look.text, "centre")
        if not look.present:
            line = QRectF(0, line.bottom(), self.width(), look.caption_px + look.pad(8))
            draw_text(painter, line, self._hint, look.font("caption"), look.muted, "centre")

    def _paint_frame(self, painter: QPainter) -> None:
        """Draw the square and its corners, white between dark lines: it shows on every picture."""
        rect = self.crop_rect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = rect.adjusted(0.75, 0.75, -0.75, -0.75)
        for colour, wide in ((QColor(0, 0, 0, 150), 3.5), (QColor(255, 255, 255, 235), 1.5)):
            painter.setPen(QPen(colour, wide))
            painter.drawRect(inner)
        arm = min(self._look.pad(16), rect.width() / 4)
        cap, join = Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin
        for colour, wide in ((QColor(0, 0, 0, 150), 6.0), (QColor(255, 255, 255), 4.0)):
            painter.setPen(QPen(colour, wide, Qt.PenStyle.SolidLine, cap, join))
            for right, low in _CORNERS:
                at = QPointF(inner.left() + right * inner.width(), inner.top() + low * inner.height())
                dx, dy = (-arm if right else arm), (-arm if low else arm)
                painter.drawPolyline([at + QPointF(dx, 0), at, at + QPointF(0, dy)])

    def _sharp(self, rect: QRectF) -> QImage:
        """Return the picture at the screen's own resolution, scaled once."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        if self._scaled.size() != size:
            mode = Qt.TransformationMode.SmoothTransformation
            self._scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled


def stretched(crop: Crop, corner: tuple[int, int], dx_px: float, dy_px: float, width: int, height: int) -> Crop:
    """Return the square with one corner, ``(right, low)`` as 0 or 1, dragged by picture pixels.

    The opposite corner stays where it is, and the square inside the picture.
    """
    old = crop.width * width
    left, top = crop.x * width, crop.y * height
    right, low = corner
    growth = ((dx_px if right else -dx_px) + (dy_px if low else -dy_px)) / 2
    most = min(width - left if right else left + old, height - top if low else top + old)
    side = min(max(old + growth, float(SMALLEST_SIDE_PX)), most)
    new_left = left if right else left + old - side
    new_top = top if low else top + old - side
    return clamped(Crop(new_left / width, new_top / height, side / width), width, height)
