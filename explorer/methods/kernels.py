"""Weights as pictures: colour kernels, the slices of one deep kernel, or a matrix of what takes how much of what."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from torch import nn

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph, LayerSpec
from explorer.core.messages.inside import KernelOrder, KernelsResult
from explorer.methods.microscope import chain_of
from explorer.methods.reading import maps_before
from explorer.methods.towers import source_towers, tower_count
from explorer.tracing.forward import TracedNet

LEVELS = 254
"""A picture's values run from 0 to this; the middle, 127, is 0."""

LARGEST_MATRIX = 2_000_000


class Drawn(NamedTuple):
    """Pictures (N, …), the channel number of each, and the tower in which it lies."""

    pictures: np.ndarray
    channels: np.ndarray
    towers: np.ndarray


def draw_kernels(
    traced: TracedNet,
    trace: str,
    layer: str,
    channel: int = -1,
    order: KernelOrder = "index",
    scaling: Literal["channel", "layer"] = "channel",
) -> KernelsResult:
    """Draw the weights of a layer's unit; the parameters are those of ``KernelsRequest``.

    Raises
    ------
    UserError
        ``no_kernels`` where the unit has no weights, ``channel_outside``.
    KeyError
        Where the network has no such layer.
    """
    graph = traced.graph
    spec = weighted_layer(graph, layer)
    weights = kernels_of(traced, spec)
    outputs, inputs, height, width = weights.shape
    if not -1 <= channel < outputs:
        raise UserError("channel_outside", layer=spec.name, channel=channel, last=outputs - 1)
    groups = int(spec.attributes.get("groups", 1))
    towers = tower_count(graph, spec)
    norms = np.sqrt((weights.astype(np.float64) ** 2).sum(axis=(1, 2, 3)))
    colour = inputs == 3 and channel < 0
    own = np.arange(outputs) * towers // outputs
    rows = _ordered(norms, own, order)
    if colour:
        drawn = Drawn(weights[rows].transpose(0, 2, 3, 1), rows, own[rows])
    elif channel >= 0:
        drawn = _slices(weights[channel], channel // (outputs // groups), groups, source_towers(graph, spec), order)
    else:
        drawn = Drawn(np.zeros((0, height, width), np.float32), np.zeros(0, int), np.zeros(0, int))
    pixels, reach = _symmetric(drawn.pictures, scaling)
    matrix, matrix_low, matrix_high = _matrix(weights[rows])
    bias = getattr(_module(traced, spec), "bias", None)
    return KernelsResult(
        trace=trace,
        layer=spec.name,
        kind=spec.kind,
        shape=(outputs, inputs, height, width),
        groups=groups,
        channel=channel,
        colour=colour,
        order=order,
        pixels=pixels,
        low=-reach,
        high=reach,
        channels=drawn.channels.astype(np.int32),
        towers=drawn.towers.astype(np.int32),
        tower_count=towers,
        norms=norms.astype(np.float32),
        colourfulness=_colourfulness(weights) if inputs == 3 else np.zeros(0, np.float32),
        bias=np.zeros(0, np.float32) if bias is None else np.array(bias.detach().cpu().numpy()),
        matrix=matrix,
        matrix_rows=rows.astype(np.int32),
        matrix_low=matrix_low,
        matrix_high=matrix_high,
    )


def weighted_layer(graph: LayerGraph, layer: str) -> LayerSpec:
    """Return the convolution or linear layer with which a layer's unit begins.

    Raises
    ------
    UserError
        ``no_kernels``.
    """
    spec = chain_of(graph, graph.aliases.get(layer, layer)).operation
    if spec.kind not in ("convolution", "linear"):
        raise UserError("no_kernels", layer=layer)
    return spec


def kernels_of(traced: TracedNet, layer: LayerSpec) -> np.ndarray:
    """Return a layer's kernels (C_out, C_in of a group, k, k) float32; they may share the network's memory.

    A linear layer over flattened maps has kernels as large as the maps, one over a vector has 1×1 kernels.
    """
    weight = _module(traced, layer).get_parameter("weight").detach().cpu().float().numpy()
    if layer.kind == "linear":
        before = maps_before(traced.graph, layer)
        weight = weight.reshape(len(weight), before.channels, *before.map_size)
    return np.asarray(weight)


def _module(traced: TracedNet, layer: LayerSpec) -> nn.Module:
    module = traced.program.operations[traced.positions[layer.name]].module
    assert module is not None
    return module


def _slices(kernel: np.ndarray, group: int, groups: int, towers: int, order: KernelOrder) -> Drawn:
    """Return one kernel (C_in, k, k), which reads the channels of one group, as a picture an input channel."""
    count = len(kernel)
    channels = group * count + np.arange(count)
    belongs = channels * towers // (count * groups)
    norms = np.sqrt((kernel.astype(np.float64) ** 2).sum(axis=(1, 2)))
    picked = _ordered(norms, belongs, order)
    return Drawn(kernel[picked], channels[picked], belongs[picked])


def _ordered(norms: np.ndarray, towers: np.ndarray, order: KernelOrder) -> np.ndarray:
    """Return the indices tower by tower, inside each by number or by falling norm."""
    if order == "index":
        return np.arange(len(norms))
    return np.lexsort((-norms, towers))


def _symmetric(pictures: np.ndarray, scaling: str) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (N, …) as uint8 around 127, and for each the value that 254 stands for."""
    count = len(pictures)
    reach = np.abs(pictures).max(axis=tuple(range(1, pictures.ndim)), initial=0.0)
    if scaling == "layer" and count:
        reach = np.full(count, reach.max())
    factor = np.where(reach > 0, LEVELS / 2 / np.where(reach > 0, reach, 1), 0)
    shaped = factor.reshape(-1, *[1] * (pictures.ndim - 1))
    return np.rint(LEVELS / 2 + pictures * shaped).astype(np.uint8), reach.astype(np.float32)


def _matrix(weights: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return the matrix of ``KernelsResult`` with its ends."""
    outputs, inputs, height, width = weights.shape
    if outputs * inputs > LARGEST_MATRIX:
        return np.zeros((0, 0), np.uint8), 0.0, 0.0
    if height * width == 1:
        values = weights.reshape(outputs, inputs)
        high = float(np.abs(values).max(initial=0.0))
        low = -high
    else:
        values = np.sqrt(np.einsum("oihw,oihw->oi", weights, weights))
        low, high = 0.0, float(values.max(initial=0.0))
    span = high - low
    scaled = (values - low) * (LEVELS / span) if span > 0 else np.zeros_like(values)
    return np.rint(scaled).astype(np.uint8), low, high


def _colourfulness(weights: np.ndarray) -> np.ndarray:
    """Return the share (C_out,) of each colour kernel's squares that differs from its grey part."""
    double = weights.astype(np.float64)
    colour = double - double.mean(axis=1, keepdims=True)
    squares = (double**2).sum(axis=(1, 2, 3))
    share = (colour**2).sum(axis=(1, 2, 3)) / np.where(squares > 0, squares, 1)
    return np.asarray(share, np.float32)
