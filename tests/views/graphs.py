"""Small network graphs, and a run through one, for tests of views and presenters; made by hand."""

from __future__ import annotations

import numpy as np

from explorer.core.layers import Head, LayerGraph, LayerSpec, Step
from explorer.core.messages.explore import Prediction, TraceResult
from explorer.core.messages.weights import WeightsInfo
from explorer.core.scene import Crop

BRANCHES = ("1x1", "3x3", "5x5", "pool")


def _layer(name: str, shape: tuple[int, ...]) -> LayerSpec:
    return LayerSpec(name, name, "relu", (), shape, 0, 0, None)


def plain(count: int) -> LayerGraph:
    """Return a network of so many single layers in a row."""
    layers = tuple(_layer(f"conv{index}", (64, 56, 56)) for index in range(count))
    steps = tuple(Step(layer.name, layer.name, "unit", layer.name) for layer in layers)
    return LayerGraph(f"plain{count}", layers, steps, (Head("main", layers[-1].name, steps[-1].name),))


def googlenet() -> LayerGraph:
    """Return the main path of GoogLeNet as its paper's table has it: 18 steps, nine modules, two auxiliary heads."""
    names = ["input", "conv1", "maxpool1", "conv2", "conv3", "maxpool2", "3a", "3b", "maxpool3"]
    names += ["4a", "4b", "4c", "4d", "4e", "maxpool4", "5a", "5b", "avgpool", "fc"]
    layers, steps = [], []
    for name in names:
        layers.append(_layer(name, (512, 14, 14)))
        if not name[0].isdigit():
            steps.append(Step(name, name, "unit", name))
            continue
        children = []
        for key in BRANCHES:
            layers.append(_layer(f"{name}.{key}", (128, 14, 14)))
            children.append(Step(f"{name}.{key}", key, "branch", f"{name}.{key}", branch=key))
        steps.append(Step(name, f"inception {name}", "inception", name, tuple(children)))
    sides = tuple(Step(name, name, "head", name) for name in ("aux1", "aux2"))
    layers += [_layer(name, (10,)) for name in ("aux1", "aux2")]
    heads = (Head("main", "fc", "fc"), Head("aux2", "aux2", "4d"), Head("aux1", "aux1", "4a", trained=False))
    return LayerGraph("googlenet", tuple(layers), tuple(steps), heads, sides)


def residual(count: int) -> LayerGraph:
    """Return an input and so many residual blocks, each with a shortcut around it."""
    layers = [_layer("input", (3, 224, 224))]
    steps, shortcuts = [Step("input", "input", "input", "input")], []
    for index in range(count):
        name = f"block{index}"
        layers += [_layer(f"{name}.conv1", (64, 56, 56)), _layer(name, (64, 56, 56))]
        inner = Step(f"{name}.conv1", "conv1", "unit", f"{name}.conv1")
        shortcuts.append((steps[-1].name, name))
        steps.append(Step(name, name, "residual", name, (inner,)))
    head = Head("main", layers[-1].name, steps[-1].name)
    return LayerGraph("residual", tuple(layers), tuple(steps), (head,), shortcuts=tuple(shortcuts))


def trace(key: str = "1-1", graph: LayerGraph | None = None) -> TraceResult:
    """Return what the engine says of a grey picture's run through :func:`googlenet` or another graph."""
    graph = graph or googlenet()
    return TraceResult(
        trace=key,
        net=graph.net,
        title="GoogLeNet",
        weights=WeightsInfo("cifar10", "CIFAR-10", True, True),
        graph=graph,
        device="cpu",
        input_size=224,
        seconds=0.02,
        layer_ms={},
        classes=("cat", "dog"),
        predictions=(Prediction("main", True, np.array([0.75, 0.25], np.float32)),),
        picture_key="k",
        picture_name="cat.png",
        preview=np.full((60, 80, 3), 128, np.uint8),
        picture_size=(80, 60),
        crop=Crop(0.125, 0.0, 0.75),
    )
