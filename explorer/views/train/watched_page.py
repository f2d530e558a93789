"""The picture that is watched while a net learns: what the heads say of it, and what a layer makes of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.colour import colour_table
from explorer.core.text import Translator
from explorer.presenters.explore.panels.shows import MapsShow, levels
from explorer.presenters.train.ports import WatchedLane, WatchedShow
from explorer.views.explore.panels.kit.map_grid import MapGrid
from explorer.views.explore.panels.kit.tones import image_of
from explorer.views.explore.verdict import Verdict
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton, TextButton
from explorer.views.widgets.paint import draw_text

_PICTURE_PX = 96


class WatchedPage(QWidget):
    """The picture with buttons for the next one, then for every net its heads and its maps.

    Signals
    -------
    picture_moved : int
        The next (1) or the previous (−1) picture is wanted.
    open_clicked : int
        What the net of that number has learned is to be opened in Explore.
    """

    picture_moved = Signal(int)
    open_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: WatchedShow | None = None
        self._image = QImage()
        self._lanes = (LanePart(self), LanePart(self))
        self.previous_button = IconButton("previous", 28, parent=self)
        self.next_button = IconButton("next", 28, parent=self)
        self.previous_button.clicked.connect(lambda _checked=False: self.picture_moved.emit(-1))
        self.next_button.clicked.connect(lambda _checked=False: self.picture_moved.emit(1))
        for index, part in enumerate(self._lanes):
            part.open_button.clicked.connect(lambda _checked=False, lane=index: self.open_clicked.emit(lane))
            part.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (*self._lanes, self.previous_button, self.next_button):
            part.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.previous_button.label(tr("train_view.previous_picture"), tr("train_view.previous_picture") + "  Shift P")
        self.next_button.label(tr("train_view.next_picture"), tr("train_view.next_picture") + "  P")
        for part in self._lanes:
            part.retranslate(tr)
        self.update()

    def show_watched(self, show: WatchedShow) -> None:
        if self._show is None or show.picture is not self._show.picture:
            self._image = image_of(np.ascontiguousarray(show.picture))
        self._show = show
        for index, part in enumerate(self._lanes):
            part.setVisible(index < len(show.lanes))
            if index < len(show.lanes):
                part.show_lane(show.lanes[index])
        self._arrange()
        self.update()

    @property
    def lanes(self) -> tuple[LanePart, ...]:
        return self._lanes

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _picture_px(self) -> int:
        return self._look.pad(_PICTURE_PX)

    def _arrange(self) -> None:
        look, picture = self._look, self._picture_px()
        size = self.next_button.sizeHint()
        left, top = picture + look.pad(12), picture - size.height()
        self.previous_button.setGeometry(left, top, size.width(), size.height())
        self.next_button.setGeometry(left + size.width() + look.pad(8), top, size.width(), size.height())
        shown = [part for part in self._lanes if not part.isHidden()]
        room_top = picture + look.pad(16)
        height = max(1, self.height() - room_top) // max(1, len(shown))
        for index, part in enumerate(shown):
            part.setGeometry(0, room_top + index * height, self.width(), height - (look.pad(12) if index == 0 else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, side = self._look, QPainter(self), self._picture_px()
        if self._show is None:
            draw_text(
                painter,
                QRectF(self.rect()),
                self._tr("train_view.no_steps"),
                look.font("caption"),
                look.muted,
                "centre",
            )
            return
        # Small pictures stay squares: what the net got is this coarse.
        scaled = self._image.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        )
        painter.drawImage(0, 0, scaled)
        beside = QRectF(side + look.pad(12), 0, self.width() - side - look.pad(12), look.caption_px + look.pad(8))
        draw_text(painter, beside, self._tr("train_view.watched"), look.font("caption_strong"), look.muted)
        beside.translate(0, beside.height())
        beside.setHeight(look.text_px + look.pad(8))
        draw_text(painter, beside, self._show.caption, look.font("strong"), look.text)


class LanePart(QWidget):
    """One net: its title, its heads, its maps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._title = ""
        self._has_maps = False
        self.verdict = Verdict(self, titled=False)
        self.maps = MapGrid(self)
        self.open_button = TextButton(self, quiet=True)

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.verdict, self.maps, self.open_button):
            part.set_look(look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.verdict.retranslate(tr)
        self.open_button.setText(tr("train_view.open"))
        self.open_button.label(tr("train_view.open"), tr("train_view.open.hint"))
        self._arrange()

    def show_lane(self, lane: WatchedLane) -> None:
        self._title = lane.title
        self.verdict.show_verdict(lane.heads)
        maps = lane.maps
        if maps.size:
            low, high = maps.min(axis=(1, 2)), maps.max(axis=(1, 2))
            title = self._tr("train_view.maps_of", layer=lane.layer)
            self.maps.show_maps(MapsShow(levels(maps, low, high), colour_table("magma"), title=title))
        self._has_maps = bool(maps.size)
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        look = self._look
        head = look.text_px + look.pad(14)
        # At projector size the net's name needs the line; Enter opens the first net.
        self.open_button.setVisible(not look.present)
        button = self.open_button.sizeHint() if not look.present else QSize(0, 0)
        self.open_button.setGeometry(self.width() - button.width(), 0, button.width(), min(head, button.height()))
        self.verdict.setFixedWidth(max(1, self.width()))
        room = max(1, self.height() - head)
        limit = next((rows for rows in (0, 2, 1) if self.verdict.full_height(rows) < 0.62 * room), 1)
        self.verdict.set_limit(limit)
        self.verdict.move(0, head)
        top = head + self.verdict.height() + look.pad(8)
        room = self.height() - top
        self.maps.setVisible(self._has_maps and room > 4 * look.caption_px)
        self.maps.setGeometry(0, top, self.width(), max(1, room))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        taken = 0 if self.open_button.isHidden() else self.open_button.width() + look.pad(8)
        line = QRectF(0, 0, self.width() - taken, look.text_px + look.pad(14))
        draw_text(painter, line, self._title, look.font("strong"), look.text)
