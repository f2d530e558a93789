"""Channels rank by what they say; the contribution to a class is autograd's; dead channels are found."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.methods.ablation import find_off, logits_without
from explorer.methods.ranking import class_contributions, contributions, rank, reading_head
from tests.unit.methods.traced_nets import CLASSES, Case, case, giving_up, relative, untouched


def by_autograd(here: Case, path: str, head: str, index: int) -> torch.Tensor:
    """Return activation × gradient, summed over each map, as the bare network gives it."""
    kept: list[torch.Tensor] = []

    def keep(_module: object, _inputs: object, output: torch.Tensor) -> None:
        output.retain_grad()
        kept.append(output)

    hook = dict(here.module.named_modules())[path].register_forward_hook(keep)
    try:
        here.module(here.picture)[head][0, index].backward()
    finally:
        hook.remove()
        here.module.zero_grad(set_to_none=True)
    (output,) = kept
    assert output.grad is not None
    return (output * output.grad).detach()[0].flatten(1).sum(dim=1)


@pytest.mark.parametrize(
    ("net", "layer", "head"),
    [
        ("googlenet", "inception4a", "main"),
        ("googlenet", "inception4a", "aux1"),
        ("googlenet", "inception3a.branch3", "aux2"),
        ("resnet18", "layer2.0.bn1", "main"),
    ],
)
def test_contributions_to_a_class_are_autograds(net: str, layer: str, head: str) -> None:
    here = case(net)
    target = here.target(head)
    with untouched(here.module):
        ours = class_contributions(here.traced, here.activations, layer, target)
    assert relative(ours, by_autograd(here, layer, head, target.index)) < 1e-5


def test_before_a_linear_layer_the_contribution_is_what_switching_off_takes_away() -> None:
    here = case("googlenet")
    target = here.target()
    ours = class_contributions(here.traced, here.activations, "inception5b", target)
    for channel in (int(ours.argmax()), int(ours.argmin()), 17):
        off = find_off(here.traced.graph, (f"inception5b#{channel}",))
        after = logits_without(here.traced, here.activations, off, "zero")["main"][0, target.index]
        before = here.activations.logits["main"][0, target.index]
        assert float(before - after) == pytest.approx(float(ours[channel]), abs=1e-4)


def test_units_of_a_fully_connected_layer_rank_too() -> None:
    here = case("vgg16")
    target = here.target()
    ours = class_contributions(here.traced, here.activations, "classifier.4", target)
    fc8 = here.module.classifier[6].weight[target.index].detach()
    assert relative(ours, fc8 * here.activations.get("classifier.4")[0]) < 1e-5


@pytest.mark.parametrize("order", ["mean", "max", "variance", "class", "index"])
def test_the_order_is_that_of_the_values(order: str) -> None:
    here = case("googlenet")
    with untouched(here.module):
        ranking = rank(here.traced, here.activations, "inception3b", order, here.target())  # type: ignore[arg-type]
    assert sorted(ranking.channels.tolist()) == list(range(480))
    assert (ranking.values[ranking.channels].diff() <= 0).all()
    maps = here.activations.get("inception3b")[0].numpy().astype(float)
    truth = {
        "mean": maps.mean((1, 2)),
        "max": maps.max((1, 2)),
        "variance": maps.var((1, 2)),
        "index": -np.arange(480.0),
    }
    if order in truth:
        assert np.allclose(ranking.values.numpy(), truth[order], rtol=1e-4, atol=1e-6)
    assert ranking.dead.tolist() == [not one.any() for one in maps]


def test_dead_channels_are_those_that_are_zero_everywhere() -> None:
    here = case("vgg16")
    dead = rank(here.traced, here.activations, "features.29", "mean").dead
    maps = here.activations.get("features.29")[0]
    assert dead.any()
    assert not dead.all()
    assert torch.equal(dead, maps.abs().amax(dim=(1, 2)) == 0)


def test_a_layer_of_an_auxiliary_head_is_ranked_by_that_head() -> None:
    here = case("googlenet")
    assert reading_head(here.traced, here.heads, "aux1.fc1", "main") == "aux1"
    assert reading_head(here.traced, here.heads, "inception3a", "main") == "main"
    ours = contributions(here.traced, here.activations, here.heads, CLASSES, "aux1.conv", "main", "class 3")
    own = class_contributions(here.traced, here.activations, "aux1.conv", here.target("aux1", ""))
    assert ours is not None
    assert torch.equal(ours, own)


def test_where_no_trained_head_reads_a_layer_nothing_is_said() -> None:
    here = case("googlenet")
    only_main = [msgspec.structs.replace(head, trained=head.name == "main") for head in here.heads]
    args = (here.traced, here.activations, only_main, CLASSES)
    assert contributions(*args, "aux1.conv", "main", "") is None
    assert contributions(*args, "nothing", "main", "") is None


def test_a_layer_behind_the_head_is_refused_and_giving_up_leaves_nothing() -> None:
    here = case("googlenet")
    with untouched(here.module), pytest.raises(UserError) as refused:
        rank(here.traced, here.activations, "inception5b", "class", here.target("aux1"))
    assert refused.value.kind == "layer_not_before_head"
    with untouched(here.module), pytest.raises(Cancelled):
        rank(here.traced, here.activations, "conv1", "class", here.target(), giving_up(2))
