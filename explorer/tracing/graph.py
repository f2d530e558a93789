"""From a network to its graph: layers with shapes, costs and receptive fields, and the steps through them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from torch import nn

from explorer.core.errors import UserError
from explorer.core.layers import Head, LayerGraph, LayerSpec, Step
from explorer.nets.catalog import NETS
from explorer.nets.spec import IMAGENET_PREPROCESS
from explorer.tracing import cost, receptive_field, wording
from explorer.tracing.operators import Attributes, Shape, WindowTooLargeError, attributes_of, output_shape
from explorer.tracing.program import Operation, Program, record
from explorer.tracing.receptive_field import Sight
from explorer.tracing.steps import Block, StepBuilder, find_blocks, with_unique_names


def build_graph(
    net: nn.Module,
    name: str,
    input_size: int,
    labels: Mapping[str, str] | None = None,
    trained_heads: Collection[str] = (),
) -> tuple[Program, LayerGraph]:
    """Return what a network does, as operations that can be run and as the graph that people see; nothing is run.

    Parameters
    ----------
    net : nn.Module
        ``forward`` takes (N, 3, S, S) and returns a dict of heads, main first. Blocks are modules with a ``block``
        attribute; an inception module names its ``branches``.
    name : str
        Of the network.
    input_size : int
        Side S of the input in pixels.
    labels : mapping
        Module path to the short name that people use.
    trained_heads : collection of str
        Heads whose weights were trained; the others are marked untrained.

    Raises
    ------
    UserError
        ``size_too_small`` where a kernel would be larger than what it reads; ``input_size_unfit`` where the network
        cannot take an input of that size for another reason.
    TypeError
        Where the network does something that the trace has no rule for.
    """
    labels = labels or {}
    program = record(net)
    blocks = find_blocks(net)
    layers = _layers(program, blocks, labels, name, input_size)
    by_name = {layer.name: layer for layer in layers}
    builder = StepBuilder(program, by_name, blocks, labels)

    main = _needed(program, program.heads["main"])
    rows = [builder.sequence(sorted(main))]
    hangs_at: dict[str, set[str]] = {}
    seen = set(main)
    for head, index in program.heads.items():
        if head != "main":
            own = _needed(program, index) - seen
            hangs_at[head] = {program.operations[i].name for member in own for i in _reads(program, member) & main}
            rows.append((_side(builder, head, sorted(own), program.operations[index].name),))
            seen |= own
    count = len(rows[0])
    named = with_unique_names(tuple(step for row in rows for step in row), by_name)
    steps, sides = named[:count], named[count:]

    heads = []
    for head, index in program.heads.items():
        after = _last_maps(steps, by_name) if head == "main" else _step_of(steps, hangs_at[head])
        heads.append(Head(head, program.operations[index].name, after, head in trained_heads))
    shortcuts = tuple((before.name, step.name) for before, step in pairwise(steps) if step.kind == "residual")
    graph = LayerGraph(name, layers, steps, tuple(heads), sides, program.aliases, shortcuts)
    return program, graph


def _layers(
    program: Program, blocks: Mapping[str, Block], labels: Mapping[str, str], net: str, input_size: int
) -> tuple[LayerSpec, ...]:
    layers: list[LayerSpec] = []
    sights: list[Sight] = []
    for operation in program.operations:
        attributes = attributes_of(operation.module) if operation.module is not None else {}
        if operation.kind == "input":
            shape: Shape = (3, input_size, input_size)
            sight = receptive_field.of_input(input_size)
        else:
            before = [layers[index].shape for index in operation.inputs]
            shape = _shape(operation, attributes, before, net, input_size)
            reads = [sights[index] for index in operation.inputs]
            sight = receptive_field.propagate(operation.kind, attributes, reads, before[0], shape)
        sights.append(sight)
        layers.append(
            LayerSpec(
                name=operation.name,
                label=labels.get(operation.name) or wording.layer_label(operation.kind, attributes),
                kind=operation.kind,
                inputs=tuple(layers[index].name for index in operation.inputs),
                shape=shape,
                parameters=cost.parameters(operation.module),
                macs=cost.macs(operation.kind, attributes, shape),
                receptive_field=sight.field,
                attributes=attributes,
                branch=next((blocks[path].branch for path in operation.enclosing if _is_branch(blocks, path)), ""),
            )
        )
    return tuple(layers)


def _is_branch(blocks: Mapping[str, Block], path: str) -> bool:
    return path in blocks and bool(blocks[path].branch)


def _shape(operation: Operation, attributes: Attributes, before: Sequence[Shape], net: str, input_size: int) -> Shape:
    try:
        return output_shape(operation.kind, attributes, before)
    except WindowTooLargeError as error:
        title, default = _described(net)
        raise UserError("size_too_small", net=title, size=input_size, default=default) from error
    except ValueError as error:
        title, _ = _described(net)
        raise UserError("input_size_unfit", net=title, size=input_size, layer=operation.name) from error


def _described(net: str) -> tuple[str, int]:
    """Return a network's title and the input size that it was made for; of one outside the catalog what is likely."""
    for spec in NETS:
        if spec.name == net:
            return spec.title, spec.default_preprocess.size
    return net, IMAGENET_PREPROCESS.size


def _reads(program: Program, index: int) -> set[int]:
    return set(program.operations[index].inputs)


def _needed(program: Program, index: int) -> set[int]:
    """Return the indices of the operations that one depends on, its own included."""
    needed = {index}
    for candidate in range(index, -1, -1):
        if candidate in needed:
            needed |= _reads(program, candidate)
    return needed


def _side(builder: StepBuilder, head: str, own: Sequence[int], logits: str) -> Step:
    """Return the step of an auxiliary head, which carries the head's name."""
    steps = builder.sequence(own)
    if len(steps) == 1 and steps[0].kind == "head" and steps[0].name == head:
        return steps[0]
    return Step(head, head, "head", logits, steps)


def _step_of(steps: Sequence[Step], layers: set[str]) -> str:
    """Return the main path's last step that holds one of the layers."""
    holding = [step.name for step in steps if any(inner.output in layers for inner in step.walk())]
    return holding[-1]


def _last_maps(steps: Sequence[Step], layers: Mapping[str, LayerSpec]) -> str:
    """Return the last step that makes feature maps: what the classifier at the end (averages, linear layers) reads."""
    classifying = ("avg_pool", "linear", "flatten")
    making = [step for step in steps if layers[(*step.children, step)[0].output].kind not in classifying]
    return making[-1].name
