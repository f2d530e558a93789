"""The ensemble of ten crops: each vote as it comes in, their average, and whether it changed the answer."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.messages.base import Failure, Reply
from explorer.core.messages.classics import EnsembleRequest, EnsembleResult, EnsembleVote, Vote
from explorer.core.messages.explore import TraceResult
from explorer.core.text import Translator
from explorer.core.units import percent
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.changes import strongest
from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.presenters.explore.panels.shows import BarShow, BarsShow

SHOWN_CLASSES = 6
THUMBNAIL_PX = 160


class VoteShow(msgspec.Struct, frozen=True):
    """One crop and its answer: ``label`` alone, ``answer`` with its probability; ``agrees``: with the average."""

    thumbnail: np.ndarray
    title: str
    label: str
    answer: str
    agrees: bool


class EnsembleShow(msgspec.Struct, frozen=True):
    """The votes so far, five plain ones and then their mirror images."""

    title: str
    votes: tuple[VoteShow, ...]
    average: BarsShow
    sentence: str
    tone: str = ""


class EnsemblePort(Protocol):
    """The view of the ensemble."""

    def show_ensemble(self, show: EnsembleShow) -> None: ...


class EnsemblePresenter(PanelPresenter):
    """Asks once a run; votes are shown as they come in."""

    follows_layer = False

    def __init__(self, services: Services, view: EnsemblePort) -> None:
        super().__init__(services)
        self._view = view
        self._trace = ""
        self._votes: list[Vote] = []
        self._average = np.zeros(0, np.float32)
        self._result: EnsembleResult | None = None

    def refresh(self) -> None:
        trace = self.situation.trace
        if not next(head for head in trace.graph.heads if head.name == "main").trained:
            self._trace = ""
            nothing = EnsembleShow(
                self.tr("ensemble.title"), (), BarsShow(()), self.tr("ensemble.untrained"), "warning"
            )
            self._view.show_ensemble(nothing)
            return
        if self._result is not None and self._trace == trace.trace:
            self._show()
            return
        self._trace, self._votes, self._result = trace.trace, [], None
        self.ask(EnsembleRequest(trace.trace, THUMBNAIL_PX), Reply, self._on_reply)

    def _on_reply(self, reply: Reply) -> None:
        """Take a vote, or the result of them all."""
        if isinstance(reply, EnsembleVote):
            self._votes.append(reply.vote)
            self._average = reply.average
        elif isinstance(reply, EnsembleResult):
            self._result, self._votes, self._average = reply, list(reply.votes), reply.average
        elif isinstance(reply, Failure):
            self.services.fail(reply)
            return
        else:
            return  # dropped: the engine went, and will be asked again when it is back
        self._show()

    def _show(self) -> None:
        self._view.show_ensemble(
            describe(self.situation.trace, tuple(self._votes), self._average, self._result, self.tr)
        )

    def retire(self) -> None:
        self._result, self._votes = None, []
        super().retire()


def describe(
    trace: TraceResult, votes: tuple[Vote, ...], average: np.ndarray, result: EnsembleResult | None, tr: Translator
) -> EnsembleShow:
    """Return the votes so far in words and pictures."""
    answer = int(np.argmax(average))
    shown = []
    for vote in votes:
        key = "ensemble.mirrored" if vote.mirrored else "ensemble.plain"
        name = class_name(trace.classes[vote.answer], tr)
        text = f"{name} {percent(float(vote.probabilities[vote.answer]))}"
        title = tr(key, place=tr(f"ensemble.place.{vote.place}"))
        shown.append(VoteShow(vote.thumbnail, title, name, text, vote.answer == answer))
    rows = tuple(
        BarShow(
            class_name(trace.classes[index], tr), float(average[index]), percent(float(average[index])), index == answer
        )
        for index in strongest(average, SHOWN_CLASSES)
    )
    sentence, tone = tr("ensemble.counting", count=len(votes)), ""
    if result is not None:
        names = {
            "answer": class_name(trace.classes[result.answer], tr),
            "single": class_name(trace.classes[result.single], tr),
        }
        key = "ensemble.changed" if result.changed else "ensemble.same"
        sentence = tr(key, agreeing=result.agreeing, count=len(result.votes), **names)
        tone = "warning" if result.changed else "good"
    title = tr("ensemble.title")
    return EnsembleShow(title, tuple(shown), BarsShow(rows, tr("ensemble.average"), 1.0), sentence, tone)
