"""The way through a network: which step comes next, what a step holds, what lies around it."""

from __future__ import annotations

from typing import Literal

from explorer.core.layers import LayerGraph, LayerSpec, Step

Direction = Literal["next", "previous", "enter", "leave", "first", "last"]


def target(graph: LayerGraph, name: str, direction: Direction) -> Step:
    """Return the step to which a person goes from the named one."""
    match direction:
        case "next":
            return following(graph, name)
        case "previous":
            return preceding(graph, name)
        case "enter":
            return entered(graph, name)
        case "leave":
            return left(graph, name)
        case "first":
            return graph.steps[0]
        case "last":
            return graph.steps[-1]


def following(graph: LayerGraph, name: str) -> Step:
    """Return the step after the named one: its neighbour, or its parent's where it is the last inside.

    An auxiliary head is followed by what follows the step that it hangs at. The last step follows itself.
    """
    path = graph.path(name)
    for depth in range(len(path) - 1, 0, -1):
        row = path[depth - 1].children
        index = row.index(path[depth])
        if index + 1 < len(row):
            return row[index + 1]
    return graph.steps[min(graph.main_index(name) + 1, len(graph.steps) - 1)]


def preceding(graph: LayerGraph, name: str) -> Step:
    """Return the step before the named one: its neighbour, or its parent where it is the first inside."""
    path = graph.path(name)
    if len(path) > 1:
        row = path[-2].children
        index = row.index(path[-1])
        return row[index - 1] if index > 0 else path[-2]
    index = graph.main_index(name)
    if path[0] not in graph.steps:
        return graph.steps[index]
    return graph.steps[max(index - 1, 0)]


def entered(graph: LayerGraph, name: str) -> Step:
    """Return the first step inside the named one, or the step itself where nothing is inside."""
    step = graph.step(name)
    return step.children[0] if step.children else step


def left(graph: LayerGraph, name: str) -> Step:
    """Return the step that holds the named one; a head is left for the step that it hangs at."""
    path = graph.path(name)
    if len(path) > 1:
        return path[-2]
    return graph.steps[graph.main_index(name)]


def ahead(graph: LayerGraph, name: str) -> tuple[str, ...]:
    """Return the layers whose walls will probably be asked for next, the likeliest first."""
    near, back = following(graph, name), preceding(graph, name)
    inside = entered(graph, name)
    far = (following(graph, near.name), preceding(graph, back.name), entered(graph, near.name))
    likely = (near, inside, back, *far)
    layers = dict.fromkeys(step.output for step in likely)
    layers.pop(graph.step(name).output, None)
    return tuple(layers)


def layers_inside(graph: LayerGraph, step: Step) -> tuple[LayerSpec, ...]:
    """Return the layers that a step consists of, in the order of the data."""
    names = {inner.output for inner in step.walk()}
    return tuple(layer for layer in graph.layers if layer.name in names)


def branch_of_channel(graph: LayerGraph, layer: LayerSpec, channel: int) -> str:
    """Return the branch key of one channel: the layer's own, or that of the part of a concatenation it came in."""
    if layer.kind != "concat":
        return layer.branch
    first = 0
    for name in layer.inputs:
        part = graph.layer(name)
        if channel < first + part.channels:
            return part.branch
        first += part.channels
    return ""


def concat_branches(graph: LayerGraph, layer: LayerSpec) -> tuple[tuple[str, int], ...]:
    """Return ``(branch key, channels)`` of the parts of a concatenation, or of the whole layer."""
    if layer.kind != "concat":
        return ((layer.branch, layer.channels),)
    parts = [graph.layer(name) for name in layer.inputs]
    return tuple((part.branch, part.channels) for part in parts)
