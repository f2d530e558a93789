"""Network in network: class maps and their averages, the perceptron at a pixel, and 1×1 mixing.

References
----------
Lin, Chen, Yan: Network In Network. ICLR 2014.
Zhou, Khosla, Lapedriza, Oliva, Torralba: Learning Deep Features for Discriminative Localization. CVPR 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.layers import Head, LayerGraph, LayerSpec
from explorer.core.messages.ideas import ClassMap, PoolingResult
from explorer.tracing.forward import Activations, TracedNet

STRONGEST = 5
_SAME_VALUES = frozenset({"dropout", "flatten"})


@dataclass(frozen=True)
class Ending:
    """The end of a network with global average pooling; ``linear`` is None where the pooled maps are the scores."""

    maps: LayerSpec
    pooling: LayerSpec
    scores: LayerSpec
    linear: LayerSpec | None


def class_maps(
    traced: TracedNet, activations: Activations, heads: Sequence[Head], trace: str, classes: Sequence[int] = ()
) -> PoolingResult:
    """Return the maps of some classes and what becomes of them; see ``PoolingRequest``.

    Raises
    ------
    UserError
        ``no_global_pooling`` where the network ends otherwise; ``class_outside``.
    """
    ending = global_pooling(traced.graph, heads[0])
    maps = activations.get(ending.maps.name)[0].detach().double()
    logits = activations.get(ending.scores.name)[0].detach().double()
    chosen = list(classes) or torch.topk(logits, min(STRONGEST, len(logits))).indices.tolist()
    for index in chosen:
        if not 0 <= index < len(logits):
            raise UserError("class_outside", index=index, last=len(logits) - 1)
    weight, bias = _weighting(traced, ending, chosen, maps)
    found = tuple(
        _class_map(index, torch.einsum("k,khw->hw", weight[row], maps), bias[row], float(logits[index]))
        for row, index in enumerate(chosen)
    )
    return PoolingResult(
        trace=trace,
        direct=ending.linear is None,
        trained=heads[0].trained,
        maps_layer=ending.maps.name,
        pooling_layer=ending.pooling.name,
        scores_layer=ending.scores.name,
        classes=found,
        low=min(float(one.values.min()) for one in found),
        high=max(float(one.values.max()) for one in found),
        head_parameters=ending.linear.parameters if ending.linear is not None else 0,
    )


def global_pooling(graph: LayerGraph, head: Head) -> Ending:
    """Return how the main head ends: maps, their averages, and perhaps one linear layer.

    Raises
    ------
    UserError
        ``no_global_pooling``.
    """
    scores = graph.layer(head.layer)
    linear = scores if scores.kind == "linear" else None
    layer = graph.layer(linear.inputs[0]) if linear is not None else scores
    while layer.kind in _SAME_VALUES:
        layer = graph.layer(layer.inputs[0])
    if layer.kind != "avg_pool" or layer.map_size != (1, 1):
        raise UserError("no_global_pooling", net=graph.net)
    return Ending(graph.layer(layer.inputs[0]), layer, scores, linear)


def _weighting(traced: TracedNet, ending: Ending, classes: list[int], maps: Tensor) -> tuple[Tensor, list[float]]:
    """Return how much of each map (classes, K) makes a class's map, and the classes' biases."""
    if ending.linear is None:
        weight = torch.zeros(len(classes), maps.shape[0], dtype=torch.float64, device=maps.device)
        weight[torch.arange(len(classes)), classes] = 1.0
        return weight, [0.0] * len(classes)
    module = traced.program.operations[traced.positions[ending.linear.name]].module
    assert isinstance(module, nn.Linear)
    bias = [0.0] * len(classes) if module.bias is None else module.bias.detach()[classes].double().tolist()
    return module.weight.detach()[classes].double(), bias


def _class_map(index: int, values: Tensor, bias: float, logit: float) -> ClassMap:
    average = float(values.mean())
    score = average + bias
    return ClassMap(index, values.float().cpu().numpy(), average, bias, score, logit, score - logit)
