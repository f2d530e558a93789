"""Run a network and keep what every layer says."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from explorer.core.errors import Cancelled
from explorer.tracing.graph import build_graph
from explorer.tracing.packed import packed
from explorer.tracing.steps import SILENT
from explorer.tracing.timing import clock_for

Values = list[Tensor | None]


class Task(NamedTuple):
    """One operation to run, and the values that nobody needs after it."""

    position: int
    call: Callable[..., Tensor]
    inputs: tuple[int, ...]
    drop: tuple[int, ...]


class TracedNet:
    """A network, its operations in order, and its graph for one input size.

    Parameters
    ----------
    module : nn.Module
        With its weights, on its device; it is put into evaluation mode and otherwise left as it is.
    name : str
        Of the network.
    input_size : int
        Side of the input in pixels.
    labels : mapping
        Module path to short name.
    trained_heads : collection of str
        Heads whose weights were trained.

    Raises
    ------
    UserError
        ``size_too_small``, ``input_size_unfit`` where the network cannot take an input of that size.
    """

    def __init__(
        self,
        module: nn.Module,
        name: str,
        input_size: int,
        labels: Mapping[str, str] | None = None,
        trained_heads: Collection[str] = (),
    ) -> None:
        self.module = module.eval()
        self.input_size = input_size
        self.program, self.graph = build_graph(module, name, input_size, labels, trained_heads)
        self.positions = {operation.name: position for position, operation in enumerate(self.program.operations)}
        self.positions |= {alias: self.positions[layer] for alias, layer in self.graph.aliases.items()}
        layers = self.graph.layers
        self._calls = [
            operation.call if operation.module is None else packed(operation.module, layers[operation.inputs[0]].shape)
            for operation in self.program.operations
        ]
        self._everything = frozenset(range(len(self.program.operations)))
        self._all_tasks = self.tasks([None] * len(self._everything), self._everything)

    def tasks(self, values: Values, wanted: frozenset[int]) -> list[Task]:
        """Return what has to be run, in order, to have the wanted operations' values; those that are there are used.

        Each task says which values can be dropped after it: neither wanted, nor needed again, nor there before.
        """
        operations = self.program.operations
        needed: set[int] = set()
        open_ends = [position for position in wanted if values[position] is None]
        while open_ends:
            position = open_ends.pop()
            if position not in needed:
                needed.add(position)
                open_ends += [index for index in operations[position].inputs if values[index] is None]
        order = sorted(needed)
        last_use = {index: position for position in order for index in operations[position].inputs}
        drops: dict[int, list[int]] = {}
        for index, position in last_use.items():
            if index in needed and index not in wanted:
                drops.setdefault(position, []).append(index)
        return [
            Task(position, self._calls[position], operations[position].inputs, tuple(drops.get(position, ())))
            for position in order
            if operations[position].kind != "input"
        ]

    def plan(self, keep_bytes: int | None, batch: int, item_bytes: int) -> tuple[frozenset[int], list[Task]]:
        """Return what to keep within a budget, and what to run for it: everything always runs.

        All activations are kept where they fit. Where they do not: the input and the logits, then the outputs of the
        steps that fit, those of the main path and the heads before those inside them.
        """
        sizes = [
            0 if layer.kind in SILENT else batch * item_bytes * torch.Size(layer.shape).numel()
            for layer in self.graph.layers
        ]
        if keep_bytes is None or sum(sizes) <= keep_bytes:
            return self._everything, self._all_tasks
        kept = {0, *self.program.heads.values()}
        room = keep_bytes - sum(sizes[position] for position in kept)
        row = [*self.graph.steps, *self.graph.sides]
        while row:
            for position in (self.positions[step.output] for step in row):
                if position not in kept and sizes[position] <= room:
                    kept.add(position)
                    room -= sizes[position]
            row = [child for step in row for child in step.children]
        values: Values = [None] * len(sizes)
        return frozenset(kept), self.tasks(values, frozenset(kept))


class Activations:
    """What every layer said about one input.

    Tensors keep the batch: (N, C, H, W) or (N, units), N = 1 for one picture, on the network's device. They are
    inference tensors and must not be written to: some share their memory.

    Attributes
    ----------
    logits : dict of str to Tensor (N, classes)
        A head, in the order of the graph's heads.
    layer_ms : dict of str to float
        Layer to the milliseconds that it took in the forward pass; the input took none.
    seconds : float
        The forward pass with everything that was kept of it.
    """

    def __init__(self, traced: TracedNet, values: Values, layer_ms: dict[str, float], seconds: float) -> None:
        self._traced = traced
        self._values = values
        self._recomputed: tuple[int, Tensor] | None = None
        self.layer_ms = layer_ms
        self.seconds = seconds
        self.logits = {head.name: self.get(head.layer) for head in traced.graph.heads}

    @property
    def kept(self) -> frozenset[str]:
        """Names of the layers whose output is held; the others are computed when they are asked for."""
        operations = self._traced.program.operations
        return frozenset(
            operation.name for operation, value in zip(operations, self._values, strict=True) if value is not None
        )

    def get(self, name: str) -> Tensor:
        """Return a layer's output by its name or an alias; one that was not kept is computed again.

        Computing starts at the nearest layers that were kept, and the newest result is held until the next one.

        Raises
        ------
        KeyError
            Where the network has no such layer.
        """
        position = self._traced.positions[name]
        value = self._values[position]
        if value is not None:
            return value
        if self._recomputed is None or self._recomputed[0] != position:
            self._recomputed = None
            self._recomputed = position, self._compute(position)
        return self._recomputed[1]

    __getitem__ = get

    def __contains__(self, name: object) -> bool:
        return name in self._traced.positions

    def __iter__(self) -> Iterator[str]:
        """Iterate over the layers' names in the order in which they ran."""
        return (operation.name for operation in self._traced.program.operations)

    def __len__(self) -> int:
        return len(self._traced.program.operations)

    def held(self) -> Values:
        """Return a new list of the outputs, by operation; None where one was not kept."""
        return list(self._values)

    def _compute(self, position: int) -> Tensor:
        values = list(self._values)
        tasks = self._traced.tasks(values, frozenset((position,)))
        with torch.inference_mode():
            for _ in execute(tasks, values):
                pass
        computed = values[position]
        assert computed is not None
        return computed


def run(
    traced: TracedNet,
    network_input: Tensor,
    on_layer: Callable[[str, Tensor], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    keep_bytes: int | None = None,
) -> Activations:
    """Run a network and keep each layer's output on its device.

    Parameters
    ----------
    traced : TracedNet
    network_input : Tensor (N, 3, S, S) float32
        On the network's device; S is the size for which the network was traced.
    on_layer : callable
        Called with the name and output of each layer as it comes, the input first.
    cancel : callable
        Asked between any two layers.
    keep_bytes : int or None
        Budget for the outputs; see :meth:`TracedNet.plan`. None keeps all.

    Raises
    ------
    Cancelled
        As soon as ``cancel()`` is true.
    ValueError
        Where the input has another shape.
    """
    wanted_shape = (3, traced.input_size, traced.input_size)
    if network_input.ndim != 4 or tuple(network_input.shape[1:]) != wanted_shape:
        raise ValueError(f"input of shape {tuple(network_input.shape)} for (N, {', '.join(map(str, wanted_shape))})")
    operations = traced.program.operations
    _, tasks = traced.plan(keep_bytes, network_input.shape[0], network_input.element_size())
    values: Values = [None] * len(operations)
    values[0] = network_input
    if on_layer is not None:
        on_layer(operations[0].name, network_input)

    clock = clock_for(network_input.device)
    start = time.perf_counter()
    with torch.inference_mode():
        clock.mark()
        for position, value in execute(tasks, values):
            clock.mark()
            if on_layer is not None:
                on_layer(operations[position].name, value)
            if cancel is not None and cancel():
                raise Cancelled
    milliseconds = clock.milliseconds()
    seconds = time.perf_counter() - start
    names = (operations[task.position].name for task in tasks)
    layer_ms = {operations[0].name: 0.0} | dict(zip(names, milliseconds, strict=True))
    return Activations(traced, values, layer_ms, seconds)


def execute(tasks: list[Task], values: Values) -> Iterator[tuple[int, Tensor]]:
    """Run the tasks and yield each one's position and value; what is needed no more is dropped on the way."""
    for position, call, inputs, drop in tasks:
        value = call(values[inputs[0]]) if len(inputs) == 1 else call(*[values[index] for index in inputs])
        values[position] = value
        yield position, value
        for index in drop:
            values[index] = None
