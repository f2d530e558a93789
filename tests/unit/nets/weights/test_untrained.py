"""Seeded random weights: He's distribution, the same everywhere, and nobody else's random numbers disturbed."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from explorer.nets.catalog import NETS
from explorer.nets.spec import NetSpec
from explorer.nets.weights.loading import load
from explorer.nets.weights.store import UNTRAINED
from explorer.nets.weights.untrained import seeded_state
from tests.unit.nets.tiny import TINY, Tiny, store_below

SMALL_NETS = [net for net in NETS if net.name in ("nin", "googlenet", "resnet18", "resnet50")]


def equal(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("net", SMALL_NETS, ids=lambda net: net.name)
def test_two_builds_are_equal_and_complete(net: NetSpec, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = store_below(tmp_path_factory.mktemp("store"))
    first, second = load(store, net, UNTRAINED), load(store, net, UNTRAINED)
    assert equal(dict(first.module.state_dict()), dict(second.module.state_dict()))
    assert all(tensor.isfinite().all() for tensor in first.module.state_dict().values())
    assert not any(tensor.is_meta for tensor in [*first.module.parameters(), *first.module.buffers()])
    assert (first.weights.trained, first.trained_heads, len(first.classes)) == (False, (), 1000)
    assert not first.module.training


def test_the_number_of_threads_does_not_matter() -> None:
    layer = nn.Linear(5000, 1000, device="meta")
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = seeded_state(layer)
        torch.set_num_threads(4)
        assert equal(one, seeded_state(layer))
    finally:
        torch.set_num_threads(before)


def test_every_seed_and_every_layer_has_its_own_numbers() -> None:
    twins = nn.Sequential(nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3))
    state = seeded_state(twins)
    assert not torch.equal(state["0.weight"], state["1.weight"])
    assert not torch.equal(state["0.weight"], seeded_state(twins, seed=1)["0.weight"])


def test_a_large_layer_does_not_repeat_itself() -> None:
    numbers = seeded_state(nn.Linear(5000, 1000, bias=False, device="meta"))["weight"].view(-1)
    half = numbers[: 1 << 21], numbers[1 << 21 : 1 << 22]
    correlation = torch.corrcoef(torch.stack(half))[0, 1].item()
    assert abs(correlation) < 0.005


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv2d(64, 128, 3), (128, 64, 3, 3)),
        (nn.Conv2d(64, 96, 5, groups=2), (96, 32, 5, 5)),
        (nn.Linear(900, 700), ()),
    ],
)
def test_the_numbers_are_hes(layer: nn.Module, shape: tuple[int, ...]) -> None:
    """Mean 0, the deviation of torch's ``kaiming_normal_(mode="fan_out")``, and the kurtosis of a bell curve."""
    weight = seeded_state(layer)["weight"]
    assert not shape or weight.shape == shape
    fan_out = nn.init._calculate_correct_fan(weight, "fan_out")
    deviation = nn.init.calculate_gain("relu") / math.sqrt(fan_out)
    assert weight.mean().item() == pytest.approx(0, abs=5 * deviation / math.sqrt(weight.numel()))
    assert weight.std().item() == pytest.approx(deviation, rel=0.02)
    assert ((weight / deviation) ** 4).mean().item() == pytest.approx(3, rel=0.05)
    assert (seeded_state(layer)["bias"] == 0).all()


def test_batch_norm_leaves_its_input_as_it_is() -> None:
    layer = nn.BatchNorm2d(4).eval()
    layer.load_state_dict(seeded_state(layer))
    activation = torch.randn(2, 4, 3, 3)
    torch.testing.assert_close(layer(activation), activation, rtol=1e-4, atol=1e-6)


def test_a_layer_without_a_rule_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="PReLU"):
        seeded_state(nn.Sequential(nn.PReLU()))


def test_torchs_own_random_numbers_go_on_as_if_nothing_had_happened(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    before = torch.get_rng_state()
    for net in (*SMALL_NETS, TINY):
        load(store_below(tmp_path_factory.mktemp("store")), net, UNTRAINED)
    assert torch.equal(torch.get_rng_state(), before)


def test_only_what_is_wanted_is_made() -> None:
    with torch.device("meta"):
        module = Tiny(10)
    assert set(seeded_state(module, wanted=lambda key: key.startswith("aux1.fc"))) == {"aux1.fc.weight", "aux1.fc.bias"}
