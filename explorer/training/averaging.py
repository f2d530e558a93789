"""Weights averaged over the steps: what a training measures and keeps."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from explorer.training.metrics import Arithmetic


class Averaged:
    """An exponential average of a net's parameters.

    References
    ----------
    B. T. Polyak, A. B. Juditsky: Acceleration of Stochastic Approximation by Averaging. SIAM J. Control, 1992.
    """

    def __init__(self, net: nn.Module, decay: float) -> None:
        self._parameters = dict(net.named_parameters())
        self._decay = decay
        self.values = {name: parameter.detach().clone() for name, parameter in self._parameters.items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take the weights of a step in, counted from 0; the first steps count less, as they are soon forgotten."""
        keep = min(self._decay, (1 + step) / (10 + step))
        for name, parameter in self._parameters.items():
            self.values[name].lerp_(parameter.detach(), 1 - keep)

    @torch.no_grad()
    def load(self, values: Mapping[str, Tensor]) -> None:
        for name, value in self.values.items():
            value.copy_(values[name])

    @torch.no_grad()
    def as_net(self, net: nn.Module) -> nn.Module:
        """Return a copy of the net with the averaged weights; its batch statistics have to be recomputed."""
        twin = copy.deepcopy(net)
        for name, parameter in twin.named_parameters():
            parameter.copy_(self.values[name])
            parameter.grad = None
        return twin


def recompute_statistics(net: nn.Module, inputs: Iterable[Tensor], arithmetic: Arithmetic) -> Iterator[None]:
    """Set the running mean and variance of every batch normalisation to the plain mean over the inputs, one at a time.

    Averaged weights have never seen the data themselves, and the statistics of the weights that they come from are
    not theirs.
    """
    norms = [module for module in net.modules() if isinstance(module, _BatchNorm)]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean over all batches
            norm.train()
        for values in inputs:
            with torch.no_grad(), arithmetic.autocast():
                net(values)
            yield
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        for module, mode in modes.items():
            module.training = mode
