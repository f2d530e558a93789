"""What one operation reads to make one value, and what it does with it, in double precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor, nn

from explorer.core.layers import LayerGraph, LayerSpec
from explorer.methods.wall import as_maps
from explorer.tracing.operators import window_size

Place = tuple[int, int, int]
"""Channel, row and column of a value; row and column are 0 in a vector."""

_SAME_VALUES = frozenset({"dropout", "flatten"})


@dataclass
class Reading:
    """What was read and summed; the fields are those of :class:`explorer.core.messages.inside.MicroscopeResult`.

    ``patches`` and ``kernels`` are (C, h, w) float64 for all input channels.
    """

    sources: tuple[str, ...]
    box: tuple[int, int, int, int]
    patches: np.ndarray
    kernels: np.ndarray
    first_channel: int = 0
    bias: float | None = None
    winner: tuple[int, int] | None = None
    origin: tuple[int, int] | None = None
    products: np.ndarray = field(init=False)
    sums: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.products = self.patches * self.kernels
        # What lies in the padding of a max pooling is not there (NaN): it is no product.
        self.sums = np.where(np.isnan(self.patches) & (self.kernels == 0), 0.0, self.products).sum(axis=(1, 2))

    @property
    def total(self) -> float:
        return float(self.sums.sum()) + (self.bias or 0.0)


def read(
    graph: LayerGraph, layer: LayerSpec, module: nn.Module | None, place: Place, activation: Callable[[str], Tensor]
) -> Reading:
    """Return what a layer reads for the value at ``place`` of its output.

    Parameters
    ----------
    layer : LayerSpec
        ``convolution linear max_pool avg_pool add concat`` or ``input``.
    module : nn.Module or None
        That does it, where it is a module.
    activation : callable
        Returns a layer's output (C, H, W) or (N,) by its name.
    """
    match layer.kind:
        case "convolution":
            assert isinstance(module, nn.Conv2d)
            return _convolution(layer, module, place, activation)
        case "linear":
            assert isinstance(module, nn.Linear)
            return _linear(graph, layer, module, place, activation)
        case "max_pool":
            return _max_pool(layer, place, activation)
        case "avg_pool":
            return _avg_pool(layer, module, place, activation)
        case "add":
            return _add(layer, place, activation)
        case "concat":
            return _concat(graph, layer, place, activation)
        case _:
            return Reading((), (place[1], place[2], 1, 1), np.zeros((0, 1, 1)), np.zeros((0, 1, 1)))


def maps_before(graph: LayerGraph, layer: LayerSpec) -> LayerSpec:
    """Return the layer whose maps a linear layer reads: what lies between, flattening or dropout, changes no value."""
    before = graph.layer(layer.inputs[0])
    while before.kind in _SAME_VALUES:
        before = graph.layer(before.inputs[0])
    return before


def map_of(activation: Tensor, channel: int) -> np.ndarray:
    """Return one map (H, W) float32 of an activation (C, H, W) or (N,); it may share the activation's memory."""
    return np.asarray(as_maps(activation)[channel].cpu().numpy())


def _double(values: Tensor) -> np.ndarray:
    return np.asarray(values.detach().cpu().double().numpy())


def _window(maps: Tensor, top: int, left: int, side: int, step: int, padding: float) -> tuple[np.ndarray, np.ndarray]:
    """Return ``side`` × ``side`` values of maps (C, H, W), ``step`` apart, and which of them lie inside the maps.

    The others are ``padding``.
    """
    rows, columns = (first + step * np.arange(side) for first in (top, left))
    inside_rows = (rows >= 0) & (rows < maps.shape[1])
    inside_columns = (columns >= 0) & (columns < maps.shape[2])
    patch = np.full((maps.shape[0], side, side), padding)
    if inside_rows.any() and inside_columns.any():
        first_row, last_row = rows[inside_rows][[0, -1]].tolist()
        first_column, last_column = columns[inside_columns][[0, -1]].tolist()
        values = _double(maps[:, first_row : last_row + 1 : step, first_column : last_column + 1 : step])
        patch[np.ix_(np.arange(len(patch)), inside_rows, inside_columns)] = values
    return patch, inside_rows[:, None] & inside_columns


def _corner(layer: LayerSpec, place: Place) -> tuple[int, int, int, int]:
    """Return top, left, height and width of the window that a value is made from."""
    stride, padding = int(layer.attributes["stride"]), int(layer.attributes["padding"])
    side = window_size(layer.attributes)
    return place[1] * stride - padding, place[2] * stride - padding, side, side


def _convolution(layer: LayerSpec, module: nn.Conv2d, place: Place, activation: Callable[[str], Tensor]) -> Reading:
    kernels = _double(module.weight[place[0]])
    first = place[0] // (module.out_channels // module.groups) * len(kernels)
    top, left, height, width = _corner(layer, place)
    maps = as_maps(activation(layer.inputs[0]))[first : first + len(kernels)]
    step = int(layer.attributes["dilation"])
    patches, _ = _window(maps, top, left, kernels.shape[-1], step, 0.0)
    bias = None if module.bias is None else module.bias[place[0]].item()
    return Reading((layer.inputs[0],), (top, left, height, width), patches, kernels, first, bias)


def _linear(
    graph: LayerGraph, layer: LayerSpec, module: nn.Linear, place: Place, activation: Callable[[str], Tensor]
) -> Reading:
    """Read a vector as maps of one value, and flattened maps as maps: a kernel as large as they are."""
    before = maps_before(graph, layer)
    patches = _double(as_maps(activation(before.name)))
    kernels = _double(module.weight[place[0]]).reshape(patches.shape)
    bias = None if module.bias is None else module.bias[place[0]].item()
    return Reading((before.name,), (0, 0, *patches.shape[1:]), patches, kernels, 0, bias)


def _max_pool(layer: LayerSpec, place: Place, activation: Callable[[str], Tensor]) -> Reading:
    top, left, height, width = _corner(layer, place)
    step, side = int(layer.attributes["dilation"]), int(layer.attributes["kernel"])
    maps = as_maps(activation(layer.inputs[0]))[place[0] : place[0] + 1]
    patches, inside = _window(maps, top, left, side, step, np.nan)
    # As torch: a NaN of the maps themselves wins; padding is never compared.
    best = np.flatnonzero(inside & np.isnan(patches[0]))
    at = int(best[0]) if best.size else int(np.nanargmax(patches))
    kernels = np.zeros_like(patches)
    kernels.flat[at] = 1.0
    row, column = divmod(at, side)
    winner = top + step * row, left + step * column
    return Reading((layer.inputs[0],), (top, left, height, width), patches, kernels, place[0], winner=winner)


def _avg_pool(layer: LayerSpec, module: nn.Module | None, place: Place, activation: Callable[[str], Tensor]) -> Reading:
    maps = as_maps(activation(layer.inputs[0]))[place[0] : place[0] + 1]
    _, height, width = maps.shape
    if isinstance(module, nn.AvgPool2d):
        top, left, side, _ = _corner(layer, place)
        patches, _ = _window(maps, top, left, side, 1, 0.0)
        padding = int(layer.attributes["padding"])
        bottom, right = top + side, left + side
        if module.count_include_pad:
            count = (min(bottom, height + padding) - top) * (min(right, width + padding) - left)
        else:
            count = (min(bottom, height) - max(top, 0)) * (min(right, width) - max(left, 0))
        count = module.divisor_override or count
        box = top, left, side, side
    else:
        (top, bottom), (left, right) = (
            (index * before // after, -(-(index + 1) * before // after))
            for index, before, after in zip(place[1:], (height, width), layer.map_size, strict=True)
        )
        patches = _double(maps[:, top:bottom, left:right])
        count = patches.size
        box = top, left, bottom - top, right - left
    return Reading((layer.inputs[0],), box, patches, np.full_like(patches, 1.0 / count), place[0])


def _add(layer: LayerSpec, place: Place, activation: Callable[[str], Tensor]) -> Reading:
    values = np.array([_value(activation(name), place) for name in layer.inputs]).reshape(-1, 1, 1)
    return Reading(layer.inputs, (place[1], place[2], 1, 1), values, np.ones_like(values))


def _concat(graph: LayerGraph, layer: LayerSpec, place: Place, activation: Callable[[str], Tensor]) -> Reading:
    channel = place[0]
    for number, name in enumerate(layer.inputs):
        count = graph.layer(name).channels
        if channel < count:
            value = np.full((1, 1, 1), _value(activation(name), (channel, *place[1:])))
            box = place[1], place[2], 1, 1
            return Reading(layer.inputs, box, value, np.ones_like(value), channel, origin=(number, channel))
        channel -= count
    raise IndexError(place[0])


def _value(activation: Tensor, place: Place) -> float:
    return float(as_maps(activation)[place])
