"""Traced networks with random weights, the bare module as captum wants it, and a check that nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import msgspec
import torch
from torch import Tensor, nn

from explorer.core.layers import Head
from explorer.methods.gradient import Target, find_target
from explorer.nets import catalog
from explorer.tracing.forward import Activations, TracedNet, run
from tests.unit.nets.random_weights import filled, noise

CLASSES = tuple(f"class {number}" for number in range(10))
SIZES = {"alexnet": 227, "alexnet-tv": 64, "vgg16": 32, "nin": 96}


@dataclass
class Case:
    """A network, an input, and what its layers said."""

    traced: TracedNet
    picture: Tensor
    activations: Activations

    @property
    def module(self) -> nn.Module:
        return self.traced.module

    @property
    def heads(self) -> tuple[Head, ...]:
        """The heads, as if all were trained."""
        return tuple(msgspec.structs.replace(head, trained=True) for head in self.traced.graph.heads)

    def target(self, head: str = "main", label: str = "class 3") -> Target:
        return find_target(self.heads, CLASSES, self.activations, head, label)


@cache
def case(name: str, size: int = 0, keep_bytes: int | None = None) -> Case:
    spec = catalog.find(name)
    size = size or SIZES.get(name, 64)
    traced = TracedNet(filled(lambda: spec.build(len(CLASSES))), name, size, spec.labels)
    picture = noise(size)
    _calm(traced, run(traced, picture))
    return Case(traced, picture, run(traced, picture, keep_bytes=keep_bytes))


def _calm(traced: TracedNet, activations: Activations) -> None:
    """Shrink the last layer of each head, so that no class gets all of the probability."""
    for head, position in traced.program.heads.items():
        last = traced.program.operations[position].module
        if isinstance(last, nn.Linear):
            with torch.no_grad():
                last.weight.div_(activations.logits[head].std())


class OneHead(nn.Module):
    """A network that returns the logits of one head, as other libraries want it."""

    def __init__(self, net: nn.Module, head: str = "main", softmax: bool = False) -> None:
        super().__init__()
        self.net = net
        self.head = head
        self.softmax = softmax

    def forward(self, picture: Tensor) -> Tensor:
        logits: Tensor = self.net(picture)[self.head]
        return logits.softmax(dim=1) if self.softmax else logits


@contextmanager
def untouched(module: nn.Module) -> Iterator[None]:
    """Fail where weights, mode, hooks, gradients or what is to be trained are not afterwards what they were before."""
    before = {name: value.clone() for name, value in module.state_dict().items()}
    told = _told(module)
    yield
    assert _told(module) == told
    after = module.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert not torch.is_inference_mode_enabled()
    assert torch.is_grad_enabled()


def _told(module: nn.Module) -> list[object]:
    modules = [
        (name, part.training, len(part._forward_hooks), len(part._forward_pre_hooks), len(part._backward_hooks))
        for name, part in module.named_modules()
    ]
    parameters = [(name, value.requires_grad, value.grad is None) for name, value in module.named_parameters()]
    return [*modules, *parameters]


def relative(ours: object, theirs: Tensor) -> float:
    """Return the largest difference as a share of the largest value."""
    reference = theirs.detach().double()
    difference = (torch.as_tensor(ours).double() - reference).abs().max()
    return float(difference / reference.abs().max())


def giving_up(after: int) -> object:
    """Return a ``cancelled`` that becomes true after so many questions."""
    asked = iter(range(10**9))
    return lambda: next(asked) >= after
