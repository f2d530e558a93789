"""AlexNet counted: nodes, parameters, which layers read both towers, and what its normalisation does.

References
----------
Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks. NIPS 2012.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from types import MappingProxyType

import torch

from explorer.core.layers import Head, LayerGraph, LayerSpec
from explorer.core.messages.classics import NormEffect, TowerLayer, TowersResult
from explorer.methods.edited import edited_in_slices
from explorer.methods.experiment import changes
from explorer.tracing import cost
from explorer.tracing.forward import Activations, TracedNet

TOWER_NET = "alexnet"
LECTURE_NODES: Mapping[str, int] = MappingProxyType(
    {
        "conv1": 290_400,
        "conv2": 186_624,
        "conv3": 64_896,
        "conv4": 64_896,
        "conv5": 43_264,
        "fc6": 4_096,
        "fc7": 4_096,
        "fc8": 1_000,
    }
)
"""Of the lecture, which lists seven of the eight; 64,896 occurs twice."""

LECTURE_CONVOLUTION_PARAMETERS = 2_000_000
LECTURE_LINEAR_PARAMETERS = 65_000_000
LECTURE_RATIO = 30.0

_WEIGHTED = ("convolution", "linear")


def count_towers(
    traced: TracedNet,
    activations: Activations,
    heads: Sequence[Head],
    trace: str,
) -> Generator[TowersResult | None, None, None]:
    """Count a network and leave its local response normalisation out once; yield None while it works."""
    graph = traced.graph
    needed = cost.ancestors(graph, graph.heads[0].layer)
    layers = [layer for layer in graph.layers if layer.kind in _WEIGHTED and layer.name in needed]
    totals = cost.totals(graph)
    lecture = graph.net == TOWER_NET
    norms = [layer for layer in graph.layers if layer.kind == "lrn"]
    without: dict[str, torch.Tensor] = {}
    if norms:
        calls = {layer.name: lambda maps: maps for layer in norms}
        without = yield from edited_in_slices(traced, activations, {}, calls=calls)
    linear, convolution = totals.linear_parameters, totals.convolution_parameters
    yield TowersResult(
        trace=trace,
        towers=max((tower_count(graph, layer) for layer in layers), default=1),
        layers=tuple(_tower_layer(graph, layer, lecture) for layer in layers),
        convolution_parameters=convolution,
        linear_parameters=linear,
        ratio=linear / convolution if convolution else 0.0,
        lecture_convolution_parameters=LECTURE_CONVOLUTION_PARAMETERS if lecture else 0,
        lecture_linear_parameters=LECTURE_LINEAR_PARAMETERS if lecture else 0,
        lecture_ratio=LECTURE_RATIO if lecture else 0.0,
        normalisation=tuple(_effect(activations, layer) for layer in norms),
        without_normalisation=changes(heads, activations.logits, without) if norms else (),
    )


def tower_count(graph: LayerGraph, layer: LayerSpec) -> int:
    """Return into how many towers a layer's channels are divided: its own groups, or those of what reads it next.

    AlexNet's convolutions 1 and 3 read everything that there is, but each tower reads only half of what they make.
    """
    if layer.kind != "convolution":
        return 1
    groups = int(layer.attributes.get("groups", 1))
    readers = [graph.layer(name) for name in graph.readers(layer.name)]
    while groups == 1 and len(readers) == 1 and readers[0].kind not in (*_WEIGHTED, "flatten"):
        readers = [graph.layer(name) for name in graph.readers(readers[0].name)]
    if groups == 1 and len(readers) == 1 and readers[0].kind == "convolution":
        groups = int(readers[0].attributes.get("groups", 1))
    return groups


def source_towers(graph: LayerGraph, layer: LayerSpec) -> int:
    """Return into how many towers the channels that a layer reads are divided."""
    before = layer
    while len(before.inputs) == 1:
        before = graph.layer(before.inputs[0])
        if before.kind == "convolution":
            return tower_count(graph, before)
    return 1


def _tower_layer(graph: LayerGraph, layer: LayerSpec, lecture: bool) -> TowerLayer:
    divided = any(int(other.attributes.get("groups", 1)) > 1 for other in graph.layers)
    groups = int(layer.attributes.get("groups", 1))
    reads = ""
    if divided:
        reads = "input" if _reads_input(graph, layer) else "own" if groups > 1 else "both"
    towers = tower_count(graph, layer)
    return TowerLayer(
        layer=layer.name,
        label=_unit_label(graph, layer),
        kind=layer.kind,
        shape=layer.shape,
        nodes=int(torch.Size(layer.shape).numel()),
        lecture_nodes=LECTURE_NODES.get(layer.name, 0) if lecture else 0,
        parameters=layer.parameters,
        groups=groups,
        reads=reads,
        channels_a_tower=layer.channels // towers if towers > 1 else 0,
    )


def _unit_label(graph: LayerGraph, layer: LayerSpec) -> str:
    """Return the short name of the step that a layer begins or is (``conv1``)."""
    for step in (inner for outer in graph.steps for inner in outer.walk()):
        begins = step.kind == "unit" and step.children[0].output == layer.name
        if begins or (not step.children and step.output == layer.name):
            return step.label
    return layer.label


def _reads_input(graph: LayerGraph, layer: LayerSpec) -> bool:
    return all(graph.layer(name).kind == "input" for name in layer.inputs)


def _effect(activations: Activations, layer: LayerSpec) -> NormEffect:
    before, after = activations.get(layer.inputs[0]), activations.get(layer.name)
    return NormEffect(
        layer=layer.name,
        mean_before=float(before.abs().double().mean()),
        mean_after=float(after.abs().double().mean()),
        max_before=float(before.abs().amax()),
        max_after=float(after.abs().amax()),
    )
