"""Run a network with some of its outputs or operations replaced; its weights are never touched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping

import torch
from torch import Tensor

from explorer.core.errors import Cancelled
from explorer.tracing.forward import Activations, TracedNet, Values, execute

Edit = Callable[[Tensor], Tensor]
"""Takes a layer's output, with the batch, and returns what stands in its place; it must not write to it."""

Operation = Callable[..., Tensor]
"""Takes what a layer reads and returns its output."""

Slices = Generator[None, None, dict[str, Tensor]]
"""Runs one layer at each ``next``, and returns what was wanted."""


def run_edited(
    traced: TracedNet,
    activations: Activations,
    edits: Mapping[str, Edit],
    *,
    calls: Mapping[str, Operation] | None = None,
    wanted: Collection[str] = (),
    cancel: Callable[[], bool] | None = None,
) -> dict[str, Tensor]:
    """Return each head's logits (N, classes) with some layers' outputs replaced.

    Only what depends on a replaced layer is computed again; everything else is taken from ``activations``.

    Parameters
    ----------
    edits : mapping
        Layer (or alias) to what replaces its output.
    calls : mapping
        Layer (or alias) to what is done instead of its operation, before its edit.
    wanted : collection of str
        Layers whose outputs are returned too, by these names.
    cancel : callable
        Asked between any two layers.

    Returns
    -------
    dict of str to Tensor
        The heads in the graph's order, then the wanted layers.

    Raises
    ------
    Cancelled
        As soon as ``cancel()`` is true.
    KeyError
        Where the network has no layer of a name.
    """
    slices = edited_in_slices(traced, activations, edits, calls=calls, wanted=wanted)
    try:
        while cancel is None or not cancel():
            next(slices)
    except StopIteration as end:
        result: dict[str, Tensor] = end.value
        return result
    slices.close()
    raise Cancelled


def edited_in_slices(
    traced: TracedNet,
    activations: Activations,
    edits: Mapping[str, Edit],
    *,
    calls: Mapping[str, Operation] | None = None,
    wanted: Collection[str] = (),
) -> Slices:
    """Do what :func:`run_edited` does, one layer at a time."""
    changes = {traced.positions[name]: edit for name, edit in edits.items()}
    replaced = {traced.positions[name]: call for name, call in (calls or {}).items()}
    values = activations.held()
    operations = traced.program.operations
    stale: set[int] = set()
    for position, operation in enumerate(operations):
        again = position in replaced or not stale.isdisjoint(operation.inputs)
        if again:
            values[position] = None
        if position in changes and not again:
            with torch.inference_mode():
                values[position] = changes.pop(position)(activations.get(operation.name))
            yield
            again = True
        if again:
            stale.add(position)
    return (yield from _finished(traced, values, changes, replaced, wanted))


def run_in_slices(traced: TracedNet, net_input: Tensor, wanted: Collection[str] = ()) -> Slices:
    """Run a network on another input (N, 3, S, S), one layer at a time; see :func:`run_edited` for what it returns."""
    values: Values = [None] * len(traced.program.operations)
    values[0] = net_input
    return (yield from _finished(traced, values, {}, {}, wanted))


def _finished(
    traced: TracedNet,
    values: Values,
    changes: Mapping[int, Edit],
    replaced: Mapping[int, Operation],
    wanted: Collection[str],
) -> Slices:
    """Compute what is missing for the heads and the wanted layers."""
    places = {head.name: traced.positions[head.layer] for head in traced.graph.heads}
    places |= {name: traced.positions[name] for name in wanted}
    tasks = [
        task._replace(call=replaced.get(task.position, task.call))
        for task in traced.tasks(values, frozenset(places.values()))
    ]
    running = execute(tasks, values)
    while True:
        # Inference mode belongs to the thread, which does other work between two slices.
        with torch.inference_mode():
            done = next(running, None)
            if done is None:
                break
            position, value = done
            if position in changes:
                values[position] = changes[position](value)
        yield
    found: dict[str, Tensor] = {}
    for name, position in places.items():
        output = values[position]
        assert output is not None
        found[name] = output
    return found
