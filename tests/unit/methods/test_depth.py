"""The cuts by depth: their numbers are the network's, and the mirror is compared place by place."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from explorer.core.messages.inside import DepthResult
from explorer.methods.depth import cut_by_depth
from explorer.tracing.forward import run
from tests.unit.methods.cases import Case, case, unharmed


def result_of(known: Case, picture: torch.Tensor | None = None) -> DepthResult:
    *_, last = cut_by_depth(known.traced, known.activations, known.picture if picture is None else picture, "t")
    assert isinstance(last, DepthResult)
    return last


@pytest.mark.parametrize("net", ["googlenet", "resnet18", "alexnet", "nin"])
def test_each_cut_says_what_the_layer_holds(net: str) -> None:
    known = case(net)
    with unharmed(known):
        result = result_of(known)
    mirrored = run(known.traced, known.picture.flip(-1))
    assert [cut.step for cut in result.cuts] == [step.name for step in known.traced.graph.steps]
    for cut in result.cuts:
        activation = known.activations[cut.layer][0]
        maps = activation if activation.ndim == 3 else activation.view(-1, 1, 1)
        assert maps.abs().flatten(1).mean(1)[cut.strongest] == maps.abs().flatten(1).mean(1).max()
        np.testing.assert_array_equal(cut.strongest_map, maps[cut.strongest].numpy())
        np.testing.assert_allclose(cut.mean_map, maps.abs().mean(0).numpy(), rtol=1e-5)
        assert cut.statistics.zeros == pytest.approx(float((activation == 0).double().mean()), abs=1e-9)
        cosine = F.cosine_similarity(activation.flatten().double(), mirrored[cut.layer][0].flatten().double(), dim=0)
        assert cut.mirror_similarity == pytest.approx(float(cosine), abs=1e-6)
    depths = [cut.depth for cut in result.cuts]
    assert depths == sorted(depths) and depths[0] == 0
    assert depths[-1] == {"googlenet": 22, "resnet18": 18, "alexnet": 8, "nin": 12}[net]
    fields = [cut.field_px for cut in result.cuts]
    assert fields == sorted(fields) and fields[-1] <= known.traced.input_size
    heads = sum(value.numel() for name, value in known.traced.module.named_parameters() if name.startswith("aux"))
    whole = sum(value.numel() for value in known.traced.module.parameters())
    assert result.cuts[-1].parameters == whole - heads


def test_receptive_fields_grow_to_where_the_gradient_reaches() -> None:
    known = case("nin")
    cut = next(one for one in result_of(known).cuts if one.step == "pool1")
    picture = known.picture.clone().requires_grad_()
    maps = known.traced.module.pool1(known.traced.module.mlpconv1(picture))
    middle = maps.shape[-1] // 2
    (grad,) = torch.autograd.grad(maps[0, :, middle, middle].sum(), picture)
    assert int(grad.abs().amax(dim=(0, 1, 2)).count_nonzero()) <= cut.field_px
    assert cut.field_px == 11 + 2 * 4


def test_a_symmetric_picture_is_its_own_mirror() -> None:
    known = case("resnet18")
    symmetric = known.picture + known.picture.flip(-1)
    seen = Case(known.traced, symmetric, run(known.traced, symmetric))
    assert all(cut.mirror_similarity == pytest.approx(1, abs=1e-6) for cut in result_of(seen).cuts)


def test_it_can_be_stopped_anywhere() -> None:
    known = case("resnet18")
    slices = cut_by_depth(known.traced, known.activations, known.picture, "t")
    with unharmed(known):
        for _ in range(30):
            assert next(slices) is None
        slices.close()
