"""Random weights that are the same on every machine, start after start: what a network is before it learns."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd

# Each run of this many numbers has a generator of its own, so that threads can draw them in any order.
_CHUNK = 1 << 21


def seeded_state(
    module: nn.Module, seed: int = 0, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, Tensor]:
    """Return random weights on the CPU for a network that may be on the meta device.

    Kernels and matrices are drawn from He's normal distribution (variance 2 / fan-out), biases are 0, and batch
    normalisation leaves its input as it is. The numbers depend only on ``seed`` and on each parameter's name and
    shape; torch's global generator is neither read nor moved.

    Parameters
    ----------
    module : nn.Module
        Made of convolutions, linear layers, batch normalisation and layers without parameters.
    wanted : callable
        Chooses parameters and buffers by name.

    References
    ----------
    He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015.
    """
    state: dict[str, Tensor] = {}
    draws: list[tuple[str, Tensor, float]] = []
    for path, part in module.named_modules():
        own = [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)]
        for name, like in own:
            full = f"{path}.{name}" if path else name
            if not wanted(full):
                continue
            state[full] = torch.empty(like.shape, dtype=like.dtype)
            if isinstance(part, _ConvNd | nn.Linear) and name == "weight":
                draws.append((full, state[full], math.sqrt(2 / _fan_out(like))))
            elif isinstance(part, _ConvNd | nn.Linear | _BatchNorm):
                state[full].fill_(1 if name in ("weight", "running_var") else 0)
            else:
                raise TypeError(f"no rule for the parameters of {type(part).__name__} ({full})")
    _draw(draws, seed)
    return state


def _fan_out(weight: Tensor) -> int:
    """Return how many outputs one input feeds: the numbers of a kernel's first axis times its area."""
    return weight.shape[0] * math.prod(weight.shape[2:])


def _draw(draws: list[tuple[str, Tensor, float]], seed: int) -> None:
    def fill(name: str, number: int, numbers: Tensor, deviation: float) -> None:
        generator = torch.Generator().manual_seed(zlib.crc32(f"{seed} {name} {number}".encode()))
        numbers.normal_(0, deviation, generator=generator)

    def jobs() -> Iterator[tuple[str, int, Tensor, float]]:
        for name, tensor, deviation in draws:
            for number, numbers in enumerate(torch.split(tensor.view(-1), _CHUNK)):
                yield name, number, numbers, deviation

    with ThreadPoolExecutor(torch.get_num_threads()) as pool:  # torch lets other threads run while it draws
        for job in [pool.submit(fill, *arguments) for arguments in jobs()]:
            job.result()
