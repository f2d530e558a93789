"""Real kernels of a network for composing: convolutions that stand in a row, or single slices of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.layers import LayerGraph, LayerSpec
from explorer.tracing.forward import TracedNet

_BETWEEN = frozenset({"batch_norm", "relu"})


@dataclass(frozen=True)
class Folded:
    """A convolution with the batch normalisation that follows it folded in.

    ``source``: the layer that it reads. ``weight`` (C_out, C_in, k, k) and ``bias`` (C_out,) float64.
    """

    name: str
    source: str
    weight: Tensor
    bias: Tensor


def folded_rows(traced: TracedNet, count: int, side: int) -> list[Folded] | None:
    """Return so many convolutions of that side in a row: stride 1, one group, only batch norm and ReLU in between.

    The row whose maps are largest and that still has ``count`` layers is the network's first. None where it has none.
    """
    graph = traced.graph
    for layer in graph.layers:
        row = [layer] if _plain(layer, side) else []
        while row and len(row) < count:
            following = _next(graph, row[-1])
            if following is None or not _plain(following, side):
                row = []
            else:
                row.append(following)
        if row:
            return [_folded(traced, one) for one in row]
    return None


def single_slices(traced: TracedNet, count: int, side: int, whole: bool = False) -> list[Folded] | None:
    """Return the strongest slices (1, 1, k, k) of the first convolution of that side, one after another, no bias.

    They read the network's input. With ``whole`` the layer itself comes, as often as asked. None where there is none.
    """
    for layer in traced.graph.layers:
        attributes = layer.attributes
        if layer.kind == "convolution" and attributes["kernel"] == side and attributes["groups"] == 1:
            folded = _folded(traced, layer)
            if whole:
                return [folded] * count
            flat = folded.weight.flatten(0, 1)
            best = torch.topk(flat.flatten(1).norm(dim=1), min(count, len(flat))).indices.tolist()
            none = torch.zeros(1, dtype=torch.float64, device=flat.device)
            picked = [best[number % len(best)] for number in range(count)]
            return [Folded(layer.name, "input", flat[one][None, None], none) for one in picked]
    return None


def strongest_slice(weight: Tensor) -> np.ndarray:
    """Return the slice (k, k) float32 of kernels (C_out, C_in, k, k) with the largest norm."""
    flat = weight.flatten(0, 1)
    return np.asarray(flat[int(flat.flatten(1).norm(dim=1).argmax())].float().cpu().numpy())


def _plain(layer: LayerSpec, side: int) -> bool:
    attributes = layer.attributes
    return (
        layer.kind == "convolution"
        and attributes["kernel"] == side
        and attributes["stride"] == attributes["groups"] == attributes["dilation"] == 1
    )


def _next(graph: LayerGraph, layer: LayerSpec) -> LayerSpec | None:
    """Return what reads a layer alone, past batch normalisation and ReLU."""
    while True:
        readers = graph.readers(layer.name)
        if len(readers) != 1:
            return None
        layer = graph.layer(readers[0])
        if layer.kind not in _BETWEEN:
            return layer


def _folded(traced: TracedNet, layer: LayerSpec) -> Folded:
    module = _module(traced, layer.name)
    assert isinstance(module, nn.Conv2d)
    weight = module.weight.detach().double()
    bias = weight.new_zeros(len(weight)) if module.bias is None else module.bias.detach().double()
    readers = traced.graph.readers(layer.name)
    after = _module(traced, readers[0]) if len(readers) == 1 else None
    if isinstance(after, nn.BatchNorm2d) and after.running_mean is not None and after.running_var is not None:
        scale = 1 / (after.running_var.double() + after.eps).sqrt()
        shift = -after.running_mean.double() * scale
        if after.affine:
            gamma = after.weight.detach().double()
            scale, shift = scale * gamma, shift * gamma + after.bias.detach().double()
        weight, bias = weight * scale.view(-1, 1, 1, 1), bias * scale + shift
    return Folded(layer.name, layer.inputs[0], weight, bias)


def _module(traced: TracedNet, name: str) -> nn.Module | None:
    return traced.program.operations[traced.positions[name]].module
