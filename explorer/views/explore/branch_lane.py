"""One branch of an inception module as a card: its reduce step, its output, its share."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.messages.explore import Branch
from explorer.presenters.ports import BranchLane
from explorer.views.explore.tiled_wall import TiledWall
from explorer.views.explore.wall_marks import draw_outline
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_chevron, draw_focus, draw_text, mixed, text_width

_EDGE_PX = 3
_REDUCE_SHARE = 0.24
"""Part of the room for walls that the reduce step gets."""

Place = tuple[str, int, int, int, int]


class LaneView(QWidget):
    """Title and path, the walls of its stages from top to bottom, and the caption.

    Signals
    -------
    step_chosen : str
        The branch's step: its title or its reduce wall was clicked, or Enter pressed.
    channel_chosen : int
        Channel of the module's output, counted over all branches.
    hovered : object
        ``(step, stage, channel, row, column)`` with the channel counted inside the branch's stage, or None.
    pointed : QPoint
        Where the card about the hovered value belongs, in this widget.
    """

    step_chosen = Signal(str)
    channel_chosen = Signal(int)
    hovered = Signal(object)
    pointed = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._lane: BranchLane | None = None
        self._branch: Branch | None = None
        self._walls: list[TiledWall] = []
        self._hover: Place | None = None
        self._terse = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look, colours: np.ndarray | None) -> None:
        self._look = look
        if colours is not None:
            for wall in self._walls:
                wall.set_colours(colours, look)
        self._arrange()

    def show_lane(self, lane: BranchLane, branch: Branch, colours: np.ndarray) -> None:
        same = self._branch is branch
        self._lane, self._branch = lane, branch
        if not same:
            self._walls = [TiledWall(wall, colours, self._look) for wall in branch.stages]
            self._set_hover(None)
        for wall in self._walls:
            wall.set_colours(colours, self._look)
        self.setAccessibleName(f"{lane.title}: {lane.path}, {lane.channels}, {lane.energy}")
        self._arrange()

    def set_terse(self, terse: bool) -> None:
        """Leave path and caption out, for low windows at projector size."""
        if terse != self._terse:
            self._terse = terse
            self._arrange()

    @property
    def branch(self) -> Branch | None:
        return self._branch

    @property
    def walls(self) -> list[TiledWall]:
        return self._walls

    @property
    def colour(self) -> QColor:
        return QColor(BRANCH_COLOURS[self._lane.key]) if self._lane else self._look.line

    def _pad(self) -> int:
        return 8 if self._look.present else 16 if self.width() >= 200 else 10

    def _title_rect(self) -> QRectF:
        pad = self._pad()
        return QRectF(pad, pad - 4 + _EDGE_PX, self.width() - 2 * pad, math.ceil((self._look.text_px + 3) * 1.35))

    def _path_rect(self) -> QRectF:
        title = self._title_rect()
        tall = 0 if self._terse else self._look.caption_px + self._look.pad(7)
        return QRectF(title.left(), title.bottom() + 1, title.width(), tall)

    def _caption_px(self) -> int:
        if self._terse:
            return 0
        return (self._look.caption_px + self._look.pad(7)) * (1 if self._caption_fits() else 2)

    def _caption_fits(self) -> bool:
        if self._lane is None:
            return True
        font, room = self._look.font("caption"), self.width() - 2 * self._pad()
        return text_width(font, self._lane.channels) + text_width(font, self._lane.energy) + 8 <= room

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        if not self._walls:
            self.update()
            return
        pad, look = self._pad(), self._look
        top = self._path_rect().bottom() + look.pad(6)
        bottom = self.height() - pad + 4 - self._caption_px() - look.pad(4)
        area = QRectF(pad, round(top), self.width() - 2 * pad, max(8.0, round(bottom - top)))
        ratio = self.devicePixelRatioF()
        if len(self._walls) == 1:
            self._walls[0].place(area, ratio)
        else:
            between = self._between_px()
            first = round((area.height() - between) * _REDUCE_SHARE)
            self._walls[0].place(QRectF(area.left(), area.top(), area.width(), first), ratio)
            self._walls[-1].place(area.adjusted(0, first + between, 0, 0), ratio)
        self.update()

    # Pointing

    def _between_px(self) -> int:
        return self._look.pad(14) if self._terse else self._look.caption_px + self._look.pad(13)

    def _stage_at(self, point: QPointF) -> int | None:
        return next((index for index, wall in enumerate(self._walls) if wall.rect.contains(point)), None)

    def place_at(self, point: QPointF) -> Place | None:
        """Return what lies under a point, as :attr:`hovered` says it."""
        stage = self._stage_at(point)
        if stage is None or self._branch is None:
            return None
        hit = self._walls[stage].at(point)
        return None if hit is None else (self._branch.step, stage, *hit)

    def _set_hover(self, place: Place | None) -> None:
        if place != self._hover:
            self._hover = place
            self.hovered.emit(place)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(event.position().toPoint())
        point = event.position() + QPointF(0.5, 0.5)
        place = self.place_at(point)
        self._set_hover(place)
        active = place is not None or self._is_title(point)
        self.setCursor(Qt.CursorShape.PointingHandCursor if active else Qt.CursorShape.ArrowCursor)

    def _is_title(self, point: QPointF) -> bool:
        return point.y() < self._path_rect().bottom()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._branch is None:
            return
        point = event.position() + QPointF(0.5, 0.5)
        if not self.rect().contains(point.toPoint()):
            return
        place, last = self.place_at(point), len(self._walls) - 1
        if place is not None and place[1] == last:
            self.channel_chosen.emit(self._branch.first_channel + place[2])
        elif place is not None or self._is_title(point):
            self.step_chosen.emit(self._branch.step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)
        self.update()

    def enterEvent(self, event: QEvent) -> None:
        self.update()

    def hideEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def event(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in keys:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._branch is not None:
            self.step_chosen.emit(self._branch.step)
        else:
            super().keyPressEvent(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        lane, look = self._lane, self._look
        if lane is None:
            return
        painter = QPainter(self)
        self._paint_card(painter)
        title = self._title_rect()
        draw_text(painter, title, lane.title, look.font("heading2"), look.text)
        self._paint_path(painter, lane)
        for wall in self._walls:
            wall.paint(painter)
        self._paint_caption(painter, lane)
        if self._hover is not None:
            rect = self._walls[self._hover[1]].tile_rect(self._hover[2])
            draw_outline(painter, rect, QColor("#e9ebf0"), 1.5)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look)

    def _paint_path(self, painter: QPainter, lane: BranchLane) -> None:
        """Write what each stage does over its wall; the arrow says that the upper feeds the lower."""
        look, font = self._look, self._look.font("caption")
        parts = lane.path.split(" → ")
        if len(self._walls) != 2 or len(parts) != 2:
            if not self._terse:
                draw_text(painter, self._path_rect(), lane.path, font, look.muted)
            return
        if not self._terse:
            draw_text(painter, self._path_rect(), parts[0], font, look.muted)
        area = self._walls[-1].rect
        line = QRectF(area.left(), area.top() - self._between_px(), area.width(), self._between_px())
        arrow = min(look.caption_px * 0.8, line.height() * 0.9)
        draw_chevron(painter, QPointF(line.left() + arrow / 2, line.center().y()), arrow, "down", self.colour)
        if self._terse:
            return
        draw_text(painter, line.adjusted(arrow + look.pad(6), 0, 0, 0), parts[1], font, look.muted)

    def _paint_card(self, painter: QPainter) -> None:
        look, rect = self._look, QRectF(self.rect())
        line = mixed(look.line, look.text, 0.25) if self.underMouse() else look.line
        draw_box(painter, rect, fill=look.panel, line=line)
        # The coloured edge follows the card's rounded corners.
        card, edge = QPainterPath(), QPainterPath()
        card.addRoundedRect(rect, 8, 8)
        edge.addRect(QRectF(0, 0, rect.width(), _EDGE_PX))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(card.intersected(edge), self.colour)

    def _paint_caption(self, painter: QPainter, lane: BranchLane) -> None:
        if self._terse:
            return
        look, pad = self._look, self._pad()
        line_px = look.caption_px + look.pad(7)
        rect = QRectF(pad, self.height() - pad + 4 - self._caption_px(), self.width() - 2 * pad, line_px)
        draw_text(painter, rect, lane.channels, look.font("caption"), look.muted)
        if self._caption_fits():
            draw_text(painter, rect, lane.energy, look.font("caption"), look.text, "right")
        else:
            draw_text(painter, rect.translated(0, line_px), lane.energy, look.font("caption"), look.text)
