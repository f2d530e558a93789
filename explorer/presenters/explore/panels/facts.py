"""Facts: what the lecture and the papers say of a network, and what is computed here."""

from __future__ import annotations

import re
from typing import Protocol

import msgspec

from explorer.core.messages.study import Fact, FactsRequest, FactsResult
from explorer.core.text import Translator
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.panel import PanelPresenter, Services


class FactRow(msgspec.Struct, frozen=True):
    """One claim in words; ``reason`` says why it differs, or is empty."""

    source: str
    claim: str
    computed: str
    agrees: bool
    verdict: str
    reason: str = ""


class FactsShow(msgspec.Struct, frozen=True):
    """All claims about a network; ``head`` are the words above the four columns."""

    title: str
    head: tuple[str, str, str, str]
    rows: tuple[FactRow, ...]
    sentence: str


class FactsPort(Protocol):
    """The view of the facts."""

    def show_facts(self, show: FactsShow) -> None: ...
    def scroll_rows(self, by: int) -> None:
        """Move the table by so many rows."""


class FactsPresenter(PanelPresenter):
    """Asks once a network."""

    follows_layer = False

    def __init__(self, services: Services, view: FactsPort) -> None:
        super().__init__(services)
        self._view = view
        self._facts = Kept(services, FactsResult, self._on_result)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._facts.waiting

    def refresh(self) -> None:
        self._facts.want(FactsRequest(self.situation.trace.net))

    def retire(self) -> None:
        self._facts.forget()
        super().retire()

    def _on_result(self, result: FactsResult) -> None:
        self._view.show_facts(describe(result, self.tr))

    def move(self, dx: int, dy: int) -> bool:
        self._view.scroll_rows(dx or dy)
        return True


def describe(result: FactsResult, tr: Translator) -> FactsShow:
    """Return the claims in words."""
    rows = tuple(_row(fact, tr) for fact in result.facts)
    agreeing = sum(row.agrees for row in rows)
    title = tr("facts.title", net=result.title, agreeing=agreeing, count=len(rows))
    return FactsShow(
        title=title if rows else tr("facts.none", net=result.title),
        head=(tr("facts.source"), tr("facts.claim"), tr("facts.computed"), tr("facts.verdict")),
        rows=rows,
        sentence=tr("facts.says") if rows else tr("facts.none.hint"),
    )


def _row(fact: Fact, tr: Translator) -> FactRow:
    values = {**fact.details, "claimed": fact.claimed}
    reason = tr(f"fact.because.{fact.reason}", **values, computed=fact.computed) if fact.reason else ""
    return FactRow(
        source=tr(f"fact.source.{fact.source}"),
        claim=_together(tr(f"fact.{fact.key}", **values)),
        computed=fact.computed,
        agrees=fact.verdict == "agrees",
        verdict=tr(f"fact.verdict.{fact.verdict}"),
        reason=_together(reason),
    )


def _together(text: str) -> str:
    """Keep numbers and their units on one line."""
    return re.sub(r"(?<=\d) (?=[kMG%])", "\u00a0", text)
