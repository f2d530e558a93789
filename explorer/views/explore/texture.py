"""One texture a wall: its 8-bit pixels, sampled for the screen and coloured by a table of 256 colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor, QImage

from explorer.core.maplayout import DATA_LEVELS
from explorer.views.explore.placing import Placing
from explorer.views.explore.sampling import sampled

Finish = Callable[[QImage, tuple[int, int]], None]


def colour_entries(colours: np.ndarray, ground: QColor) -> list[int]:
    """Return the colour table of a wall: levels 0 … 254 run over the whole map, 255 is the ground.

    Parameters
    ----------
    colours : ndarray (256, 3) uint8
    """
    steps = np.round(np.linspace(0, len(colours) - 1, DATA_LEVELS)).astype(int)
    red, green, blue = colours[steps].astype(np.uint32).T
    packed: list[int] = (0xFF000000 | red << 16 | green << 8 | blue).tolist()
    return [*packed, ground.rgb()]


@dataclass(frozen=True)
class _View:
    placing: Placing
    height: int
    width: int


class Texture:
    """The picture of a wall for one viewport, made anew only when something that it shows has changed.

    A wall has up to 4 M pixels, a stage under 1 M: the levels are first sampled for the screen (means where several
    values share a pixel, never across the edge of a map) and then coloured, which is faster than the other way
    round and lets a new colour map reuse the samples.
    """

    def __init__(self) -> None:
        self._pixels: np.ndarray | None = None
        self._colours: np.ndarray | None = None
        self._ground = QColor()
        self._entries: list[int] = []
        self._view: _View | None = None
        # The image borrows this array's memory: it must live as long.
        self._levels: np.ndarray | None = None
        self._indexed: QImage | None = None
        self._coloured: QImage | None = None
        self._corner = (0, 0)

    def set_pixels(self, pixels: np.ndarray | None) -> None:
        """Show other levels, (H, W) uint8 with 255 for the ground; the array is not copied."""
        if pixels is not self._pixels:
            self._pixels, self._view, self._indexed, self._coloured = pixels, None, None, None

    def set_colours(self, colours: np.ndarray, ground: QColor) -> None:
        """Colour by another map, (256, 3) uint8; the samples stay as they are."""
        if self._colours is not colours or self._ground != ground:
            self._colours, self._ground = colours, ground
            self._entries, self._coloured = colour_entries(colours, ground), None

    @property
    def levels(self) -> np.ndarray | None:
        """The levels on screen, (height, width padded to 4) uint8."""
        return self._levels

    def image(
        self, placing: Placing, height: int, width: int, finish: Finish | None = None
    ) -> tuple[QImage, tuple[int, int]] | None:
        """Return the visible part as an RGB32 image and its ``(top, left)`` in device pixels; None where empty.

        ``finish`` is called with both once for each image that is made: what it draws stays until the next one.
        """
        if self._pixels is None or not self._entries:
            return None
        view = _View(placing, height, width)
        if view != self._view:
            self._view, self._coloured = view, None
            self._sample(view)
        if self._indexed is None:
            return None
        if self._coloured is None:
            self._indexed.setColorTable(self._entries)
            self._coloured = self._indexed.convertToFormat(QImage.Format.Format_RGB32)
            if finish is not None:
                finish(self._coloured, self._corner)
        return self._coloured, self._corner

    def _sample(self, view: _View) -> None:
        top, left, bottom, right = view.placing.visible(view.height, view.width)
        if self._pixels is None or bottom <= top or right <= left:
            self._indexed = self._levels = None
            return
        # Qt wants every line of an image to begin at a multiple of four bytes.
        stride = -(-(right - left) // 4) * 4
        levels = sampled(self._pixels, view.placing.rows(top, bottom), view.placing.columns(left, left + stride))
        self._levels, self._corner = levels, (top, left)
        self._indexed = QImage(levels.data, right - left, bottom - top, stride, QImage.Format.Format_Indexed8)
