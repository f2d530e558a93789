"""What lies under the pointer: channel, value, and the receptive field on the picture."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from explorer.core import units
from explorer.core.colour import BRANCH_COLOURS
from explorer.core.layers import LayerSpec
from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.explore import BranchesResult, ChannelResult, TraceResult, ValuesRequest, ValuesResult, Wall
from explorer.core.text import Translator
from explorer.presenters.explore.resolve import Resolved
from explorer.presenters.explore.walk import branch_of_channel
from explorer.presenters.ports import ExplorePort, HoverCard

KEPT_MAPS = 32

Place = tuple[str, int, int, int]  # layer, channel, row, column


class Hover:
    """Follows the pointer; true values come from the engine, one map at a time, and are kept for a while."""

    def __init__(
        self, view: ExplorePort, submit: Callable[[AnyRequest, Callable[[AnyReply], None]], int], tr: Translator
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._trace: TraceResult | None = None
        self._maps: OrderedDict[tuple[str, int], np.ndarray] = OrderedDict()
        self._dead: dict[str, np.ndarray] = {}
        self._lanes: dict[str, tuple[str, ...]] = {}
        self._place: Place | None = None

    def use(self, trace: TraceResult) -> None:
        """Speak of another run from now on."""
        self._trace = trace
        self._maps.clear()
        self._dead.clear()
        self._lanes.clear()
        self._place = None

    def use_wall(self, wall: Wall) -> None:
        self._dead[wall.layer] = wall.dead

    def use_branches(self, result: BranchesResult) -> None:
        self._lanes = {branch.step: tuple(stage.layer for stage in branch.stages) for branch in result.branches}
        for branch in result.branches:
            for stage in branch.stages:
                self.use_wall(stage)

    def use_channel(self, result: ChannelResult) -> None:
        self._keep(result.layer, result.channel, result.values)

    def forget(self) -> None:
        """The stage shows something else: take card and mark away."""
        if self._place is not None:
            self._place = None
            self._view.show_hover(None)
            self._view.show_receptive_field(None)

    def move(self, state: Resolved | None, place: tuple[int, int, int] | None) -> None:
        """The pointer is over ``(channel, row, column)`` of the layer on screen."""
        self._move(None if state is None or place is None else (state.layer.name, *place))

    def move_in_branch(self, place: tuple[str, int, int, int, int] | None) -> None:
        """The pointer is over ``(branch step, stage, channel, row, column)``."""
        if place is None:
            self._move(None)
            return
        step, stage, channel, row, column = place
        stages = self._lanes.get(step, ())
        self._move((stages[stage], channel, row, column) if stage < len(stages) else None)

    def _move(self, place: Place | None) -> None:
        if place is None or self._trace is None or not self._trace.graph.has_layer(place[0]):
            self.forget()
            return
        self._place = place
        layer = self._trace.graph.layer(place[0])
        values = self._maps.get((layer.name, place[1]))
        if values is None:
            self._submit(ValuesRequest(self._trace.trace, layer.name, place[1]), self._on_values)
        self._show(layer, values)

    def _on_values(self, reply: AnyReply) -> None:
        if self._trace is None or not isinstance(reply, ValuesResult) or reply.trace != self._trace.trace:
            return
        self._keep(reply.layer, reply.channel, reply.values)
        if self._place is not None and self._place[:2] == (reply.layer, reply.channel):
            self._show(self._trace.graph.layer(reply.layer), reply.values)

    def _keep(self, layer: str, channel: int, values: np.ndarray) -> None:
        self._maps[layer, channel] = values
        while len(self._maps) > KEPT_MAPS:
            self._maps.popitem(last=False)

    def _show(self, layer: LayerSpec, values: np.ndarray | None) -> None:
        assert self._place is not None
        assert self._trace is not None
        _, channel, row, column = self._place
        branch = branch_of_channel(self._trace.graph, layer, channel)
        vector = layer.map_size == (1, 1)
        title = self._tr("hover.unit", index=channel) if vector else self._tr("hover.channel", channel=channel)
        lines = [] if vector else [self._tr("hover.place", row=row, column=column)]
        if values is not None and row < values.shape[0] and column < values.shape[1]:
            lines.append(self._tr("hover.value", value=units.significant(float(values[row, column]))))
        dead = self._dead.get(layer.name)
        if dead is not None and channel < len(dead) and dead[channel]:
            lines.append(self._tr("hover.dead"))
        tag = self._tr("hover.branch", branch=self._tr(f"branch.{branch}")) if branch else ""
        self._view.show_hover(HoverCard(title, tuple(lines), BRANCH_COLOURS.get(branch, ""), tag))
        self._view.show_receptive_field(self._field(layer, row, column))

    def _field(self, layer: LayerSpec, row: int, column: int) -> tuple[float, float, float, float] | None:
        assert self._trace is not None
        if layer.receptive_field is None:
            return None
        top, left, bottom, right = (edge / self._trace.input_size for edge in layer.receptive_field.box(row, column))
        return max(0.0, top), max(0.0, left), min(1.0, bottom), min(1.0, right)
