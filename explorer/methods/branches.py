"""The parallel branches of an inception module, each with its reduce step.

References
----------
Szegedy, C., et al.: Going Deeper with Convolutions. CVPR 2015, figure 2(b).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph, Step
from explorer.core.messages.explore import Branch, Wall


def module_branches(
    graph: LayerGraph, step_name: str, activation: Callable[[str], Tensor], wall: Callable[[str], Wall]
) -> tuple[Branch, ...]:
    """Return the branches of the module that holds a step, in the order of the concatenation.

    Parameters
    ----------
    activation, wall : callable
        Return the activation (C, H, W) and the wall of a layer by its name.

    Raises
    ------
    UserError
        Where the step is in no inception module.
    """
    module = inception_module(graph, step_name)
    if module is None:
        raise UserError("no_branches", step=step_name)
    lanes = [step for step in module.children if step.kind == "branch"]
    squares = [float(torch.linalg.vector_norm(activation(lane.output).float()).square()) for lane in lanes]
    total = sum(squares)
    branches: list[Branch] = []
    first_channel = 0
    for lane, square in zip(lanes, squares, strict=True):
        # A branch of one convolution has no step of its own below it.
        stages = lane.children if any(child.kind != "layer" for child in lane.children) else (lane,)
        branches.append(
            Branch(
                key=lane.branch,
                step=lane.name,
                stages=tuple(wall(stage.output) for stage in stages),
                first_channel=first_channel,
                energy=square / total if total > 0 else 0.0,
            )
        )
        first_channel += graph.layer(lane.output).channels
    return tuple(branches)


def inception_module(graph: LayerGraph, step_name: str) -> Step | None:
    """Return the inception module that is or holds the step, or None."""
    return next((step for step in graph.path(step_name) if step.kind == "inception"), None)
