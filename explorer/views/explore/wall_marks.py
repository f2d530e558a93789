"""What is drawn on a wall besides its values: branch colours, dead channels, outlines."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from explorer.core.messages.explore import Wall
from explorer.presenters.ports import WallShow
from explorer.views.explore.placing import Placing
from explorer.views.theme import Look

_LIGHT_LOOKS_GROUND = "#2b2f38"

_DEAD_MARK = "#8d95a5"
_SMALLEST_MARKED_PX = 10
"""In smaller tiles the mark would hide the map."""


def wall_ground(look: Look) -> QColor:
    """Return the colour between the maps: dark in both looks, for maps begin dark, but never as dark as they do.

    A bright grid around dark maps would be all that one sees.
    """
    return look.raised if look.name == "dark" else QColor(_LIGHT_LOOKS_GROUND)


def clear_unfilled(image: QImage, corner: tuple[int, int], placing: Placing, colour: QColor) -> None:
    """Paint the places after the last map like what is behind the wall, so that they do not look like dark maps."""
    layout = placing.layout
    filled = layout.count - (layout.rows - 1) * layout.columns
    if filled == layout.columns:
        return
    gap = placing.pitch[1] - placing.tile[1]
    y = placing.top + (layout.rows - 1) * placing.pitch[0] - corner[0]
    x = placing.left + filled * placing.pitch[1] - gap - corner[1]
    _pixels_of(image)[max(0, y) :, max(0, x) :] = colour.rgb()


def mark_branches(image: QImage, corner: tuple[int, int], placing: Placing, show: WallShow) -> None:
    """Draw each channel's branch colour into the free strip under its tile; ``image`` begins at ``corner``."""
    colours = show.channel_colours
    if colours is None or not placing.strip:
        return
    buffer = _pixels_of(image)
    top, left = corner
    height, width = buffer.shape
    number, inside = np.divmod(np.arange(left - placing.left, left - placing.left + width), placing.pitch[1])
    on_tile = inside < placing.tile[1]
    red, green, blue = (colours[show.wall.channels, axis].astype(np.uint32) for axis in range(3))
    packed = 0xFF000000 | red << 16 | green << 8 | blue
    for row in range(placing.layout.rows):
        y = placing.top + row * placing.pitch[0] + placing.tile[0] - top
        if y + placing.strip <= 0 or y >= height:
            continue
        position = row * placing.layout.columns + number
        marked = on_tile & (position < placing.layout.count)
        line = packed.take(position, mode="clip")
        np.copyto(buffer[max(0, y) : y + placing.strip], line, where=marked)


def mark_dead(image: QImage, corner: tuple[int, int], placing: Placing, wall: Wall, ratio: float) -> None:
    """Draw a small slash into the corner of every channel that is zero everywhere.

    Vectors get none: their units show their only value as it is.
    """
    tall, wide = placing.tile
    if wall.layout.height * wall.layout.width == 1 or min(tall, wide) < _SMALLEST_MARKED_PX * ratio:
        return
    buffer = _pixels_of(image)
    height, width = buffer.shape
    side = int(min(max(min(tall, wide) * 0.28, 4 * ratio), 12 * ratio))
    thick = max(2, round(2 * ratio))
    step = np.arange(side)
    sum_of_both = step[:, None] + step[None, :]
    slash = (sum_of_both >= side - thick) & (sum_of_both < side)
    colour = QColor(_DEAD_MARK).rgb()
    for position in np.flatnonzero(wall.dead[wall.channels]):
        box_top, box_left, _, _ = placing.box(int(position))
        y = box_top - corner[0] + 2
        x = box_left - corner[1] + 2
        if y >= 0 and x >= 0 and y + side <= height and x + side <= width:
            buffer[y : y + side, x : x + side][slash] = colour


def draw_outline(painter: QPainter, rect: QRectF, colour: QColor, width: float) -> None:
    """Outline a tile with a dark and a bright line, so that it shows on any picture."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outer = rect.adjusted(-width / 2, -width / 2, width / 2, width / 2)
    halo = QColor("black") if colour.lightnessF() > 0.4 else QColor("white")
    halo.setAlphaF(0.55)
    painter.setPen(QPen(halo, width + 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(outer)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(outer)
    painter.restore()


def _pixels_of(image: QImage) -> np.ndarray:
    """Return the image's own memory, (height, width) uint32 as 0xAARRGGBB."""
    words = np.frombuffer(image.bits(), np.uint32)
    return words.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]
