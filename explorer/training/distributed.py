"""Several processes that share each batch: torch's own engine, started by ``torchrun``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


class Group(Protocol):
    """The processes that train one net, ``size`` of them; the one with ``rank`` 0 writes and reports."""

    rank: int
    size: int

    def share(self, batch: int) -> slice:
        """Return this process's places in a batch."""

    def wrap(self, net: nn.Module) -> nn.Module:
        """Return the net as it has to be called, so that gradients become the mean over all processes."""

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the mean of each value over all processes."""

    def total(self, value: int) -> int:
        """Return the sum over all processes."""


class Alone:
    """One process."""

    rank = 0
    size = 1

    def share(self, batch: int) -> slice:
        return slice(0, batch)

    def wrap(self, net: nn.Module) -> nn.Module:
        return net

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        return dict(values)

    def total(self, value: int) -> int:
        return value


class Processes:
    """The processes that ``torchrun`` started; each takes an equal part of every batch."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.rank = distributed.get_rank()
        self.size = distributed.get_world_size()

    def share(self, batch: int) -> slice:
        each = batch // self.size
        return slice(self.rank * each, (self.rank + 1) * each)

    def wrap(self, net: nn.Module) -> nn.Module:
        devices = [self._device.index] if self._device.type == "cuda" else None
        return DistributedDataParallel(net, device_ids=devices)

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        sums = torch.tensor(list(values.values()), dtype=torch.float64, device=self._device)
        distributed.all_reduce(sums)
        return dict(zip(values, (sums / self.size).tolist(), strict=True))

    def total(self, value: int) -> int:
        amount = torch.tensor(value, device=self._device)
        distributed.all_reduce(amount)
        return int(amount)
