"""A run with replaced outputs says what torch's own forward hooks say, computes no more than it must, harms none."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.core.errors import Cancelled
from explorer.methods.edited import edited_in_slices, run_edited, run_in_slices
from explorer.tracing.forward import run
from tests.unit.methods.cases import case, unharmed


def without_channel(value: Tensor) -> Tensor:
    kept = torch.ones(value.shape[1], dtype=value.dtype).view(-1, *[1] * (value.ndim - 2))
    kept[3:9] = -2
    return value * kept


@pytest.mark.parametrize(
    ("net", "layer"),
    [
        ("googlenet", "inception4a"),
        ("googlenet", "inception3b.branch2.0.bn"),
        ("googlenet", "aux1.fc1"),
        ("resnet18", "layer2.0"),
        ("resnet18", "layer2.0.downsample.1"),
        ("nin", "mlpconv2.cccp1"),
    ],
)
def test_a_replaced_output_does_what_a_forward_hook_does(net: str, layer: str) -> None:
    known = case(net)
    module = known.traced.module.get_submodule(layer)
    handle = module.register_forward_hook(lambda _module, _inputs, output: without_channel(output))
    try:
        with torch.inference_mode():
            expected = known.traced.module(known.picture)
    finally:
        handle.remove()
    with unharmed(known):
        found = run_edited(known.traced, known.activations, {layer: without_channel})
    assert list(found) == list(expected)
    for head, logits in expected.items():
        assert torch.equal(found[head], logits), head
    assert any(not torch.equal(found[head], known.activations.logits[head]) for head in found)


def test_heads_that_do_not_depend_on_the_change_are_not_computed_again() -> None:
    known = case("googlenet")
    found = run_edited(known.traced, known.activations, {"inception5b": torch.zeros_like})
    assert found["aux1"] is known.activations.logits["aux1"]
    assert not torch.equal(found["main"], known.activations.logits["main"])


def test_only_what_depends_on_the_change_runs() -> None:
    known = case("googlenet")
    ran: list[str] = []
    hooks = [
        part.register_forward_hook(lambda *_, path=path: ran.append(path))
        for path, part in known.traced.module.named_modules()
        if not list(part.children())
    ]
    try:
        run_edited(known.traced, known.activations, {"inception5a": torch.zeros_like})
    finally:
        for hook in hooks:
            hook.remove()
    assert ran
    assert all(path.startswith(("inception5b", "avgpool", "dropout", "fc")) for path in ran)


def test_two_changes_one_behind_the_other_both_count() -> None:
    known = case("resnet18")
    first, second = "layer1.0", "layer3.1"
    found = run_edited(known.traced, known.activations, {first: without_channel, second: without_channel})
    handles = [
        known.traced.module.get_submodule(name).register_forward_hook(lambda _m, _i, output: without_channel(output))
        for name in (first, second)
    ]
    try:
        with torch.inference_mode():
            expected = known.traced.module(known.picture)
    finally:
        for handle in handles:
            handle.remove()
    assert torch.equal(found["main"], expected["main"])


def test_a_replaced_operation_gets_what_the_layer_reads() -> None:
    known = case("alexnet")
    found = run_edited(known.traced, known.activations, {}, calls={"norm1": lambda maps: maps}, wanted=("norm1",))
    assert torch.equal(found["norm1"], known.activations["relu1"])
    pooled = known.traced.module.pool1(known.activations["relu1"])
    again = run_edited(known.traced, known.activations, {"pool1": lambda _: pooled})
    assert torch.equal(found["main"], again["main"])


@pytest.mark.parametrize("layer", ["input", "conv1.conv"])
def test_layers_that_were_not_kept_are_computed_on_the_way(layer: str) -> None:
    known = case("googlenet")
    scarce = run(known.traced, known.picture, keep_bytes=0)
    found = run_edited(known.traced, scarce, {layer: without_channel if layer != "input" else torch.neg})
    whole = run_edited(known.traced, known.activations, {layer: without_channel if layer != "input" else torch.neg})
    assert all(torch.equal(found[head], whole[head]) for head in whole)


def test_another_input_gives_what_the_network_says_of_it() -> None:
    known = case("googlenet")
    slices = run_in_slices(known.traced, known.picture.flip(-1), wanted=("inception4a",))
    steps = 0
    with unharmed(known):
        while True:
            try:
                next(slices)
            except StopIteration as end:
                found = end.value
                break
            assert not torch.is_inference_mode_enabled()
            steps += 1
    other = run(known.traced, known.picture.flip(-1))
    assert all(torch.equal(found[head], other.logits[head]) for head in other.logits)
    assert torch.equal(found["inception4a"], other["inception4a"])
    assert steps > 100


def test_it_is_given_up_between_two_layers_and_harms_nothing() -> None:
    known = case("googlenet")
    asked: list[bool] = []
    with unharmed(known), pytest.raises(Cancelled):
        run_edited(
            known.traced,
            known.activations,
            {"conv1": torch.zeros_like},
            cancel=lambda: asked.append(True) or len(asked) > 5,
        )
    assert len(asked) == 6


def test_an_edit_that_fails_harms_nothing() -> None:
    known = case("googlenet")

    def fails(value: Tensor) -> Tensor:
        raise ZeroDivisionError

    with unharmed(known), pytest.raises(ZeroDivisionError):
        run_edited(known.traced, known.activations, {"conv1": torch.zeros_like, "inception4a": fails})
    with unharmed(known):
        slices = edited_in_slices(known.traced, known.activations, {"conv1": torch.zeros_like})
        next(slices)
        slices.close()
    with pytest.raises(KeyError):
        run_edited(known.traced, known.activations, {"conv99": torch.zeros_like})
