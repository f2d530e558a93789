"""AlexNet (2012) counted beside the lecture: nodes, parameters, towers, and what normalisation does."""

from __future__ import annotations

from typing import Protocol

import msgspec

from explorer.core.messages.classics import TowerLayer, TowersRequest, TowersResult
from explorer.core.text import Translator
from explorer.core.units import TIMES, shape, significant
from explorer.core.units import count as counted
from explorer.presenters.explore.panels.changes import change_sentence, change_table
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, TableShow


class TowersShow(msgspec.Struct, frozen=True):
    """The network counted.

    Attributes
    ----------
    reads : tuple of str
        What each layer reads: ``input own both``; empty texts in a network of one tower.
    parameters : BarsShow
        Convolutions and fully connected layers.
    norms, change : TableShow or None
        What local response normalisation does to the values, and what leaving it out does to the prediction.
    """

    title: str
    layers: TableShow
    parameters: BarsShow
    ratio: str
    reads: tuple[str, ...] = ()
    norms: TableShow | None = None
    change: TableShow | None = None
    sentence: str = ""
    tone: str = ""


class TowersPort(Protocol):
    """The view of the towers."""

    def show_towers(self, show: TowersShow) -> None: ...


class TowersPresenter(PanelPresenter):
    """Asks once a run."""

    def __init__(self, services: Services, view: TowersPort) -> None:
        super().__init__(services)
        self._view = view
        self._result: TowersResult | None = None

    def refresh(self) -> None:
        trace = self.situation.trace.trace
        if self._result is not None and self._result.trace == trace:
            self._on_result(self._result)
        else:
            self.ask(TowersRequest(trace), TowersResult, self._on_result)

    def _on_result(self, result: TowersResult) -> None:
        self._result = result
        self._view.show_towers(describe(self.situation, result, self.tr))

    def retire(self) -> None:
        self._result = None
        super().retire()

    def choose(self, layer: str) -> None:
        """Go to a layer of the table."""
        found = self.situation.trace.graph.find(layer)
        if found is not None:
            self.services.patch(layer=unit_of(self.situation, layer))

    def move(self, dx: int, dy: int) -> bool:
        if self._result is None:
            return True
        at = _row(self.situation, self._result) + (dy or dx)
        if 0 <= at < len(self._result.layers):
            self.choose(self._result.layers[at].layer)
        return True


def unit_of(situation: Situation, layer: str) -> str:
    """Return the name of the unit that begins with a layer, or of the layer's own step."""
    graph = situation.trace.graph
    found = graph.find(layer)
    assert found is not None
    path = graph.path(found.name)
    return next((step.name for step in reversed(path) if step.kind != "layer"), found.name)


def _row(situation: Situation, result: TowersResult) -> int:
    here = situation.state.step.name
    units = [unit_of(situation, layer.layer) for layer in result.layers]
    return units.index(here) if here in units else -1


def describe(situation: Situation, result: TowersResult, tr: Translator) -> TowersShow:
    """Return the counted network in words and numbers."""
    table, sentence, tone = None, "", ""
    if result.without_normalisation:
        change = result.without_normalisation[0]
        table = change_table(situation.trace, change, tr, rows=3)
        sentence, tone = change_sentence(situation.trace, change, tr)
        sentence = f"{tr('towers.without')} {sentence}"
    return TowersShow(
        title=tr("towers.title.two" if result.towers == 2 else "towers.title.one", net=situation.trace.title),
        layers=_layers(situation, result, tr),
        parameters=_parameters(result, tr),
        ratio=_ratio(result, tr),
        reads=tuple(layer.reads for layer in result.layers),
        norms=_norms(result, tr) if result.normalisation else None,
        change=table,
        sentence=sentence,
        tone=tone,
    )


def _layers(situation: Situation, result: TowersResult, tr: Translator) -> TableShow:
    lecture = any(layer.lecture_nodes for layer in result.layers)
    head = ["", tr("towers.shape"), tr("towers.nodes")]
    head += [tr("towers.lecture")] if lecture else []
    head += [tr("towers.parameters")]
    head += [tr("towers.reads")] if result.towers == 2 else []
    rows = []
    for layer in result.layers:
        cells = [layer.label, _shape(layer, result.towers), f"{layer.nodes:,}"]
        cells += [_lecture(layer, tr)] if lecture else []
        cells += [counted(layer.parameters)]
        cells += [tr(f"towers.reads.{layer.reads}") if layer.reads else ""] if result.towers == 2 else []
        rows.append(tuple(cells))
    strong = tuple(
        place
        for place, layer in enumerate(result.layers)
        if layer.reads == "both" and layer.kind == "convolution" and result.towers == 2
    )
    keys = tuple(layer.layer for layer in result.layers)
    # Where there is no room the shapes go first, then what the diagram and the bars say as well.
    parameters = 4 if lecture else 3
    optional = (1, len(head) - 1, parameters) if result.towers == 2 else (1, parameters)
    return TableShow(tuple(head), tuple(rows), strong, _row(situation, result), keys, optional=optional)


def _shape(layer: TowerLayer, towers: int) -> str:
    if towers == 2 and layer.channels_a_tower:
        return f"2 {TIMES} {shape((layer.channels_a_tower, *layer.shape[1:]))}"
    return shape(layer.shape)


def _lecture(layer: TowerLayer, tr: Translator) -> str:
    if not layer.lecture_nodes:
        return "–"
    sign = "=" if layer.lecture_nodes == layer.nodes else "≠"
    return f"{sign} {layer.lecture_nodes:,}"


def _parameters(result: TowersResult, tr: Translator) -> BarsShow:
    numbers = (
        (result.convolution_parameters, result.lecture_convolution_parameters),
        (
            result.linear_parameters,
            result.lecture_linear_parameters,
        ),
    )
    rows = []
    for name, (computed, lecture) in zip(("convolution", "linear"), numbers, strict=True):
        text = counted(computed)
        if lecture:
            text = tr("towers.beside", computed=text, lecture=counted(lecture))
        rows.append(BarShow(tr(f"towers.bar.{name}"), float(computed), text, name == "linear"))
    return BarsShow(tuple(rows), tr("towers.bars"))


def _ratio(result: TowersResult, tr: Translator) -> str:
    if result.lecture_ratio:
        return tr("towers.ratio.lecture", ratio=significant(result.ratio), lecture=significant(result.lecture_ratio))
    return tr("towers.ratio", ratio=significant(result.ratio))


def _norms(result: TowersResult, tr: Translator) -> TableShow:
    head = (tr("towers.norm"), tr("towers.norm.mean"), tr("towers.norm.max"))
    rows = tuple(
        (
            effect.layer,
            f"{significant(effect.mean_before)} → {significant(effect.mean_after)}",
            f"{significant(effect.max_before)} → {significant(effect.max_after)}",
        )
        for effect in result.normalisation
    )
    return TableShow(head, rows)
