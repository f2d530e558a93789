"""The gradient of one class's logit with respect to any layer, computed only between the two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.core.errors import Cancelled, UserError
from explorer.core.layers import Head
from explorer.methods.heads import probabilities
from explorer.tracing.forward import Activations, TracedNet


@dataclass(frozen=True)
class Target:
    """A class of a head: its name, its number, and what the head gives it."""

    head: str
    label: str
    index: int
    probability: float


def find_target(
    heads: Iterable[Head], classes: Sequence[str], activations: Activations, head: str, label: str
) -> Target:
    """Return the class that is asked about; an empty label is the head's own first.

    Raises
    ------
    UserError
        ``head_unknown``, ``head_untrained``, ``class_unknown``.
    """
    known = {one.name: one for one in heads}
    if head not in known:
        raise UserError("head_unknown", head=head, known=", ".join(known))
    if not known[head].trained:
        raise UserError("head_untrained", head=head)
    given = probabilities(activations.logits[head])
    if not label:
        index = int(given.argmax())
    elif label in classes:
        index = classes.index(label)
    else:
        raise UserError("class_unknown", label=label, head=head)
    return Target(head, classes[index] if index < len(classes) else str(index), index, float(given[index]))


def logit_gradient(
    traced: TracedNet,
    activations: Activations,
    layer: str,
    head: str,
    index: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Tensor, Tensor]:
    """Return a layer's activation and the gradient of the logit with respect to it, both with the batch of one.

    What the layer does not feed is taken from the trace, and no weight gets a gradient, so that this costs about as
    much as the forward pass from the layer to the head, twice.

    Raises
    ------
    UserError
        ``layer_not_before_head`` where the head does not read the layer.
    Cancelled
        Between two operations.
    """
    program = traced.program
    start, end = traced.positions[layer], program.heads[head]
    order = between(traced, start, end)
    if not order:
        raise UserError("layer_not_before_head", layer=layer, head=head)
    # What a trace keeps are inference tensors, through which nothing can be derived: only the leaf is copied.
    with torch.inference_mode(False), torch.enable_grad():
        leaf = activations.get(layer).clone().requires_grad_()
        values = {start: leaf}
        for position in order[1:]:
            if cancelled():
                raise Cancelled
            operation = program.operations[position]
            values[position] = operation.call(
                *(
                    values[source] if source in values else activations.get(program.operations[source].name)
                    for source in operation.inputs
                )
            )
        (grad,) = torch.autograd.grad(values[end].reshape(-1)[index], leaf)
    return leaf.detach(), grad


def between(traced: TracedNet, start: int, end: int) -> list[int]:
    """Return the positions on the ways from one operation to another, both included, in order; empty where none."""
    operations = traced.program.operations
    reached = {start}
    for position in range(start + 1, end + 1):
        if reached.intersection(operations[position].inputs):
            reached.add(position)
    if end not in reached:
        return []
    needed = {end}
    for position in range(end, start, -1):
        if position in needed:
            needed.update(reached.intersection(operations[position].inputs))
    return sorted(needed)


def maps_of(traced: TracedNet, layer: str) -> str:
    """Return a layer's own name where it has feature maps.

    Raises
    ------
    UserError
        ``layer_unknown``, ``layer_without_maps``.
    """
    if layer not in traced.positions:
        raise UserError("layer_unknown", layer=layer, net=traced.graph.net)
    spec = traced.graph.layers[traced.positions[layer]]
    if len(spec.shape) != 3:
        raise UserError("layer_without_maps", layer=layer)
    return spec.name


def last_maps(traced: TracedNet, head: str) -> str:
    """Return the layer at which a head is best asked where it looks: the last maps before it that were not pooled."""
    graph = traced.graph
    after = next(one.after for one in graph.heads if one.name == head)
    layer = graph.layer(graph.step(after).output)
    while layer.kind == "max_pool":
        layer = graph.layer(layer.inputs[0])
    return layer.name
