"""The bar that says which value each colour stands for."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.presenters.ports import ValueBar
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text, text_width

_BAR_PX = 200
_LEAST_BAR_PX = 72


class ValueBarView(QWidget):
    """Low value, the colours, high value and a caption; a tick marks the zero of a symmetric range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._bar: ValueBar | None = None
        self._ramp = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_bar(self, bar: ValueBar | None) -> None:
        """Show a range; None hides the bar."""
        self._bar = bar
        self.setVisible(bar is not None)
        if bar is not None:
            self._ramp = ramp_image(bar.colours)
            self.setAccessibleName(f"{bar.low} – {bar.high} {bar.caption}".strip())
        self.updateGeometry()
        self.update()

    def full_width(self, *, caption: bool = True) -> int:
        """Return the width at which nothing is cut."""
        return self._width(_BAR_PX, caption)

    def least_width(self) -> int:
        return self._width(_LEAST_BAR_PX, caption=False)

    def _width(self, bar_px: int, caption: bool) -> int:
        if self._bar is None:
            return 0
        look, font = self._look, self._look.font("text")
        width = text_width(font, self._bar.low) + text_width(font, self._bar.high) + look.pad(bar_px) + 2 * look.pad(10)
        if caption and self._bar.caption:
            width += text_width(look.font("caption"), self._bar.caption) + look.pad(16)
        return math.ceil(width) + 1

    def sizeHint(self) -> QSize:
        return QSize(self.full_width(), self._look.text_px + self._look.pad(13))

    def bar_rect(self) -> QRectF:
        """Return where the colours stand."""
        assert self._bar is not None
        look, font = self._look, self._look.font("text")
        left = text_width(font, self._bar.low) + look.pad(10)
        rest = self.width() - left - look.pad(10) - text_width(font, self._bar.high)
        height = look.pad(10)
        return QRectF(
            round(left), round((self.height() - height) / 2), math.floor(min(look.pad(_BAR_PX), rest - 1)), height
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._bar is None:
            return
        look, font = self._look, self._look.font("text")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        full, bar = QRectF(self.rect()), self.bar_rect()
        draw_text(painter, full, self._bar.low, font, look.muted)
        shape = QPainterPath()
        shape.addRoundedRect(bar, 3, 3)
        painter.save()
        painter.setClipPath(shape)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, self._ramp)
        painter.restore()
        if self._bar.zero is not None:
            x = round(bar.left() + self._bar.zero * bar.width())
            painter.fillRect(QRectF(x - 0.5, bar.top() - 4, 1.5, bar.height() + 8), look.text)
        after = bar.right() + look.pad(10)
        used = draw_text(painter, full.adjusted(after, 0, 0, 0), self._bar.high, font, look.muted)
        after += used + look.pad(16)
        room = full.adjusted(after, 0, 0, 0)
        if self._bar.caption and room.width() >= text_width(look.font("caption"), self._bar.caption) - 0.5:
            draw_text(painter, room, self._bar.caption, look.font("caption"), look.muted)


def ramp_image(colours: np.ndarray, height: int = 1) -> QImage:
    """Return a colour map (256, 3) uint8 as a picture that runs from left to right."""
    pixels = np.ascontiguousarray(np.broadcast_to(colours, (height, *colours.shape)))
    # copy(): the image must not outlive the array whose memory it would borrow.
    return QImage(pixels.data, len(colours), height, 3 * len(colours), QImage.Format.Format_RGB888).copy()


def ramp_icon_image(colours: np.ndarray, width: int, height: int) -> QImage:
    """Return a small swatch of a colour map for menus."""
    mode = Qt.TransformationMode.SmoothTransformation
    return ramp_image(colours).scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
