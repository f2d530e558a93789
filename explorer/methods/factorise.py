"""One large kernel beside several small ones: weights, receptive field, and the responses of real kernels.

Without a ReLU in between, two 3×3 convolutions are one 5×5 convolution; its kernel is computed here from real ones, so
that the responses can be compared. The ReLU in between is what makes two layers more than one.

References
----------
Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR 2015, section 2.3.
Szegedy et al.: Rethinking the Inception Architecture for Computer Vision. CVPR 2016, section 3.2 (1×n and n×1).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.core.messages.classics import Factorisation, FactoriseResult
from explorer.methods.rows import Folded, folded_rows, single_slices, strongest_slice
from explorer.tracing.forward import Activations, TracedNet

SMALL = 3
STACKED = {"5x5": 2, "7x7": 3}

MACS_A_SLICE = 100_000_000
"""So many multiply-adds in double precision take a slow CPU some ten milliseconds."""


@dataclass(frozen=True)
class Responses:
    """What the large kernel says, the small ones, and the small ones with ReLU in between; each (h, w) float64."""

    large: Tensor
    small: Tensor
    relu: Tensor


def factorise(
    traced: TracedNet, activations: Activations, trace: str, variant: Factorisation = "5x5", channel: int = -1
) -> Generator[FactoriseResult | None, None, None]:
    """Set one large kernel beside several small ones (see ``FactoriseRequest``); yield None while it works.

    Raises
    ------
    UserError
        ``no_square_kernels`` where the network has no kernel that could be used; ``channel_outside``.
    """
    if variant == "1xn":
        with torch.inference_mode():
            result = _row_and_column(traced, activations, trace, channel)
        yield result
    else:
        yield from _stacked(traced, activations, trace, variant, channel)


def composed(layers: Sequence[Folded]) -> tuple[Tensor, Tensor]:
    """Return kernel (C_last, C_first, n, n) and bias of the one convolution that equals several without ReLU.

    Double precision; stride 1. Every layer of k×k after the first adds k − 1 to the side.
    """
    weight, bias = layers[-1].weight, layers[-1].bias
    for before in reversed(layers[:-1]):
        bias = bias + torch.einsum("omhw,m->o", weight, before.bias)
        # Correlation after correlation is a full convolution of the kernels: flip one, and pad it all around.
        flipped = before.weight.flip(-1, -2).transpose(0, 1)  # C_in × M × k × k
        side = before.weight.shape[-1] - 1
        weight = F.conv2d(F.pad(weight, (side, side, side, side)), flipped)
    return weight, bias


def _stacked(
    traced: TracedNet, activations: Activations, trace: str, variant: Factorisation, channel: int
) -> Generator[FactoriseResult | None, None, None]:
    count = STACKED[variant]
    side = count * (SMALL - 1) + 1
    found = folded_rows(traced, count, SMALL)
    in_a_row = found is not None
    layers = found or single_slices(traced, count, SMALL)
    if layers is None:
        raise UserError("no_square_kernels", net=traced.graph.net)
    source = activations.get(layers[0].source)[0].double()
    if not in_a_row:
        source = _strongest_map(source, side)[None]
    elif min(source.shape[1:]) < side:
        raise UserError("maps_too_small", layer=layers[0].source, side=side)
    outputs = layers[-1].weight.shape[0]
    if channel >= outputs:
        raise UserError("channel_outside", layer=layers[-1].name, channel=channel, last=outputs - 1)
    last, chosen = _last_channel(layers[-1], channel)
    row = [*layers[:-1], last]
    responses, weight = yield from _responses(row, source)
    strongest = int(weight[0].flatten(1).norm(dim=1).argmax())
    widths = (
        (layers[0].weight.shape[1], *(layer.weight.shape[0] for layer in layers)) if in_a_row else (1,) * (count + 1)
    )
    small = tuple(strongest_slice(layer.weight) for layer in row)
    yield _result(
        trace=trace,
        variant=variant,
        side=side,
        weights_small=count * SMALL**2,
        layers=tuple(layer.name for layer in layers),
        in_a_row=in_a_row,
        widths=widths,
        channel=chosen,
        small=small,
        large=_single(weight[0, strongest]),
        approximated=_single(weight[0, strongest]),
        source=_single(source[strongest]),
        responses=responses,
        energy=1.0,
        parameters_small=sum(SMALL**2 * a * b for a, b in pairwise(widths)),
    )


def _row_and_column(traced: TracedNet, activations: Activations, trace: str, channel: int) -> FactoriseResult:
    """Approximate a real kernel slice by a column times a row: the largest singular value and its vectors."""
    layer = _largest_kernels(traced)
    outputs = layer.weight.shape[0]
    if channel >= outputs:
        raise UserError("channel_outside", layer=layer.name, channel=channel, last=outputs - 1)
    one, chosen = _last_channel(layer, channel)
    strongest = int(one.weight[0].flatten(1).norm(dim=1).argmax())
    kernel = one.weight[0, strongest].cpu()
    left, values, right = torch.linalg.svd(kernel)
    root = values[0].sqrt()
    column, row = (left[:, 0] * root)[:, None], (right[0] * root)[None]
    side = kernel.shape[-1]
    source = activations.get(layer.source)[:, strongest : strongest + 1].double().cpu()
    if min(source.shape[2:]) < side:
        raise UserError("maps_too_small", layer=layer.source, side=side)
    after_column = F.conv2d(source, column[None, None])
    responses = Responses(
        F.conv2d(source, kernel[None, None])[0, 0],
        F.conv2d(after_column, row[None, None])[0, 0],
        F.conv2d(after_column.relu(), row[None, None])[0, 0],
    )
    total = float(values.square().sum())
    return _result(
        trace=trace,
        variant="1xn",
        side=side,
        weights_small=2 * side,
        layers=(layer.name,),
        in_a_row=False,
        widths=(1, 1, 1),
        channel=chosen,
        small=(_single(column), _single(row)),
        large=_single(kernel),
        approximated=_single(column @ row),
        source=_single(source[0, 0]),
        responses=responses,
        energy=float(values[0].square()) / total if total > 0 else 1.0,
        parameters_small=2 * side,
    )


def _responses(row: Sequence[Folded], source: Tensor) -> Generator[None, None, tuple[Responses, Tensor]]:
    """Return the three responses inside the edges, and the equivalent large kernel (1, C, n, n)."""
    with torch.inference_mode():
        weight, bias = composed(row)
    yield
    large = yield from _convolved(source, weight, bias)
    # Both ways begin alike: the first layer has no ReLU before it.
    small = relu = yield from _convolved(source, row[0].weight, row[0].bias)
    for layer in row[1:]:
        small = yield from _convolved(small, layer.weight, layer.bias)
        relu = yield from _convolved(relu.clamp_min(0), layer.weight, layer.bias)
    return Responses(large[0], small[0], relu[0]), weight


def _convolved(maps: Tensor, weight: Tensor, bias: Tensor) -> Generator[None, None, Tensor]:
    """Convolve maps (C, H, W) in double precision, a few output channels at a time."""
    macs = maps.numel() * weight[0, 0].numel()
    parts: list[Tensor] = []
    count = max(1, MACS_A_SLICE // macs)
    for kernels, offsets in zip(torch.split(weight, count), torch.split(bias, count), strict=True):
        with torch.inference_mode():
            parts.append(F.conv2d(maps[None], kernels, offsets)[0])
        yield
    return torch.cat(parts)


def _result(
    *,
    trace: str,
    variant: Factorisation,
    side: int,
    weights_small: int,
    layers: tuple[str, ...],
    in_a_row: bool,
    widths: tuple[int, ...],
    channel: int,
    small: tuple[np.ndarray, ...],
    large: np.ndarray,
    approximated: np.ndarray,
    source: np.ndarray,
    responses: Responses,
    energy: float,
    parameters_small: int,
) -> FactoriseResult:
    shown = (responses.large, responses.small, responses.relu)
    return FactoriseResult(
        trace=trace,
        variant=variant,
        side=side,
        weights_large=side**2,
        weights_small=weights_small,
        field_large=side,
        field_small=1 + sum(SMALL - 1 for _ in widths[1:]) if variant != "1xn" else side,
        layers=layers,
        in_a_row=in_a_row,
        channels=widths,
        parameters_large=side**2 * widths[0] * widths[-1],
        parameters_small=parameters_small,
        channel=channel,
        small=small,
        large=large,
        approximated=approximated,
        source=source,
        response_large=_single(shown[0]),
        response_small=_single(shown[1]),
        response_relu=_single(shown[2]),
        difference_small=float((shown[1] - shown[0]).abs().amax()),
        difference_relu=float((shown[2] - shown[0]).abs().amax()),
        energy=energy,
        low=min(float(one.amin()) for one in shown),
        high=max(float(one.amax()) for one in shown),
    )


def _last_channel(layer: Folded, channel: int) -> tuple[Folded, int]:
    """Return a layer with one output channel only: the asked one, or that with the strongest kernel."""
    chosen = channel if channel >= 0 else int(layer.weight.flatten(1).norm(dim=1).argmax())
    return Folded(layer.name, layer.source, layer.weight[chosen : chosen + 1], layer.bias[chosen : chosen + 1]), chosen


def _largest_kernels(traced: TracedNet) -> Folded:
    for side in (11, 7, 5, 3):
        layers = single_slices(traced, 1, side, whole=True)
        if layers is not None:
            return layers[0]
    raise UserError("no_square_kernels", net=traced.graph.net)


def _strongest_map(maps: Tensor, side: int) -> Tensor:
    if min(maps.shape[1:]) < side:
        raise UserError("maps_too_small", layer="input", side=side)
    return maps[int(maps.flatten(1).norm(dim=1).argmax())]


def _single(values: Tensor) -> np.ndarray:
    return np.asarray(values.float().cpu().numpy())
