"""Small kernels in place of a large one: weights counted, equal receptive fields, responses side by side."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import DIVERGING_MAP, colour_table
from explorer.core.messages.classics import Factorisation, FactoriseRequest, FactoriseResult
from explorer.core.text import Translator
from explorer.core.units import TIMES, percent, significant
from explorer.core.units import count as counted
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import MapShow, TableShow, plain_map, signed_map

_TAG = "factorise"
VARIANTS: tuple[Factorisation, ...] = ("5x5", "7x7", "1xn")


class FieldChain(msgspec.Struct, frozen=True):
    """How one value comes about: ``sizes`` (rows, columns) of what is read, layer after layer, down to (1, 1).

    ``windows`` are the kernels (rows, columns) that lead from each size to the next.
    """

    title: str
    sizes: tuple[tuple[int, int], ...]
    windows: tuple[tuple[int, int], ...]


class FactoriseShow(msgspec.Struct, frozen=True):
    """One large kernel beside several small ones."""

    variant: str
    title: str
    chains: tuple[FieldChain, ...]
    kernels: tuple[MapShow, ...]
    counts: TableShow
    responses: tuple[MapShow, ...]
    sentence: str


class FactorisePort(Protocol):
    """The view of the small kernels."""

    def show_factorisation(self, show: FactoriseShow) -> None: ...


class FactorisePresenter(PanelPresenter):
    """Asks for one of the three factorisations."""

    follows_layer = False

    def __init__(self, services: Services, view: FactorisePort) -> None:
        super().__init__(services)
        self._view = view

    def refresh(self) -> None:
        situation = self.situation
        request = FactoriseRequest(situation.trace.trace, variant_of(situation))
        self.ask(request, FactoriseResult, self._on_result)

    def _on_result(self, result: FactoriseResult) -> None:
        self._view.show_factorisation(describe(self.situation, result, self.tr))

    def choose_variant(self, variant: str) -> None:
        """Show another factorisation."""
        self.services.turn(variant=f"{_TAG} {variant}")

    def move(self, dx: int, dy: int) -> bool:
        at = VARIANTS.index(variant_of(self.situation)) + (dx or dy)
        if 0 <= at < len(VARIANTS):
            self.choose_variant(VARIANTS[at])
        return True

    def open(self) -> bool:
        """Go to the next factorisation, around the end."""
        at = VARIANTS.index(variant_of(self.situation))
        self.choose_variant(VARIANTS[(at + 1) % len(VARIANTS)])
        return True


def variant_of(situation: Situation) -> Factorisation:
    """Return which factorisation the lens is turned to."""
    tag, _, name = situation.lens.variant.partition(" ")
    return next((variant for variant in VARIANTS if tag == _TAG and variant == name), VARIANTS[0])


def describe(situation: Situation, result: FactoriseResult, tr: Translator) -> FactoriseShow:
    """Return a factorisation in words and pictures."""
    side = result.side
    large = f"{side} {TIMES} {side}"
    return FactoriseShow(
        variant=result.variant,
        title=tr(f"factorise.title.{result.variant}", side=side),
        chains=chains_of(result, tr),
        kernels=_kernels(result, large, tr),
        counts=_counts(result, large, tr),
        responses=_responses(situation, result, large, tr),
        sentence=_sentence(situation, result, tr),
    )


def chains_of(result: FactoriseResult, tr: Translator) -> tuple[FieldChain, ...]:
    """Return both ways from the same field to one value."""
    side = result.side
    whole = FieldChain(tr("factorise.chain.large", side=side), ((side, side), (1, 1)), ((side, side),))
    if result.variant == "1xn":
        title = tr("factorise.chain.1xn", side=side)
        return whole, FieldChain(title, ((side, side), (side, 1), (1, 1)), ((1, side), (side, 1)))
    sizes = tuple((length, length) for length in range(side, 0, -2))
    title = tr("factorise.chain.small", count=len(sizes) - 1)
    return whole, FieldChain(title, sizes, ((3, 3),) * (len(sizes) - 1))


def _kernels(result: FactoriseResult, large: str, tr: Translator) -> tuple[MapShow, ...]:
    small = [
        signed_map(kernel, f"{kernel.shape[0]} {TIMES} {kernel.shape[1]}", figures=True) for kernel in result.small
    ]
    return signed_map(result.large, large, figures=True), *small


def _counts(result: FactoriseResult, large: str, tr: Translator) -> TableShow:
    small = " + ".join(f"{kernel.shape[0]}{TIMES}{kernel.shape[1]}" for kernel in result.small)
    field = result.field_large, result.field_small
    rows = [
        (tr("factorise.weights"), f"{result.weights_large}", f"{result.weights_small}"),
        (tr("factorise.field"), *(f"{one} {TIMES} {one}" for one in field)),
        (tr("factorise.relus"), "1", f"{len(result.small)}"),
    ]
    if result.channels[0] > 1:
        chain = " → ".join(f"{channels:,}" for channels in result.channels)
        numbers = counted(result.parameters_large), counted(result.parameters_small)
        rows.append((tr("factorise.real", channels=chain), *numbers))
    return TableShow(("", large, small), tuple(rows), strong=(0,))


def _responses(situation: Situation, result: FactoriseResult, large: str, tr: Translator) -> tuple[MapShow, ...]:
    reach = max(abs(result.low), abs(result.high)) or 1.0

    def response(values: np.ndarray, title: str, caption: str) -> MapShow:
        return MapShow(values, -reach, reach, colour_table(DIVERGING_MAP), title, caption)

    exact = tr("factorise.difference", value=significant(result.difference_small, 2))
    relu = tr("factorise.difference", value=significant(result.difference_relu, 2))
    return (
        plain_map(result.source, situation.scene.colour_map, tr("factorise.source"), ""),
        response(result.response_large, large, f"±{significant(reach)}"),
        response(result.response_small, tr("factorise.small"), exact),
        response(result.response_relu, tr("factorise.relu"), relu),
    )


def _sentence(situation: Situation, result: FactoriseResult, tr: Translator) -> str:
    graph = situation.trace.graph
    layers = ", ".join(dict.fromkeys(layer_label(graph, name) for name in result.layers))
    if result.variant == "1xn":
        return tr("factorise.says.1xn", layers=layers, energy=percent(result.energy))
    key = "factorise.says.row" if result.in_a_row else "factorise.says.slices"
    return tr(key, layers=layers)
