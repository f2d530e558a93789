"""The weights as pictures: all kernels in colour, one kernel slice by slice, and who reads whom as a matrix."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import DIVERGING_MAP, colour_table
from explorer.core.messages.inside import KernelsRequest, KernelsResult
from explorer.core.text import Translator
from explorer.core.units import TIMES, percent, significant
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import MapShow, MapsShow, TableShow

_TAG = "kernels"
MOST_SLICES = 1024


class KernelsShow(msgspec.Struct, frozen=True):
    """Kernels ready to be drawn.

    Attributes
    ----------
    grids : tuple of MapsShow
        All kernels in colour, a grid a tower; empty where they do not read colours.
    matrix : MapShow or None
        A row an output channel, a column an input channel.
    kernel : MapsShow or None
        The kernel of the chosen channel: one picture a slice.
    order, scaling : str
        What is set: ``index norm`` and ``channel layer``.
    """

    title: str
    order: str
    scaling: str
    grids: tuple[MapsShow, ...] = ()
    matrix: MapShow | None = None
    kernel: MapsShow | None = None
    facts: TableShow | None = None


class KernelsPort(Protocol):
    """The view of the kernels."""

    def show_kernels(self, show: KernelsShow) -> None: ...
    def columns(self) -> int:
        """Return how many kernels stand in a row."""


class KernelsPresenter(PanelPresenter):
    """Asks for all kernels, then for the chosen one."""

    def __init__(self, services: Services, view: KernelsPort) -> None:
        super().__init__(services)
        self._view = view
        self._every = Kept(services, KernelsResult, self._ask_one)
        self._one = Kept(services, KernelsResult, self._on_one)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._every.waiting or self._one.waiting

    @property
    def _all(self) -> KernelsResult | None:
        return self._every.answer

    def refresh(self) -> None:
        self._every.want(self._request(self.situation, -1))

    def _request(self, situation: Situation, channel: int) -> KernelsRequest:
        order, scaling = settings_of(situation)
        return KernelsRequest(
            situation.trace.trace,
            situation.state.layer.name,
            channel,
            "norm" if order == "norm" else "index",
            "layer" if scaling == "layer" else "channel",
        )

    def _ask_one(self, result: KernelsResult) -> None:
        """Ask for one kernel once all are known: a newer question of the same kind would replace an older one."""
        self._one.want(self._request(self.situation, min(self.situation.state.channel, result.shape[0] - 1)))

    def _on_one(self, result: KernelsResult) -> None:
        if self._all is not None and self._all.layer == result.layer:
            self._view.show_kernels(describe(self.situation, self._all, result, self.tr))

    def retire(self) -> None:
        self._every.forget()
        self._one.forget()
        super().retire()

    # What the person does

    def choose_in_grid(self, tower: int, position: int) -> None:
        """Choose a kernel by its place in the grid of a tower."""
        if self._all is not None:
            mine = np.flatnonzero(self._all.towers == tower)
            self.services.patch(channel=int(self._all.channels[mine[position]]))

    def choose_row(self, row: int) -> None:
        """Choose a kernel by its row in the matrix."""
        if self._all is not None and row < len(self._all.matrix_rows):
            self.services.patch(channel=int(self._all.matrix_rows[row]))

    def choose_order(self, order: str) -> None:
        self.services.turn(variant=f"{_TAG} {order} {settings_of(self.situation)[1]}")

    def choose_scaling(self, scaling: str) -> None:
        self.services.turn(variant=f"{_TAG} {settings_of(self.situation)[0]} {scaling}")

    def move(self, dx: int, dy: int) -> bool:
        """Go to the kernel beside, or below, in the order on screen."""
        if self._all is None:
            return True
        order = (self._all.channels if self._all.colour else self._all.matrix_rows).tolist() or list(
            range(self._all.shape[0])
        )
        columns = self._view.columns() if self._all.colour else 1
        channel = min(self.situation.state.channel, self._all.shape[0] - 1)
        target = order.index(channel) + dx + dy * columns
        if 0 <= target < len(order):
            self.services.patch(channel=int(order[target]))
        return True

    def open(self) -> bool:
        """Put the kernel under the microscope."""
        self.services.patch(view="microscope")
        return True


def settings_of(situation: Situation) -> tuple[str, str]:
    """Return order and scaling that the lens is turned to."""
    words = situation.lens.variant.split()
    if len(words) == 3 and words[0] == _TAG and words[1] in ("index", "norm") and words[2] in ("channel", "layer"):
        return words[1], words[2]
    return "index", "channel"


def describe(situation: Situation, everything: KernelsResult, one: KernelsResult, tr: Translator) -> KernelsShow:
    """Return the kernels in pictures and words."""
    order, scaling = settings_of(situation)
    out, into, height, width = everything.shape
    key = "kernels.title.linear" if everything.kind == "linear" and height == 1 else "kernels.title"
    title = tr(key, count=f"{out:,}", shape=f"{height} {TIMES} {width} {TIMES} {into:,}", inputs=f"{into:,}")
    grids = _grids(everything, one.channel, tr) if everything.colour else ()
    return KernelsShow(
        title=title,
        order=order,
        scaling=scaling,
        grids=grids,
        matrix=None if grids else _matrix(everything, one.channel, tr),
        kernel=_kernel(one, everything.colour, tr),
        facts=_facts(everything, one.channel, tr),
    )


def _grids(result: KernelsResult, chosen: int, tr: Translator) -> tuple[MapsShow, ...]:
    grids = []
    for tower in range(result.tower_count):
        mine = np.flatnonzero(result.towers == tower)
        channels = result.channels[mine]
        at = np.flatnonzero(channels == chosen)
        title = tr("kernels.all") if result.tower_count == 1 else tr("kernels.tower", number=tower + 1)
        caption = ""
        if result.colourfulness.size:
            caption = tr("kernels.colourful", share=percent(float(result.colourfulness[channels].mean())))
        grids.append(
            MapsShow(
                pixels=result.pixels[mine],
                colours=colour_table(DIVERGING_MAP),
                labels=tuple(tr("kernels.channel", channel=channel) for channel in channels.tolist()),
                selected=int(at[0]) if at.size else None,
                title=title,
                caption=caption,
            )
        )
    return tuple(grids)


def _matrix(result: KernelsResult, chosen: int, tr: Translator) -> MapShow | None:
    if not result.matrix.size:
        return None
    low, high = result.matrix_low, result.matrix_high
    values = (low + result.matrix.astype(np.float32) / 254 * (high - low)).astype(np.float32)
    row = np.flatnonzero(result.matrix_rows == chosen)
    key = "kernels.matrix.weights" if low < 0 else "kernels.matrix.norms"
    return MapShow(
        values=values,
        low=low,
        high=high,
        colours=colour_table(DIVERGING_MAP if low < 0 else "magma"),
        title=tr(key),
        caption=tr("kernels.matrix.axes", low=significant(low), high=significant(high)),
        frame=(int(row[0]), 0, 1, values.shape[1]) if row.size else None,
    )


def _kernel(result: KernelsResult, colour: bool, tr: Translator) -> MapsShow | None:
    """Return one kernel: a picture a slice; nothing where that would be a single weight."""
    if not len(result.pixels) or (result.shape[2:] == (1, 1) and result.shape[1] < 2):
        return None
    pixels = result.pixels[:MOST_SLICES]
    low, high = float(result.low.min()), float(result.high.max())
    return MapsShow(
        pixels=pixels,
        colours=colour_table(DIVERGING_MAP),
        labels=tuple(tr("kernels.slice", channel=channel) for channel in result.channels[:MOST_SLICES].tolist()),
        columns=3 if colour else 0,
        title=tr("kernels.one", channel=result.channel),
        caption=tr("kernels.range", low=significant(low), high=significant(high), count=len(pixels)),
    )


def _facts(result: KernelsResult, chosen: int, tr: Translator) -> TableShow:
    rows = [(tr("kernels.norm"), significant(float(result.norms[chosen])))]
    place = int((result.norms > result.norms[chosen]).sum()) + 1
    rows.append((tr("kernels.rank"), tr("kernels.rank.of", place=place, count=f"{len(result.norms):,}")))
    if result.bias.size:
        rows.append((tr("kernels.bias"), significant(float(result.bias[chosen]))))
    if result.colourfulness.size:
        rows.append((tr("kernels.colour"), percent(float(result.colourfulness[chosen]))))
    if result.groups > 1:
        rows.append((tr("kernels.groups"), str(result.groups)))
    weights = int(np.prod(result.shape[1:]))
    rows.append((tr("kernels.weights"), f"{weights:,}"))
    return TableShow((), tuple(rows), title=tr("kernels.facts", channel=chosen))
