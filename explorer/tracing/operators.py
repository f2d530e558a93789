"""The operations that networks are made of: what kind each is, its numbers, and the shape of what it returns."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Attributes = dict[str, int | float | str]
Shape = tuple[int, ...]

_MODULE_KINDS: tuple[tuple[type[nn.Module], str], ...] = (
    (nn.Conv2d, "convolution"),
    (nn.BatchNorm2d, "batch_norm"),
    (nn.ReLU, "relu"),
    (nn.LocalResponseNorm, "lrn"),
    (nn.MaxPool2d, "max_pool"),
    (nn.AvgPool2d, "avg_pool"),
    (nn.AdaptiveAvgPool2d, "avg_pool"),
    (nn.Linear, "linear"),
    (nn.Dropout, "dropout"),
    (nn.Flatten, "flatten"),
    (nn.Softmax, "softmax"),
)

_FUNCTION_KINDS: Mapping[Callable[..., Any], str] = {
    F.relu: "relu",
    torch.relu: "relu",
    torch.flatten: "flatten",
    Tensor.flatten: "flatten",
    torch.cat: "concat",
    torch.add: "add",
    operator.add: "add",
}


class WindowTooLargeError(ValueError):
    """A kernel finds no place in the maps that it should read."""


POINTWISE = frozenset({"batch_norm", "relu", "lrn", "dropout", "softmax"})
"""Kinds whose output has the shape of their input, each value at its own place (channels may mix)."""


def kind_of(target: nn.Module | Callable[..., Any]) -> str:
    """Return the kind, as in :class:`explorer.core.layers.LayerSpec`, of a leaf module or function.

    Raises
    ------
    TypeError
        For an operation that the trace does not know.
    """
    if isinstance(target, nn.Module):
        for module_type, kind in _MODULE_KINDS:
            if isinstance(target, module_type):
                return kind
    elif target in _FUNCTION_KINDS:
        return _FUNCTION_KINDS[target]
    raise TypeError(f"the trace has no rule for {target!r}")


def attributes_of(module: nn.Module) -> Attributes:
    """Return the numbers that describe a leaf module: kernel, stride, padding, channels, ... as it has them.

    Raises
    ------
    TypeError
        Where a kernel, stride or padding is not square, or not a number.
    """
    match module:
        case nn.Conv2d():
            return _window(module) | {
                "dilation": _side(module.dilation),
                "groups": module.groups,
                "in_channels": module.in_channels,
                "out_channels": module.out_channels,
                "bias": int(module.bias is not None),
            }
        case nn.MaxPool2d():
            return _window(module) | {"dilation": _side(module.dilation), "ceil_mode": int(module.ceil_mode)}
        case nn.AvgPool2d():
            return _window(module) | {"ceil_mode": int(module.ceil_mode)}
        case nn.AdaptiveAvgPool2d():
            return {"output_size": _side(module.output_size)}
        case nn.LocalResponseNorm():
            # The paper's alpha: torch divides the one that it is given by the size.
            return {"size": module.size, "alpha": module.alpha / module.size, "beta": module.beta, "k": module.k}
        case nn.Linear():
            return {
                "in_features": module.in_features,
                "out_features": module.out_features,
                "bias": int(module.bias is not None),
            }
        case nn.BatchNorm2d():
            return {"channels": module.num_features, "eps": module.eps}
        case nn.Dropout():
            return {"p": module.p}
        case _:
            return {}


def _window(module: nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d) -> Attributes:
    stride = module.kernel_size if module.stride is None else module.stride
    return {"kernel": _side(module.kernel_size), "stride": _side(stride), "padding": _side(module.padding)}


def _side(value: object) -> int:
    sides = set(value) if isinstance(value, tuple) else {value}
    (side,) = sides if len(sides) == 1 else (None,)
    if not isinstance(side, int):
        raise TypeError(f"the trace knows square windows only, not {value!r}")
    return side


def output_shape(kind: str, attributes: Attributes, inputs: Sequence[Shape]) -> Shape:
    """Return the shape of an operation's output from those of its inputs, all without the batch.

    Plain arithmetic: torch's "meta" device says the same, but takes more than a second to get ready.

    Raises
    ------
    WindowTooLargeError
        Where the inputs are smaller than the kernel.
    ValueError
        Where the inputs do not fit for another reason.
    """
    first = inputs[0]
    if kind in POINTWISE:
        return first
    if kind == "flatten":
        return (int(torch.Size(first).numel()),)
    if kind == "linear":
        if first != (attributes["in_features"],):
            raise ValueError(f"{first} values for a layer that reads {attributes['in_features']}")
        return (int(attributes["out_features"]),)
    if kind == "add":
        if any(shape != first for shape in inputs):
            raise ValueError(f"shapes {inputs} cannot be added")
        return first
    if kind == "concat":
        if any(shape[1:] != first[1:] for shape in inputs):
            raise ValueError(f"shapes {inputs} cannot be concatenated by channel")
        return (sum(shape[0] for shape in inputs), *first[1:])
    channels = int(attributes.get("out_channels", first[0]))
    if "output_size" in attributes:
        return channels, int(attributes["output_size"]), int(attributes["output_size"])
    return channels, _positions(first[1], attributes), _positions(first[2], attributes)


def _positions(side: int, attributes: Attributes) -> int:
    """Return at how many places a window fits along one side."""
    stride, padding = int(attributes["stride"]), int(attributes["padding"])
    room = side + 2 * padding - window_size(attributes)
    positions = room // stride + 1
    if attributes.get("ceil_mode"):
        # A last window may hang over the edge, but not begin in the padding behind the last row.
        positions = -(-room // stride) + 1
        if (positions - 1) * stride >= side + padding:
            positions -= 1
    if positions < 1:
        raise WindowTooLargeError(
            f"a window of {window_size(attributes)} does not fit into {side} with padding {padding}"
        )
    return positions


def window_size(attributes: Attributes) -> int:
    """Return the side of the square that a kernel covers, dilation included."""
    return int(attributes.get("dilation", 1)) * (int(attributes["kernel"]) - 1) + 1
