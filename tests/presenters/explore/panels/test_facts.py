"""Facts: every claim of every network is said in both languages, with its verdict and its reason."""

from __future__ import annotations

import re

import pytest

from explorer.core.messages.study import Fact, FactsRequest, FactsResult
from explorer.core.text import Translator
from explorer.methods.facts import facts_of
from explorer.nets import catalog
from explorer.presenters.explore.panels.facts import FactsPresenter, FactsShow, describe
from tests.presenters.explore.panels.situations import Desk, scene_at
from tests.presenters.explore.panels.test_heat import run


class Port:
    def __init__(self) -> None:
        self.shows: list[FactsShow] = []
        self.scrolled: list[int] = []

    def show_facts(self, show: FactsShow) -> None:
        self.shows.append(show)

    def scroll_rows(self, by: int) -> None:
        self.scrolled.append(by)


FACTS = (
    Fact("googlenet_modules", "paper", "9", "9", "agrees"),
    Fact("googlenet_third_branch", "paper", "5×5", "3×3", "differs", "googlenet_third_branch"),
)


def test_asks_once_a_network_and_counts_what_agrees() -> None:
    port = Port()
    desk = Desk(run(), scene_at("4a", "facts"))
    desk.presenter = FactsPresenter(desk.services, port)
    desk.show()
    desk.answer(FactsResult("googlenet", "GoogLeNet", FACTS))
    desk.services.patch(layer="4b")
    assert desk.requests == [FactsRequest("googlenet")]
    show = port.shows[-1]
    assert "1 of 2" in show.title
    assert [row.agrees for row in show.rows] == [True, False]
    assert show.rows[0].reason == ""
    assert "906" in show.rows[1].reason
    desk.presenter.move(0, 1)
    assert port.scrolled == [1]


def test_a_network_without_claims_says_so() -> None:
    show = describe(FactsResult("toy", "Toy", ()), Translator("en"))
    assert show.rows == ()
    assert "Toy" in show.title
    assert show.sentence


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_claim_of_the_catalog_has_its_sentence(language: str) -> None:
    tr = Translator(language)
    for spec in catalog.NETS:
        for row in describe(FactsResult(spec.name, spec.title, facts_of(spec.name)), tr).rows:
            for text in (row.source, row.claim, row.verdict, row.reason):
                assert not re.search(r"\{|fact\.", text), text
            assert row.agrees or row.reason, row.claim
