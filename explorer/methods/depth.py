"""What depth does: the same picture, the network cut after each step of its main path."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from explorer.core.layers import LayerGraph, LayerSpec, Step
from explorer.core.messages.inside import DepthCut, DepthResult
from explorer.methods.edited import run_in_slices
from explorer.methods.wall import as_maps
from explorer.tracing import cost
from explorer.tracing.forward import Activations, TracedNet
from explorer.tracing.statistics import describe

_WEIGHTED = ("convolution", "linear")


def cut_by_depth(
    traced: TracedNet, activations: Activations, net_input: Tensor, trace: str
) -> Generator[DepthResult | None, None, None]:
    """Run the mirrored picture, then yield what every step holds; yield None while it works.

    Parameters
    ----------
    net_input : Tensor (1, 3, S, S)
    """
    steps = [step for step in traced.graph.steps if traced.graph.layer(step.output).kind != "softmax"]
    names = list(dict.fromkeys(step.output for step in steps))
    mirrored = yield from run_in_slices(traced, net_input.flip(-1), wanted=names)
    depths = _depths(traced.graph)
    cuts: list[DepthCut] = []
    for step in steps:
        with torch.inference_mode():
            cuts.append(_cut(traced.graph, step, activations.get(step.output)[0], mirrored[step.output][0], depths))
        yield None
    yield DepthResult(trace, tuple(cuts))


def _cut(graph: LayerGraph, step: Step, activation: Tensor, mirrored: Tensor, depths: dict[str, int]) -> DepthCut:
    layer = graph.layer(step.output)
    maps = as_maps(activation)
    magnitudes = maps.abs()
    strongest = int(magnitudes.flatten(1).mean(dim=1).argmax())
    needed = cost.ancestors(graph, layer.name)
    return DepthCut(
        step=step.name,
        label=step.label,
        layer=layer.name,
        shape=layer.shape,
        depth=depths[layer.name],
        parameters=sum(other.parameters for other in graph.layers if other.name in needed),
        field_px=_field(graph, layer),
        statistics=describe(activation),
        strongest=strongest,
        mean_map=_single(magnitudes.mean(dim=0)),
        strongest_map=_single(maps[strongest]),
        mirror_similarity=similarity(activation, mirrored),
    )


def similarity(one: Tensor, other: Tensor) -> float:
    """Return the cosine between two activations in double precision; 0 where one of them is zero."""
    norms = [float(torch.linalg.vector_norm(values, dtype=torch.float64)) for values in (one, other)]
    both = norms[0] * norms[1]
    return float((one * other).sum(dtype=torch.float64)) / both if both > 0 else 0.0


def _field(graph: LayerGraph, layer: LayerSpec) -> int:
    """Return the side of the receptive field; past a flattening that is all that the maps before it see."""
    side = graph.layers[0].map_size[0]
    return side if layer.receptive_field is None else min(layer.receptive_field.size, side)


def _depths(graph: LayerGraph) -> dict[str, int]:
    """Return how many weighted layers lie on the longest way to each layer, its own included."""
    depth: dict[str, int] = {}
    for layer in graph.layers:
        before = max((depth[name] for name in layer.inputs), default=0)
        depth[layer.name] = before + (layer.kind in _WEIGHTED)
    return depth


def _single(values: Tensor) -> np.ndarray:
    return np.asarray(values.float().cpu().numpy())
