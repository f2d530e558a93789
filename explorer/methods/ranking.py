"""Which channels of a layer speak for a class, which are dead, and how they rank.

References
----------
Molchanov, P., et al.: Pruning Convolutional Neural Networks for Resource Efficient Inference. ICLR 2017 (activation ×
gradient as a channel's contribution).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.core.layers import Head
from explorer.core.scene import Order
from explorer.methods.gradient import Target, between, find_target, logit_gradient
from explorer.methods.wall import as_maps, channel_values
from explorer.tracing.forward import Activations, TracedNet


@dataclass(frozen=True)
class Ranking:
    """Channel numbers, first the highest (C,); what they are ordered by (C,); and which are 0 everywhere (C,)."""

    channels: Tensor
    values: Tensor
    dead: Tensor


def rank(
    traced: TracedNet,
    activations: Activations,
    layer: str,
    order: Order,
    target: Target | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Ranking:
    """Return the channels of a layer in an order; ``class`` needs the target.

    Raises
    ------
    UserError
        ``layer_not_before_head``.
    Cancelled
    """
    flat = as_maps(activations.get(layer)[0]).flatten(1)
    dead = (flat == 0).all(dim=1)
    if order == "class":
        assert target is not None
        values = class_contributions(traced, activations, layer, target, cancelled)
    else:
        values = channel_values(flat, order)
    return Ranking(ranked(values), values, dead)


def ranked(values: Tensor) -> Tensor:
    """Return channel numbers, the highest value first; what is not a number comes last."""
    return torch.argsort(torch.nan_to_num(values, nan=-torch.inf), descending=True, stable=True)


def class_contributions(
    traced: TracedNet,
    activations: Activations,
    layer: str,
    target: Target,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tensor:
    """Return for each channel (C,) the sum over its map of activation × gradient of the class's logit.

    Positive speaks for the class. To first order, this is by how much the logit falls when the channel is off.

    Raises
    ------
    UserError
        ``layer_not_before_head``.
    Cancelled
    """
    activation, grad = logit_gradient(traced, activations, layer, target.head, target.index, cancelled)
    return as_maps((activation * grad)[0]).flatten(1).sum(dim=1)


def reading_head(traced: TracedNet, heads: Iterable[Head], layer: str, wanted: str) -> str | None:
    """Return a trained head that reads a layer, the wanted one before the others, or None."""
    start = traced.positions.get(layer)
    if start is None:
        return None
    trained = sorted((head.name for head in heads if head.trained), key=lambda name: name != wanted)
    return next((name for name in trained if between(traced, start, traced.program.heads[name])), None)


def contributions(
    traced: TracedNet,
    activations: Activations,
    heads: Collection[Head],
    classes: Sequence[str],
    layer: str,
    head: str,
    label: str,
) -> Tensor | None:
    """Return each channel's contribution (C,) to a class; see :func:`class_contributions`.

    Where the head does not read the layer, another trained one that does is asked about its own first class; None
    where there is none.

    Raises
    ------
    UserError
        ``class_unknown``.
    """
    reading = reading_head(traced, heads, layer, head)
    if reading is None:
        return None
    target = find_target(heads, classes, activations, reading, label if reading == head else "")
    return class_contributions(traced, activations, layer, target)
