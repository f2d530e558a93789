"""One channel large: its map beside the picture, its values, its histogram."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.maplayout import DATA_LEVELS
from explorer.core.text import Translator
from explorer.imaging.crops import pixels as crop_pixels
from explorer.presenters.ports import CardRow, ChannelShow
from explorer.views.explore.histogram import Histogram
from explorer.views.explore.map_canvas import MapCanvas
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton
from explorer.views.widgets.paint import draw_box, draw_text, text_width

_ROOMY_PX = 600
"""Below this height only title, map and picture are shown at projector size."""


class ChannelView(QWidget):
    """Map and picture side by side, so that the class can compare them position by position.

    Signals
    -------
    hovered : object
        ``(channel, row, column)`` under the pointer, or None.
    pointed : QPoint
        Where the card about the hovered value belongs.
    channel_chosen : int
        The neighbour that a button asked for.
    """

    hovered = Signal(object)
    pointed = Signal(QPoint)
    channel_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show: ChannelShow | None = None
        self._captions = ("", "")
        self._rows_rect = QRectF()
        self.map = MapCanvas(self)
        self.picture = MapCanvas(self)
        self.histogram = Histogram(self)
        self.previous = IconButton("previous", 28, parent=self)
        self.next = IconButton("next", 28, parent=self)
        self.previous.clicked.connect(lambda: self._go(-1))
        self.next.clicked.connect(lambda: self._go(1))
        for canvas in (self.map, self.picture):
            canvas.hovered.connect(self._on_cell_hovered)
            canvas.pointed.connect(self._on_canvas_pointed)

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.map, self.picture, self.histogram, self.previous, self.next):
            part.set_look(look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self.previous.label(tr("stage.channel.previous"))
        self.next.label(tr("stage.channel.next"))
        self._captions = tr("stage.channel.map"), tr("stage.channel.picture")
        self.map.setAccessibleName(self._captions[0])
        self.picture.setAccessibleName(self._captions[1])
        self.update()

    def show_channel(self, show: ChannelShow) -> None:
        """Show a channel."""
        before, self._show = self._show, show
        values = np.nan_to_num(show.result.values)
        span = show.high - show.low
        unit = (values - show.low) / span if span > 0 else np.zeros_like(values)
        levels = np.round(np.clip(unit, 0, 1) * (DATA_LEVELS - 1)).astype(np.uint8)
        self.map.show_map(show.result.values, levels, show.colours)
        self.picture.setVisible(show.preview is not None)
        if show.preview is not None and (
            before is None
            or before.preview is not show.preview
            or before.crop != show.crop
            or before.result.values.shape != values.shape
        ):
            grid = int(values.shape[0]), int(values.shape[1])
            self.picture.show_picture(_cropped(show), grid)
        result = show.result
        caption = show.histogram_caption
        self.histogram.show_counts(result.counts, result.edges, show.colours, show.low, show.high, caption)
        self.previous.setEnabled(result.channel > 0)
        self.next.setEnabled(result.channel + 1 < show.channels)
        self.setAccessibleName(show.title)
        self._mark(self.map.marked)
        self._arrange()

    def _go(self, by: int) -> None:
        if self._show is not None:
            self.channel_chosen.emit(self._show.result.channel + by)

    # Pointing

    def _on_cell_hovered(self, cell: tuple[int, int] | None) -> None:
        self._mark(cell)
        if self._show is not None:
            self.hovered.emit(None if cell is None else (self._show.result.channel, *cell))

    def _mark(self, cell: tuple[int, int] | None) -> None:
        self.map.mark(cell)
        self.picture.mark(cell)
        values = self._show.result.values if self._show is not None else None
        inside = cell is not None and values is not None and cell[0] < values.shape[0] and cell[1] < values.shape[1]
        self.histogram.mark(float(values[cell]) if inside and values is not None and cell is not None else None)

    def _on_canvas_pointed(self, point: QPoint) -> None:
        sender = self.sender()
        if isinstance(sender, QWidget):
            self.pointed.emit(sender.mapTo(self, point))

    # Layout

    def _title_px(self) -> int:
        return max(self.previous.sizeHint().height(), self._look.text_px + self._look.pad(12)) + self._look.pad(8)

    def _is_terse(self) -> bool:
        """Say whether projector-size text would take the place of the maps: then only the title stays."""
        return self._look.present and self.height() < _ROOMY_PX

    def _caption_px(self) -> int:
        return 0 if self._is_terse() else self._look.caption_px + self._look.pad(11)

    def _rows_px(self) -> int:
        count = len(self._show.rows) if self._show and not self._is_terse() else 0
        return count * self._row_px()

    def _row_px(self) -> int:
        return self._look.text_px + self._look.pad(9)

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        if self._show is None:
            return
        look = self._look
        top = self._title_px()
        gap = look.pad(24)
        two = self._show.preview is not None
        terse = self._is_terse()
        least_bottom = 0 if terse else max(self._rows_px(), look.pad(110)) + look.pad(10)
        self.histogram.setVisible(not terse)
        side = self.height() - top - self._caption_px() - least_bottom
        side = max(80, min(side, (self.width() - gap) // 2 if two else self.width()))
        self.map.resize(side, side)
        shown = self.map.picture_rect()
        # Both columns are as wide as the picture is; what is below begins where it ends.
        column = math.ceil(shown.width())
        start = max(0, (self.width() - (2 * column + gap if two else column)) // 2)
        self._place_title(start)
        self.map.move(start, top)
        left = start + column + gap
        self.picture.setGeometry(left, top, column, math.ceil(shown.height()))
        below = top + math.ceil(shown.height()) + self._caption_px() + look.pad(4)
        self.histogram.setGeometry(start, below, column, self.height() - below)
        self._rows_rect = QRectF(left, below, min(max(column, 220), self.width() - left), self._rows_px())
        self.update()

    def _place_title(self, start: int) -> None:
        assert self._show is not None
        look, size = self._look, self.previous.sizeHint()
        title_wide = text_width(look.font("strong"), self._show.title) + (look.text_px if self._show.colour else 0)
        middle = (self._title_px() - look.pad(8) - size.height()) // 2
        self.previous.setGeometry(start, middle, size.width(), size.height())
        right = min(self.width() - size.width(), start + size.width() + look.pad(24) + math.ceil(title_wide))
        self.next.setGeometry(right, middle, size.width(), size.height())

    def _row_rects(self) -> list[tuple[CardRow, QRectF]]:
        rows = self._show.rows if self._show and not self._is_terse() else ()
        rect, height = self._rows_rect, self._row_px()
        return [
            (row, QRectF(rect.left(), rect.top() + index * height, rect.width(), height))
            for index, row in enumerate(rows)
        ]

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = event.pos().toPointF()
            hint = next((row.hint for row, rect in self._row_rects() if rect.contains(at)), "")
            QToolTip.showText(event.globalPos(), hint, self)
            return True
        return bool(super().event(event))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        show, look = self._show, self._look
        if show is None:
            return
        painter = QPainter(self)
        left = self.previous.geometry().right() + look.pad(12)
        line = QRectF(left, self.previous.y(), self.next.x() - left, self.previous.height())
        if show.colour:
            side = look.text_px * 0.7
            draw_box(
                painter, QRectF(left, line.center().y() - side / 2, side, side), fill=QColor(show.colour), radius=2
            )
            line = line.adjusted(look.text_px, 0, 0, 0)
        draw_text(painter, line, show.title, look.font("strong"), look.text)
        for canvas, caption in zip((self.map, self.picture), self._captions, strict=True):
            if not canvas.isHidden() and not self._is_terse():
                rect = canvas.picture_rect().translated(canvas.pos().toPointF())
                under = QRectF(rect.left(), rect.bottom(), rect.width(), self._caption_px())
                draw_text(painter, under, caption, look.font("caption"), look.muted)
        for row, rect in self._row_rects():
            draw_text(painter, rect, row.label, look.font("text"), look.muted)
            draw_text(painter, rect, row.value, look.font("text"), look.text, "right")


def _cropped(show: ChannelShow) -> np.ndarray:
    """Return the part of the picture (S, S, 3) uint8 that the network saw."""
    assert show.preview is not None
    if show.crop is None:
        return show.preview
    height, width = show.preview.shape[:2]
    left, top, side = crop_pixels(show.crop, width, height)
    return show.preview[top : top + side, left : left + side]
