"""Curves over training steps, as a presenter hands them to a plot."""

from __future__ import annotations

import msgspec
import numpy as np


class Curve(msgspec.Struct, frozen=True):
    """One named curve.

    Attributes
    ----------
    key : str
        Names the curve from one :class:`PlotShow` to the next.
    label : str
        What the legend calls it, in the reader's language.
    colour : str
        ``#rrggbb``; the plot lightens it on a dark ground where it would not be seen.
    x : ndarray (N,)
        Steps, ascending.
    y : ndarray (N,)
        Values; NaN and infinite ones are gaps.
    dashed : bool
        A second way, beside the colour, to tell curves apart.
    hint : str
        Definition of the quantity, shown when the pointer rests on its name.
    """

    key: str
    label: str
    colour: str
    x: np.ndarray
    y: np.ndarray
    dashed: bool = False
    hint: str = ""


class PlotShow(msgspec.Struct, frozen=True):
    """A plot and its curves.

    Attributes
    ----------
    title : str
        Stands above the curves.
    unit : str
        Of the values, behind the title.
    bounds : (float, float) or None
        A fixed range of the values; None fits it to what is on screen.
    reference : float or None
        A value at which a dashed line lies (1/2 where D cannot tell), named ``reference_label``.
    empty : str
        What stands there while there is no value yet.
    """

    title: str
    curves: tuple[Curve, ...] = ()
    unit: str = ""
    bounds: tuple[float, float] | None = None
    reference: float | None = None
    reference_label: str = ""
    empty: str = ""
