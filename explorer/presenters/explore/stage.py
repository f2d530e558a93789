"""The stage of Explore: asks for what the current view draws, and pushes the answers."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import (
    BranchesRequest,
    BranchesResult,
    ChannelRequest,
    ChannelResult,
    Statistics,
    TraceResult,
    WallRequest,
    WallResult,
)
from explorer.core.scene import BASIC_VIEWS, View
from explorer.core.text import Translator
from explorer.presenters.explore import describe, walk
from explorer.presenters.explore.hover import Hover
from explorer.presenters.explore.panels.asking import question_of
from explorer.presenters.explore.panels.panel import PanelPresenter, Situation, Submit
from explorer.presenters.explore.wall_shelf import WallShelf
from explorer.presenters.ports import ExplorePort, PictureShow, StageHead


class StagePresenter:
    """Shows a situation on the stage: wall, branches, channel or input by itself, everything else by its panel.

    Parameters
    ----------
    fail : callable
        Says what went wrong.
    panels : callable
        Returns the presenter of a panel, made when it is first wanted.

    Attributes
    ----------
    picked : bool
        Whether somebody has picked a channel; before that none is outlined.
    """

    def __init__(
        self,
        view: ExplorePort,
        submit: Submit,
        tr: Translator,
        fail: Callable[[Failure], None],
        panels: Callable[[View], PanelPresenter],
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._fail = fail
        self._panels = panels
        self._panel: PanelPresenter | None = None
        self._hover = Hover(view, submit, tr)
        self._shelf = WallShelf(submit)
        self._situation: Situation | None = None
        self._waiting: set[str] = set()
        self._untold: WallResult | None = None
        self._head_shown: StageHead | None = None
        self.picked = False

    @property
    def waiting(self) -> bool:
        """Whether something that the view draws is still on its way."""
        return bool(self._waiting) or (self._panel is not None and self._panel.waiting)

    @property
    def panel(self) -> PanelPresenter | None:
        """The panel on screen, or None where the stage shows a view of its own or the panel has yet to be told."""
        return self._panel if self._panel is not None and self._panel.shown else None

    def use(self, trace: TraceResult) -> None:
        """Speak of another run from now on."""
        self._situation = None
        self._hover.use(trace)
        self._shelf.clear()

    def show(self, situation: Situation, *, maps_first: bool = False) -> None:
        """Bring the stage up to a situation.

        With ``maps_first`` a wall that is at hand is shown alone; :meth:`show_around` then says what it means.
        """
        before, self._situation = self._situation, situation
        self._untold = None
        state = situation.state
        head = self._head(situation)
        if not maps_first or head != self._head_shown:
            self._head_shown = head
            self._view.show_stage_head(head)
        self._waiting.clear()
        wall = self.wall_request(situation)
        at_hand = self._shelf.find(wall) if wall is not None else None
        if before is None or before.state.step.name != state.step.name:
            self._hover.forget()
            if at_hand is None:
                self._show_card(None)
        if state.view in BASIC_VIEWS:
            self._turn_to(None)
            if wall is None:
                self._ask(situation)
            else:
                self._ask_wall(situation, wall, at_hand, maps_first=maps_first)
            return
        self._view.show_panel(state.view)
        self._view.show_value_bar(None)
        self._turn_to(self._panels(state.view))
        stepped = before is not None and before.state.view == state.view and before.state.step.name != state.step.name
        self._show_panel(situation, after_paint=stepped)

    def _show_panel(self, situation: Situation, *, after_paint: bool) -> None:
        """Bring the panel up to a situation; after a step once the window has painted where the class now stands."""

        def show() -> None:
            # Of a key that is held down only the newest step is worth a question.
            if self._situation is situation and self._panel is not None:
                self._waiting.discard("panel")
                self._panel.show(situation)

        if after_paint:
            self._waiting.add("panel")
            self._view.when_painted(show)
        else:
            show()

    def hovered(self, place: tuple[int, int, int] | None) -> None:
        """The pointer is over a value of the wall or of the large channel, or over none."""
        self._hover.move(self._situation.state if self._situation is not None else None, place)

    def branch_hovered(self, place: tuple[str, int, int, int, int] | None) -> None:
        """The pointer is over a value in a lane."""
        self._hover.move_in_branch(place)

    def _turn_to(self, panel: PanelPresenter | None) -> None:
        if self._panel is not None and self._panel is not panel:
            self._panel.retire()
        self._panel = panel

    def _head(self, situation: Situation) -> StageHead:
        trace, state = situation.trace, situation.state
        return StageHead(
            crumbs=describe.crumbs(trace.graph, state.step),
            subtitle=describe.subtitle(state.layer, self._tr),
            views=state.switch,
            view=state.view,
            badge=self._tr("stage.differs") if trace.deviations else "",
            badge_hint="\n".join(self._tr(key) for key in trace.deviations),
            more=len(state.views) > len(state.switch),
        )

    def _show_card(self, statistics: Statistics | None) -> None:
        assert self._situation is not None
        trace, state = self._situation.trace, self._situation.state
        rows = describe.card_rows(trace, state.step, statistics, self._tr)
        self._view.show_card(self._tr("card.title"), rows)

    def _ask(self, situation: Situation) -> None:
        """Ask the engine for what the stage itself draws."""
        trace, state, scene = situation.trace, situation.state, situation.scene
        if state.view == "branches" and state.module is not None:
            self._waiting.add("branches")
            request = BranchesRequest(trace.trace, state.module.name, scene.scaling, scene.order)
            self._submit(request, self._on_branches)
        else:
            self._waiting.add("channel")
            self._submit(ChannelRequest(trace.trace, state.layer.name, state.channel), self._on_channel)

    def keep(self, request: WallRequest, result: WallResult) -> None:
        """Have a wall at hand that came with the run; ``request`` is what the run was asked for with."""
        self._shelf.put(msgspec.structs.replace(request, trace=result.trace), result)

    def wall_request(self, situation: Situation) -> WallRequest | None:
        """Return what the wall is asked for with; None where the stage shows something else."""
        trace, state, scene = situation.trace, situation.state, situation.scene
        if state.view not in BASIC_VIEWS or state.view == "channel" or (state.view == "branches" and state.module):
            return None
        aspect = self._view.stage_aspect()
        if scene.order != "class":
            return WallRequest(trace.trace, state.layer.name, scene.scaling, scene.order, aspect)
        asked = question_of(situation)
        head = asked.head or trace.graph.heads[0].name
        # A class that nobody chose is not named: it is the head's own first.
        target = asked.target if situation.lens.target else ""
        return WallRequest(trace.trace, state.layer.name, scene.scaling, scene.order, aspect, head, target)

    def _ask_wall(
        self, situation: Situation, request: WallRequest, at_hand: WallResult | None, *, maps_first: bool
    ) -> None:
        """Show a wall that is at hand, or ask for it; then have the next ones sent."""
        self._waiting.add("wall")
        if at_hand is not None:
            self._on_wall(request, at_hand, alone=maps_first)
        else:
            self._submit(request, lambda reply: self._on_wall(request, reply))

        def fetch_ahead() -> None:
            # Of a key that is held down only the newest step has a next one.
            if self._situation is situation:
                self._shelf.fetch(request, walk.ahead(situation.trace.graph, situation.state.step.name))

        self._view.when_painted(fetch_ahead)

    def _on_wall(self, request: WallRequest, reply: AnyReply, *, alone: bool = False) -> None:
        situation = self._answered("wall", reply)
        if isinstance(reply, WallResult):
            self._shelf.put(request, reply)
        if situation is None or not isinstance(reply, WallResult):
            return
        trace, state, scene = situation.trace, situation.state, situation.scene
        if reply.trace != trace.trace or reply.wall.layer != state.layer.name or self._panel is not None:
            return
        if state.layer.kind == "input":
            caption = self._tr("input.sees", size=trace.input_size)
            self._view.show_input(PictureShow(trace.preview, trace.crop, caption))
        else:
            picked = state.channel if self.picked else None
            self._view.show_wall(describe.wall_show(trace, reply.wall, reply.scaling, scene.colour_map, picked))
        self._hover.use_wall(reply.wall)
        self._untold = reply
        if not alone:
            self.show_around()

    def show_around(self) -> None:
        """Show what belongs to the newest wall, where it is not shown yet: its value bar and the layer's card."""
        reply, self._untold = self._untold, None
        if reply is None or self._situation is None:
            return
        is_input = self._situation.state.layer.kind == "input"
        colour_map = self._situation.scene.colour_map
        self._view.show_value_bar(None if is_input else describe.value_bar(reply, colour_map, self._tr))
        self._show_card(reply.wall.statistics)

    def _on_branches(self, reply: AnyReply) -> None:
        situation = self._answered("branches", reply)
        if situation is None or not isinstance(reply, BranchesResult) or reply.trace != situation.trace.trace:
            return
        show = describe.branches_show(situation.trace, reply, situation.scene.colour_map, self._tr)
        self._view.show_branches(show)
        self._view.show_value_bar(None)
        self._hover.use_branches(reply)

    def _on_channel(self, reply: AnyReply) -> None:
        situation = self._answered("channel", reply)
        if situation is None or not isinstance(reply, ChannelResult) or reply.trace != situation.trace.trace:
            return
        scene = situation.scene
        show = describe.channel_show(situation.trace, reply, scene.scaling, scene.colour_map, self._tr)
        self._view.show_channel(show)
        self._view.show_value_bar(None)
        self._hover.use_channel(reply)

    def _answered(self, what: str, reply: AnyReply) -> Situation | None:
        """Note an answer; return the situation where it is still wanted."""
        wanted = what in self._waiting
        self._waiting.discard(what)
        if isinstance(reply, Failure):
            self._fail(reply)
        return self._situation if wanted else None
