"""Occlusion: what a network says when a box hides a part of the picture.

References
----------
Zeiler, M. D., Fergus, R.: Visualizing and Understanding Convolutional Networks. ECCV 2014.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages.where import BoxFill
from explorer.core.scene import Crop
from explorer.methods.gradient import Target
from explorer.methods.pixels import normalised, to_rgb
from explorer.nets.spec import Preprocess
from explorer.tracing.forward import TracedNet, Values

SLICE_S = 0.04
"""A sweep answers to other requests about so often, where one forward pass allows it."""

MOST_AT_ONCE = 32
_GREY = 0.5
_SMALLEST_PX = 2


@dataclass(frozen=True)
class Box:
    """A square of the network's input, in pixels."""

    top: int
    left: int
    side: int

    def crop(self, size: int) -> Crop:
        """Return it in fractions of an input of that size."""
        return Crop(self.left / size, self.top / size, self.side / size)


def box_in(crop: Crop, size: int) -> Box:
    """Return the box that a person drew, in whole pixels and inside an input of that size."""
    side = min(max(_SMALLEST_PX, round(crop.width * size)), size)
    left = min(max(0, round(crop.x * size)), size - side)
    top = min(max(0, round(crop.y * size)), size - side)
    return Box(top, left, side)


def box_colour(network_input: Tensor, preprocess: Preprocess, fill: BoxFill) -> tuple[Tensor, tuple[int, int, int]]:
    """Return the colour of a box as the network sees it (3, 1, 1), and as red, green and blue from 0 to 255."""
    if fill == "mean":
        colour = network_input[0].mean(dim=(1, 2)).view(3, 1, 1)
    else:
        colour = normalised(torch.full((3, 1, 1), _GREY, device=network_input.device), preprocess)
    red, green, blue = to_rgb(colour, preprocess)[0, 0].tolist()
    return colour, (red, green, blue)


def covered(network_input: Tensor, boxes: Collection[Box], colour: Tensor) -> Tensor:
    """Return the picture (1, 3, S, S) once for each box (N, 3, S, S), with that box over it."""
    with torch.inference_mode():
        pictures = network_input.repeat(len(boxes), 1, 1, 1)
        for picture, box in zip(pictures, boxes, strict=True):
            picture[:, box.top : box.top + box.side, box.left : box.left + box.side] = colour
    return pictures


def logits_of(
    traced: TracedNet,
    network_input: Tensor,
    heads: Collection[str],
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Tensor]:
    """Return the logits (N, classes) of some heads, running only what they need and keeping nothing else.

    Raises
    ------
    Cancelled
        Between two operations.
    """
    wanted = {head: traced.program.heads[head] for head in heads}
    values: Values = [None] * len(traced.program.operations)
    values[0] = network_input
    with torch.inference_mode():
        for position, call, inputs, drop in traced.tasks(values, frozenset(wanted.values())):
            if cancelled():
                raise Cancelled
            given = [value for index in inputs if (value := values[index]) is not None]
            values[position] = call(*given)
            for index in drop:
                values[index] = None
    return {head: value for head, position in wanted.items() if (value := values[position]) is not None}


@dataclass(frozen=True)
class Swept:
    """A sweep so far: ``values`` (S, S) float32, NaN where no box has been yet; ``done`` of ``total`` boxes."""

    values: np.ndarray
    done: int
    total: int


def places(size: int, side: int, stride: int) -> list[Box]:
    """Return the boxes of a sweep, row by row; the last of a row or column may hang over the edge."""
    steps = -(-(size - side) // stride) + 1
    return [Box(row * stride, column * stride, side) for row in range(steps) for column in range(steps)]


def sweep_sides(size: int, box: float, stride: float) -> tuple[int, int]:
    """Return side and stride in pixels of a sweep given in fractions of the input; a stride of 0 is half a side.

    Raises
    ------
    UserError
        ``sweep_box_unfit`` where the box would be larger than the picture, or no box at all.
    """
    if not 0 < box <= 1 or not 0 <= stride <= 1:
        raise UserError("sweep_box_unfit", percent=round(100 * box))
    side = max(_SMALLEST_PX, round(box * size))
    return side, max(1, round(stride * size)) if stride else max(1, side // 2)


def sweep(
    traced: TracedNet,
    network_input: Tensor,
    target: Target,
    colour: Tensor,
    side: int,
    stride: int,
    first_s: float = 0.1,
) -> Iterator[Swept]:
    """Yield how much of the class's probability a box takes away, again and again until all places are done.

    Parameters
    ----------
    side, stride : int
        In pixels of the input.
    first_s : float
        What one forward pass is likely to take; then it is measured.
    """
    size = network_input.shape[-1]
    boxes = places(size, side, stride)
    drops, counts = np.zeros((size, size)), np.zeros((size, size))
    done, pass_s = 0, first_s
    while done < len(boxes):
        batch = boxes[done : done + max(1, min(MOST_AT_ONCE, int(SLICE_S / max(pass_s, 1e-6))))]
        start = time.perf_counter()
        logits = logits_of(traced, covered(network_input, batch, colour), (target.head,))[target.head]
        given = logits.double().softmax(dim=1)[:, target.index].cpu().numpy()
        pass_s = (time.perf_counter() - start) / len(batch)
        for box, probability in zip(batch, given, strict=True):
            under = np.s_[box.top : box.top + side, box.left : box.left + side]
            drops[under] += target.probability - probability
            counts[under] += 1
        done += len(batch)
        with np.errstate(invalid="ignore"):
            yield Swept((drops / counts).astype(np.float32), done, len(boxes))
