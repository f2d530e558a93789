"""The graph's labels in the reader's language."""

from __future__ import annotations

import re

import msgspec

from explorer.core.layers import LayerGraph, Step
from explorer.core.text import Translator

_WORDS = (
    "input",
    "convolution",
    "batch norm",
    "normalisation",
    "max pool",
    "average pool",
    "fully connected",
    "dropout",
    "flatten",
    "concatenation",
    "sum",
    "softmax",
    "reduce",
    "projection",
    "pool",
    "inception",
)
_PATTERN = re.compile(r"(?<![A-Za-z])(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")(?![A-Za-z0-9])")


def localised(graph: LayerGraph, tr: Translator) -> LayerGraph:
    """Return the graph with labels in the translator's language; identifiers such as ``conv5_3`` stay."""

    def word(match: re.Match[str]) -> str:
        key = "word." + match[1].replace(" ", "_")
        return tr(key) if tr.has(key) else match[1]

    def step(original: Step) -> Step:
        return msgspec.structs.replace(
            original,
            label=_PATTERN.sub(word, original.label),
            children=tuple(step(child) for child in original.children),
        )

    return msgspec.structs.replace(
        graph, steps=tuple(step(one) for one in graph.steps), sides=tuple(step(one) for one in graph.sides)
    )
