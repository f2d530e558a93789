"""The wall: all channels of a layer as one 8-bit picture, made on the device and copied to the host once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.lib.stride_tricks import as_strided
from torch import Tensor

from explorer.core.maplayout import DATA_LEVELS, GROUND, WallLayout, fit
from explorer.core.messages.explore import Wall
from explorer.core.scene import Order, Scaling
from explorer.tracing.statistics import describe

_CACHED_VALUES = 256 * 1024
"""So many values are scaled at a time on the CPU: they then stay in the cache between the passes."""

_EXACT_BELOW = 2.0**20
"""Scaled values below this are rounded by less than an eighth of a level: half a level of room keeps them inside."""


def make_wall(
    activation: Tensor, layer: str, scaling: Scaling, order: Order, aspect: float, values: Tensor | None = None
) -> Wall:
    """Draw a layer.

    Parameters
    ----------
    activation : Tensor (C, H, W) or (N,)
        Without the batch, on any device.
    scaling : str
        ``channel``: each map from its own minimum to its own maximum; ``layer``: all maps from the layer's;
        ``symmetric``: all maps from −a to a with a the largest magnitude in the layer.
    order : str
        ``index``, or falling ``mean``, ``max`` or ``variance`` of each channel.
    values : Tensor (C,) or None
        What to order by instead, falling.
    aspect : float
        Width over height of the room that the wall should fill.

    Returns
    -------
    Wall
        Its ``low`` and ``high`` are the values that pixels 0 and 254 stand for, so that
        ``low + pixel * (high - low) / 254`` is the value to within half a level.
    """
    maps = as_maps(activation)
    flat = maps.flatten(1)
    low, high = _ends(flat)
    dead = (low == 0) & (high == 0)
    statistics = describe(activation, (float(low.min()), float(high.max())))
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        maps = torch.nan_to_num(maps)
        flat = maps.flatten(1)
        low, high = _ends(flat)
    order_on_device = channel_order(flat, order, values)
    low, high = value_range(low, high, effective_scaling(maps.shape, scaling))
    layout = fit(maps.shape[0], maps.shape[1], maps.shape[2], aspect)
    return Wall(
        layer=layer,
        layout=layout,
        pixels=_tiles(maps, low, high, order_on_device, layout),
        channels=_numbers(maps.shape[0], order_on_device),
        low=low,
        high=high,
        dead=dead,
        statistics=statistics,
    )


def wall_between(activation: Tensor, layer: str, low: float, high: float, aspect: float) -> Wall:
    """Draw a layer (C, H, W) in its own order with given ends, so that walls of several layers share one scale."""
    maps = torch.nan_to_num(as_maps(activation)).clamp(low, high)
    count = maps.shape[0]
    layout = fit(count, maps.shape[1], maps.shape[2], aspect)
    lows, highs = np.full(count, low, np.float32), np.full(count, high, np.float32)
    return Wall(
        layer=layer,
        layout=layout,
        pixels=_tiles(maps, lows, highs, None, layout),
        channels=_numbers(count, None),
        low=lows,
        high=highs,
        dead=(maps.flatten(1).abs().amax(dim=1) == 0).cpu().numpy(),
        statistics=describe(activation),
    )


def _ends(flat: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest value of each row, float32 on the host."""
    # Two passes: torch's amin and amax use vector instructions, its aminmax takes fifteen times as long on the CPU.
    low, high = torch.stack([flat.amin(dim=1), flat.amax(dim=1)]).cpu().numpy()
    return low, high


def _numbers(count: int, order: Tensor | None) -> np.ndarray:
    """Return the channel numbers (C,) int32 in the order of the wall."""
    return np.arange(count, dtype=np.int32) if order is None else order.to(torch.int32).cpu().numpy()


def as_maps(activation: Tensor) -> Tensor:
    """Return (C, H, W) float32; a vector becomes maps of one value."""
    maps = activation if activation.ndim == 3 else activation.reshape(-1, 1, 1)
    return maps if maps.dtype == torch.float32 else maps.float()


def effective_scaling(shape: torch.Size | tuple[int, ...], scaling: Scaling) -> Scaling:
    """Return the scaling that is used: a map of one value has no range of its own, so the layer's is taken."""
    return "layer" if scaling == "channel" and shape[1:] == (1, 1) else scaling


def channel_order(flat: Tensor, order: Order, values: Tensor | None = None) -> Tensor | None:
    """Return the channel numbers (C,) in the order of the wall, for maps as rows (C, H·W); None for their own order.

    ``values`` (C,) takes the place of what the order says, highest first; ``class`` means nothing without them.
    """
    if values is None:
        if order in ("index", "class"):
            return None
        values = channel_values(flat, order)
    return torch.argsort(values, descending=True, stable=True)


def channel_values(flat: Tensor, order: Order) -> Tensor:
    """Return what an order ranks channels by (C,), for maps as rows (C, H·W); ``index`` falls."""
    if order == "index":
        return -torch.arange(flat.shape[0], device=flat.device, dtype=torch.float32)
    if order == "max":
        return flat.amax(dim=1)
    if order == "mean":
        return flat.mean(dim=1)
    # The mean of squares less the square of the mean: exact enough to rank by, and ten times as fast as torch.var.
    squares = torch.linalg.vector_norm(flat, dim=1).double().square() / flat.shape[1]
    variances: Tensor = squares - flat.mean(dim=1).double().square()
    return variances


def value_range(low: np.ndarray, high: np.ndarray, scaling: Scaling) -> tuple[np.ndarray, np.ndarray]:
    """Return for every channel the values that the first and the last colour stand for."""
    if scaling == "channel":
        return low, high
    if scaling == "layer":
        return np.full_like(low, low.min()), np.full_like(high, high.max())
    reach = np.full_like(high, max(np.abs(low).max(), np.abs(high).max()))
    return -reach, reach


def _tiles(maps: Tensor, low: np.ndarray, high: np.ndarray, order: Tensor | None, layout: WallLayout) -> np.ndarray:
    """Return the wall's pixels (H, W) uint8."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        factor = np.float32(DATA_LEVELS - 1) / (high - low)
        # A channel without range is flat, and so, for every purpose, is one whose range overflows the factor.
        factor[~np.isfinite(factor) | (factor < 0)] = 0
        largest = float((np.maximum(np.abs(low), np.abs(high)) * factor).max(initial=0))
    offset = np.float32(0.5) - low * factor
    factors, offsets = (torch.from_numpy(each).to(maps.device) for each in (factor, offset))
    if maps.device.type == "cpu":
        return _tiles_on_host(maps, _Scale(factors, offsets, largest < _EXACT_BELOW), order, layout)
    levels = torch.addcmul(offsets.view(-1, 1, 1), maps, factors.view(-1, 1, 1))
    levels = levels.clamp_(0, DATA_LEVELS - 1).to(torch.uint8)
    if order is not None:
        levels = levels[order]
    levels = levels.repeat_interleave(layout.repeat, 1).repeat_interleave(layout.repeat, 2)
    down, right = layout.pitch
    tall, wide = layout.tile_size
    room = torch.full((layout.rows * layout.columns, down, right), GROUND, dtype=torch.uint8, device=maps.device)
    room[: layout.count, :tall, :wide] = levels
    grid = room.view(layout.rows, layout.columns, down, right).permute(0, 2, 1, 3).reshape(layout.rows * down, -1)
    height, width = layout.size
    return np.ascontiguousarray(grid[:height, :width].cpu().numpy())


@dataclass(frozen=True)
class _Scale:
    """A channel's level is ``value * factor + offset``, cut off to a whole number.

    Where the scaled values are so large that rounding could carry them past the ends, ``inside`` is false.
    """

    factor: Tensor
    offset: Tensor
    inside: bool


def _tiles_on_host(maps: Tensor, scale: _Scale, order: Tensor | None, layout: WallLayout) -> np.ndarray:
    """Scale, quantise and place on the CPU, so that no pass leaves the cache."""
    if order is not None:
        maps, scale = maps[order], replace(scale, factor=scale.factor[order], offset=scale.offset[order])
    levels = _levels(maps, scale)
    grid = np.full(layout.size, GROUND, np.uint8)
    if layout.repeat == 1:
        for row, part in zip(
            _rows_of_tiles(torch.from_numpy(grid), layout), _runs(levels, layout.columns), strict=True
        ):
            row.copy_(part)
    else:
        _place(levels.numpy(), grid, layout)
    return grid


def _rows_of_tiles(grid: Tensor, layout: WallLayout) -> list[Tensor]:
    """Return for each row of the wall where its maps lie in the grid (H, W): (maps, height, width)."""
    width = layout.size[1]
    down, right = layout.pitch
    tiles = grid.as_strided((layout.rows, layout.columns, layout.height, layout.width), (down * width, right, width, 1))
    counts = [layout.columns] * (layout.rows - 1) + [layout.count - (layout.rows - 1) * layout.columns]
    return [row[:count] for row, count in zip(tiles, counts, strict=True)]


def _levels(maps: Tensor, scale: _Scale) -> Tensor:
    """Scale and quantise maps (C, H, W) on the CPU; return them as uint8, one map after the other."""
    count, height, width = maps.shape
    levels = torch.empty(count, height * width, dtype=torch.uint8)
    quantise = _Quantiser(min(maps.numel(), max(_CACHED_VALUES, height * width, count)), scale.inside)
    if maps.is_contiguous():
        at_once = max(1, _CACHED_VALUES // (height * width))
        factor, offset = scale.factor[:, None], scale.offset[:, None]
        parts = (_runs(tensor, at_once) for tensor in (levels, maps.flatten(1), factor, offset))
        for place, values, factors, offsets in zip(*parts, strict=True):
            place.copy_(quantise(values, factors, offsets))
    else:
        # Channels last: quantised first and turned then, a quarter of the bytes.
        pixels = maps.permute(1, 2, 0).reshape(-1, count)
        at_once = max(1, _CACHED_VALUES // count)
        for place, values in zip(_runs(levels, at_once, 1), _runs(pixels, at_once), strict=True):
            place.copy_(quantise(values, scale.factor, scale.offset).to(torch.uint8).t())
    return levels.view(count, height, width)


def _runs(tensor: Tensor, size: int, along: int = 0) -> tuple[Tensor, ...]:
    parts: tuple[Tensor, ...] = tensor.split(size, along)  # type: ignore[no-untyped-call]
    return parts


class _Quantiser:
    """Turns runs of values, each small enough for the cache, into levels: every pass over them uses vectors.

    Multiplied, then added: torch's addcmul takes five times as long where a factor belongs to a whole run, and so does
    going from floats to bytes without stopping at 16 bits.
    """

    def __init__(self, most: int, inside: bool) -> None:
        self._inside = inside
        self._scaled = torch.empty(most)
        self._levels = torch.empty(self._scaled.shape, dtype=torch.int16)

    def __call__(self, values: Tensor, factor: Tensor, offset: Tensor) -> Tensor:
        """Return ``values * factor + offset`` cut off to whole numbers, int16; valid until the next call."""
        scaled = self._scaled[: values.numel()].view(values.shape)
        levels = self._levels[: values.numel()].view(values.shape)
        torch.mul(values, factor, out=scaled)
        scaled += offset
        levels.copy_(scaled)
        return levels if self._inside else levels.clamp_(0, DATA_LEVELS - 1)


def _place(levels: np.ndarray, grid: np.ndarray, layout: WallLayout) -> None:
    """Put small maps (C, H, W) into the grid: each value becomes a run of pixels, then each row of them several."""
    down, right = layout.pitch
    wide = layout.tile_size[1]
    width = layout.size[1]
    places = np.full((layout.rows * layout.columns, layout.height, layout.width), GROUND, np.uint8)
    places[: layout.count] = levels
    in_rows = places.reshape(layout.rows, layout.columns, layout.height, layout.width).transpose(0, 2, 1, 3)
    lines = np.full((layout.rows, layout.height, layout.columns, right), GROUND, np.uint8)
    lines[..., :wide] = in_rows.repeat(layout.repeat, 3)
    into = as_strided(
        grid, (layout.rows, layout.height, layout.repeat, width), (down * width, layout.repeat * width, width, 1)
    )
    into[...] = lines.reshape(layout.rows, layout.height, 1, -1)[..., :width]


def values_at(wall: Wall, channel: int) -> np.ndarray:
    """Return the values (H, W) float32 that a channel's pixels stand for (used to check a wall against its layer)."""
    position = int(np.flatnonzero(wall.channels == channel)[0])
    top, left, tall, wide = wall.layout.box(position)
    step = wall.layout.repeat
    levels = wall.pixels[top : top + tall : step, left : left + wide : step].astype(np.float32)
    span = wall.high[channel] - wall.low[channel]
    return np.asarray(wall.low[channel] + levels * (span / (DATA_LEVELS - 1)), dtype=np.float32)
