"""What a network costs: parameters, multiply-adds and depth."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from explorer.core.layers import LayerGraph
from explorer.tracing.operators import Attributes, Shape

_WEIGHTED = frozenset({"convolution", "linear"})
_POOLS = frozenset({"max_pool", "avg_pool"})


def parameters(module: nn.Module | None) -> int:
    """Return how many numbers of an operation are trained: kernels or matrix, biases, scales."""
    return 0 if module is None else sum(parameter.numel() for parameter in module.parameters())


def macs(kind: str, attributes: Attributes, shape: Shape) -> int:
    """Return the multiply-adds for one picture of a convolution or linear layer; 0 for everything else.

    ``shape`` is that of the output. Biases, normalisation and pooling are not counted, as usual in the literature.
    """
    if kind == "convolution":
        channels, height, width = shape
        inputs = int(attributes["in_channels"]) // int(attributes["groups"]) * int(attributes["kernel"]) ** 2
        return channels * height * width * inputs
    if kind == "linear":
        return int(attributes["in_features"]) * int(attributes["out_features"])
    return 0


@dataclass(frozen=True)
class Totals:
    """The sums over everything that one head needs.

    Attributes
    ----------
    parameters, convolution_parameters, linear_parameters : int
        The first counts batch normalisation too.
    macs : int
        Multiply-adds for one picture.
    depth : int
        Convolutions and linear layers on the longest way from the input to the head.
    depth_with_pools : int
        Pooling layers counted as well.
    """

    parameters: int
    convolution_parameters: int
    linear_parameters: int
    macs: int
    depth: int
    depth_with_pools: int


def totals(graph: LayerGraph, head: str = "main") -> Totals:
    """Return the sums over the layers that a head needs; auxiliary heads do not count for the main one.

    Raises
    ------
    KeyError
        Where the network has no such head.
    """
    logits = {known.name: known.layer for known in graph.heads}[head]
    needed = ancestors(graph, logits)
    layers = [layer for layer in graph.layers if layer.name in needed]
    return Totals(
        parameters=sum(layer.parameters for layer in layers),
        convolution_parameters=sum(layer.parameters for layer in layers if layer.kind == "convolution"),
        linear_parameters=sum(layer.parameters for layer in layers if layer.kind == "linear"),
        macs=sum(layer.macs for layer in layers),
        depth=_longest_way(graph, logits, _WEIGHTED),
        depth_with_pools=_longest_way(graph, logits, _WEIGHTED | _POOLS),
    )


def ancestors(graph: LayerGraph, layer_name: str) -> frozenset[str]:
    """Return the names of the layers that a layer's output depends on, its own included."""
    needed = {layer_name}
    for layer in reversed(graph.layers):
        if layer.name in needed:
            needed.update(layer.inputs)
    return frozenset(needed)


def _longest_way(graph: LayerGraph, layer_name: str, kinds: frozenset[str]) -> int:
    """Return how many layers of these kinds lie on that way from the input to a layer on which they are most."""
    length: dict[str, int] = {}
    for layer in graph.layers:
        before = max((length[name] for name in layer.inputs), default=0)
        # A pooling to the size that is there already (VGG-16 at 224 px) is no layer that anyone counts.
        idle = "output_size" in layer.attributes and layer.shape == graph.layer(layer.inputs[0]).shape
        length[layer.name] = before + (layer.kind in kinds and not idle)
    return length[layer_name]
