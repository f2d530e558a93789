"""What the person wants plus what the network is: one frozen state that says exactly what is on screen."""

from __future__ import annotations

import msgspec

from explorer.core.layers import LayerGraph, LayerSpec, Step
from explorer.core.scene import Scene, View

SWITCH_VIEWS = 4
"""So many views stand in the switch above the stage; the others are behind its last button."""

OFFERED: frozenset[View] = frozenset(
    {
        "maps",
        "branches",
        "channel",
        "microscope",
        "kernels",
        "residual",
        "pooling",
        "factorise",
        "depth",
        "towers",
        "crops",
        "ensemble",
        "gradcam",
        "saliency",
        "occlusion",
        "ablation",
        "facts",
        "patches",
        "optimise",
        "feeds",
    }
)
"""Views that are built."""


class Resolved(msgspec.Struct, frozen=True):
    """A scene that fits a network.

    Attributes
    ----------
    step : Step
        Where the class stands.
    layer : LayerSpec
        Whose output is shown.
    module : Step or None
        The inception module that is or holds the step.
    view, views : str, tuple of str
        The view on screen and those that this step has.
    channel : int
        Within the layer's channels.
    """

    step: Step
    layer: LayerSpec
    module: Step | None
    view: View
    views: tuple[View, ...]
    channel: int

    @property
    def switch(self) -> tuple[View, ...]:
        """The views in the switch: the first ones, and the current one in the last place where it is another."""
        first = self.views[:SWITCH_VIEWS]
        return first if self.view in first else (*first[:-1], self.view)


def resolve(scene: Scene, graph: LayerGraph) -> Resolved:
    """Return the state that comes nearest to the scene: an unknown layer is the input, a missing view the maps."""
    step = graph.find(scene.layer) if scene.layer else None
    step = step or graph.steps[0]
    layer = graph.layer(step.output)
    module = next((outer for outer in graph.path(step.name) if outer.kind == "inception"), None)
    views = views_of(graph, step)
    view: View = scene.view if scene.view in views else "maps"
    channel = min(max(scene.channel, 0), layer.channels - 1)
    return Resolved(step, layer, module, view, views, channel)


def views_of(graph: LayerGraph, step: Step) -> tuple[View, ...]:
    """Return the views that a step has, those that are wanted most often first."""
    layer = graph.layer(step.output)
    is_input, has_maps = layer.kind == "input", layer.map_size != (1, 1)
    kinds = {layer.kind for layer in graph.layers}
    wanted: tuple[tuple[View, bool], ...] = (
        ("maps", True),
        ("branches", any(outer.kind == "inception" for outer in graph.path(step.name))),
        ("channel", has_maps and not is_input),
        ("microscope", not is_input),
        ("kernels", weighted_layer(graph, step) is not None),
        ("gradcam", has_maps),
        ("saliency", True),
        ("occlusion", True),
        ("ablation", True),
        ("residual", any(outer.kind == "residual" for outer in graph.steps)),
        ("pooling", "avg_pool" in kinds),
        ("towers", any(layer.attributes.get("groups", 1) == 2 for layer in graph.layers)),
        ("crops", True),
        ("ensemble", True),
        ("factorise", "convolution" in kinds),
        ("depth", True),
        ("patches", has_maps and not is_input),
        ("optimise", not is_input),
        ("feeds", not is_input),
        ("facts", True),
    )
    return tuple(view for view, has in wanted if has and view in OFFERED)


def weighted_layer(graph: LayerGraph, step: Step) -> LayerSpec | None:
    """Return the convolution or linear layer of a step: itself, the one that its unit begins with, or None."""
    if graph.has_layer(step.output) and graph.layer(step.output).kind in ("convolution", "linear"):
        return graph.layer(step.output)
    for inner in step.children if step.kind == "unit" else ():
        layer = graph.layer(inner.output)
        if layer.kind in ("convolution", "linear"):
            return layer
    return None
