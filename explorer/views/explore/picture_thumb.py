"""The picture in the bottom bar, with what the network sees of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import PictureShow
from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import draw_box, draw_focus

_LEAST_BOX_PX = 5.0
_WIDEST = 2.0


class PictureThumb(Pressable):
    """The whole picture, the square that the network saw, and the receptive field under the pointer.

    The picture is never tinted; around the crop it is only dimmed. A click (or Enter) emits ``clicked``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = Translator()
        self._show: PictureShow | None = None
        self._image = QImage()
        self._scaled = QImage()
        self._box: tuple[float, float, float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self._announce()

    def show_picture(self, show: PictureShow) -> None:
        if self._show is None or show.preview is not self._show.preview:
            pixels = np.ascontiguousarray(show.preview)
            height, width = pixels.shape[:2]
            # copy(): the image must not outlive the array whose memory it would borrow.
            self._image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
            self._scaled = QImage()
        self._show = show
        self._announce()
        self.updateGeometry()
        self.update()

    def show_receptive_field(self, box: tuple[float, float, float, float] | None) -> None:
        """Mark ``(top, left, bottom, right)``, fractions of the crop; None removes the mark."""
        if box != self._box:
            self._box = box
            self.update()

    def _announce(self) -> None:
        caption = self._show.caption if self._show else ""
        name = self._tr("thumb.name")
        self.label(f"{name}: {caption}" if caption else name, f"{caption}\n{self._tr('thumb.hint')}".strip())

    def sizeHint(self) -> QSize:
        height = self._look.pad(84)
        return QSize(round(height * min(_WIDEST, self._aspect())), height)

    def _aspect(self) -> float:
        return self._image.width() / self._image.height() if not self._image.isNull() else 1.0

    def picture_rect(self) -> QRectF:
        """Return where the picture stands in the widget."""
        aspect = self._aspect()
        width, height = float(self.width()), float(self.height())
        if width / height > aspect:
            width = round(height * aspect)
        else:
            height = round(width / aspect)
        return QRectF(self.width() - width, round((self.height() - height) / 2), width, height)

    def crop_rect(self) -> QRectF:
        """Return where the square that the network saw stands in the widget."""
        rect = self.picture_rect()
        if self._show is None:
            return rect
        crop, side = self._show.crop, self._show.crop.width * rect.width()
        return QRectF(rect.left() + crop.x * rect.width(), rect.top() + crop.y * rect.height(), side, side)

    def field_rect(self) -> QRectF | None:
        """Return where the receptive field is marked, cut at the edge of the crop."""
        if self._box is None:
            return None
        crop = self.crop_rect()
        top, left, bottom, right = (max(0.0, min(1.0, edge)) for edge in self._box)
        rect = QRectF(
            crop.left() + left * crop.width(),
            crop.top() + top * crop.height(),
            (right - left) * crop.width(),
            (bottom - top) * crop.height(),
        )
        grow_x = max(0.0, _LEAST_BOX_PX - rect.width()) / 2
        grow_y = max(0.0, _LEAST_BOX_PX - rect.height()) / 2
        return rect.adjusted(-grow_x, -grow_y, grow_x, grow_y)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.picture_rect()
        if self._image.isNull():
            draw_box(painter, rect, fill=self._look.raised, line=self._look.line)
            return
        shape = QPainterPath()
        shape.addRoundedRect(rect, 6, 6)
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(rect, self._sharp(rect))
        around = QPainterPath()
        around.addRect(rect)
        inside = QPainterPath()
        inside.addRect(self.crop_rect())
        painter.fillPath(around.subtracted(inside), QColor(0, 0, 0, 90))
        painter.restore()
        self._outline(painter, self.crop_rect(), 1.0)
        field = self.field_rect()
        if field is not None:
            self._outline(painter, field, 2.0)
        if self.hasFocus() or self.underMouse():
            draw_focus(painter, rect, self._look, 6)

    def _outline(self, painter: QPainter, rect: QRectF, width: float) -> None:
        """Draw a white line between dark ones: it shows on every picture."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = width / 2
        inner = rect.adjusted(half, half, -half, -half)
        painter.setPen(QPen(QColor(0, 0, 0, 170), width + 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawRoundedRect(inner, 1.5, 1.5)
        painter.setPen(QPen(QColor(255, 255, 255, 255 if width > 1 else 200), width))
        painter.drawRoundedRect(inner, 1.5, 1.5)

    def _sharp(self, rect: QRectF) -> QImage:
        """Return the picture at the screen's own resolution, scaled once."""
        ratio = self.devicePixelRatioF()
        width, height = round(rect.width() * ratio), round(rect.height() * ratio)
        if (self._scaled.width(), self._scaled.height()) != (width, height):
            self._scaled = self._image.scaled(
                width,
                height,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        return self._scaled
