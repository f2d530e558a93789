"""Many small maps in one texture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.maplayout import WallLayout, fit
from explorer.presenters.explore.panels.shows import MapsShow
from explorer.views.explore.panels.kit.part import Part
from explorer.views.explore.panels.kit.tones import image_of
from explorer.views.explore.wall_marks import draw_outline

_EDGE_PX = 4


class MapGrid(Part):
    """Maps in rows, as large as fit.

    Signals
    -------
    clicked : int
        Position of the map.
    hovered : object
        Position of the map under the pointer, or None.
    """

    clicked = Signal(int)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show: MapsShow | None = None
        self._image = QImage()
        self._made: tuple[int, int, int] = (0, 0, 0)
        self._selected: int | None = None
        self._hover: int | None = None
        self.setMouseTracking(True)

    def show_maps(self, show: MapsShow) -> None:
        """Show maps (N, H, W) or (N, H, W, 3)."""
        before, self._show = self._show, show
        if before is None or before.pixels is not show.pixels or not np.array_equal(before.colours, show.colours):
            self._image = QImage()
        self._selected = show.selected
        self._say(show.title, show.caption)
        self.update()

    def set_selected(self, position: int | None) -> None:
        """Outline a map; None takes the outline away."""
        self._selected = position
        self.update()

    @property
    def count(self) -> int:
        return 0 if self._show is None else len(self._show.pixels)

    def layout_of(self) -> WallLayout:
        """Return how the maps stand: rows, columns and gaps in map pixels."""
        assert self._show is not None
        count, height, width = self._show.pixels.shape[:3]
        room = self.body()
        found = fit(count, height, width, max(0.05, room.width() / max(1.0, room.height())))
        columns = min(self._show.columns or found.columns, count)
        return WallLayout(count, height, width, columns, found.repeat, found.gap)

    def columns(self) -> int:
        """Return how many maps stand in a row."""
        return self.layout_of().columns if self.count else 1

    def picture_rect(self) -> QRectF:
        """Return where the maps stand."""
        height, width = self.layout_of().size
        # An outline around a map at the edge needs room.
        room = self.body().adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX)
        scale = min(room.width() / width, room.height() / height)
        ratio = self.devicePixelRatioF()
        return QRectF(
            room.left(), room.top(), round(width * scale * ratio) / ratio, round(height * scale * ratio) / ratio
        )

    def map_rect(self, position: int) -> QRectF:
        """Return where one map stands."""
        layout, rect = self.layout_of(), self.picture_rect()
        scale = rect.width() / layout.size[1]
        top, left, tall, wide = layout.box(position)
        return QRectF(rect.left() + left * scale, rect.top() + top * scale, wide * scale, tall * scale)

    def map_at(self, point: QPointF) -> int | None:
        """Return the position of the map under a point, or None."""
        if not self.count:
            return None
        layout, rect = self.layout_of(), self.picture_rect()
        scale = layout.size[1] / max(1.0, rect.width())
        found = layout.at((point.y() - rect.top()) * scale, (point.x() - rect.left()) * scale)
        return None if found is None else found[0]

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 48)

    # Pointing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.map_at(event.position())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.map_at(event.position())
        if at == self._hover:
            return
        self._hover = at
        labels = self._show.labels if self._show is not None else ()
        QToolTip.showText(
            event.globalPosition().toPoint(), labels[at] if at is not None and at < len(labels) else "", self
        )
        self.hovered.emit(at)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._hover is not None:
            self._hover = None
            self.hovered.emit(None)
            self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.count:
            self._paint_frame(painter)
            return
        rect = self.picture_rect()
        self._paint_frame(painter, rect.bottom() + _EDGE_PX, rect.left())
        painter.drawImage(rect.topLeft(), self._sharp(rect))
        for position, colour, width in ((self._hover, self._look.muted, 1.5), (self._selected, QColor("white"), 2.0)):
            if position is not None and 0 <= position < self.count:
                draw_outline(painter, self.map_rect(position), colour, width)

    def _sharp(self, rect: QRectF) -> QImage:
        ratio = self.devicePixelRatioF()
        size = QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
        key = (size.width(), size.height(), self.layout_of().columns)
        if self._image.isNull() or key != self._made:
            assert self._show is not None
            texture = image_of(_tiled(self._show, self.layout_of()))
            shrunk = size.width() < texture.width()
            mode = Qt.TransformationMode
            how = mode.SmoothTransformation if shrunk else mode.FastTransformation
            self._image = texture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how)
            self._image.setDevicePixelRatio(ratio)
            self._made = key
        return self._image


def _tiled(show: MapsShow, layout: WallLayout) -> np.ndarray:
    """Return all maps as one picture (H, W, 4) uint8; the gaps are transparent."""
    colours = show.pixels if show.pixels.ndim == 4 else show.colours[np.round(show.pixels * (255 / 254)).astype(int)]
    tall, wide = layout.tile_size
    cells = np.zeros((layout.rows * layout.columns, *layout.pitch, 4), np.uint8)
    repeated = colours.repeat(layout.repeat, 1).repeat(layout.repeat, 2)
    cells[: layout.count, :tall, :wide, :3] = repeated
    cells[: layout.count, :tall, :wide, 3] = 255
    down, right = layout.pitch
    room = cells.reshape(layout.rows, layout.columns, down, right, 4).transpose(0, 2, 1, 3, 4)
    height, width = layout.size
    return room.reshape(layout.rows * down, layout.columns * right, 4)[:height, :width]
