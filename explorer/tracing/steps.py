"""The steps that a class walks through: layers gathered into units, units into branches and blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from torch import nn

from explorer.core.layers import LayerSpec, Step
from explorer.tracing import wording
from explorer.tracing.program import Operation, Program

FOLLOWERS = frozenset({"batch_norm", "relu", "lrn", "dropout", "flatten", "softmax"})
"""Kinds that belong to the layer before them."""

SILENT = frozenset({"dropout", "flatten"})
"""Followers that change no value (dropout: not while testing): the layer before them stands for the unit."""


@dataclass(frozen=True)
class Block:
    """A module that the class can enter: ``kind`` as in Step; ``branch`` is its colour key where it is a branch."""

    path: str
    kind: str
    branch: str = ""


def find_blocks(net: nn.Module) -> dict[str, Block]:
    """Return the blocks of a network by path: modules with a ``block`` attribute, and their ``branches``."""
    blocks: dict[str, Block] = {}
    for path, module in net.named_modules():
        kind = getattr(module, "block", "")
        if path and isinstance(kind, str) and kind:
            blocks[path] = Block(path, kind)
            for attribute, key in getattr(module, "branches", {}).items():
                blocks[f"{path}.{attribute}"] = Block(f"{path}.{attribute}", "branch", key)
    return blocks


class StepBuilder:
    """Builds steps from operations.

    A unit is a layer (convolution, linear, pooling, concatenation, addition) with the followers that nothing else
    reads: normalisation, ReLU, dropout, flattening. Its output is that of its last layer that changes values: pooled
    maps stay maps, although a flattening follows. Its name is its first layer's label where the network gives one
    (``conv1_1``), else the path of the module that holds exactly its layers up to the output (``conv1``,
    ``inception3a.branch2.0``), else its first layer's name (``layer1.0.conv1``). A layer that stands alone is a step
    without children.

    Names are unique. Where an inner step would be called as an outer one is already, the kind of its layer is added:
    in GoogLeNet the unit ``conv1`` holds the steps ``conv1.conv``, ``conv1.bn`` and ``conv1:relu``, whose layer is
    ``conv1``.

    Parameters
    ----------
    program : Program
    layers : mapping
        Layer name to layer.
    blocks : mapping
        Path to block.
    labels : mapping
        Module path to short name.
    """

    def __init__(
        self,
        program: Program,
        layers: Mapping[str, LayerSpec],
        blocks: Mapping[str, Block],
        labels: Mapping[str, str],
    ) -> None:
        self._program = program
        self._layers = layers
        self._blocks = blocks
        self._labels = labels
        self._readers = [0] * len(program.operations)
        self._inside: dict[str, int] = {}
        for operation in program.operations:
            for index in operation.inputs:
                self._readers[index] += 1
            for path in operation.enclosing:
                self._inside[path] = self._inside.get(path, 0) + 1

    def sequence(self, indices: Iterable[int], within: Block | None = None) -> tuple[Step, ...]:
        """Return the steps that these operations make, inside a block or on the main path; names not yet unique."""
        groups: list[tuple[Block | None, list[int]]] = []
        group_of: dict[int | str, list[int]] = {}  # by last operation of a unit, or by path of a block
        for index in indices:
            operation = self._program.operations[index]
            block = self._outermost_block(operation, within)
            if block is not None:
                if block.path not in group_of:
                    group_of[block.path] = []
                    groups.append((block, group_of[block.path]))
                group_of[block.path].append(index)
            elif self._follows(operation) and operation.inputs[0] in group_of:
                unit = group_of.pop(operation.inputs[0])
                unit.append(index)
                group_of[index] = unit
            else:
                group_of[index] = [index]
                groups.append((None, group_of[index]))
        units = [self._names(members) for block, members in groups if block is None]
        steps = []
        for block, members in groups:
            if block is not None:
                steps.append(self._block(block, members))
            elif not self._ends_inception(members, within):
                steps.append(self._unit(members, within, units))
        return tuple(steps)

    def _outermost_block(self, operation: Operation, within: Block | None) -> Block | None:
        paths = operation.enclosing
        inner = paths[paths.index(within.path) + 1 :] if within is not None else paths
        return next((self._blocks[path] for path in inner if path in self._blocks), None)

    def _follows(self, operation: Operation) -> bool:
        if len(operation.inputs) != 1 or self._readers[operation.inputs[0]] != 1:
            return False
        return operation.kind in FOLLOWERS or self._is_silent(self._layers[operation.name])

    def _is_silent(self, layer: LayerSpec) -> bool:
        # An adaptive pooling to the size that is there already (VGG-16 at 224 px) changes nothing either.
        same = layer.kind == "avg_pool" and bool(layer.inputs) and layer.shape == self._layers[layer.inputs[0]].shape
        return layer.kind in SILENT or (same and "output_size" in layer.attributes)

    def _ends_inception(self, members: list[int], within: Block | None) -> bool:
        """Whether this is the concatenation of the branches: the module itself stands for it."""
        if within is None or within.kind != "inception" or len(members) != 1:
            return False
        return members[0] == self._program.outputs.get(within.path)

    def _names(self, members: list[int]) -> list[LayerSpec]:
        return [self._layers[self._program.operations[index].name] for index in members]

    def _block(self, block: Block, members: list[int]) -> Step:
        children = self.sequence(members, block)
        if block.kind == "branch" and len(children) == 1:
            # A branch of one unit is that unit.
            children = children[0].children
        output = self._program.operations[self._program.outputs[block.path]].name
        label = self._labels.get(block.path) or wording.block_label(block.path, block.kind, block.branch)
        step = Step(block.path, label, block.kind, output, children, block.branch)
        return _coloured(step, block.branch) if block.branch else step

    def _unit(self, members: list[int], within: Block | None, units: list[list[LayerSpec]]) -> Step:
        layers = self._names(members)
        starter = layers[0]
        spoken = [layer for layer in layers if not self._is_silent(layer)] or [starter]
        module = self._module_of(members[: layers.index(spoken[-1]) + 1], within)
        given = self._labels.get(module or starter.name)
        if within is None:
            label = given or wording.last_part(module or starter.name)
        else:
            label = given or wording.unit_label(starter, within.kind, within.branch, units)
        if len(layers) == 1:
            kind = "input" if starter.kind == "input" else "layer"
            return Step(given or starter.name, label, kind, starter.name)
        children = tuple(Step(layer.name, layer.label, "layer", layer.name) for layer in layers)
        return Step(given or module or starter.name, label, "unit", spoken[-1].name, children)

    def _module_of(self, members: list[int], within: Block | None) -> str | None:
        """Return the outermost module, inside the block, that holds these operations and no other one."""
        operations = [self._program.operations[index] for index in members]
        first = operations[0].enclosing
        inner = first[first.index(within.path) + 1 :] if within is not None else first
        for path in inner:
            if self._inside[path] == len(members) and all(path in operation.enclosing for operation in operations):
                return path
        return None


def _coloured(step: Step, branch: str) -> Step:
    children = tuple(_coloured(child, branch) for child in step.children)
    return msgspec.structs.replace(step, branch=branch, children=children)


def with_unique_names(steps: tuple[Step, ...], layers: Mapping[str, LayerSpec]) -> tuple[Step, ...]:
    """Return the steps with names that differ from each other; outer steps keep theirs."""
    taken: set[str] = set()

    def named(row: tuple[Step, ...]) -> tuple[Step, ...]:
        renamed = []
        for step in row:
            name = step.name
            if name in taken:
                name = f"{step.name}:{layers[step.output].kind}"
            number = 2
            while name in taken:
                name, number = f"{step.name}:{layers[step.output].kind}{number}", number + 1
            taken.add(name)
            renamed.append(msgspec.structs.replace(step, name=name))
        return tuple(msgspec.structs.replace(step, children=named(step.children)) for step in renamed)

    return named(steps)
