"""Class maps average to the head's scores; the pixel's perceptron and the 1×1 mixing are what torch computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.methods.pixel_mlp import follow_pixel, mix_maps
from explorer.methods.pooling import class_maps
from tests.unit.methods.cases import case, unharmed


@pytest.mark.parametrize(("net", "direct"), [("nin", True), ("googlenet", False), ("resnet18", False)])
def test_the_average_of_each_classes_map_is_the_heads_score(net: str, direct: bool) -> None:
    known = case(net)
    heads = known.traced.graph.heads
    with unharmed(known):
        result = class_maps(known.traced, known.activations, heads, "t")
    logits = known.activations.logits["main"][0]
    assert result.direct == direct
    assert [one.index for one in result.classes] == torch.topk(logits, 5).indices.tolist()
    for one in result.classes:
        assert one.logit == float(logits[one.index])
        assert one.score == pytest.approx(one.logit, rel=1e-5, abs=1e-6)
        assert one.difference == pytest.approx(one.score - one.logit)
        assert one.values.mean(dtype=np.float64) + one.bias == pytest.approx(one.logit, rel=1e-4, abs=1e-5)
    if direct:
        maps = known.activations[result.maps_layer][0]
        assert result.head_parameters == 0 and maps.shape[0] == 10
        np.testing.assert_array_equal(result.classes[0].values, maps[result.classes[0].index].numpy())
    assert result.low == min(one.values.min() for one in result.classes)


def test_class_activation_maps_are_the_last_layer_slid_over_the_maps() -> None:
    known = case("googlenet")
    result = class_maps(known.traced, known.activations, known.traced.graph.heads, "t", (7, 2))
    fc = known.traced.module.fc
    slid = F.conv2d(known.activations[result.maps_layer].double(), fc.weight.detach().double()[:, :, None, None])
    assert [one.index for one in result.classes] == [7, 2]
    for one in result.classes:
        np.testing.assert_allclose(one.values, slid[0, one.index].numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("net", "classes", "kind"),
    [("alexnet", (), "no_global_pooling"), ("nin", (10,), "class_outside"), ("nin", (-1,), "class_outside")],
)
def test_what_has_no_class_map_is_refused(net: str, classes: tuple[int, ...], kind: str) -> None:
    known = case(net)
    with unharmed(known), pytest.raises(UserError) as caught:
        class_maps(known.traced, known.activations, known.traced.graph.heads, "t", classes)
    assert caught.value.kind == kind


def test_one_pixel_runs_through_the_perceptron() -> None:
    known = case("nin")
    with unharmed(known):
        result = follow_pixel(known.traced, known.activations, "t", "mlpconv2", (2, 3), edges=30)
    block = known.traced.module.mlpconv2
    assert [stage.layer for stage in result.stages] == ["mlpconv2.conv", "mlpconv2.cccp1", "mlpconv2.cccp2"]
    hidden = torch.from_numpy(result.stages[0].values).double()
    for stage, part in zip(result.stages[1:], (block.cccp1, block.cccp2), strict=True):
        linear = F.linear(hidden, part.weight.detach()[:, :, 0, 0].double(), part.bias.detach().double())
        np.testing.assert_allclose(stage.before, linear.numpy(), rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(stage.values, np.maximum(stage.before, 0))
        assert stage.difference < 1e-5
        products = part.weight.detach()[:, :, 0, 0].double() * hidden
        assert len(stage.edges) == 30
        np.testing.assert_allclose(
            np.abs(stage.carried), products.abs().flatten().topk(30).values.numpy(), rtol=1e-5, atol=1e-9
        )
        for (source, to), carried in zip(stage.edges, stage.carried, strict=True):
            assert carried == pytest.approx(float(products[to, source]), rel=1e-5)
        hidden = torch.from_numpy(stage.values).double()
    np.testing.assert_array_equal(result.stages[-1].values, known.activations["mlpconv2"][0, :, 2, 3].numpy())


def test_without_a_step_or_pixel_it_is_the_first_blocks_middle() -> None:
    result = follow_pixel(case("nin").traced, case("nin").activations, "t")
    assert result.step == "mlpconv1" and result.pixel == (result.map_size[0] // 2, result.map_size[1] // 2)


@pytest.mark.parametrize(
    ("net", "pixel", "kind"), [("googlenet", None, "no_mlpconv"), ("nin", (99, 0), "pixel_outside")]
)
def test_pixels_outside_and_nets_without_perceptrons_are_refused(
    net: str, pixel: tuple[int, int] | None, kind: str
) -> None:
    with pytest.raises(UserError) as caught:
        follow_pixel(case(net).traced, case(net).activations, "t", "", pixel)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("net", "layer"),
    [
        ("nin", "mlpconv3.cccp2"),
        ("googlenet", "inception4a.branch1"),
        ("resnet18", "layer2.0.downsample.0"),
        ("nin", ""),
    ],
)
def test_eight_maps_become_four_by_a_matrix(net: str, layer: str) -> None:
    known = case(net)
    with unharmed(known):
        result = mix_maps(known.traced, known.activations, "t", layer)
    module = known.traced.module.get_submodule(result.layer)
    source = known.activations[result.source].double()
    whole = F.conv2d(
        source,
        module.weight.detach().double(),
        None if module.bias is None else module.bias.detach().double(),
        module.stride,
    )[0]
    assert result.inputs.shape[0] == 8 and result.matrix.shape == (4, 8)
    np.testing.assert_allclose(result.whole, whole[result.output_channels].numpy(), rtol=1e-3, atol=1e-4)
    silent = source.clone()
    others = [one for one in range(source.shape[1]) if one not in result.input_channels.tolist()]
    silent[:, others] = 0
    mixed = F.conv2d(
        silent,
        module.weight.detach().double(),
        None if module.bias is None else module.bias.detach().double(),
        module.stride,
    )[0]
    np.testing.assert_allclose(result.mixed, mixed[result.output_channels].numpy(), rtol=1e-4, atol=1e-5)
    assert (result.share <= 1).all()
    all_of_them = mix_maps(known.traced, known.activations, "t", layer, inputs=10_000)
    np.testing.assert_allclose(all_of_them.share, 1, atol=1e-6)


def test_a_net_without_1x1_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        mix_maps(case("alexnet").traced, case("alexnet").activations, "t")
    assert caught.value.kind == "no_1x1"
