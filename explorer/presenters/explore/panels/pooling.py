"""Network in network: class maps and their averages, 1×1 convolutions as a matrix, and a perceptron at one pixel."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import colour_table
from explorer.core.messages.ideas import (
    MixRequest,
    MixResult,
    PixelMlpRequest,
    PixelMlpResult,
    PoolingRequest,
    PoolingResult,
)
from explorer.core.text import Translator
from explorer.core.units import count as counted
from explorer.core.units import percent, significant
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import (
    MapShow,
    MapsShow,
    TableShow,
    levels,
    signed_map,
    spread,
    symmetric,
)

_TAG = "pooling"
SHOWN_EDGES = 12
VARIANTS = ("maps", "mix", "mlp")


class MixShow(msgspec.Struct, frozen=True):
    """Maps in, a weight matrix, maps out; and what the whole layer makes of all its inputs."""

    inputs: MapsShow
    matrix: MapShow
    outputs: MapsShow
    whole: MapsShow


class Unit(msgspec.Struct, frozen=True):
    """One channel of the perceptron at the pixel: ``value`` after the ReLU, ``share`` of its layer's largest."""

    channel: int
    text: str
    share: float


class Edge(msgspec.Struct, frozen=True):
    """A connection between units, by their places in their columns; ``share`` −1 … 1 of the largest carried value."""

    start: int
    end: int
    share: float
    hint: str


class MlpColumn(msgspec.Struct, frozen=True):
    """One layer of the perceptron; ``edges`` come from the column before."""

    title: str
    units: tuple[Unit, ...]
    edges: tuple[Edge, ...]


class PoolingShow(msgspec.Struct, frozen=True):
    """One of the three pictures of the idea."""

    variant: str
    variants: tuple[str, ...]
    title: str
    sentence: str
    maps: tuple[MapShow, ...] = ()
    table: TableShow | None = None
    mix: MixShow | None = None
    mlp: tuple[MlpColumn, ...] = ()


class PoolingPort(Protocol):
    """The view of network in network."""

    def show_pooling(self, show: PoolingShow) -> None: ...


class PoolingPresenter(PanelPresenter):
    """Asks for what the chosen variant needs."""

    def __init__(self, services: Services, view: PoolingPort) -> None:
        super().__init__(services)
        self._view = view
        self._maps = Kept(services, PoolingResult, self._on_maps)
        self._mix = Kept(services, MixResult, self._on_mix)
        self._mlp = Kept(services, PixelMlpResult, self._on_mlp)
        self._pixel: tuple[int, int] = (0, 0)
        self._map_size = (1, 1)

    @property
    def waiting(self) -> bool:
        return super().waiting or any(kept.waiting for kept in self._answers)

    @property
    def _answers(self) -> tuple[Kept[PoolingResult], Kept[MixResult], Kept[PixelMlpResult]]:
        return self._maps, self._mix, self._mlp

    def refresh(self) -> None:
        situation = self.situation
        trace, variant = situation.trace.trace, variant_of(situation)
        wanted = {"mix": self._mix, "mlp": self._mlp}.get(variant, self._maps)
        for kept in self._answers:
            if kept is not wanted:
                kept.forget()
        if variant == "mix":
            self._mix.want(MixRequest(trace, situation.state.layer.name))
        elif variant == "mlp":
            self._mlp.want(PixelMlpRequest(trace, situation.state.step.name, self._fitting_pixel(), SHOWN_EDGES))
        else:
            self._maps.want(PoolingRequest(trace))

    def retire(self) -> None:
        for kept in self._answers:
            kept.forget()
        super().retire()

    def _fitting_pixel(self) -> tuple[int, int] | None:
        """Return the lens's pixel where the block's maps have it; None looks at the strongest place."""
        situation = self.situation
        graph, pixel = situation.trace.graph, situation.lens.pixel
        outer = [step for step in graph.path(situation.state.step.name) if step.kind == "mlpconv"]
        blocks = outer or [step for step in graph.steps if step.kind == "mlpconv"]
        rows, columns = graph.layer(blocks[0].output).map_size
        return pixel if pixel is not None and pixel[0] < rows and pixel[1] < columns else None

    def _on_maps(self, result: PoolingResult) -> None:
        self._view.show_pooling(class_maps(self.situation, result, self.tr))

    def _on_mix(self, result: MixResult) -> None:
        self._view.show_pooling(mixing(self.situation, result, self.tr))

    def _on_mlp(self, result: PixelMlpResult) -> None:
        self._pixel, self._map_size = result.pixel, result.map_size
        self._view.show_pooling(perceptron(self.situation, result, self.tr))

    def choose_variant(self, variant: str) -> None:
        """Show another of the three pictures."""
        self.services.turn(variant=f"{_TAG} {variant}")

    def move(self, dx: int, dy: int) -> bool:
        if variant_of(self.situation) != "mlp":
            return True
        row = min(max(self._pixel[0] + dy, 0), self._map_size[0] - 1)
        column = min(max(self._pixel[1] + dx, 0), self._map_size[1] - 1)
        if (row, column) != self._pixel:
            self.services.turn(pixel=(row, column))
        return True

    def open(self) -> bool:
        """Go to the next of the pictures."""
        variants = variants_of(self.situation)
        at = variants.index(variant_of(self.situation))
        self.choose_variant(variants[(at + 1) % len(variants)])
        return True


def variants_of(situation: Situation) -> tuple[str, ...]:
    """Return which of the three the network has."""
    graph = situation.trace.graph
    has = {
        "maps": True,
        "mix": any(layer.kind == "convolution" and layer.attributes.get("kernel") == 1 for layer in graph.layers),
        "mlp": any(step.kind == "mlpconv" for step in graph.steps),
    }
    return tuple(name for name in VARIANTS if has[name])


def variant_of(situation: Situation) -> str:
    """Return which of the pictures the lens is turned to."""
    tag, _, name = situation.lens.variant.partition(" ")
    return name if tag == _TAG and name in variants_of(situation) else "maps"


def class_maps(situation: Situation, result: PoolingResult, tr: Translator) -> PoolingShow:
    """Return class maps, averages and scores."""
    classes = situation.trace.classes
    names = [
        class_name(classes[one.index], tr) if one.index < len(classes) else str(one.index) for one in result.classes
    ]
    maps, rows = [], []
    for name, one in zip(names, result.classes, strict=True):
        shown = signed_map(one.values, name, tr("pooling.average", value=significant(one.average)))
        maps.append(msgspec.structs.replace(shown, low=-_reach(result), high=_reach(result)))
        numbers = (one.average, one.bias, one.score, one.logit)
        rows.append((name, *(significant(number) for number in numbers), significant(abs(one.difference), 2)))
    head = ("", *(tr(f"pooling.head.{name}") for name in ("average", "bias", "score", "logit", "difference")))
    key = "pooling.says.direct" if result.direct else "pooling.says.weighted"
    sentence = tr(key, parameters=counted(result.head_parameters))
    if not result.trained:
        sentence += " " + tr("pooling.untrained")
    return PoolingShow(
        variant="maps",
        variants=variants_of(situation),
        title=tr("pooling.title.maps"),
        sentence=sentence,
        maps=tuple(maps),
        table=TableShow(head, tuple(rows), strong=(0,)),
    )


def _reach(result: PoolingResult) -> float:
    return max(abs(result.low), abs(result.high)) or 1.0


def mixing(situation: Situation, result: MixResult, tr: Translator) -> PoolingShow:
    """Return a 1×1 convolution as maps times a matrix."""
    low, high = symmetric(np.concatenate([result.mixed.ravel(), result.whole.ravel()]))

    def signed(maps: np.ndarray, title: str, caption: str) -> MapsShow:
        labels = tuple(tr("kernels.channel", channel=channel) for channel in result.output_channels.tolist())
        return MapsShow(levels(maps, low, high), colour_table("balance"), labels, None, 1, title, caption)

    inputs_low, inputs_high = spread(result.inputs)
    colours = situation.scene.colour_map
    if inputs_low < 0:
        inputs_low, inputs_high = symmetric(result.inputs)
        colours = "balance"
    inputs = MapsShow(
        levels(result.inputs, inputs_low, inputs_high),
        colour_table(colours),
        tuple(tr("kernels.channel", channel=channel) for channel in result.input_channels.tolist()),
        None,
        2,
        tr("pooling.inputs", count=len(result.inputs), total=f"{result.channels_in:,}"),
    )
    count, total = len(result.mixed), f"{result.channels_out:,}"
    mix = MixShow(
        inputs=inputs,
        matrix=signed_map(result.matrix, tr("pooling.matrix", rows=count, columns=len(result.inputs)), figures=True),
        outputs=signed(result.mixed, tr("pooling.outputs", count=count, total=total), ""),
        whole=signed(result.whole, tr("pooling.whole", total=f"{result.channels_in:,}"), ""),
    )
    sentence = tr(
        "pooling.says.mix",
        inputs=f"{result.channels_in:,}",
        outputs=total,
        small=counted(result.macs_1x1),
        large=counted(result.macs_3x3),
        share=percent(max(0.0, float(result.share.mean()))),
        count=len(result.inputs),
    )
    return PoolingShow(
        "mix",
        variants_of(situation),
        tr("pooling.title.mix", layer=layer_label(situation.trace.graph, result.layer)),
        sentence,
        mix=mix,
    )


def perceptron(situation: Situation, result: PixelMlpResult, tr: Translator) -> PoolingShow:
    """Return the perceptron at one pixel: the units that matter, and the connections between them."""
    columns: list[MlpColumn] = []
    wanted: list[list[int]] = []
    for index, stage in enumerate(result.stages):
        after = result.stages[index + 1].edges[:, 0] if index + 1 < len(result.stages) else np.zeros(0, np.int32)
        into = stage.edges[:, 1] if stage.edges.size else np.zeros(0, np.int32)
        wanted.append(sorted({int(channel) for channel in (*after.tolist(), *into.tolist())}))
        largest = float(np.abs(stage.values).max()) or 1.0
        units = tuple(
            Unit(channel, significant(float(stage.values[channel])), float(stage.values[channel]) / largest)
            for channel in wanted[-1]
        )
        edges = _edges(index, wanted, stage.edges, stage.carried, stage.weights, tr) if index else ()
        title = tr("pooling.mlp.column", layer=stage.label, count=f"{len(stage.values):,}")
        columns.append(MlpColumn(title, units, edges))
    row, column = result.pixel
    worst = max(stage.difference for stage in result.stages)
    block = situation.trace.graph.step(result.step).label
    return PoolingShow(
        variant="mlp",
        variants=variants_of(situation),
        title=tr("pooling.title.mlp", block=block, row=row, column=column),
        sentence=tr("pooling.says.mlp", difference=significant(worst, 2)),
        mlp=tuple(columns),
    )


def _edges(
    index: int,
    wanted: list[list[int]],
    pairs: np.ndarray,
    carried: np.ndarray,
    weights: np.ndarray,
    tr: Translator,
) -> tuple[Edge, ...]:
    largest = float(np.abs(carried).max()) or 1.0
    return tuple(
        Edge(
            wanted[index - 1].index(start),
            wanted[index].index(end),
            value / largest,
            tr("pooling.mlp.edge", start=start, end=end, weight=significant(weight), value=significant(value)),
        )
        for (start, end), value, weight in zip(pairs.tolist(), carried.tolist(), weights.tolist(), strict=True)
    )
