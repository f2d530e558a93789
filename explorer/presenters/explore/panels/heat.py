"""A heat map over the picture: what Grad-CAM and saliency have in common."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import DIVERGING_MAP, colour_table
from explorer.core.text import Translator
from explorer.core.units import percent, significant
from explorer.presenters.explore.panels.asking import AskingPresenter, ChooserShow
from explorer.presenters.explore.panels.panel import Services
from explorer.presenters.explore.panels.shows import MapShow
from explorer.presenters.ports import ValueBar

OPACITIES = tuple(tenth / 10 for tenth in range(11))
FIRST_OPACITY = 0.8


class HeatShow(msgspec.Struct, frozen=True):
    """A picture with heat over it.

    Attributes
    ----------
    picture : ndarray (S, S, 3) uint8
    heat : MapShow or None
        None where there is nothing to show; ``sentence`` says why.
    smooth : bool
        Whether the heat is spread bilinearly.
    beside : MapShow or None
        The map by itself.
    bar : ValueBar or None
        Its true range.
    opacity : float
        0 … 1.
    variants : tuple of (str, str)
        Key and word of the variants of the view; ``variant`` is the chosen one.
    """

    title: str
    picture: np.ndarray
    heat: MapShow | None
    smooth: bool
    beside: MapShow | None
    bar: ValueBar | None
    opacity: float
    opacity_text: str
    chooser: ChooserShow
    sentence: str = ""
    tone: str = ""
    variants: tuple[tuple[str, str], ...] = ()
    variant: str = ""


class HeatPort(Protocol):
    """The view of a heat map."""

    def show_heat(self, show: HeatShow) -> None: ...


class HeatPresenter(AskingPresenter):
    """Keeps how opaque the heat is, and which variant is shown, in the lens: ``<tag> <variant> <percent>``."""

    tag = ""
    variants: tuple[str, ...] = ("",)

    def __init__(self, services: Services, view: HeatPort) -> None:
        super().__init__(services)
        self._view = view

    def settings(self) -> tuple[str, float]:
        """Return the variant and the opacity that the lens is turned to."""
        words = self.situation.lens.variant.split()
        if words[:1] != [self.tag]:
            return self.variants[0], FIRST_OPACITY
        variant = next((word for word in words[1:] if word in self.variants), self.variants[0])
        share = next((int(word) for word in words[1:] if word.isascii() and word.isdigit()), 100 * FIRST_OPACITY)
        return variant, min(100.0, share) / 100

    def choose_variant(self, variant: str) -> None:
        self._turn(variant, self.settings()[1], remember=True)

    def choose_opacity(self, place: int, done: bool) -> None:
        """Take the opacity at a place of the slider; only the end of the movement is remembered."""
        self._turn(self.settings()[0], OPACITIES[place], remember=done)

    def _turn(self, variant: str, opacity: float, *, remember: bool) -> None:
        words = (self.tag, variant, str(round(100 * opacity)))
        self.services.turn(variant=" ".join(word for word in words if word), remember=remember)

    def zoom(self, by: int) -> bool:
        """Let more or less of the picture through."""
        place = OPACITIES.index(round(self.settings()[1], 1)) + by
        if 0 <= place < len(OPACITIES):
            self.choose_opacity(place, True)
        return True


def heat_map(
    values: np.ndarray, low: float, high: float, colour_map: str, title: str = "", caption: str = ""
) -> MapShow:
    """Return a map from 0 up; symmetric around 0 where it has negative values."""
    if low < 0:
        reach = max(-low, high)
        return MapShow(values, -reach, reach, colour_table(DIVERGING_MAP), title, caption)
    return MapShow(values, 0.0, high if high > 0 else 1.0, colour_table(colour_map), title, caption)


def range_bar(heat: MapShow, caption: str, high: str = "") -> ValueBar:
    """Return the bar of a heat map; ``high`` is written at the upper end instead of the number."""
    zero = 0.5 if heat.low < 0 else None
    return ValueBar(significant(heat.low), high or significant(heat.high), caption, heat.colours, zero)


def opacity_text(opacity: float, tr: Translator) -> str:
    return tr("heat.opacity.value", share=percent(opacity).replace(".0", ""))
