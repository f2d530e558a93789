"""What the person wants plus what the network is: one frozen state that says exactly what is on screen."""

from __future__ import annotations

import msgspec

from explorer.core.layers import LayerGraph, LayerSpec, Step
from explorer.core.scene import Scene, View


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


def resolve(scene: Scene, graph: LayerGraph) -> Resolved:
    """Return the state that comes nearest to the scene: an unknown layer is the input, a missing view the maps."""
    step = graph.find(scene.layer) if scene.layer else None
    step = step or graph.steps[0]
    layer = graph.layer(step.output)
    module = next((outer for outer in graph.path(step.name) if outer.kind == "inception"), None)
    views: list[View] = ["maps"]
    if module is not None:
        views.append("branches")
    if layer.kind != "input" and layer.map_size != (1, 1):
        views.append("channel")
    view: View = scene.view if scene.view in views else "maps"
    channel = min(max(scene.channel, 0), layer.channels - 1)
    return Resolved(step, layer, module, view, tuple(views), channel)
