"""A player's passes are autograd's, and its optimisers torch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.core.gan_scene import ACTIVATIONS, Activation, GanScene, Optimizer
from explorer.nets import gan as nets
from explorer.training.gan.passes import AutogradPass, MLPPass
from explorer.training.gan.player import Player

CPU = torch.device("cpu")


def player(layers: int, activation: Activation = "leaky_relu", kind: str = "d") -> Player:
    scene = GanScene(activation=activation, d_layers=layers, d_units=9, g_layers=layers, g_units=9)
    if kind == "d":
        return Player(nets.build_discriminator(nets.discriminator_shape(scene, 0, 0), 5), CPU)
    return Player(nets.build_generator(nets.generator_shape(scene, 0, 0), 5), CPU)


@pytest.mark.parametrize("kind", ["d", "g"])
@pytest.mark.parametrize("layers", [0, 1, 2, 5])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_by_hand_is_what_autograd_does(activation: Activation, layers: int, kind: str) -> None:
    one = player(layers, activation, kind)
    assert isinstance(one.passes, MLPPass)
    x = torch.randn(20, 2, generator=torch.Generator().manual_seed(1))
    out = one.passes.forward(x).clone()
    grad = torch.randn(out.shape, generator=torch.Generator().manual_seed(2))
    by_hand = one.passes.backward(grad, into_weights=True, into_input=True)
    weights_by_hand = one.grad.clone()

    oracle = AutogradPass(one.net, one.grad)
    torch.testing.assert_close(out, oracle.forward(x))
    torch.testing.assert_close(by_hand, oracle.backward(grad, into_weights=True, into_input=True))
    torch.testing.assert_close(weights_by_hand, one.grad)


@pytest.mark.parametrize("capturable", [False, True])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_updates_are_those_of_torch(optimizer: Optimizer, capturable: bool) -> None:
    one = Player(player(2).net, CPU, capturable=capturable)
    theirs = [nn.Parameter(parameter.detach().clone()) for parameter in one.net.parameters()]
    reference: torch.optim.Optimizer
    if optimizer == "sgd":
        reference = torch.optim.SGD(theirs, lr=0.03)
    else:
        reference = torch.optim.Adam(theirs, lr=0.03, betas=(0.5, 0.99), foreach=False)
    source = torch.Generator().manual_seed(0)
    for _ in range(30):
        for parameter, ours in zip(theirs, one.grads(), strict=True):
            ours.normal_(generator=source)
            parameter.grad = ours.clone()
        reference.step()
        one.update(optimizer, 0.03, 0.5, 0.99)
    for parameter, mine in zip(theirs, one.net.parameters(), strict=True):
        torch.testing.assert_close(mine.detach(), parameter.detach(), rtol=1e-5, atol=1e-6)


def test_falling_back_returns_to_the_mark_before_the_last() -> None:
    one = player(1)
    seen = []
    for _ in range(3):
        one.mark()
        seen.append(one.weights.clone())
        one.grad.fill_(1.0)
        one.update("adam", 0.1, 0.5, 0.99)
    one.fall_back()
    assert torch.equal(one.weights, seen[1])
