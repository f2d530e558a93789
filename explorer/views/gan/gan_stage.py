"""The stage of the GAN workspace: plane, lanes or pictures between their two lines, the networks under them."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import LanesShow, NetsShow, PicturesShow, PlaneShow, StripShow
from explorer.views.gan.lanes_view import LanesView
from explorer.views.gan.net_diagram import NetDiagram
from explorer.views.gan.pictures_wall import PicturesWall
from explorer.views.gan.plane_canvas import PlaneCanvas
from explorer.views.gan.stage_lines import FootLine, HeadLine
from explorer.views.gan.strip import Strip
from explorer.views.theme import DARK, Look

_NETS_SHARE = 0.36
_STRIP_SHARE = 0.24
_NETS_SHARE_LARGE = 0.5
"""At projector size the networks' words need more of the height."""


class GanStage(QWidget):
    """Shows one of plane, lanes and pictures; whatever is under it takes some of its height."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self.head = HeadLine(self)
        self.foot = FootLine(self)
        self.plane = PlaneCanvas(self)
        self.lanes = LanesView(self)
        self.wall = PicturesWall(self)
        self.strip = Strip(self)
        self.nets = NetDiagram(self)
        for part in (self.lanes, self.wall, self.strip, self.nets):
            part.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.head, self.foot, self.plane, self.lanes, self.wall, self.strip, self.nets):
            part.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        for part in (self.foot, self.plane, self.lanes, self.wall, self.strip, self.nets):
            part.retranslate(tr)

    def show_plane(self, show: PlaneShow) -> None:
        self.plane.show_plane(show)
        self._turn_to(self.lanes if self.lanes.isVisibleTo(self) else self.plane)

    def show_lanes(self, show: LanesShow | None) -> None:
        if show is not None:
            self.lanes.show_lanes(show)
            self._turn_to(self.lanes)
        elif self.lanes.isVisibleTo(self):
            self._turn_to(self.plane)

    def show_pictures(self, show: PicturesShow) -> None:
        self.wall.show_pictures(show)
        self._turn_to(self.wall)

    def show_strip(self, show: StripShow | None) -> None:
        if show is not None:
            self.strip.show_strip(show)
        self._set_shown(self.strip, show is not None)

    def show_nets(self, show: NetsShow | None) -> None:
        if show is not None:
            self.nets.show_nets(show)
        self._set_shown(self.nets, show is not None)

    def _turn_to(self, which: QWidget) -> None:
        if which.isVisibleTo(self):
            return
        for part in (self.plane, self.lanes, self.wall):
            part.setVisible(part is which)
        self.foot.set_pictures(which is self.wall)
        self._arrange()

    def _set_shown(self, part: QWidget, shown: bool) -> None:
        if part.isVisibleTo(self) != shown:
            part.setVisible(shown)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        look = self._look
        edge = look.pad(24) if self.width() > 900 else look.pad(16)
        room = self.rect().adjusted(edge, look.pad(8), -edge, -look.pad(8))
        head_px, foot_px = self.head.height_for(), self.foot.height_for()
        self.head.setGeometry(QRect(room.left(), room.top(), room.width(), head_px))
        self.foot.setGeometry(QRect(room.left(), room.bottom() + 1 - foot_px, room.width(), foot_px))
        middle = QRect(room.left(), room.top() + head_px, room.width(), max(1, room.height() - head_px - foot_px))
        nets_share = _NETS_SHARE_LARGE if look.present else _NETS_SHARE
        for part, share in ((self.nets, nets_share), (self.strip, _STRIP_SHARE)):
            if part.isVisibleTo(self):
                tall = round(middle.height() * share)
                part.setGeometry(QRect(middle.left(), middle.bottom() + 1 - tall, middle.width(), tall))
                middle.setHeight(max(1, middle.height() - tall - look.pad(8)))
        for content in (self.plane, self.lanes, self.wall):
            content.setGeometry(middle)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.ground)
