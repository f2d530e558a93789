"""The Explore workspace: map, stage and side panel over the bottom bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.layers import LayerGraph
from explorer.core.text import Translator
from explorer.presenters.ports import (
    BranchesShow,
    CardRow,
    ChannelShow,
    HeadVerdict,
    HoverCard,
    PictureShow,
    StageHead,
    ValueBar,
    WallShow,
)
from explorer.views.after_paint import AfterPaint
from explorer.views.explore.bottom_bar import BottomBar
from explorer.views.explore.network_map import NetworkMap
from explorer.views.explore.side_panel import SidePanel
from explorer.views.explore.stage import Stage
from explorer.views.theme import DARK, Look
from explorer.views.workspace import Workspace

_RULE_PX = 1
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)
_LOW_PX = 760
"""Below this height the bottom bar gives some of its own to the map."""


class ExploreView(Workspace):
    """See :class:`explorer.presenters.ports.ExplorePort` for what is shown here.

    Signals
    -------
    step_chosen : str
        A step was picked on the map, in the line above the stage or in a lane of the branch view.
    index_chosen : int
        A dot of the time line was picked.
    previous, next, play_toggled, speed_clicked, picture_clicked
        A button of the bottom bar was pressed.

    Attributes
    ----------
    stage : Stage
        Has signals of its own for what happens on it.
    """

    step_chosen = Signal(str)
    index_chosen = Signal(int)
    previous = Signal()
    next = Signal()
    play_toggled = Signal()
    speed_clicked = Signal()
    picture_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._graph: LayerGraph | None = None
        self.map = NetworkMap(self)
        self.stage = Stage(self)
        self.side = SidePanel(self)
        self.bottom = BottomBar(self)
        self._after_paint = AfterPaint(self)
        self._connect()
        for part in (self.stage, self.stage.foot):
            part.installEventFilter(self)

    def _connect(self) -> None:
        line = self.bottom.time_line
        self.map.step_chosen.connect(self.step_chosen)
        self.stage.crumb_chosen.connect(self.step_chosen)
        self.stage.branch_step_chosen.connect(self.step_chosen)
        line.index_chosen.connect(self.index_chosen)
        line.previous.connect(self.previous)
        line.next.connect(self.next)
        line.play_toggled.connect(self.play_toggled)
        line.speed_clicked.connect(self.speed_clicked)
        self.bottom.thumb.clicked.connect(lambda _checked=False: self.picture_clicked.emit())

    # What the window asks

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.map, self.stage, self.side, self.bottom):
            part.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        for part in (self.map, self.stage, self.side, self.bottom):
            part.retranslate(tr)

    def set_present(self, present: bool) -> None:
        """Leave the stage, the verdict and the bottom bar for the projector; the look brings the size."""
        self.map.setVisible(not present)
        self._arrange()

    def banner_room(self) -> QRect:
        # The value bar and what can be set stay in sight below the banner.
        foot_px = self.stage.height() - self.stage.foot.y() if self.stage.foot.isVisibleTo(self.stage) else 0
        return self.stage.geometry().adjusted(0, 0, 0, -foot_px)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self.banner_room_changed.emit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Place the parts; the gaps between them show the view's own ground as hairlines."""
        width, height = self.width(), self.height()
        bottom_px = self.bottom.height_for(low=height < _LOW_PX)
        upper_px = max(1, height - bottom_px - _RULE_PX)
        map_px = 0 if self.map.isHidden() else max(244, min(264, round(0.1375 * width)))
        narrowest, widest, share = (400, 560, 0.3) if self._look.present else (320, 372, 0.194)
        side_px = max(narrowest, min(widest, round(share * width)))
        left = map_px + _RULE_PX if map_px else 0
        stage_px = max(1, width - left - side_px - _RULE_PX)
        self.map.setGeometry(0, 0, map_px, upper_px)
        self.stage.setGeometry(left, 0, stage_px, upper_px)
        self.side.setGeometry(left + stage_px + _RULE_PX, 0, side_px, upper_px)
        self.bottom.setGeometry(0, upper_px + _RULE_PX, width, bottom_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.line)

    # ExplorePort

    def show_graph(self, graph: LayerGraph, title: str, untrained: frozenset[str]) -> None:
        self._graph = graph
        self.map.show_graph(graph, title, untrained)
        self.bottom.time_line.show_labels(tuple(step.label for step in graph.steps))

    def show_position(self, step: str) -> None:
        if self._graph is None:
            return
        self.map.show_position(step)
        label = " › ".join(outer.label for outer in self._graph.path(step))
        self.bottom.time_line.show_index(self._graph.main_index(step), label)

    def show_stage_head(self, head: StageHead) -> None:
        self.stage.show_stage_head(head)

    def show_wall(self, show: WallShow) -> None:
        self.stage.show_wall(show)

    def show_branches(self, show: BranchesShow) -> None:
        self.stage.show_branches(show)

    def show_channel(self, show: ChannelShow) -> None:
        self.stage.show_channel(show)

    def show_input(self, show: PictureShow) -> None:
        self.stage.show_input(show)

    def show_panel(self, view: str) -> None:
        self.stage.show_panel(view)

    def show_value_bar(self, bar: ValueBar | None) -> None:
        self.stage.show_value_bar(bar)

    def show_controls(self, scaling: str, order: str, colour_map: str) -> None:
        self.stage.show_controls(scaling, order, colour_map)

    def show_hover(self, card: HoverCard | None) -> None:
        self.stage.show_hover(card)

    def show_receptive_field(self, box: tuple[float, float, float, float] | None) -> None:
        self.bottom.thumb.show_receptive_field(box)

    def show_picture(self, show: PictureShow) -> None:
        self.bottom.thumb.show_picture(show)

    def show_verdict(self, heads: tuple[HeadVerdict, ...]) -> None:
        self.side.show_verdict(heads)

    def show_card(self, title: str, rows: tuple[CardRow, ...]) -> None:
        self.side.show_card(title, rows)

    def show_playing(self, playing: bool, speed: str) -> None:
        self.bottom.time_line.show_playing(playing)
        self.bottom.time_line.show_speed(speed)

    def show_busy(self, busy: bool) -> None:
        self.stage.show_busy(busy)

    def stage_aspect(self) -> float:
        return self.stage.stage_aspect()

    def when_painted(self, work: Callable[[], None]) -> None:
        self._after_paint.call(work)
