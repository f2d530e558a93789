"""One of the two players, G or D: its network, its optimiser and the gradient, in flat vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.gan_scene import Optimizer
from explorer.nets.gan import BatchNorm
from explorer.training.gan.passes import pass_through

EPSILON = 1e-8
"""Adam's, as in the paper."""


@dataclass(frozen=True)
class PlayerState:
    """All that a player is: weights and moments (3, n), buffers, and how many updates Adam has made."""

    flat: Tensor
    buffers: tuple[Tensor, ...]
    updates: int

    @property
    def nbytes(self) -> int:
        return self.flat.nbytes + sum(buffer.nbytes for buffer in self.buffers)


class Player:
    """A network whose parameters are views of one vector, so that one call updates, copies or measures all of them.

    Parameters
    ----------
    net : Module
        Moves to ``device``; its parameters are re-seated.
    capturable : bool, optional
        Whether updates are counted on the device, so that a CUDA graph can hold them; so on CUDA unless it is said.
    """

    def __init__(self, net: nn.Module, device: torch.device, *, capturable: bool | None = None) -> None:
        self.net = net.to(device).train()
        parameters = list(net.parameters())
        self._flat = torch.zeros(3, sum(parameter.numel() for parameter in parameters), device=device)
        self.weights, self._first, self._second = self._flat.unbind(0)
        self.grad = torch.zeros_like(self.weights)
        self._room = torch.empty_like(self.weights)
        self._buffers = list(net.buffers())
        self._norms = [module for module in net.modules() if isinstance(module, BatchNorm)]
        self._updates = 0
        in_graphs = device.type == "cuda" if capturable is None else capturable
        self._counter = torch.zeros((), device=device) if in_graphs else None
        at = 0
        for parameter in parameters:
            there = self.weights[at : at + parameter.numel()].view_as(parameter)
            there.copy_(parameter.detach())
            parameter.data = there
            at += parameter.numel()
        self.passes = pass_through(net, self.grad)
        self._marks = [(self._flat.clone(), [buffer.clone() for buffer in self._buffers], 0) for _ in range(2)]

    @property
    def sizes(self) -> Sequence[torch.Size]:
        """Shapes of the parameters in the order of the flat vectors."""
        return [parameter.shape for parameter in self.net.parameters()]

    def learns(self, value: bool) -> None:
        """Say whether batch normalisation keeps its running statistics up: only in the player's own step."""
        for norm in self._norms:
            norm.learns = value

    def update(self, optimizer: Optimizer, rate: float, beta1: float, beta2: float) -> None:
        """Follow the gradient once.

        References
        ----------
        D. P. Kingma, J. Ba: Adam: A Method for Stochastic Optimization. ICLR 2015.
        """
        if optimizer == "sgd":
            self.weights.add_(self.grad, alpha=-rate)
            return
        self._updates += 1
        self._first.lerp_(self.grad, 1 - beta1)
        self._second.mul_(beta2).addcmul_(self.grad, self.grad, value=1 - beta2)
        if self._counter is not None:
            self._follow_counted(self._counter, rate, beta1, beta2)
            return
        # The bias of the second moment is corrected inside the root, that of the first in the rate.
        root = math.sqrt(1 - beta2**self._updates)
        torch.sqrt(self._second, out=self._room)
        self._room.add_(EPSILON * root)
        self.weights.addcdiv_(self._first, self._room, value=-rate * root / (1 - beta1**self._updates))

    def _follow_counted(self, counter: Tensor, rate: float, beta1: float, beta2: float) -> None:
        """The same with the number of updates on the device: a graph would repeat a number of the host for ever."""
        counter.add_(1)
        root = torch.sqrt(1 - torch.pow(beta2, counter))
        torch.sqrt(self._second, out=self._room)
        self._room.add_(EPSILON * root)
        self.weights.sub_(self._first / self._room * (rate * root / (1 - torch.pow(beta1, counter))))

    def counted(self, optimizer: Optimizer) -> None:
        """Count an update that was made by a graph."""
        self._updates += optimizer == "adam"

    def add_gradient(self, value: Tensor, weight: float) -> None:
        """Add the gradient of a value with a graph behind it, ``weight`` times."""
        grads = torch.autograd.grad(value, list(self.net.parameters()), allow_unused=True, materialize_grads=True)
        self.grad.add_(torch.cat([grad.reshape(-1) for grad in grads]), alpha=weight)

    def forget(self) -> None:
        """Let go of the optimiser's memory: another optimiser begins anew."""
        self._first.zero_()
        self._second.zero_()
        self._count_is(0)

    def state(self) -> PlayerState:
        """Return a copy of everything that the next step depends on."""
        return PlayerState(self._flat.clone(), tuple(buffer.clone() for buffer in self._buffers), self._updates)

    def restore(self, state: PlayerState) -> None:
        """Take a state back; it stays as it is."""
        self._flat.copy_(state.flat)
        for buffer, kept in zip(self._buffers, state.buffers, strict=True):
            buffer.copy_(kept)
        self._count_is(state.updates)

    def _count_is(self, updates: int) -> None:
        self._updates = updates
        if self._counter is not None:
            self._counter.fill_(updates)

    def mark(self) -> None:
        """Remember this moment, and the one that was marked before it."""
        self._marks.reverse()
        flat, buffers, _ = self._marks[0]
        flat.copy_(self._flat)
        for kept, buffer in zip(buffers, self._buffers, strict=True):
            kept.copy_(buffer)
        self._marks[0] = (flat, buffers, self._updates)

    def fall_back(self) -> None:
        """Return to the moment before the last mark: the last one from which a step was seen to be sound."""
        flat, buffers, updates = self._marks[1]
        self.restore(PlayerState(flat, tuple(buffers), updates))

    def grads(self) -> tuple[Tensor, ...]:
        """Return the gradient as one tensor a parameter (views)."""
        pieces = torch.split(self.grad, [size.numel() for size in self.sizes])
        return tuple(piece.view(size) for piece, size in zip(pieces, self.sizes, strict=True))
