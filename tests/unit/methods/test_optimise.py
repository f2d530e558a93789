"""The optimised image excites its channel far more than noise and pictures do, and the same seed gives it again."""

from __future__ import annotations

import os
from functools import cache

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.messages.study import Basis
from explorer.core.resources import resource
from explorer.imaging.decode import decode
from explorer.methods.optimise import Ascent, Climb, Goal, ascend
from explorer.nets import catalog
from explorer.nets.preprocess import prepare
from explorer.nets.weights.loading import LoadedNet, load
from explorer.nets.weights.store import WeightsStore
from explorer.tracing.forward import TracedNet
from tests.unit.methods.traced_nets import case, untouched

SIZE = 64
PICTURES = ("astronaut.jpg", "brick.png", "chelsea.png", "coffee.jpg", "flower.jpg")


@cache
def trained() -> tuple[LoadedNet, TracedNet]:
    loaded = load(WeightsStore.standard(os.environ), catalog.find("googlenet"), "cifar10")
    return loaded, TracedNet(loaded.module, "googlenet", SIZE)


def goal(layer: str, channel: int) -> Goal:
    loaded, traced = trained()
    return Goal(traced, loaded.preprocess, "cpu", layer, channel)


def run_of(wanted: Goal, seed: int = 0, steps: int = 32, basis: Basis = "fourier") -> list[Ascent]:
    return list(ascend(wanted, seed, steps, basis))


def natural(layer: str, channel: int) -> float:
    """Return the highest mean activation among pictures, as the bare network gives it."""
    loaded, _ = trained()
    module, means = dict(loaded.module.named_modules())[layer], []
    hook = module.register_forward_hook(lambda _m, _i, out: means.append(float(out[0, channel].mean())))
    try:
        with torch.inference_mode():
            for name in PICTURES:
                rgb = decode(resource("images", name).read_bytes()).rgb
                loaded.module(prepare(rgb, None, loaded.preprocess, SIZE)[0])
    finally:
        hook.remove()
    return max(means)


@pytest.mark.parametrize(
    ("layer", "channel", "basis"),
    [("inception3b", 200, "fourier"), ("inception4c", 300, "pixels"), ("fc", 3, "fourier")],
)
def test_it_excites_the_channel_more_than_noise_and_pictures_do(layer: str, channel: int, basis: Basis) -> None:
    wanted = goal(layer, channel)
    with untouched(wanted.traced.module):
        steps = run_of(wanted, basis=basis)
    assert [one.step for one in steps] == list(range(33))
    assert steps[-1].pixels.shape == (SIZE, SIZE, 3)
    assert steps[-1].value > 2 * abs(steps[0].value)
    assert steps[-1].value > natural(layer, channel)


def test_the_value_is_what_the_net_says_of_the_shown_image() -> None:
    wanted = goal("inception3a", 17)
    last = run_of(wanted, steps=6)[-1]
    loaded, _ = trained()
    shown = torch.from_numpy(last.pixels).permute(2, 0, 1)[None] / 255.0
    mean, std = (torch.tensor(three).view(1, 3, 1, 1) for three in (loaded.preprocess.mean, loaded.preprocess.std))
    kept: list[torch.Tensor] = []
    hook = loaded.module.inception3a.register_forward_hook(lambda _m, _i, out: kept.append(out))
    with torch.inference_mode():
        loaded.module((shown - mean) / std)
    hook.remove()
    # The image is shown in 8 bits.
    assert float(kept[0][0, 17].mean()) == pytest.approx(last.value, rel=0.02)


def test_the_same_seed_gives_the_same_image_and_another_seed_another() -> None:
    wanted = goal("conv3", 8)
    once, again, other = (run_of(wanted, seed, steps=4)[-1].pixels for seed in (7, 7, 8))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_the_program_s_own_chance_is_not_touched() -> None:
    before = torch.get_rng_state()
    run_of(goal("conv1", 1), steps=2)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_silent_channel_is_climbed_before_its_relu() -> None:
    _, traced = trained()
    climb = Climb.of(goal("inception4a", 192 + 5))
    assert (climb.layer, climb.channel) == ("inception4a.branch2.1.bn", 5)
    assert Climb.of(goal("maxpool1", 5)).layer == "conv1.bn"
    assert Climb.of(goal("fc", 5)).layer == "fc"
    assert traced.graph.has_layer(climb.layer)


def test_given_up_it_leaves_the_net_as_it_was() -> None:
    wanted = goal("inception4a", 3)
    with untouched(wanted.traced.module):
        running = ascend(wanted, 0, 100, "fourier")
        next(running)
        next(running)
        running.close()


def test_a_channel_that_answers_to_nothing_is_said_to_be_so() -> None:
    here = case("resnet18")
    before = here.module.conv1.weight[4].clone()
    bias = here.module.bn1.bias[4].clone()
    try:
        with torch.no_grad():
            here.module.conv1.weight[4] = 0
        deaf = Goal(here.traced, trained()[0].preprocess, "cpu", "bn1", 4)
        # The pull towards grey alone moves the image; without it nothing would.
        with pytest.raises(UserError) as refused:
            run_of(deaf, steps=2)
        assert refused.value.kind == "optimise_nothing"
    finally:
        with torch.no_grad():
            here.module.conv1.weight[4] = before
            here.module.bn1.bias[4] = bias
