"""What people call a layer."""

from __future__ import annotations

from explorer.core.layers import LayerGraph


def layer_label(graph: LayerGraph, layer: str) -> str:
    """Return the label of the step that a layer is or belongs to (its unit rather than a part of it), or its name."""
    found = graph.find(layer)
    if found is None:
        return layer
    for step in reversed(graph.path(found.name)):
        if step.kind != "layer":
            return step.label
    return found.label
