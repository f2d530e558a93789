"""Statistics of an activation, fast enough for every step of a walk."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from explorer.core.messages.explore import Statistics

_CACHED_ELEMENTS = 256 * 1024


def describe(activation: Tensor, ends: tuple[float, float] | None = None) -> Statistics:
    """Return minimum, maximum, mean, population standard deviation and the fraction of exact zeros.

    ``ends`` are minimum and maximum, where they are known already.

    Works through the values in runs of a megabyte: the deviations from the mean stay in the cache, and the sum of their
    squares is gathered in double precision. A layer with NaN or infinities has NaN statistics where they matter.
    """
    # In the order of the memory, whatever the layout: nothing is copied.
    flat = activation.permute(sorted(range(activation.ndim), key=activation.stride, reverse=True)).reshape(-1)
    count = flat.numel()
    if count == 0:
        return Statistics(0.0, 0.0, 0.0, 0.0, 0.0)
    flat = flat.float()
    mean = flat.mean()
    run = _CACHED_ELEMENTS if flat.device.type == "cpu" else count
    buffer = torch.empty(min(run, count), device=flat.device)
    squares = torch.zeros((), dtype=torch.float64, device=flat.device)
    zeros = torch.zeros((), dtype=torch.float64, device=flat.device)
    for first in range(0, count, run):
        part = flat[first : first + run]
        room = buffer[: part.numel()]
        torch.sub(part, mean, out=room)
        # torch sums in a cascade, so this is exact to 1e-7; a dot product in single precision is off by 1e-5.
        squares += room.square_().sum()
        torch.eq(part, 0, out=room)
        zeros += room.sum()
    average, square_sum, zero_count = torch.stack([mean.double(), squares, zeros]).tolist()
    low, high = ends or torch.stack([flat.amin(), flat.amax()]).tolist()
    return Statistics(low, high, average, math.sqrt(square_sum / count), zero_count / count)
