"""Switching something off gives what the network itself gives when its output is replaced by a hook."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from explorer.core.errors import Cancelled, UserError
from explorer.methods.ablation import find_off, logits_without
from tests.unit.methods.traced_nets import Case, case, giving_up, relative, untouched


def hooked(here: Case, path: str, change: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
    """Return the logits of the bare network with a module's output changed."""
    module = dict(here.module.named_modules())[path]
    hook = module.register_forward_hook(lambda _module, _inputs, output: change(output))
    try:
        with torch.inference_mode():
            return here.module(here.picture)
    finally:
        hook.remove()


def channel_zero(maps: Tensor) -> Tensor:
    changed = maps.clone()
    changed[:, [0, 5]] = 0
    return changed


def flat(maps: Tensor) -> Tensor:
    return maps.mean(dim=(2, 3), keepdim=True).expand_as(maps)


@pytest.mark.parametrize(
    ("net", "off", "fill", "path", "change"),
    [
        ("googlenet", ("inception4a.branch2",), "zero", "inception4a.branch2", torch.zeros_like),
        ("googlenet", ("inception3b",), "zero", "inception3b", torch.zeros_like),
        ("googlenet", ("inception4d.branch4",), "mean", "inception4d.branch4", flat),
        ("googlenet", ("conv1#0", "conv1#5"), "zero", "conv1", channel_zero),
        ("resnet18", ("layer2.1.bn2",), "zero", "layer2.1.bn2", torch.zeros_like),
        ("resnet18", ("layer3.0",), "mean", "layer3.0", flat),
    ],
)
def test_it_is_what_the_net_says_with_that_output_replaced(
    net: str, off: tuple[str, ...], fill: str, path: str, change: Callable[[Tensor], Tensor]
) -> None:
    here = case(net)
    with untouched(here.module):
        ours = logits_without(here.traced, here.activations, find_off(here.traced.graph, off), fill)
    theirs = hooked(here, path, change)
    for head, logits in theirs.items():
        assert relative(ours[head], logits) < 1e-5
    assert relative(ours["main"], here.activations.logits["main"]) > 1e-4


def test_a_whole_layer_and_one_of_its_channels_is_the_whole_layer() -> None:
    here = case("googlenet")
    off = find_off(here.traced.graph, ("conv2", "conv2#3", "conv2"))
    assert [one.channel for one in off] == [-1, 3]
    both = logits_without(here.traced, here.activations, off, "zero")
    theirs = hooked(here, "conv2", torch.zeros_like)
    assert relative(both["main"], theirs["main"]) < 1e-5


def test_heads_before_what_is_off_say_the_same_as_before() -> None:
    here = case("googlenet")
    off = find_off(here.traced.graph, ("inception4b",))
    after = logits_without(here.traced, here.activations, off, "zero")
    assert torch.equal(after["aux1"], here.activations.logits["aux1"])
    assert not torch.equal(after["aux2"], here.activations.logits["aux2"])


def test_units_of_a_fully_connected_layer_can_be_off() -> None:
    here = case("vgg16")
    off = find_off(here.traced.graph, ("fc7#1", "fc7"))
    after = logits_without(here.traced, here.activations, off, "zero")
    assert torch.allclose(after["main"][0], here.module.classifier[6].bias)


def test_nothing_off_changes_nothing() -> None:
    here = case("resnet18")
    after = logits_without(here.traced, here.activations, (), "zero")
    assert torch.equal(after["main"], here.activations.logits["main"])


def test_what_is_off_is_named_as_people_see_it() -> None:
    graph = case("googlenet").traced.graph
    branch, channel = find_off(graph, ("inception4a.branch3", "inception4a#17"))
    assert (branch.step, branch.layer, branch.channel) == ("inception4a.branch3", "inception4a.branch3", -1)
    assert (channel.step, channel.layer, channel.channel) == ("inception4a", "inception4a", 17)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("inception9z", "part_unknown"),
        ("", "part_unknown"),
        ("conv1#64", "channel_outside"),
        ("conv1#-1", "channel_outside"),
        ("conv1#", "channel_outside"),
    ],
)
def test_parts_that_are_not_there(name: str, kind: str) -> None:
    with pytest.raises(UserError) as refused:
        find_off(case("googlenet").traced.graph, ("conv2", name))
    assert refused.value.kind == kind


def test_giving_up_leaves_net_and_trace_as_they_were() -> None:
    here = case("googlenet")
    kept = here.activations.get("inception4a").clone()
    off = find_off(here.traced.graph, ("conv2",))
    with untouched(here.module), pytest.raises(Cancelled):
        logits_without(here.traced, here.activations, off, "zero", giving_up(3))
    assert torch.equal(here.activations.get("inception4a"), kept)
