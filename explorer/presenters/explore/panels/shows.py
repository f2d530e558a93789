"""What panels push to the shared parts of their views: plain values, texts ready to be shown."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from explorer.core.colour import DIVERGING_MAP, colour_table

Box = tuple[int, int, int, int]
"""Top, left, height and width in cells of a map; may reach over its edge."""


class MapShow(msgspec.Struct, frozen=True):
    """One map as a picture.

    Attributes
    ----------
    values : ndarray (H, W) float32
        NaN is drawn as nothing.
    low, high : float
        Values of the first and the last colour.
    colours : ndarray (256, 3) uint8
    title, caption : str
        Above and below the map.
    figures : bool
        Write the values into the cells where they are large enough.
    mark : (int, int) or None
        Row and column of an outlined cell.
    frame : Box or None
        An outlined rectangle, such as the patch under a kernel.
    colour : str
        ``#rrggbb`` of the branch that the map belongs to, or empty.
    levels : ndarray (H, W) uint8 or None
        In place of ``values``, for large pictures: 0 … 254 from ``low`` to ``high``, 255 for nothing.
    """

    values: np.ndarray
    low: float
    high: float
    colours: np.ndarray
    title: str = ""
    caption: str = ""
    figures: bool = False
    mark: tuple[int, int] | None = None
    frame: Box | None = None
    colour: str = ""
    levels: np.ndarray | None = None


class MapsShow(msgspec.Struct, frozen=True):
    """Many maps of one size in one texture.

    Attributes
    ----------
    pixels : ndarray (N, H, W) uint8 or (N, H, W, 3) uint8
        Levels 0 … 254 into ``colours``, or colours as such.
    colours : ndarray (256, 3) uint8
    labels : tuple of str
        A short text for each map, read out and shown on hover; may be empty.
    selected : int or None
        Position of an outlined map.
    columns : int
        So many maps a row; 0: as many as make them largest.
    """

    pixels: np.ndarray
    colours: np.ndarray
    labels: tuple[str, ...] = ()
    selected: int | None = None
    columns: int = 0
    title: str = ""
    caption: str = ""


class BarShow(msgspec.Struct, frozen=True):
    """One line with a bar: ``value`` may be negative; ``text`` is its number as people read it.

    ``strong`` is the line that matters, ``colour`` its ``#rrggbb`` where it has a meaning, ``hint`` what is said on
    hover, ``key`` what a click tells.
    """

    label: str
    value: float
    text: str
    strong: bool = False
    colour: str = ""
    hint: str = ""
    key: str = ""


class BarsShow(msgspec.Struct, frozen=True):
    """Lines with bars on one scale; ``longest`` is the magnitude of a full bar (0: the largest of the values)."""

    rows: tuple[BarShow, ...]
    title: str = ""
    longest: float = 0.0


class TableShow(msgspec.Struct, frozen=True):
    """A table: the first column is text, the others are numbers, aligned right.

    ``strong`` and ``chosen`` are indices of rows: heavier text, and the row the class is at. ``keys`` are what a click
    on a row tells. ``optional`` are columns that are left out where there is no room, the first first.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: tuple[int, ...] = ()
    chosen: int = -1
    keys: tuple[str, ...] = ()
    title: str = ""
    optional: tuple[int, ...] = ()


class LedgerRow(msgspec.Struct, frozen=True):
    """One line of a calculation: what is done, how with which numbers, and the result; ``tone`` good or bad."""

    label: str
    formula: str
    value: str
    strong: bool = False
    tone: Literal["", "good", "bad"] = ""


class LedgerShow(msgspec.Struct, frozen=True):
    """A calculation, line under line."""

    rows: tuple[LedgerRow, ...]
    title: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of a plot: ``style`` says it too, not the colour alone."""

    name: str
    values: tuple[float, ...]
    style: Literal["line", "dashed", "dots"] = "line"
    colour: str = ""


class LinesShow(msgspec.Struct, frozen=True):
    """A small plot over places in the network: one x position a label."""

    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    title: str = ""
    caption: str = ""
    chosen: int = -1
    low: float | None = 0.0
    keys: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """One word of a row of switches: ``on`` or off, or nothing to be said (``enabled`` false)."""

    key: str
    label: str
    on: bool = False
    hint: str = ""
    enabled: bool = True


def symmetric(values: np.ndarray, *, longest: float = 0.0) -> tuple[float, float]:
    """Return the range around 0 that holds all finite values; ±1 where they are all 0."""
    finite = values[np.isfinite(values)]
    reach = max(longest, float(np.abs(finite).max()) if finite.size else 0.0) or 1.0
    return -reach, reach


def spread(values: np.ndarray) -> tuple[float, float]:
    """Return smallest and largest finite value, (0, 1) where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def signed_map(values: np.ndarray, title: str = "", caption: str = "", **more: object) -> MapShow:
    """Return a map whose colours are symmetric around 0."""
    low, high = symmetric(values)
    show = MapShow(values, low, high, colour_table(DIVERGING_MAP), title, caption)
    return msgspec.structs.replace(show, **more)


def plain_map(values: np.ndarray, colour_map: str, title: str = "", caption: str = "", **more: object) -> MapShow:
    """Return a map whose colours run over its own range; around 0 where it has negative values."""
    low, high = spread(values)
    if low < 0:
        return signed_map(values, title, caption, **more)
    show = MapShow(values, low, high if high > low else low + 1, colour_table(colour_map), title, caption)
    return msgspec.structs.replace(show, **more)


def levels(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Return values (N, H, W) as levels 0 … 254, uint8; ``low`` and ``high`` are numbers or (N,)."""
    lows = np.reshape(np.asarray(low, np.float32), (-1, 1, 1))
    spans = np.maximum(np.reshape(np.asarray(high, np.float32), (-1, 1, 1)) - lows, 1e-30)
    return np.asarray(np.round(np.clip((np.nan_to_num(values) - lows) / spans, 0, 1) * 254), np.uint8)
