"""Short names of layers and steps, in the words of the papers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.core.layers import LayerSpec
from explorer.tracing.operators import Attributes

_KINDS = {
    "input": "input",
    "convolution": "convolution",
    "batch_norm": "batch norm",
    "relu": "ReLU",
    "lrn": "normalisation",
    "max_pool": "max pool",
    "avg_pool": "average pool",
    "linear": "fully connected",
    "dropout": "dropout",
    "flatten": "flatten",
    "concat": "concatenation",
    "add": "sum",
    "softmax": "softmax",
}


def last_part(path: str) -> str:
    """Return what stands behind the last dot: ``conv`` of ``inception3a.branch1.conv``."""
    return path.rpartition(".")[2]


def layer_label(kind: str, attributes: Attributes) -> str:
    """Return what an operation is, with its kernel where it has one: ``convolution 3×3``, ``ReLU``."""
    return f"{_KINDS[kind]} {_square(attributes)}" if "kernel" in attributes else _KINDS[kind]


def block_label(path: str, kind: str, branch: str) -> str:
    """Return ``inception 4a`` for ``inception4a``, ``layer 1.0`` for ``layer1.0``, ``3×3`` for a branch."""
    if branch:
        return branch.replace("x", "×")
    return path if kind == "head" else re.sub(r"(?<=[a-z])(?=\d)", " ", path, count=1)


def unit_label(starter: LayerSpec, block_kind: str, branch: str, units: Sequence[Sequence[LayerSpec]]) -> str:
    """Return the short name of a unit inside a block.

    Parameters
    ----------
    starter : LayerSpec
        Its first layer.
    block_kind, branch : str
        Of the block or branch in which it lies.
    units : sequence of sequences of LayerSpec
        All units of that block, this one among them.
    """
    name = last_part(starter.name)
    if starter.kind == "add":
        return "sum"
    if branch:
        return _branch_label(starter, branch, units)
    if starter.kind != "convolution":
        return name
    kernel = _square(starter.attributes)
    if block_kind == "residual":
        reads_block_input = starter.inputs == units[0][0].inputs and starter is not units[0][0]
        return f"projection {kernel}" if reads_block_input else f"{name} {kernel}"
    return f"conv {kernel}" if block_kind == "head" else kernel


def _branch_label(starter: LayerSpec, branch: str, units: Sequence[Sequence[LayerSpec]]) -> str:
    """Return the paper's word: the "5×5" keeps its name in the variant whose kernel is 3×3; its layer says 3×3."""
    if branch == "pool":
        word = "pool" if starter.kind == "max_pool" else "projection"
        return f"{word} {_square(starter.attributes)}"
    name = branch.replace("x", "×")
    return name if starter is units[-1][0] else f"{name} reduce"


def _square(attributes: Attributes) -> str:
    return f"{attributes['kernel']}×{attributes['kernel']}"
