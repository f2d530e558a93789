"""Output shapes by arithmetic are those that torch computes."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from explorer.tracing.operators import WindowTooLargeError, attributes_of, kind_of, output_shape

WINDOWS = [
    (kernel, stride, padding)
    for kernel, stride, padding in itertools.product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2))
    if padding <= kernel // 2  # torch's rule for pooling
]


@pytest.mark.parametrize(("kernel", "stride", "padding"), WINDOWS)
def test_windows_fit_as_often_as_in_torch(kernel: int, stride: int, padding: int) -> None:
    modules = [nn.Conv2d(2, 4, kernel, stride, padding), nn.Conv2d(2, 4, kernel, stride, padding, dilation=2)]
    for ceil_mode in (False, True):
        modules.append(nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode))
        modules.append(nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil_mode))
    for module, side in itertools.product(modules, (1, 2, 3, 4, 9, 10, 11, 12)):
        try:
            real = tuple(module(torch.zeros(1, 2, side, side)).shape[1:])
        except RuntimeError:
            with pytest.raises(WindowTooLargeError):
                output_shape(kind_of(module), attributes_of(module), [(2, side, side)])
        else:
            assert output_shape(kind_of(module), attributes_of(module), [(2, side, side)]) == real, (module, side)


def test_a_window_that_is_too_large_does_not_fit() -> None:
    module = nn.MaxPool2d(5)
    with pytest.raises(ValueError, match="does not fit"):
        output_shape(kind_of(module), attributes_of(module), [(2, 4, 4)])


@pytest.mark.parametrize("kind", ["add", "concat"])
def test_maps_of_different_sizes_do_not_go_together(kind: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        output_shape(kind, {}, [(2, 4, 4), (2, 5, 5)])


def test_a_kernel_that_is_not_square_is_refused() -> None:
    with pytest.raises(TypeError, match="square"):
        attributes_of(nn.Conv2d(3, 3, (1, 7)))
