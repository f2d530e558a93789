"""Weights drawn as pictures are the weights, to half a level; towers and colours are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages.inside import KernelsResult
from explorer.methods.kernels import LEVELS, draw_kernels
from tests.unit.methods.cases import case, unharmed


def values_of(result: KernelsResult) -> np.ndarray:
    """Return the weights that the pixels stand for."""
    shape = (-1, *[1] * (result.pixels.ndim - 1))
    low, high = result.low.reshape(shape), result.high.reshape(shape)
    return low + result.pixels * ((high - low) / LEVELS)


@pytest.mark.parametrize("scaling", ["channel", "layer"])
@pytest.mark.parametrize("order", ["index", "norm"])
def test_colour_kernels_are_the_weights(scaling: str, order: str) -> None:
    known = case("googlenet")
    with unharmed(known):
        result = draw_kernels(known.traced, "t", "conv1", order=order, scaling=scaling)  # type: ignore[arg-type]
    weight = known.traced.module.conv1.conv.weight.detach().numpy()
    assert result.colour and result.pixels.shape == (64, 7, 7, 3) and result.layer == "conv1.conv"
    true = weight[result.channels].transpose(0, 2, 3, 1)
    half_a_level = (result.high / LEVELS).reshape(-1, 1, 1, 1)
    assert (np.abs(values_of(result) - true) <= 1.01 * half_a_level).all()
    np.testing.assert_allclose(result.high, -result.low)
    if scaling == "layer":
        assert set(result.high.tolist()) == {float(np.abs(weight).max())}
    else:
        np.testing.assert_allclose(result.high, np.abs(true).max(axis=(1, 2, 3)), rtol=1e-6)
    norms = np.linalg.norm(weight.reshape(64, -1), axis=1)
    np.testing.assert_allclose(result.norms, norms, rtol=1e-5)
    if order == "norm":
        assert (np.diff(norms[result.channels]) <= 0).all()
    else:
        assert result.channels.tolist() == list(range(64))


def test_alexnets_towers_stand_apart_in_every_order() -> None:
    known = case("alexnet")
    for order in ("index", "norm"):
        first = draw_kernels(known.traced, "t", "norm1", order=order)  # type: ignore[arg-type]
        assert first.tower_count == 2 and first.groups == 1
        assert (first.towers == [0] * 48 + [1] * 48).all()
        assert set(first.channels[:48].tolist()) == set(range(48))
    assert draw_kernels(known.traced, "t", "conv3").tower_count == 2
    assert draw_kernels(known.traced, "t", "fc6").tower_count == 1
    second = draw_kernels(known.traced, "t", "conv2", channel=130)
    assert second.shape == (256, 48, 5, 5) and second.groups == 2
    assert second.channels.tolist() == list(range(48, 96)) and set(second.towers.tolist()) == {1}
    third = draw_kernels(known.traced, "t", "conv3", channel=0)
    assert third.towers.tolist() == [0] * 128 + [1] * 128
    weight = known.traced.module.conv2.weight[130].detach().numpy()
    assert np.abs(values_of(second) - weight).max() <= 1.01 * second.high.max() / LEVELS


def test_the_matrix_holds_norms_or_for_1x1_the_weights_themselves() -> None:
    known = case("googlenet")
    deep = draw_kernels(known.traced, "t", "conv3", order="norm")
    weight = known.traced.module.conv3.conv.weight.detach().numpy()
    norms = np.sqrt((weight**2).sum(axis=(2, 3)))[deep.matrix_rows]
    assert deep.pixels.shape == (0, 3, 3) and not deep.colour
    assert np.abs(deep.matrix * (deep.matrix_high / LEVELS) - norms).max() <= 0.51 * deep.matrix_high / LEVELS
    point = draw_kernels(known.traced, "t", "conv2")
    weight = known.traced.module.conv2.conv.weight.detach().numpy()[:, :, 0, 0]
    span = point.matrix_high - point.matrix_low
    assert point.matrix_low == -point.matrix_high
    assert np.abs(point.matrix_low + point.matrix * (span / LEVELS) - weight).max() <= 0.51 * span / LEVELS


def test_grey_kernels_have_no_colour_and_pure_ones_nothing_else() -> None:
    known = case("resnet18")
    weight = known.traced.module.conv1.weight
    before = weight.detach().clone()
    try:
        weight.data[0] = weight.data[0].mean(dim=0, keepdim=True).expand(3, -1, -1)
        weight.data[1] = weight.data[1] - weight.data[1].mean(dim=0, keepdim=True)
        result = draw_kernels(known.traced, "t", "conv1")
    finally:
        weight.data.copy_(before)
    assert result.colourfulness[0] == pytest.approx(0, abs=1e-6)
    assert result.colourfulness[1] == pytest.approx(1, abs=1e-6)
    assert result.colourfulness[2:].min() > 0 and result.colourfulness[2:].max() < 1


def test_a_layer_too_large_for_a_matrix_has_none() -> None:
    result = draw_kernels(case("alexnet").traced, "t", "fc7", channel=5)
    assert result.matrix.size == 0 and result.pixels.shape == (4096, 1, 1)


@pytest.mark.parametrize(
    ("layer", "channel", "kind"),
    [("maxpool1", -1, "no_kernels"), ("input", -1, "no_kernels"), ("conv1", 64, "channel_outside")],
)
def test_what_has_no_kernels_is_refused(layer: str, channel: int, kind: str) -> None:
    with pytest.raises(UserError) as caught:
        draw_kernels(case("googlenet").traced, "t", layer, channel)
    assert caught.value.kind == kind
