"""Nets begin with seeded weights, in the form and variant that was asked for."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.core.errors import UserError
from explorer.nets import catalog
from explorer.training.build import build_net, check_size, form_for, vary

SMALL = ("googlenet", "nin", "alexnet", "vgg16")
CIFAR = ("resnet20", "plain20", "resnet56", "plain56")


@pytest.mark.parametrize("name", SMALL + CIFAR)
def test_small_pictures_go_through(name: str) -> None:
    spec = catalog.find(name)
    assert spec.small is not None or name in CIFAR
    net = build_net(spec, 7, form_for(spec, 32), seed=0).eval()
    with torch.no_grad():
        logits = net(torch.zeros(2, 3, 32, 32))
    assert {head: tuple(output.shape) for head, output in logits.items()}["main"] == (2, 7)


@pytest.mark.parametrize("name", SMALL)
def test_large_pictures_take_the_standard_form(name: str) -> None:
    assert form_for(catalog.find(name), 224) == "standard"


def test_the_small_googlenet_sees_sixteen_by_sixteen_in_its_first_module() -> None:
    net = build_net(catalog.find("googlenet"), 10, "small", seed=0).eval()
    seen: list[torch.Size] = []
    net.get_submodule("inception3a").register_forward_hook(lambda module, given, output: seen.append(output.shape))
    with torch.no_grad():
        net(torch.zeros(1, 3, 32, 32))
    assert seen == [torch.Size([1, 256, 16, 16])]


def depth(net: nn.Module) -> int:
    """Count the layers with parameters as the paper does: without projections and normalisation."""
    modules = net.named_modules()
    return sum(isinstance(module, nn.Conv2d | nn.Linear) and "downsample" not in name for name, module in modules)


@pytest.mark.parametrize(("name", "layers"), [("resnet20", 20), ("plain20", 20), ("resnet56", 56), ("plain56", 56)])
def test_the_plain_net_is_as_deep_as_the_residual_one(name: str, layers: int) -> None:
    assert depth(build_net(catalog.find(name), 10, "standard", 0)) == layers


def test_resnet20_has_the_papers_parameters() -> None:
    """0.27 million, as table 6 of the paper says; the two projections are the 2,752 more than option A has."""
    net = build_net(catalog.find("resnet20"), 10, "standard", 0)
    assert sum(parameter.numel() for parameter in net.parameters()) == 269_722 + 2_752
    plain = build_net(catalog.find("plain20"), 10, "standard", 0)
    assert sum(parameter.numel() for parameter in plain.parameters()) == 269_722


def test_seeds_repeat_and_differ() -> None:
    spec = catalog.find("plain20")
    one, same, other = (build_net(spec, 10, "standard", seed) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), same.state_dict().values(), strict=True))
    assert not torch.equal(one.get_parameter("conv1.weight"), other.get_parameter("conv1.weight"))


def test_hes_start_keeps_the_size_of_signals_and_glorots_halves_it() -> None:
    """Through 56 layers: the reason for the factor 2 of He's rule."""
    sizes = {}
    for start in ("he", "glorot"):
        net = build_net(catalog.find("plain56"), 10, "standard", 0, start=start)  # type: ignore[arg-type]
        vary(net, catalog.find("plain56"), "relu", norm=False)
        seen: list[float] = []
        net.get_submodule("layer3").register_forward_hook(
            lambda module, given, output, seen=seen: seen.append(float(output.detach().std()))
        )
        net(torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)))
        sizes[start] = seen[0]
    assert sizes["he"] > 1e-3
    assert sizes["glorot"] < 1e-6


def test_variants_replace_what_they_say() -> None:
    spec = catalog.find("resnet20")
    net = build_net(spec, 10, "standard", 0)
    vary(net, spec, "sigmoid", norm=False)
    kinds = {type(module) for module in net.modules()}
    assert nn.Sigmoid in kinds
    assert not kinds & {nn.ReLU, nn.BatchNorm2d}


@pytest.mark.parametrize(("activation", "norm"), [("sigmoid", True), ("relu", False)])
def test_googlenet_has_no_such_variants(activation: str, norm: bool) -> None:
    spec = catalog.find("googlenet")
    net = build_net(spec, 10, "small", 0)
    with pytest.raises(UserError) as refused:
        vary(net, spec, activation, norm)  # type: ignore[arg-type]
    assert refused.value.kind == "variant_unfit"


def test_without_heads_there_are_none() -> None:
    net = build_net(catalog.find("googlenet"), 10, "small", 0, heads=False)
    assert set(net(torch.zeros(2, 3, 32, 32))) == {"main"}
    assert not any(name.startswith("aux") for name in net.state_dict())


def test_a_size_that_does_not_fit_is_refused() -> None:
    spec = catalog.find("alexnet")
    net = build_net(spec, 10, "small", 0)
    assert check_size(spec, net, (24, 32)) == (32,)
    with pytest.raises(UserError) as refused:
        check_size(spec, net, (16,))
    assert refused.value.kind == "train_size_unfit"
