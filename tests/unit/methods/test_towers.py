"""AlexNet's counts are the lecture's and the paper's; normalisation off is what torch says without it."""

from __future__ import annotations

import msgspec
import pytest
import torch
from torch import nn

from explorer.methods.towers import count_towers
from tests.unit.methods.cases import case, last, unharmed


def test_nodes_are_the_lectures_and_only_convolution_3_reads_both_towers() -> None:
    known = case("alexnet", classes=1000)
    result = last(count_towers(known.traced, known.activations, known.traced.graph.heads, "t"))
    assert result.towers == 2
    assert [layer.nodes for layer in result.layers] == [
        290_400, 186_624, 64_896, 64_896, 43_264, 4_096, 4_096, 1_000,
    ]  # fmt: skip
    assert [layer.lecture_nodes for layer in result.layers] == [layer.nodes for layer in result.layers]
    assert [layer.label for layer in result.layers] == [
        "conv1",
        "conv2",
        "conv3",
        "conv4",
        "conv5",
        "fc6",
        "fc7",
        "fc8",
    ]
    convolutions = result.layers[:5]
    assert [layer.reads for layer in convolutions] == ["input", "own", "both", "own", "own"]
    assert {layer.reads for layer in result.layers[5:]} == {"both"}
    assert [layer.channels_a_tower for layer in convolutions] == [48, 128, 192, 192, 128]


def test_parameters_are_those_of_the_modules_and_their_ratio_is_25() -> None:
    known = case("alexnet", classes=1000)
    result = last(count_towers(known.traced, known.activations, known.traced.graph.heads, "t"))
    modules = list(known.traced.module.modules())

    def counted(kind: type[nn.Module]) -> int:
        return sum(value.numel() for part in modules if isinstance(part, kind) for value in part.parameters())

    assert result.convolution_parameters == counted(nn.Conv2d)
    assert result.linear_parameters == counted(nn.Linear)
    assert result.convolution_parameters == pytest.approx(2.33e6, rel=0.01)  # the figures of the subject, two towers
    assert result.linear_parameters == pytest.approx(58.6e6, rel=0.01)
    assert result.ratio == pytest.approx(25.1, abs=0.1)
    assert (result.lecture_convolution_parameters, result.lecture_linear_parameters) == (2_000_000, 65_000_000)


def test_normalisation_off_is_the_network_with_identities_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    known = case("alexnet")
    heads = [msgspec.structs.replace(head, trained=True) for head in known.traced.graph.heads]
    with unharmed(known):
        result = last(count_towers(known.traced, known.activations, heads, "t"))
    with monkeypatch.context() as patch, torch.inference_mode():
        for name in ("norm1", "norm2"):
            patch.setattr(known.traced.module.get_submodule(name), "forward", lambda maps: maps)
        expected = known.traced.module(known.picture)["main"][0]
    (change,) = result.without_normalisation
    probabilities = change.after.probabilities
    assert torch.allclose(torch.from_numpy(probabilities.copy()), expected.softmax(0), rtol=1e-4, atol=1e-6)  # type: ignore[union-attr]
    assert change.logit_change > 0
    assert [effect.layer for effect in result.normalisation] == ["norm1", "norm2"]
    for effect in result.normalisation:
        assert effect.mean_after < effect.mean_before
        assert effect.mean_after == pytest.approx(float(known.activations[effect.layer].abs().mean()), rel=1e-4)


def test_a_net_without_towers_has_one_and_the_lecture_says_nothing_of_it() -> None:
    known = case("googlenet")
    result = last(count_towers(known.traced, known.activations, known.traced.graph.heads, "t"))
    assert result.towers == 1 and result.lecture_ratio == 0 and result.without_normalisation == ()
    assert {layer.reads for layer in result.layers} == {""}
    assert {layer.lecture_nodes for layer in result.layers} == {0}
    assert not any(layer.layer.startswith("aux") for layer in result.layers)


def test_it_can_be_given_up_between_two_layers() -> None:
    known = case("alexnet")
    slices = count_towers(known.traced, known.activations, known.traced.graph.heads, "t")
    with unharmed(known):
        assert [next(slices) for _ in range(5)] == [None] * 5
        slices.close()
