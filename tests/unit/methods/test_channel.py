"""A channel's histogram counts every value, whatever the values are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.methods.channel import describe_channel


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0.0] * 16, id="zero"),
        pytest.param(list(np.linspace(-3, 7, 16)), id="even"),
        pytest.param([1.0] * 15 + [float(np.nextafter(np.float32(1), np.float32(2)))], id="one-but-for-rounding"),
        pytest.param([3e8] * 8 + [3e8 + 32] * 8, id="large-and-close"),
        pytest.param([1e-42, 3e-42] * 8, id="subnormal"),
        pytest.param([-3e38, 3e38] * 8, id="all-of-float32"),
    ],
)
def test_histogram_counts_every_value_once(values: list[float]) -> None:
    activation = torch.tensor(values, dtype=torch.float32).reshape(1, 4, 4)
    result = describe_channel(activation, "trace", "layer", 0)
    assert int(result.counts.sum()) == 16
    assert np.all(np.diff(result.edges) > 0)
    assert result.edges[0] <= activation.min() and activation.max() <= result.edges[-1]


def test_values_that_are_no_numbers_are_left_out() -> None:
    activation = torch.tensor([[[1.0, float("nan")], [float("inf"), 2.0]]])
    result = describe_channel(activation, "trace", "layer", 0)
    assert int(result.counts.sum()) == 2


def test_unknown_channel_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        describe_channel(torch.zeros(3, 2, 2), "trace", "conv1", 3)
    assert refused.value.kind == "channel_outside"
