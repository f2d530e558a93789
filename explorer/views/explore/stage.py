"""The stage of Explore: what the class looks at, the line above it and the line below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.ports import (
    BranchesShow,
    ChannelShow,
    HoverCard,
    PictureShow,
    StageHead,
    ValueBar,
    WallShow,
)
from explorer.views.explore.branches_view import BranchesView
from explorer.views.explore.busy_line import LINE_PX, BusyLine
from explorer.views.explore.channel_view import ChannelView
from explorer.views.explore.hover_card import HoverCardView
from explorer.views.explore.input_view import InputView
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.explore.stage_foot import StageFoot
from explorer.views.explore.stage_head import StageHeadView
from explorer.views.explore.wall_view import WallView
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text

_NARROW_PX = 860


class Stage(QWidget):
    """Shows one of its own pages (the wall, the branches, a channel, the picture) or a panel.

    Signals
    -------
    view_chosen : str
    more_requested
        All views are asked for.
    crumb_chosen : str
        Name of a step in the title.
    channel_chosen : int
        In the numbering of the step's output.
    hovered : object
        ``(channel, row, column)`` under the pointer on the wall or the large channel, or None.
    branch_hovered : object
        ``(branch step, stage, channel, row, column)`` under the pointer in a lane, or None.
    branch_step_chosen : str
    crop_moved : Crop, bool
        The square while it is dragged, and with True when it is let go.
    scaling_chosen, order_chosen, colour_map_chosen : str
    """

    view_chosen = Signal(str)
    more_requested = Signal()
    crumb_chosen = Signal(str)
    channel_chosen = Signal(int)
    hovered = Signal(object)
    branch_hovered = Signal(object)
    branch_step_chosen = Signal(str)
    crop_moved = Signal(object, bool)
    scaling_chosen = Signal(str)
    order_chosen = Signal(str)
    colour_map_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._empty = ""
        self._pointer = QPoint()
        self.head = StageHeadView(self)
        self.wall = WallView(self)
        self.branches = BranchesView(self)
        self.channel = ChannelView(self)
        self.input = InputView(self)
        self.foot = StageFoot(self)
        self._busy = BusyLine(self)
        self._card = HoverCardView(self)
        self._page: QWidget | None = None
        self._panels: dict[str, PanelView] = {}
        self._make_panel: Callable[[str], PanelView] | None = None
        self._tr = Translator()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._connect()
        for page in self._pages():
            page.hide()
        self.foot.hide()
        self.retranslate(Translator())
        self.set_look(DARK)

    def _connect(self) -> None:
        self.head.view_chosen.connect(self.view_chosen)
        self.head.more_requested.connect(self.more_requested)
        self.head.crumb_chosen.connect(self.crumb_chosen)
        self.wall.hovered.connect(self.hovered)
        self.wall.chosen.connect(self.channel_chosen)
        self.channel.hovered.connect(self.hovered)
        self.channel.channel_chosen.connect(self.channel_chosen)
        self.branches.hovered.connect(self.branch_hovered)
        self.branches.channel_chosen.connect(self.channel_chosen)
        self.branches.step_chosen.connect(self.branch_step_chosen)
        self.input.crop_moved.connect(self._on_crop_moved)
        self.foot.scaling_chosen.connect(self.scaling_chosen)
        self.foot.order_chosen.connect(self.order_chosen)
        self.foot.colour_map_chosen.connect(self.colour_map_chosen)
        for page in (self.wall, self.branches, self.channel):
            page.pointed.connect(self._on_pointed)

    def _pages(self) -> tuple[QWidget, ...]:
        return self.wall, self.branches, self.channel, self.input, *self._panels.values()

    def set_panels(self, make: Callable[[str], PanelView]) -> None:
        """Say what makes the panel of a view, which happens when it is first shown."""
        self._make_panel = make

    # Look and language

    def set_look(self, look: Look) -> None:
        self._look = look
        self.head.set_look(look)
        self.wall.set_look(look)
        self.branches.set_look(look)
        self.channel.set_look(look)
        self.input.set_look(look)
        self.foot.set_look(look)
        for panel in self._panels.values():
            panel.set_look(look)
        self._busy.set_look(look)
        self._card.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self._empty = tr("stage.empty")
        self.setAccessibleName(tr("stage.name"))
        self.wall.setAccessibleName(tr("stage.view.maps"))
        self.head.retranslate(tr)
        self.branches.retranslate(tr)
        self.channel.retranslate(tr)
        self.input.retranslate(tr)
        self.foot.retranslate(tr)
        for panel in self._panels.values():
            panel.retranslate(tr)
        self._arrange()
        self.update()

    # What is shown

    def show_stage_head(self, head: StageHead) -> None:
        self.head.show_head(head)
        self._arrange()

    def show_wall(self, show: WallShow) -> None:
        self._turn_to(self.wall, "maps")
        self.wall.show_wall(show)

    def show_branches(self, show: BranchesShow) -> None:
        self._turn_to(self.branches, "branches")
        self.branches.show_branches(show)

    def show_channel(self, show: ChannelShow) -> None:
        self._turn_to(self.channel, "channel")
        self.channel.show_channel(show)

    def show_input(self, show: PictureShow) -> None:
        self._turn_to(self.input, "input")
        self.input.show_input(show)

    def show_panel(self, view: str) -> None:
        """Turn to the panel of a view."""
        panel = self._panels.get(view)
        if panel is None:
            assert self._make_panel is not None
            panel = self._make_panel(view)
            panel.hide()
            panel.setParent(self)
            panel.set_look(self._look)
            panel.retranslate(self._tr)
            self._panels[view] = panel
        self._turn_to(panel, "panel")

    def panel(self, view: str) -> PanelView | None:
        """Return the panel of a view where it was shown before."""
        return self._panels.get(view)

    def show_value_bar(self, bar: ValueBar | None) -> None:
        self.foot.show_bar(bar)
        self._arrange()

    def show_controls(self, scaling: str, order: str, colour_map: str) -> None:
        self.foot.show_controls(scaling, order, colour_map)

    def show_hover(self, card: HoverCard | None) -> None:
        self._card.show_card(card, self._pointer)

    def show_busy(self, busy: bool) -> None:
        """Show a thin line at the top while something takes longer than a moment."""
        self._busy.show_busy(busy)

    def _turn_to(self, page: QWidget, name: str) -> None:
        if page is self._page:
            return
        self.foot.show_page(name)
        self._page = page
        self.foot.setVisible(name != "panel")
        # Placed before it is shown: a page must never be seen, nor ask for textures, at a size that is not its own.
        self._arrange()
        page.show()
        for other in self._pages():
            if other is not page:
                other.hide()
        self._card.show_card(None, self._pointer)
        self.update()

    @property
    def card(self) -> HoverCardView:
        return self._card

    def stage_aspect(self) -> float:
        """Return width over height of the room for a wall."""
        room = self._page_rect()
        room.setBottom(self.height() - self._margins()[1] - self.foot.sizeHint().height())
        return max(0.2, room.width() / max(1, room.height()))

    # Actions

    def fit(self) -> None:
        """Show the whole wall."""
        self.wall.fit()

    def zoom_in(self) -> None:
        self.wall.zoom_in()

    def zoom_out(self) -> None:
        self.wall.zoom_out()

    def move_selection(self, dx: int, dy: int) -> None:
        """Move the selection on the wall; on the channel page go to the neighbours."""
        if self._page is self.wall:
            self.wall.move_selection(dx, dy)
        elif self._page is self.channel and dx:
            (self.channel.next if dx > 0 else self.channel.previous).click()

    def open_selection(self) -> bool:
        """Open the selected channel of the wall; return whether one was selected."""
        return self._page is self.wall and self.wall.open_selection()

    # Answers to the pages

    def _on_pointed(self, point: QPoint) -> None:
        if self._page is not None:
            self._pointer = self._page.mapTo(self, point)
            if not self._card.isHidden():
                self._card.place(self._pointer)

    def _on_crop_moved(self, crop: Crop, final: bool) -> None:
        self.crop_moved.emit(crop, final)

    # Layout

    def sizeHint(self) -> QSize:
        return QSize(980, 880)

    def _margins(self) -> tuple[int, int]:
        """Return the margin at the sides and the one between the parts."""
        narrow = self.width() < _NARROW_PX and not self._look.present
        return (16, 10) if narrow else (24, 16)

    def _page_rect(self) -> QRect:
        side, gap = self._margins()
        width = max(1, self.width() - 2 * side)
        top = gap + self.head.height_for(width) + gap
        bottom = self.height() - gap // 2 - self._foot_px() - gap // 2
        return QRect(side, top, width, max(1, bottom - top))

    def _foot_px(self) -> int:
        """Return the height of the last line, or 0 where the page has nothing to say there."""
        empty = (
            self._page is self.input
            or self._page in self._panels.values()
            or (self._look.present and self._page in (self.branches, self.channel) and self.foot.value_bar.isHidden())
        )
        return 0 if empty else self.foot.sizeHint().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        side, gap = self._margins()
        width = max(1, self.width() - 2 * side)
        self.head.setGeometry(side, gap, width, self.head.height_for(width))
        room = self._page_rect()
        foot_px = self._foot_px()
        for page in self._pages():
            page.setGeometry(room)
        self.foot.setGeometry(side, self.height() - gap // 2 - foot_px, width, foot_px)
        self._busy.setGeometry(0, 0, self.width(), LINE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.ground)
        if self._page is None:
            draw_text(painter, QRectF(self.rect()), self._empty, self._look.font("text"), self._look.muted, "centre")
