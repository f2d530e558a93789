"""One feature map, large: its values, statistics and histogram."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.messages.explore import ChannelResult
from explorer.methods.wall import as_maps
from explorer.tracing.statistics import describe

HISTOGRAM_BINS = 64


def feature_map(activation: Tensor, layer: str, channel: int) -> np.ndarray:
    """Return one map (H, W) float32 of an activation (C, H, W) or (N,).

    Raises
    ------
    UserError
        Where the layer has no such channel.
    """
    maps = as_maps(activation)
    if not 0 <= channel < maps.shape[0]:
        raise UserError("channel_outside", layer=layer, channel=channel, last=maps.shape[0] - 1)
    return np.array(maps[channel].cpu().numpy())


def describe_channel(activation: Tensor, trace: str, layer: str, channel: int) -> ChannelResult:
    """Return one feature map with its statistics and a histogram between its minimum and its maximum."""
    values = feature_map(activation, layer, channel)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    # So close together, float32 has no room for the bins between them: a constant, or one but for rounding.
    least = HISTOGRAM_BINS * float(np.spacing(np.float32(max(abs(low), abs(high)))))
    if high - low < least:
        low, high = low - max(least, 0.5), high + max(least, 0.5)
    counts, edges = np.histogram(finite.astype(np.float64), bins=HISTOGRAM_BINS, range=(low, high))
    statistics = describe(as_maps(activation)[channel])
    return ChannelResult(trace, layer, channel, values, statistics, counts.astype(np.int64), edges.astype(np.float32))
