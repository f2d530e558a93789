"""Residual blocks: what the shortcut brings, what F adds, and what the network says without one of them.

References
----------
He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition. CVPR 2016.
Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow Networks. NIPS 2016.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.layers import Head, LayerGraph, Step
from explorer.core.messages.explore import Wall
from explorer.core.messages.ideas import CutResult, ResidualBlock, ResidualResult
from explorer.methods.edited import Operation, edited_in_slices
from explorer.methods.experiment import changes
from explorer.methods.wall import as_maps, wall_between
from explorer.tracing.forward import Activations, TracedNet

PARTS = ("shortcut", "residual")


@dataclass(frozen=True)
class Block:
    """A residual block's layers; ``residual_first``: whether the addition reads F(x) before x."""

    step: Step
    shortcut: str
    residual: str
    added: str
    output: str
    projection: bool
    residual_first: bool


def blocks_of(graph: LayerGraph) -> tuple[Block, ...]:
    """Return the residual blocks in the order of the data.

    Raises
    ------
    UserError
        ``no_residual_blocks`` where the network has none.
    """
    steps = [step for outer in graph.steps for step in outer.walk() if step.kind == "residual"]
    if not steps:
        raise UserError("no_residual_blocks", net=graph.net)
    return tuple(_block(graph, step) for step in steps)


def compare_blocks(
    graph: LayerGraph, activations: Activations, trace: str, step: str, aspect: float
) -> Generator[ResidualResult | None, None, None]:
    """Yield every block's norms and one block's walls (see ``ResidualRequest``), and None while it works.

    Raises
    ------
    UserError
        ``no_residual_blocks``.
    """
    blocks = blocks_of(graph)
    shown = next((block for block in blocks if _holds(graph, block, step)), blocks[0])
    names = (shown.shortcut, shown.residual, shown.added, shown.output)
    measured: list[ResidualBlock] = []
    walls: list[Wall] = []
    for block in blocks:
        measured.append(_measured(block, activations))
        yield None
    with torch.inference_mode():
        maps = {name: as_maps(activations.get(name)[0]) for name in names}
        high = max(float(torch.nan_to_num(one).abs().amax()) for one in maps.values())
    for name in names:
        with torch.inference_mode():
            walls.append(wall_between(maps[name], name, -high, high, aspect))
        yield None
    yield ResidualResult(trace, tuple(measured), shown.step.name, tuple(walls), -high, high)


def cut(
    traced: TracedNet,
    activations: Activations,
    heads: Sequence[Head],
    trace: str,
    cuts: Sequence[str],
) -> Generator[CutResult | None, None, None]:
    """Yield what the heads say without some shortcuts or residual branches, and None while it works.

    The addition of a block then passes on one of the two alone (zeros where both are cut); weights are not touched.

    Parameters
    ----------
    cuts : sequence of str
        ``<block>:shortcut`` or ``<block>:residual``.

    Raises
    ------
    UserError
        ``no_residual_blocks``, or ``cut_unknown`` where a cut names no block or part.
    """
    blocks = blocks_of(traced.graph)
    possible = [f"{block.step.name}:{part}" for block in blocks for part in PARTS]
    for wanted in cuts:
        if wanted not in possible:
            raise UserError("cut_unknown", cut=wanted, example=possible[0])
    made = tuple(name for name in possible if name in cuts)
    calls = {block.added: _without(block, made) for block in blocks if any(_of(block, name) for name in made)}
    after = yield from edited_in_slices(traced, activations, {}, calls=calls)
    yield CutResult(trace, made, changes(heads, activations.logits, after))


def _block(graph: LayerGraph, step: Step) -> Block:
    output = step.output
    added = output if graph.layer(output).kind == "add" else graph.layer(output).inputs[0]
    first, second = graph.layer(added).inputs
    entry = _entry(graph, added)
    # The longer way through the block is F; what comes from the block's input directly, or by one convolution, is x.
    residual_first = _way(graph, first, entry) >= _way(graph, second, entry)
    residual, shortcut = (first, second) if residual_first else (second, first)
    return Block(step, shortcut, residual, added, output, shortcut != entry, residual_first)


def _entry(graph: LayerGraph, added: str) -> str:
    """Return the layer that the block reads: the nearest one that both ways to the addition share."""
    first, second = graph.layer(added).inputs
    ways = set(_back(graph, second))
    return next(name for name in _back(graph, first) if name in ways)


def _back(graph: LayerGraph, name: str) -> list[str]:
    """Return a layer and what it depends on by its first input, the nearest first."""
    way = [name]
    while graph.layer(way[-1]).inputs:
        way.append(graph.layer(way[-1]).inputs[0])
    return way


def _way(graph: LayerGraph, name: str, entry: str) -> int:
    return _back(graph, name).index(entry)


def _holds(graph: LayerGraph, block: Block, step: str) -> bool:
    return any(inner.name == step for inner in block.step.walk())


def _measured(block: Block, activations: Activations) -> ResidualBlock:
    names = (block.shortcut, block.residual, block.added, block.output)
    x, f, both, after = (float(torch.linalg.vector_norm(activations.get(name), dtype=torch.float64)) for name in names)
    return ResidualBlock(
        step=block.step.name,
        label=block.step.label,
        shortcut=block.shortcut,
        residual=block.residual,
        added=block.added,
        output=block.output,
        projection=block.projection,
        shortcut_norm=x,
        residual_norm=f,
        added_norm=both,
        output_norm=after,
        ratio=f / x if x > 0 else float("inf"),
        # The sum is there already: ‖x + F‖² = ‖x‖² + ‖F‖² + 2 x·F.
        cosine=(both**2 - x**2 - f**2) / (2 * x * f) if x > 0 and f > 0 else 0.0,
    )


def _of(block: Block, name: str) -> bool:
    return name.rpartition(":")[0] == block.step.name


def _without(block: Block, cuts: Sequence[str]) -> Operation:
    """Return the addition of a block with one or both of its terms left out."""
    keep_shortcut = f"{block.step.name}:shortcut" not in cuts
    keep_residual = f"{block.step.name}:residual" not in cuts

    def add(first: Tensor, second: Tensor) -> Tensor:
        residual, shortcut = (first, second) if block.residual_first else (second, first)
        if keep_shortcut:
            return shortcut
        return residual if keep_residual else torch.zeros_like(residual)

    return add
