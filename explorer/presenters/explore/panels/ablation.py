"""Switching off: branches, modules, layers and channels, and what the heads say without them."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.layers import LayerGraph, Step
from explorer.core.messages.study import RankingRequest, RankingResult
from explorer.core.messages.where import AblationRequest, AblationResult
from explorer.core.text import Translator
from explorer.core.units import significant
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.asking import AskingPresenter, reads
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.pairs import PairsShow, pairs_of
from explorer.presenters.explore.panels.panel import Services, Situation
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, Choice
from explorer.presenters.explore.walk import branch_of_channel

MARK = "#"
MOST_BARS = 40
FILLS = ("zero", "mean")


class AblationShow(msgspec.Struct, frozen=True):
    """What can be switched off here, and what is off anywhere.

    Attributes
    ----------
    here : tuple of Choice
        Parts of this place; ``on`` is false for what is off.
    off : tuple of Choice
        Everything that is off, wherever it is.
    fills : tuple of (str, str)
        What may stand in the place of what is off; ``fill`` is the chosen one.
    """

    title: str
    here: tuple[Choice, ...]
    off: tuple[Choice, ...]
    off_title: str
    fills: tuple[tuple[str, str], ...]
    fill: str
    sentence: str
    tone: str = ""


class AblationPort(Protocol):
    """The view of the experiment."""

    def show_ablation(self, show: AblationShow) -> None: ...
    def show_channels(self, bars: BarsShow, note: str) -> None:
        """Show the channels of the layer by what they contribute to a class; none where that cannot be said."""

    def show_pairs(self, pairs: PairsShow) -> None: ...


class AblationPresenter(AskingPresenter):
    """Asks what the heads say with the lens's things off, and which channels of the layer matter for a class."""

    def __init__(self, services: Services, view: AblationPort) -> None:
        super().__init__(services)
        self._view = view
        self._said = Kept(services, AblationResult, self._on_result)
        self._ranking = Kept(services, RankingResult, self._on_ranking)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._said.waiting or self._ranking.waiting

    def refresh(self) -> None:
        situation = self.situation
        off = off_here(situation)
        self._view.show_ablation(describe(situation, off, self.tr))
        self._said.want(AblationRequest(situation.trace.trace, off, situation.lens.fill))
        self._refresh_ranking()

    def retire(self) -> None:
        self._said.forget()
        self._ranking.forget()
        super().retire()

    def _on_result(self, result: AblationResult) -> None:
        question = self.question()
        asked = (question.head, question.target)
        self._view.show_pairs(pairs_of(self.situation.trace, result.before, result.after, self.tr, question=asked))

    # The channels

    def _refresh_ranking(self) -> None:
        situation, question = self.situation, self.question()
        graph, layer = situation.trace.graph, situation.state.layer
        head = next((one for one in graph.heads if one.name == question.head), None)
        if layer.kind == "input" or head is None or layer.name == head.layer or not reads(graph, head, layer.name):
            self._ranking.forget()
            self._view.show_channels(BarsShow(()), "")
            return
        self._ranking.want(RankingRequest(situation.trace.trace, layer.name, "class", question.head, question.target))

    def _on_ranking(self, result: RankingResult) -> None:
        situation, tr = self.situation, self.tr
        dead = int(result.dead.sum())
        note = tr("ablation.dead", count=f"{dead:,}", channels=f"{len(result.dead):,}")
        self._view.show_channels(channel_bars(situation, result, off_here(situation), tr), note)

    # What the person does

    def toggle(self, name: str) -> None:
        """Switch something off, or on again."""
        off = self.situation.lens.off
        self.services.turn(off=tuple(one for one in off if one != name) if name in off else (*off, name))

    def restore_all(self) -> None:
        """Switch everything on again that this view switches off."""
        mine = set(off_here(self.situation))
        self.services.turn(off=tuple(one for one in self.situation.lens.off if one not in mine))

    def choose_fill(self, fill: str) -> None:
        self.services.turn(fill=fill)

    def choose_channel(self, key: str) -> None:
        """Look at a channel by its key in the bars."""
        self.services.patch(channel=int(key))

    def choose_row(self, key: str) -> None:
        """Rank the channels for the class of a line, ``head:class``."""
        head, _, target = key.partition(":")
        self.services.turn(head=head, target=target)

    def move(self, dx: int, dy: int) -> bool:
        """Go to the channel before or after in the bars, or in the network's own order where there are none."""
        count, channel = self.situation.state.layer.channels, self.situation.state.channel
        ranking = self._ranking.answer
        order = strongest_first(ranking) if ranking is not None else list(range(count))
        place = order.index(channel) + (dx or dy)
        if 0 <= place < count:
            self.services.patch(channel=order[place])
        return True

    def open(self) -> bool:
        """Switch the channel off that the class is at, or on again."""
        if self.situation.state.layer.kind != "input":
            self.toggle(f"{self.situation.state.step.name}{MARK}{self.situation.state.channel}")
        return True


def off_here(situation: Situation) -> tuple[str, ...]:
    """Return those entries of the lens that are parts of this network; cuts of residual blocks are not among them."""
    graph = situation.trace.graph
    return tuple(name for name in situation.lens.off if _known(graph, name))


def _known(graph: LayerGraph, name: str) -> bool:
    part, mark, number = name.partition(MARK)
    step = next((one for outer in (*graph.steps, *graph.sides) for one in outer.walk() if one.name == part), None)
    layer = step.output if step is not None else part
    if not graph.has_layer(layer):
        return False
    return not mark or (number.isascii() and number.isdigit() and int(number) < graph.layer(layer).channels)


def parts_here(situation: Situation) -> tuple[Step, ...]:
    """Return what can be switched off at this place, from large to small: blocks around it, their branches, itself."""
    graph, step = situation.trace.graph, situation.state.step
    if situation.state.layer.kind == "input":
        return ()
    parts: list[Step] = []
    for outer in graph.path(step.name):
        parts.append(outer)
        if outer.kind == "inception":
            parts.extend(outer.children)
    return tuple(dict.fromkeys(parts))


def describe(situation: Situation, off: tuple[str, ...], tr: Translator) -> AblationShow:
    """Return the switches in words."""
    graph, state = situation.trace.graph, situation.state
    here = [
        Choice(part.name, part_label(graph, part.name, tr, short=True), part.name not in off, tr("ablation.switch"))
        for part in parts_here(situation)
    ]
    if here and state.layer.channels > 1:
        key = f"{state.step.name}{MARK}{state.channel}"
        here.append(Choice(key, tr("ablation.channel", channel=state.channel), key not in off, tr("ablation.switch")))
    sentence, tone = tr("ablation.hint"), ""
    if not here:
        sentence, tone = tr("ablation.input"), "warning"
    return AblationShow(
        title=tr("ablation.title"),
        here=tuple(here),
        off=tuple(Choice(name, part_label(graph, name, tr), False, tr("ablation.restore")) for name in off),
        off_title=tr("ablation.off", count=len(off)) if off else tr("ablation.off.none"),
        fills=tuple((fill, tr(f"ablation.fill.{fill}")) for fill in FILLS),
        fill=situation.lens.fill,
        sentence=sentence,
        tone=tone,
    )


def part_label(graph: LayerGraph, name: str, tr: Translator, *, short: bool = False) -> str:
    """Return what people call a part; ``short`` leaves the block around it out."""
    part, mark, number = name.partition(MARK)
    found = graph.find(part)
    labels = [part] if found is None else [step.label for step in graph.path(found.name)]
    label = labels[-1] if short else " ▸ ".join(labels)
    return f"{label} ▸ {tr('ablation.channel', channel=number)}" if mark else label


def strongest_first(result: RankingResult) -> list[int]:
    """Return all channels by how much they speak for or against a class; dead ones last."""
    strength = np.where(result.dead, -1.0, np.abs(np.nan_to_num(result.values)))
    return [int(channel) for channel in np.argsort(-strength, kind="stable")]


def channel_bars(situation: Situation, result: RankingResult, off: tuple[str, ...], tr: Translator) -> BarsShow:
    """Return the channels that speak most for and against a class; the one that the class is at is among them.

    The largest effects come first, whatever their sign, so that what does not fit matters least.
    """
    graph, state = situation.trace.graph, situation.state
    order = strongest_first(result)
    rows = []
    for channel in (*order[:MOST_BARS], *(one for one in order[MOST_BARS:] if one == state.channel)):
        value = float(result.values[channel])
        gone = f"{state.step.name}{MARK}{channel}" in off
        state_of = ".off" if gone else ".dead" if result.dead[channel] else ""
        rows.append(
            BarShow(
                label=tr(f"ablation.bar{state_of}", channel=channel),
                value=0.0 if np.isnan(value) else value,
                text=significant(value),
                strong=channel == state.channel,
                colour=BRANCH_COLOURS.get(branch_of_channel(graph, state.layer, channel), ""),
                key=str(channel),
            )
        )
    title = tr("ablation.ranking", label=class_name(result.target, tr), head=tr(f"head.{result.head}"))
    return BarsShow(tuple(rows), title)
