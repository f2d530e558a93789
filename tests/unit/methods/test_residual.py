"""Residual blocks: what they add is what the modules say, and cutting is what an edited forward pass does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.methods.residual import compare_blocks, cut
from explorer.methods.wall import values_at
from explorer.nets.resnet import BasicBlock, Bottleneck
from tests.unit.methods.cases import case, last, unharmed


@pytest.mark.parametrize("net", ["resnet18", "resnet50"])
def test_norms_are_those_of_what_each_module_computes(net: str) -> None:
    known = case(net)
    inputs: dict[str, torch.Tensor] = {}
    module = known.traced.module
    names = [name for name, part in module.named_modules() if isinstance(part, BasicBlock | Bottleneck)]
    hooks = [
        module.get_submodule(name).register_forward_pre_hook(lambda _m, args, name=name: inputs.update({name: args[0]}))
        for name in names
    ]
    try:
        with torch.inference_mode():
            module(known.picture)
    finally:
        for hook in hooks:
            hook.remove()
    with unharmed(known):
        result = last(compare_blocks(known.traced.graph, known.activations, "t", "", 1.0))
    assert [block.step for block in result.blocks] == names
    for block in result.blocks:
        part, x = module.get_submodule(block.step), inputs[block.step]
        with torch.inference_mode():
            shortcut = (x if part.downsample is None else part.downsample(x)).double()
            after = part(x).double()
        residual = known.activations[block.added].double() - shortcut
        assert block.projection == (part.downsample is not None)
        assert block.shortcut_norm == pytest.approx(float(shortcut.norm()), rel=1e-5)
        assert block.residual_norm == pytest.approx(float(residual.norm()), rel=1e-4)
        assert block.output_norm == pytest.approx(float(after.norm()), rel=1e-5)
        assert block.ratio == pytest.approx(float(residual.norm() / shortcut.norm()), rel=1e-4)
        cosine = F.cosine_similarity(residual.flatten(), shortcut.flatten(), dim=0)
        assert block.cosine == pytest.approx(float(cosine), abs=1e-3)


def test_the_four_walls_share_one_scale_and_show_the_values() -> None:
    known = case("resnet18")
    inner = known.traced.graph.step("layer3.0").children[0].name
    result = last(compare_blocks(known.traced.graph, known.activations, "t", inner, 1.5))
    assert result.step == "layer3.0"
    assert [wall.layer for wall in result.walls] == [
        "layer3.0.downsample.1",
        "layer3.0.bn2",
        "layer3.0.add",
        "layer3.0",
    ]
    for wall in result.walls:
        assert set(wall.low.tolist()) == {np.float32(result.low)} and set(wall.high.tolist()) == {
            np.float32(result.high)
        }
        for channel in (0, 100):
            true = known.activations[wall.layer][0, channel].numpy()
            assert np.abs(values_at(wall, channel) - true).max() <= 0.51 * (result.high - result.low) / 254
    x, f, both, after = (values_at(wall, 7) for wall in result.walls)
    level = (result.high - result.low) / 254
    assert np.abs(x + f - both).max() <= 1.6 * level
    assert np.abs(np.maximum(both, 0) - after).max() <= 1.1 * level


def _without_residual(self: Any, x: torch.Tensor) -> torch.Tensor:
    return F.relu(x if self.downsample is None else self.downsample(x))


def _without_shortcut(self: Any, x: torch.Tensor) -> torch.Tensor:
    return F.relu(self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x))))))


@pytest.mark.parametrize("block", ["layer1.1", "layer2.0", "layer4.1"])
@pytest.mark.parametrize(("part", "forward"), [("residual", _without_residual), ("shortcut", _without_shortcut)])
def test_cutting_is_what_a_network_without_that_part_says(
    block: str, part: str, forward: Callable[..., torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = case("resnet18")
    heads = known.traced.graph.heads
    with unharmed(known):
        result = last(cut(known.traced, known.activations, heads, "t", (f"{block}:{part}",)))
    module = known.traced.module.get_submodule(block)
    with monkeypatch.context() as patch, torch.inference_mode():
        patch.setattr(module, "forward", forward.__get__(module))
        expected = known.traced.module(known.picture)["main"]
    before = known.activations.logits["main"]
    (change,) = result.heads
    assert change.logit_change == pytest.approx(float((expected - before).norm() / before.norm()), rel=1e-4)
    assert change.logit_change > 0
    assert change.before.probabilities is None  # a random head says nothing


def test_trained_heads_have_probabilities_and_no_cut_changes_nothing() -> None:
    known = case("resnet18")
    (head,) = known.traced.graph.heads
    trained = [type(head)(head.name, head.layer, head.after, True)]
    result = last(cut(known.traced, known.activations, trained, "t", ("layer4.1:residual", "layer1.0:shortcut")))
    assert result.cuts == ("layer1.0:shortcut", "layer4.1:residual")
    assert result.heads[0].after.probabilities.sum() == pytest.approx(1, abs=1e-5)  # type: ignore[union-attr]
    nothing = last(cut(known.traced, known.activations, trained, "t", ()))
    assert nothing.heads[0].logit_change == 0.0


@pytest.mark.parametrize(
    ("net", "cuts", "kind"),
    [
        ("resnet18", ("layer9.0:shortcut",), "cut_unknown"),
        ("resnet18", ("layer1.0:branch",), "cut_unknown"),
        ("googlenet", ("layer1.0:shortcut",), "no_residual_blocks"),
    ],
)
def test_what_cannot_be_cut_is_refused(net: str, cuts: tuple[str, ...], kind: str) -> None:
    known = case(net)
    with unharmed(known), pytest.raises(UserError) as caught:
        last(cut(known.traced, known.activations, known.traced.graph.heads, "t", cuts))
    assert caught.value.kind == kind


def test_it_can_be_given_up_between_two_layers() -> None:
    known = case("resnet18")
    graph = known.traced.graph
    for slices in (
        cut(known.traced, known.activations, graph.heads, "t", ("layer1.0:residual",)),
        compare_blocks(graph, known.activations, "t", "", 1.0),
    ):
        with unharmed(known):
            assert [next(slices) for _ in range(5)] == [None] * 5
            slices.close()
