"""Ablation: what a network says when branches, modules, layers or single channels are switched off."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph
from explorer.core.messages.where import Fill, SwitchedOff
from explorer.methods.edited import run_edited
from explorer.tracing.forward import Activations, TracedNet

CHANNEL_MARK = "#"


def find_off(graph: LayerGraph, names: Iterable[str]) -> tuple[SwitchedOff, ...]:
    """Return what the names stand for, without repetitions: a step, a layer, or ``name#channel`` for one channel.

    Raises
    ------
    UserError
        ``part_unknown``, ``channel_outside``.
    """
    return tuple(_found(graph, name) for name in dict.fromkeys(names))


def logits_without(
    traced: TracedNet,
    activations: Activations,
    off: Iterable[SwitchedOff],
    fill: Fill,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Tensor]:
    """Return each head's logits (N, classes) with things switched off; the trace itself stays as it is.

    Parameters
    ----------
    fill : str
        ``zero``, or ``mean``: each channel is replaced by its own mean over the map, so that it says how much but no
        more where; a vector by the mean of its values.

    Raises
    ------
    Cancelled
    """
    channels: dict[str, set[int]] = {}
    for one in off:
        channels.setdefault(one.layer, set()).add(one.channel)
    edits = {layer: _switch(sorted(chosen) if min(chosen) >= 0 else None, fill) for layer, chosen in channels.items()}
    return run_edited(traced, activations, edits, cancel=cancelled)


def _found(graph: LayerGraph, name: str) -> SwitchedOff:
    part, mark, number = name.partition(CHANNEL_MARK)
    step = next(
        (one for row in (graph.steps, graph.sides) for outer in row for one in outer.walk() if one.name == part), None
    )
    layer = step.output if step is not None else graph.aliases.get(part, part)
    if not graph.has_layer(layer):
        raise UserError("part_unknown", name=part, net=graph.net)
    if step is None:
        step = graph.find(layer)
    last = graph.layer(layer).channels - 1
    channel = -1
    if mark:
        channel = int(number) if number.isdecimal() else last + 1
        if channel > last:
            raise UserError("channel_outside", layer=part, channel=number, last=last)
    return SwitchedOff(name, "" if step is None else step.name, layer, channel)


def _switch(channels: list[int] | None, fill: Fill) -> Callable[[Tensor], Tensor]:
    """Return what puts 0 or the mean in the place of some channels (None: all)."""

    def replacement(activation: Tensor) -> Tensor:
        if fill == "zero":
            return torch.zeros_like(activation)
        over = (2, 3) if activation.ndim == 4 else (1,)
        return activation.mean(dim=over, keepdim=True).expand_as(activation)

    def edit(activation: Tensor) -> Tensor:
        filled = replacement(activation)
        if channels is None:
            return filled.contiguous()
        changed = activation.clone()
        changed[:, channels] = filled[:, channels]
        return changed

    return edit
