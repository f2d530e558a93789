"""Packed convolutions say what the module says, and nothing else."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.tracing.packed import PackedConvolution, packed


def convolution(**settings: object) -> nn.Conv2d:
    torch.manual_seed(0)
    module = nn.Conv2d(**{"in_channels": 8, "out_channels": 12, "kernel_size": 3, **settings})  # type: ignore[arg-type]
    return module.to(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"kernel_size": 1, "bias": False},
        {"kernel_size": 7, "stride": 2, "padding": 3},
        {"groups": 4, "padding": 1},
        {"dilation": 2, "padding": (2, 1)},
    ],
)
@pytest.mark.parametrize("batch", [1, 5])
@pytest.mark.parametrize("side", [15, 24])
def test_the_result_is_the_modules(settings: dict[str, object], batch: int, side: int) -> None:
    module = convolution(**settings)
    run = packed(module, (8, 15, 15))
    assert isinstance(run, PackedConvolution)
    x = torch.randn(batch, 8, side, side)
    with torch.inference_mode():
        result = run(x)
        torch.testing.assert_close(result, module(x), rtol=1e-5, atol=1e-6)
    wide = module.double()(x.double())
    torch.testing.assert_close(result.double(), wide, rtol=1e-5, atol=1e-5)


def test_gradients_flow_through_the_module() -> None:
    module = convolution()
    x = torch.randn(1, 8, 9, 9, requires_grad=True)
    packed(module, (8, 9, 9))(x).sum().backward()
    assert x.grad is not None and module.weight.grad is not None


def test_everything_else_runs_as_it_is() -> None:
    usual = nn.Conv2d(8, 12, 1)
    double = convolution().double()
    named = convolution(padding="same")
    mirrored = convolution(padding=1, padding_mode="reflect")
    for module in (usual, double, named, mirrored, nn.ReLU(), nn.Linear(8, 2)):
        assert packed(module, (8, 9, 9)) is module
