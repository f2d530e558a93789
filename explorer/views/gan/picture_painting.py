"""A wall of pictures, each framed by D's verdict; may be painted on any thread."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from explorer.views.gan.colours import gan_colours
from explorer.views.theme import Look
from explorer.views.widgets.paint import draw_box, draw_text


def as_image(picture: np.ndarray) -> QImage:
    """Return (S, S) or (S, S, 3) uint8 as a picture that owns its bytes."""
    data = np.ascontiguousarray(picture)
    grey = data.ndim == 2
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(data.data, data.shape[1], data.shape[0], data.strides[0], form).convertToFormat(
        QImage.Format.Format_RGB32
    )


def tiling(room: QRectF, count: int, number_px: float) -> tuple[int, float]:
    """Return columns and the side of a tile, with its number under it, so that ``count`` of them fill a room best."""
    best = (1, 1.0)
    for columns in range(1, max(1, count) + 1):
        rows = math.ceil(count / columns)
        side = min(room.width() / columns, room.height() / rows - number_px)
        if side > best[1]:
            best = (columns, side)
    return best


def tile_rects(room: QRectF, count: int, number_px: float) -> list[QRectF]:
    """Return where each tile stands, its number included, row by row from the top left."""
    columns, side = tiling(room, count, number_px)
    side = max(1.0, math.floor(side))
    tall = side + number_px
    return [
        QRectF(room.left() + index % columns * side, room.top() + index // columns * tall, side, tall)
        for index in range(count)
    ]


def paint_tile(
    painter: QPainter, rect: QRectF, picture: np.ndarray, score: float, look: Look, number_px: float, marked: bool
) -> None:
    """Draw one picture in a frame of the verdict's colour with the verdict as a number under it."""
    gap = 2.0 if rect.width() < 40 else 3.0
    width = max(2.0, min(5.0, rect.width() / 14))
    square = QRectF(rect.left() + gap, rect.top() + gap, rect.width() - 2 * gap, rect.width() - 2 * gap)
    colour = gan_colours(look).verdict(score)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(square, look.accent if marked else colour)
    inner = square.adjusted(width, width, -width, -width)
    # Picture content is shown as it is: neither tinted nor smoothed.
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(inner, as_image(picture))
    if number_px > 0:
        place = QRectF(rect.left(), square.bottom(), rect.width(), number_px)
        text = "–" if math.isnan(score) else f"{score:.2f}".removeprefix("0")
        draw_text(painter, place, text, look.font("caption"), look.text if marked else look.muted, "centre")
    if marked:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_box(painter, square.adjusted(-1, -1, 1, 1), line=look.accent, radius=2, width=2)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_wall(
    painter: QPainter,
    room: QRectF,
    pictures: np.ndarray,
    scores: np.ndarray,
    order: np.ndarray,
    look: Look,
    marked: tuple[int, ...] = (),
) -> list[QRectF]:
    """Draw a wall in an order; return the tiles' places."""
    number_px = number_height(room, len(order), look)
    rects = tile_rects(room, len(order), number_px)
    for rect, tile in zip(rects, order.tolist(), strict=True):
        paint_tile(painter, rect, pictures[tile], float(scores[tile]), look, number_px, tile in marked)
    return rects


def number_height(room: QRectF, count: int, look: Look) -> float:
    """Return the room for the numbers: none where tiles are too small to read them."""
    wanted = look.caption_px * 1.35
    _, side = tiling(room, count, wanted)
    return wanted if side >= look.caption_px * 2.2 else 0.0
