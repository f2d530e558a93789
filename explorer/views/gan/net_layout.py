"""Where the units of both networks stand, and the ways that data take through them. No Qt in here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.messages.gan import NetWeights, PhaseFrame

MOST_UNITS = 12
"""Units of a layer that are drawn; of more, as many are chosen evenly."""


@dataclass(frozen=True)
class Column:
    """One layer: its units' heights on screen, which units they are, and how many there are in all."""

    x: float
    ys: np.ndarray
    units: np.ndarray
    total: int


@dataclass(frozen=True)
class NetLayout:
    """The columns of one network from input to output, and the box around them: left, top, right, bottom."""

    columns: tuple[Column, ...]
    box: tuple[float, float, float, float]


def sizes(net: NetWeights) -> tuple[int, ...]:
    """Return the units of input, hidden layers and output."""
    if not net.layers:
        return ()
    return (net.layers[0].weight.shape[1], *(layer.weight.shape[0] for layer in net.layers))


def lay_out(counts: tuple[int, ...], box: tuple[float, float, float, float], pitch_px: float) -> NetLayout:
    """Place columns evenly in a box, units at most ``pitch_px`` apart and centred."""
    left, top, right, bottom = box
    columns = []
    for index, total in enumerate(counts):
        fits = max(1, int((bottom - top) // pitch_px))
        shown = min(total, MOST_UNITS, fits)
        units = np.unique(np.round(np.linspace(0, total - 1, shown)).astype(int))
        gap = min(pitch_px * 1.6, (bottom - top) / max(1, len(units)))
        ys = (top + bottom) / 2 + (np.arange(len(units)) - (len(units) - 1) / 2) * gap
        share = index / max(1, len(counts) - 1)
        columns.append(Column(left + share * (right - left), ys, units, total))
    return NetLayout(tuple(columns), box)


def edges(layout: NetLayout, net: NetWeights) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for each layer the lines between drawn units (K, 2, 2) in pixels, and their weights (K,)."""
    result = []
    for layer, before, after in zip(net.layers, layout.columns[:-1], layout.columns[1:], strict=True):
        weights = np.asarray(layer.weight, np.float64)[np.ix_(after.units, before.units)]
        y_before, y_after = np.meshgrid(before.ys, after.ys)
        starts = np.stack((np.full_like(y_before, before.x), y_before), -1)
        ends = np.stack((np.full_like(y_after, after.x), y_after), -1)
        result.append((np.stack((starts, ends), -2).reshape(-1, 2, 2), weights.reshape(-1)))
    return result


def way(columns: tuple[Column, ...], traveller: int) -> np.ndarray:
    """Return the corners (N, 2) of one traveller's way through the columns: another unit for every traveller."""
    return np.array([(c.x, c.ys[(traveller * 7 + 3 * i) % len(c.ys)]) for i, c in enumerate(columns)])


def along(corners: np.ndarray, share: float) -> tuple[float, float]:
    """Return the place at a share, 0 … 1, of a way's length to the right."""
    at = min(max(share, 0.0), 1.0) * (len(corners) - 1)
    index = min(int(at), len(corners) - 2)
    here = corners[index] + (corners[index + 1] - corners[index]) * (at - index)
    return float(here[0]), float(here[1])


@dataclass(frozen=True)
class Flow:
    """What moves in a phase: data ``kind`` from one end of a stretch of columns to the other, or back.

    ``first`` and ``last`` count columns over both networks, G's first.
    """

    kind: str
    first: int
    last: int
    back: bool = False


def flows(phase: PhaseFrame, g_columns: int, d_columns: int) -> tuple[Flow, ...]:
    """Return what moves in a phase of a step: noise through G to D, real points through D, gradients back."""
    d_first, end = g_columns, g_columns + d_columns - 1
    real = (Flow("real", d_first, end),) if phase.player == "d" else ()
    if phase.phase == "forward":
        return (Flow("fake", 0, end), *real)
    if phase.phase == "backward":
        # A step of D ends at D's input: its gradient goes no further. A step of G goes through D, which stays as it
        # is, to G.
        return (Flow(phase.player, d_first if phase.player == "d" else 0, end, back=True),)
    return ()
