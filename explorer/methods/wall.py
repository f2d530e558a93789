"""The wall: all channels of a layer as one 8-bit picture, made on the device and copied to the host once."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from explorer.core.maplayout import DATA_LEVELS, GROUND, WallLayout, fit
from explorer.core.messages.explore import Wall
from explorer.core.scene import Order, Scaling
from explorer.tracing.statistics import describe

_CACHED_VALUES = 24 * 1024
"""So many values are scaled at a time on the CPU: they then stay in the cache between the passes."""


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
    # Two passes: torch's amin and amax use vector instructions, its aminmax takes fifteen times as long on the CPU.
    low, high = flat.amin(dim=1), flat.amax(dim=1)
    dead = (low == 0) & (high == 0)
    if not bool(torch.isfinite(low).all() and torch.isfinite(high).all()):
        maps = torch.nan_to_num(maps)
        flat = maps.flatten(1)
        low, high = flat.amin(dim=1), flat.amax(dim=1)
    channels = channel_order(flat, order, values)
    low, high = value_range(low, high, effective_scaling(maps.shape, scaling))
    layout = fit(maps.shape[0], maps.shape[1], maps.shape[2], aspect)
    pixels = _tiles(maps, low, high, channels, layout)
    return Wall(
        layer=layer,
        layout=layout,
        pixels=pixels,
        channels=channels.to(torch.int32).cpu().numpy(),
        low=low.cpu().numpy(),
        high=high.cpu().numpy(),
        dead=dead.cpu().numpy(),
        statistics=describe(activation),
    )


def wall_between(activation: Tensor, layer: str, low: float, high: float, aspect: float) -> Wall:
    """Draw a layer (C, H, W) in its own order with given ends, so that walls of several layers share one scale."""
    maps = torch.nan_to_num(as_maps(activation)).clamp(low, high)
    count = maps.shape[0]
    layout = fit(count, maps.shape[1], maps.shape[2], aspect)
    ends = [torch.full((count,), end, device=maps.device) for end in (low, high)]
    channels = torch.arange(count, device=maps.device)
    return Wall(
        layer=layer,
        layout=layout,
        pixels=_tiles(maps, ends[0], ends[1], channels, layout),
        channels=channels.to(torch.int32).cpu().numpy(),
        low=ends[0].cpu().numpy(),
        high=ends[1].cpu().numpy(),
        dead=(maps.flatten(1).abs().amax(dim=1) == 0).cpu().numpy(),
        statistics=describe(activation),
    )


def as_maps(activation: Tensor) -> Tensor:
    """Return (C, H, W) float32; a vector becomes maps of one value."""
    maps = activation if activation.ndim == 3 else activation.reshape(-1, 1, 1)
    return maps if maps.dtype == torch.float32 else maps.float()


def effective_scaling(shape: torch.Size | tuple[int, ...], scaling: Scaling) -> Scaling:
    """Return the scaling that is used: a map of one value has no range of its own, so the layer's is taken."""
    return "layer" if scaling == "channel" and shape[1:] == (1, 1) else scaling


def channel_order(flat: Tensor, order: Order, values: Tensor | None = None) -> Tensor:
    """Return the channel numbers (C,) in the order of the wall, for maps as rows (C, H·W).

    ``values`` (C,) takes the place of what the order says, highest first; ``class`` means nothing without them.
    """
    if values is None:
        if order in ("index", "class"):
            return torch.arange(flat.shape[0], device=flat.device)
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


def value_range(low: Tensor, high: Tensor, scaling: Scaling) -> tuple[Tensor, Tensor]:
    """Return for every channel the values that the first and the last colour stand for."""
    if scaling == "channel":
        return low, high
    if scaling == "layer":
        return low.min().expand_as(low).contiguous(), high.max().expand_as(high).contiguous()
    reach = torch.maximum(low.abs().max(), high.abs().max()).expand_as(high).contiguous()
    return -reach, reach


def _tiles(maps: Tensor, low: Tensor, high: Tensor, channels: Tensor, layout: WallLayout) -> np.ndarray:
    """Return the wall's pixels (H, W) uint8."""
    span = high - low
    # A channel without range is flat, and so, for every purpose, is one whose range overflows the factor.
    factor = torch.nan_to_num(torch.where(span > 0, (DATA_LEVELS - 1) / span, 0.0), posinf=0.0)
    offset = 0.5 - low * factor
    if maps.device.type == "cpu":
        order = channels.numpy()
        in_order = bool((order == np.arange(len(order))).all())
        return _tiles_on_host(maps.numpy(), factor.numpy(), offset.numpy(), None if in_order else order, layout)
    levels = torch.addcmul(offset.view(-1, 1, 1), maps, factor.view(-1, 1, 1)).to(torch.uint8)[channels]
    levels = levels.repeat_interleave(layout.repeat, 1).repeat_interleave(layout.repeat, 2)
    down, right = layout.pitch
    tall, wide = layout.tile_size
    room = torch.full((layout.rows * layout.columns, down, right), GROUND, dtype=torch.uint8, device=maps.device)
    room[: layout.count, :tall, :wide] = levels
    grid = room.view(layout.rows, layout.columns, down, right).permute(0, 2, 1, 3).reshape(layout.rows * down, -1)
    height, width = layout.size
    return np.ascontiguousarray(grid[:height, :width].cpu().numpy())


def _tiles_on_host(
    maps: np.ndarray, factor: np.ndarray, offset: np.ndarray, order: np.ndarray | None, layout: WallLayout
) -> np.ndarray:
    """Scale, quantise and place on the CPU, so that no pass leaves the cache."""
    if order is not None:
        maps, factor, offset = maps[order], factor[order], offset[order]
    height, width = layout.size
    down, right = layout.pitch
    grid = np.full((layout.rows * down, layout.columns * right), GROUND, np.uint8)
    at_once = _CACHED_VALUES // (layout.height * layout.width)
    if at_once > 1:
        _place(_levels(maps, factor, offset, at_once), grid, layout)
    else:
        buffer = np.empty((layout.height, layout.width), np.float32)
        for position in range(layout.count):
            top, left, tall, wide = layout.box(position)
            np.multiply(maps[position], factor[position], out=buffer)
            np.add(buffer, offset[position], out=buffer)
            np.copyto(grid[top : top + tall, left : left + wide], buffer, casting="unsafe")
    return np.ascontiguousarray(grid[:height, :width])


def _levels(maps: np.ndarray, factor: np.ndarray, offset: np.ndarray, at_once: int) -> np.ndarray:
    """Scale and quantise maps (C, H, W), so many at a time."""
    levels = np.empty(maps.shape, np.uint8)
    buffer = np.empty((at_once, *maps.shape[1:]), np.float32)
    for first in range(0, len(maps), at_once):
        part = slice(first, min(first + at_once, len(maps)))
        scaled = buffer[: part.stop - first]
        np.multiply(maps[part], factor[part, None, None], out=scaled)
        np.add(scaled, offset[part, None, None], out=scaled)
        np.copyto(levels[part], scaled, casting="unsafe")
    return levels


def _place(levels: np.ndarray, grid: np.ndarray, layout: WallLayout) -> None:
    """Put small maps (C, H, W) into the grid: each value becomes a run of pixels, then each row of them several."""
    down, right = layout.pitch
    tall, wide = layout.tile_size
    places = np.full((layout.rows * layout.columns, layout.height, layout.width), GROUND, np.uint8)
    places[: layout.count] = levels
    in_rows = places.reshape(layout.rows, layout.columns, layout.height, layout.width).transpose(0, 2, 1, 3)
    lines = np.full((layout.rows, layout.height, layout.columns, right), GROUND, np.uint8)
    lines[..., :wide] = in_rows.repeat(layout.repeat, 3) if layout.repeat > 1 else in_rows
    rows = grid.reshape(layout.rows, down, -1)[:, :tall]
    rows.reshape(layout.rows, layout.height, layout.repeat, -1)[...] = lines.reshape(layout.rows, layout.height, 1, -1)


def values_at(wall: Wall, channel: int) -> np.ndarray:
    """Return the values (H, W) float32 that a channel's pixels stand for (used to check a wall against its layer)."""
    position = int(np.flatnonzero(wall.channels == channel)[0])
    top, left, tall, wide = wall.layout.box(position)
    step = wall.layout.repeat
    levels = wall.pixels[top : top + tall : step, left : left + wide : step].astype(np.float32)
    span = wall.high[channel] - wall.low[channel]
    return np.asarray(wall.low[channel] + levels * (span / (DATA_LEVELS - 1)), dtype=np.float32)
