"""Turns what the engine says into the words and numbers on screen; pure functions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from explorer.core import units
from explorer.core.colour import BRANCH_COLOURS, colour_table, map_for, rgb
from explorer.core.layers import LayerGraph, LayerSpec, Step
from explorer.core.messages.explore import (
    BranchesResult,
    ChannelResult,
    Prediction,
    Statistics,
    TraceResult,
    Wall,
    WallResult,
)
from explorer.core.text import Translator
from explorer.presenters.explore.walk import branch_of_channel, concat_branches, layers_inside
from explorer.presenters.ports import (
    BranchesShow,
    BranchLane,
    CardRow,
    ChannelShow,
    HeadVerdict,
    ValueBar,
    VerdictRow,
    WallShow,
)

VERDICT_ROWS = 3
LOCAL_KINDS = ("convolution", "max_pool", "avg_pool")


def subtitle(layer: LayerSpec, tr: Translator) -> str:
    """Return what a layer's output is: ``512 channels · 14 × 14`` or ``1,024 values``."""
    if len(layer.shape) == 1:
        return tr("stage.values", count=f"{layer.shape[0]:,}")
    height, width = layer.map_size
    return tr("stage.channels", count=f"{layer.channels:,}", height=height, width=width)


def crumbs(graph: LayerGraph, step: Step) -> tuple[tuple[str, str], ...]:
    """Return the steps from the outermost to this one as ``(name, label)``."""
    return tuple((above.name, above.label) for above in graph.path(step.name))


def kind_text(layer: LayerSpec, tr: Translator) -> str:
    """Return the type of a layer with its kernel, such as ``convolution 7 × 7``."""
    name = tr(f"kind.{layer.kind}")
    kernel = layer.attributes.get("kernel")
    return f"{name} {kernel} {units.TIMES} {kernel}" if kernel and layer.kind in LOCAL_KINDS else name


def card_rows(trace: TraceResult, step: Step, statistics: Statistics | None, tr: Translator) -> tuple[CardRow, ...]:
    """Return the lines of the layer card; the statistics' are left out until they are known."""
    inside = layers_inside(trace.graph, step)
    output = trace.graph.layer(step.output)
    main = next((layer for layer in inside if layer.parameters), inside[0] if inside else output)
    rows = [CardRow(tr("card.type"), _type_text(step, main, tr), tr("card.type.hint"))]
    rows += _geometry_rows(main, tr) if step.kind in ("unit", "layer") else []
    rows.append(CardRow(tr("card.output"), units.shape(output.shape), tr("card.output.hint")))
    parameters = sum(layer.parameters for layer in inside)
    if parameters:
        rows.append(CardRow(tr("card.parameters"), units.count(parameters), tr("card.parameters.hint")))
    macs = sum(layer.macs for layer in inside)
    if macs:
        rows.append(CardRow(tr("card.macs"), units.count(macs), tr("card.macs.hint")))
    if output.receptive_field is not None and output.kind != "input":
        rows.append(_field_row(output, trace.input_size, tr))
    spent_ms = sum(trace.layer_ms.get(layer.name, 0.0) for layer in inside)
    if output.kind != "input":
        rows.append(CardRow(tr("card.time"), units.milliseconds(spent_ms), tr("card.time.hint", device=trace.device)))
    if statistics is not None:
        rows += statistics_rows(statistics, tr)
    return tuple(rows)


def _type_text(step: Step, main: LayerSpec, tr: Translator) -> str:
    return tr(f"block.{step.kind}") if tr.has(f"block.{step.kind}") else kind_text(main, tr)


def _geometry_rows(layer: LayerSpec, tr: Translator) -> list[CardRow]:
    """Stride and padding of a layer that has them, and groups where there is more than one."""
    if layer.kind not in LOCAL_KINDS or "stride" not in layer.attributes:
        return []
    text = tr("card.stride_padding", stride=layer.attributes["stride"], padding=layer.attributes.get("padding", 0))
    rows = [CardRow(tr("card.geometry"), text, tr("card.geometry.hint"))]
    groups = layer.attributes.get("groups", 1)
    if isinstance(groups, int) and groups > 1:
        rows.append(CardRow(tr("card.groups"), str(groups), tr("card.groups.hint")))
    return rows


def _field_row(layer: LayerSpec, input_size: int, tr: Translator) -> CardRow:
    field = layer.receptive_field
    assert field is not None
    if layer.map_size == (1, 1) and field.size >= input_size:
        text = tr("card.field.whole")
    else:
        text = tr("card.field.size", size=field.size, stride=field.stride)
    return CardRow(tr("card.field"), text, tr("card.field.hint"))


def statistics_rows(statistics: Statistics, tr: Translator) -> list[CardRow]:
    """Return range, mean ± deviation and zeros."""
    low, high = units.significant(statistics.min), units.significant(statistics.max)
    mean, std = units.significant(statistics.mean), units.significant(statistics.std)
    return [
        CardRow(tr("card.range"), f"{low} … {high}", tr("card.range.hint")),
        CardRow(tr("card.mean"), f"{mean} ± {std}", tr("card.mean.hint")),
        CardRow(tr("card.zeros"), units.percent(statistics.zeros), tr("card.zeros.hint")),
    ]


def verdict(trace: TraceResult, tr: Translator, rows: int = VERDICT_ROWS) -> tuple[HeadVerdict, ...]:
    """Return what each head says, all over the same classes in the same order.

    The classes are the main head's most probable ones; each other head's favourite is among them.
    """
    classes = common_classes(trace.predictions, rows)
    heads = []
    for head, prediction in zip(trace.graph.heads, trace.predictions, strict=True):
        after = trace.graph.step(head.after).label
        heads.append(
            HeadVerdict(
                head=head.name,
                title=tr(f"head.{head.name}"),
                where=tr("verdict.after", step=after),
                rows=_verdict_rows(prediction, classes, trace.classes, tr),
                note="" if prediction.trained else tr("verdict.untrained"),
            )
        )
    return tuple(heads)


def common_classes(predictions: Iterable[Prediction], rows: int) -> list[int]:
    """Return the class numbers that all heads show: each head's favourite first of all, then main's ranking."""
    known = [prediction.probabilities for prediction in predictions if prediction.probabilities is not None]
    if not known:
        return []
    ranking = [int(index) for index in np.argsort(-known[0], kind="stable")]
    favourites = {int(np.argmax(probabilities)) for probabilities in known}
    wanted = max(rows, len(favourites))
    others = [index for index in ranking if index not in favourites]
    chosen = favourites | set(others[: wanted - len(favourites)])
    return [index for index in ranking if index in chosen]


def class_name(name: str, tr: Translator) -> str:
    """Return a class in the reader's language where it has a word for it (CIFAR-10's classes), else its first name.

    WordNet's names hold all synonyms: ``tench, Tinca tinca``.
    """
    key = f"class.{name}"
    return tr(key) if tr.has(key) else name.partition(",")[0]


def _verdict_rows(
    prediction: Prediction, classes: list[int], names: tuple[str, ...], tr: Translator
) -> tuple[VerdictRow, ...]:
    if prediction.probabilities is None:
        return ()
    first = int(np.argmax(prediction.probabilities))
    return tuple(
        VerdictRow(
            label=class_name(names[index], tr),
            fraction=float(prediction.probabilities[index]),
            text=units.percent(float(prediction.probabilities[index])),
            first=index == first,
            full=names[index] if class_name(names[index], tr) == names[index].partition(",")[0] != names[index] else "",
        )
        for index in classes
    )


def wall_show(trace: TraceResult, wall: Wall, scaling: str, colour_map: str, selected: int | None) -> WallShow:
    """Return a wall with its colours."""
    layer = trace.graph.layer(wall.layer)
    return WallShow(wall, colour_table(map_for(scaling, colour_map)), channel_colours(trace.graph, layer), selected)


def channel_colours(graph: LayerGraph, layer: LayerSpec) -> np.ndarray | None:
    """Return the branch colour of every channel, (C, 3) uint8; None outside inception modules."""
    parts = concat_branches(graph, layer)
    if not all(key in BRANCH_COLOURS for key, _ in parts):
        return None
    return np.concatenate([np.tile(np.array(rgb(BRANCH_COLOURS[key]), np.uint8), (count, 1)) for key, count in parts])


def value_bar(result: WallResult, colour_map: str, tr: Translator) -> ValueBar:
    """Return the bar of a wall: with a scale a channel there are no common numbers, and it says so."""
    wall = result.wall
    colours = colour_table(map_for(result.scaling, colour_map))
    if result.scaling == "channel":
        return ValueBar(tr("bar.low"), tr("bar.high"), tr("bar.channel"), colours)
    low, high = float(wall.low[0]), float(wall.high[0])
    zero = -low / (high - low) if low < 0 < high else None
    return ValueBar(units.significant(low), units.significant(high), tr(f"bar.{result.scaling}"), colours, zero)


def branches_show(trace: TraceResult, result: BranchesResult, colour_map: str, tr: Translator) -> BranchesShow:
    """Return the four lanes of an inception module with their texts."""
    graph = trace.graph
    module = graph.step(result.step)
    output = graph.layer(module.output)
    lanes = []
    for branch in result.branches:
        step = graph.step(branch.step)
        channels = graph.layer(step.output).channels
        lanes.append(
            BranchLane(
                key=branch.key,
                title=tr(f"branch.{branch.key}"),
                path=" → ".join(_stage_text(layer, tr) for layer in layers_inside(graph, step) if _shapes(layer)),
                channels=tr("branches.channels", count=channels),
                energy=tr("branches.energy", share=units.percent(branch.energy)),
            )
        )
    first = layers_inside(graph, graph.step(result.branches[0].step))[0]
    source = graph.layer(first.inputs[0])
    readers = dict.fromkeys(_step_label(graph, reader) for reader in graph.readers(output.name))
    readers.pop(module.label, None)
    inside = [layer for lane in result.branches for layer in layers_inside(graph, graph.step(lane.step))]
    five = next((layer for layer in inside if layer.branch == "5x5" and layer.attributes.get("kernel", 1) != 1), None)
    deviates = five is not None and five.attributes.get("kernel") != 5
    return BranchesShow(
        result=result,
        colours=colour_table(map_for(result.scaling, colour_map)),
        lanes=tuple(lanes),
        reads=tr("branches.reads", shape=units.shape(source.shape), step=_step_label(graph, source.name)),
        feeds=tr("branches.feeds", shape=units.shape(output.shape), steps=", ".join(readers)),
        concatenation=tr("branches.concatenation"),
        note=tr("branches.deviation") if deviates else "",
    )


def _shapes(layer: LayerSpec) -> bool:
    return layer.kind in LOCAL_KINDS


def _stage_text(layer: LayerSpec, tr: Translator) -> str:
    kernel = layer.attributes.get("kernel", 1)
    if layer.kind == "convolution":
        return tr("branches.convolution", kernel=kernel, channels=layer.channels)
    return tr("branches.pool", kernel=kernel)


def _step_label(graph: LayerGraph, layer_name: str) -> str:
    """Return the label of the outermost step that holds a layer."""
    for step in (*graph.steps, *graph.sides):
        if any(inner.output == layer_name for inner in step.walk()):
            return step.label
    return layer_name


def channel_show(
    trace: TraceResult, result: ChannelResult, scaling: str, colour_map: str, tr: Translator
) -> ChannelShow:
    """Return a large feature map with its colours, title and statistics."""
    graph = trace.graph
    layer = graph.layer(result.layer)
    low, high = result.statistics.min, result.statistics.max
    if scaling == "symmetric":
        reach = max(abs(low), abs(high))
        low, high = -reach, reach
    branch = branch_of_channel(graph, layer, result.channel)
    title = tr("channel.title", channel=result.channel, last=layer.channels - 1)
    if branch:
        title += " · " + tr("channel.branch", branch=tr(f"branch.{branch}"))
    return ChannelShow(
        result=result,
        colours=colour_table(map_for(scaling, colour_map)),
        low=low,
        high=high,
        title=title,
        rows=tuple(statistics_rows(result.statistics, tr)),
        channels=layer.channels,
        colour=BRANCH_COLOURS.get(branch, ""),
        histogram_caption=tr("channel.histogram", count=f"{result.values.size:,}"),
        preview=trace.preview,
        crop=trace.crop,
    )
