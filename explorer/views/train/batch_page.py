"""The last batch: pictures with a mark for right and wrong, in shape as well as in colour."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.text import Translator
from explorer.presenters.train.ports import BatchShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.explore.panels.kit.tones import image_of
from explorer.views.widgets.paint import draw_box, draw_text


class BatchPage(Part):
    """Pictures in rows, as large as fit, each with what the net said below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = Translator()
        self._show: BatchShow | None = None
        self._images: list[QImage] = []
        self.setMouseTracking(True)

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.update()

    def show_batch(self, show: BatchShow) -> None:
        if self._show is None or show.pixels is not self._show.pixels:
            self._images = [image_of(np.ascontiguousarray(pixels)) for pixels in show.pixels]
        self._show = show
        self._say(show.title)
        self.update()

    def tile_rect(self, index: int) -> QRectF:
        """Return where a picture stands, its words included."""
        room, words = self.body(), self._look.caption_px + self._look.pad(6)
        count = max(1, len(self._images))
        columns = 1
        while columns < count:
            side = room.width() / columns
            if -(-count // columns) * (side + words) <= room.height():
                break
            columns += 1
        side = room.width() / columns
        row, column = divmod(index, columns)
        return QRectF(column * side, room.top() + row * (side + words), side - 4, side + words - 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        for index, tile in enumerate(self._show.tiles if self._show is not None else ()):
            if self.tile_rect(index).contains(event.position()):
                text = self._tr("train_view.tile", label=tile.label, answer=tile.answer)
                QToolTip.showText(event.globalPosition().toPoint(), text, self)
                return

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_frame(painter)
        look = self._look
        if self._show is None:
            draw_text(painter, self.body(), self._tr("train_view.no_steps"), look.font("caption"), look.muted, "centre")
            return
        words = look.caption_px + look.pad(6)
        for index, (image, tile) in enumerate(zip(self._images, self._show.tiles, strict=True)):
            rect = self.tile_rect(index)
            picture = QRectF(rect.left(), rect.top(), rect.width(), rect.height() - words + 4)
            painter.drawImage(picture, image)
            colour = look.good if tile.right else look.bad
            draw_box(painter, picture, line=colour, radius=2, width=2, dashed=not tile.right)
            line = QRectF(rect.left() + look.pad(14), picture.bottom(), rect.width() - look.pad(14), words)
            self._paint_mark(painter, QPointF(rect.left() + look.pad(6), line.center().y()), right=tile.right)
            draw_text(painter, line, tile.answer, look.font("caption"), look.text if tile.right else look.bad)

    def _paint_mark(self, painter: QPainter, centre: QPointF, *, right: bool) -> None:
        """Draw a tick or a cross."""
        half = self._look.caption_px * 0.28
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.good if right else self._look.bad, 2))
        x, y = centre.x(), centre.y()
        if right:
            points = ((x - half, y), (x - half / 3, y + half * 0.8), (x + half, y - half))
            painter.drawPolyline([QPointF(*point) for point in points])
        else:
            painter.drawLine(QPointF(x - half, y - half), QPointF(x + half, y + half))
            painter.drawLine(QPointF(x - half, y + half), QPointF(x + half, y - half))
        painter.restore()
