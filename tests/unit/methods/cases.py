"""Small traced networks with a picture, and a check of what a method leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import torch
from torch import Tensor

from explorer.nets import catalog
from explorer.tracing.forward import Activations, TracedNet, run
from tests.unit.nets.random_weights import filled, noise

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Case:
    traced: TracedNet
    picture: Tensor
    activations: Activations


SIZES = {"alexnet": 227, "vgg16": 64, "nin": 96, "alexnet-tv": 96}


@cache
def case(name: str, size: int = 0, classes: int = 10) -> Case:
    """Return a network with random weights that ran on noise."""
    size = size or SIZES.get(name, 64)
    spec = catalog.find(name)
    traced = TracedNet(filled(lambda: spec.build(classes)), name, size, spec.labels)
    picture = noise(size)
    return Case(traced, picture, run(traced, picture))


def last(slices: Iterator[Answer | None]) -> Answer:
    """Let work in slices go on to its end and return what it yields last."""
    *_, answer = slices
    assert answer is not None
    return answer


@contextmanager
def unharmed(known: Case) -> Iterator[None]:
    """Check that weights, mode, hooks, gradients and recorded activations are the same afterwards, error or not."""
    module = known.traced.module
    weights = {name: value.clone() for name, value in module.state_dict().items()}
    outputs = {name: known.activations[name].clone() for name in known.activations}
    asks = [parameter.requires_grad for parameter in module.parameters()]
    try:
        yield
    finally:
        after = module.state_dict()
        assert all(torch.equal(value, after[name]) for name, value in weights.items())
        assert all(torch.equal(value, known.activations[name]) for name, value in outputs.items())
        assert [parameter.requires_grad for parameter in module.parameters()] == asks
        assert all(parameter.grad is None for parameter in module.parameters())
        assert not any(part.training or part._forward_hooks or part._forward_pre_hooks for part in module.modules())
        assert not torch.is_inference_mode_enabled()
