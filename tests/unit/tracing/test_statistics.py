"""Statistics against numpy in double precision."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.tracing.statistics import describe


@pytest.mark.parametrize("shape", [(7,), (3, 5, 5), (64, 112, 112)])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_statistics_are_numpys(shape: tuple[int, ...], offset: float) -> None:
    activation = torch.randn(shape, generator=torch.Generator().manual_seed(3)).relu() + offset
    values = activation.double().numpy()
    found = describe(activation)
    assert (found.min, found.max) == (values.min(), values.max())
    assert found.mean == pytest.approx(values.mean(), rel=1e-5)
    assert found.std == pytest.approx(values.std(), rel=1e-3)
    assert found.zeros == np.mean(values == 0)


def test_a_view_of_a_batch_is_described_like_its_copy() -> None:
    batch = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    view = batch[1, :, ::2]
    assert describe(view) == describe(view.clone())


def test_a_dead_layer_and_an_empty_one() -> None:
    assert describe(torch.zeros(4, 3, 3)).zeros == 1.0
    assert describe(torch.zeros(4, 3, 3)).std == 0.0
    assert describe(torch.empty(0)).zeros == 0.0


def test_nan_is_said_and_not_hidden() -> None:
    found = describe(torch.tensor([1.0, math.nan, 0.0]))
    assert math.isnan(found.mean)
    assert found.zeros == pytest.approx(1 / 3)
