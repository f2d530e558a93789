"""What depth does: the same picture after every step of the main path."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import colour_table
from explorer.core.messages.inside import DepthCut, DepthRequest, DepthResult
from explorer.core.text import Translator
from explorer.core.units import count as counted
from explorer.core.units import percent, shape
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import Line, LinesShow, MapShow, MapsShow, TableShow, levels, plain_map

THUMBNAIL_PX = 48


class DepthShow(msgspec.Struct, frozen=True):
    """All cuts small, one of them large, and three numbers along the depth."""

    title: str
    strip: MapsShow
    mean: MapShow
    strongest: MapShow
    facts: TableShow
    lines: LinesShow


class DepthPort(Protocol):
    """The view of the depth."""

    def show_depth(self, show: DepthShow) -> None: ...


class DepthPresenter(PanelPresenter):
    """Asks once a run; which cut is large follows the step on screen."""

    def __init__(self, services: Services, view: DepthPort) -> None:
        super().__init__(services)
        self._view = view
        self._result: DepthResult | None = None
        self._small = np.zeros((0, THUMBNAIL_PX, THUMBNAIL_PX), np.uint8)

    def refresh(self) -> None:
        trace = self.situation.trace.trace
        if self._result is not None and self._result.trace == trace:
            self._on_result(self._result)
        else:
            self.ask(DepthRequest(trace), DepthResult, self._on_result)

    def _on_result(self, result: DepthResult) -> None:
        if result is not self._result:
            self._result, self._small = result, thumbnails(result)
        self._view.show_depth(describe(self.situation, result, self._small, self.tr))

    def retire(self) -> None:
        self._result = None
        super().retire()

    def choose(self, position: int) -> None:
        """Cut after another step."""
        if self._result is not None and 0 <= position < len(self._result.cuts):
            self.services.patch(layer=self._result.cuts[position].step)

    def choose_step(self, step: str) -> None:
        """Cut after the step of that name."""
        self.services.patch(layer=step)

    def move(self, dx: int, dy: int) -> bool:
        if self._result is not None:
            self.choose(position_of(self.situation, self._result) + (dx or dy))
        return True


def position_of(situation: Situation, result: DepthResult) -> int:
    """Return which cut is that of the step on screen: its own, or that of the block it lies in."""
    outer = situation.trace.graph.path(situation.state.step.name)[0].name
    names = [cut.step for cut in result.cuts]
    return names.index(outer) if outer in names else situation.trace.graph.main_index(outer)


def thumbnails(result: DepthResult) -> np.ndarray:
    """Return all cuts' mean maps (N, side, side) uint8, each on its own scale."""
    small = np.stack([thumbnail(one.mean_map, THUMBNAIL_PX) for one in result.cuts])
    low, high = small.min((1, 2)), small.max((1, 2))
    # A single value has no range of its own: it is bright unless it is 0.
    return levels(small, np.where(high > low, low, 0), np.where(high != 0, high, 1))


def describe(situation: Situation, result: DepthResult, small: np.ndarray, tr: Translator) -> DepthShow:
    """Return the cuts in words and pictures; ``small`` are their :func:`thumbnails`."""
    graph, colours = situation.trace.graph, situation.scene.colour_map
    at = min(position_of(situation, result), len(result.cuts) - 1)
    cut = result.cuts[at]
    labels = tuple(graph.step(one.step).label for one in result.cuts)
    strip = MapsShow(
        pixels=small,
        colours=colour_table(colours),
        labels=labels,
        selected=at,
        title=tr("depth.strip"),
    )
    return DepthShow(
        title=tr("depth.title", label=labels[at], depth=cut.depth),
        strip=strip,
        mean=plain_map(cut.mean_map, colours, tr("depth.mean"), shape(cut.shape)),
        strongest=plain_map(cut.strongest_map, colours, tr("depth.strongest", channel=cut.strongest)),
        facts=_facts(cut, situation.trace.input_size, tr),
        lines=_lines(result, labels, at, situation.trace.input_size, tr),
    )


def thumbnail(values: np.ndarray, side_px: int) -> np.ndarray:
    """Return a map (H, W) at ``side_px`` × ``side_px``: nearest neighbour where it grows, means where it shrinks."""
    for axis in (0, 1):
        length = values.shape[axis]
        if length > side_px:
            edges = np.linspace(0, length, side_px + 1).astype(int)
            counts = np.diff(edges)
            values = np.add.reduceat(values, edges[:-1], axis=axis) / np.expand_dims(counts, 1 - axis)
        else:
            values = np.take(values, np.arange(side_px) * length // side_px, axis=axis)
    return values.astype(np.float32)


def _facts(cut: DepthCut, input_size: int, tr: Translator) -> TableShow:
    rows = (
        (tr("depth.depth"), str(cut.depth)),
        (tr("depth.field"), tr("depth.field.of", size=cut.field_px, whole=input_size)),
        (tr("depth.parameters"), counted(cut.parameters)),
        (tr("depth.zeros"), percent(cut.statistics.zeros)),
        (tr("depth.mirror"), percent(max(0.0, cut.mirror_similarity))),
    )
    return TableShow((), rows)


def _lines(result: DepthResult, labels: tuple[str, ...], at: int, input_size: int, tr: Translator) -> LinesShow:
    cuts = result.cuts
    return LinesShow(
        labels=labels,
        lines=(
            Line(tr("depth.line.field"), tuple(min(1.0, cut.field_px / input_size) for cut in cuts)),
            Line(tr("depth.line.mirror"), tuple(cut.mirror_similarity for cut in cuts), "dashed"),
            Line(tr("depth.line.zeros"), tuple(cut.statistics.zeros for cut in cuts), "dots"),
        ),
        title=tr("depth.plot"),
        chosen=at,
        keys=tuple(cut.step for cut in cuts),
    )
