"""Ten crops: votes as they come, their average, and whether it changed the answer."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.classics import EnsembleRequest, EnsembleResult, EnsembleVote, Vote
from explorer.core.scene import Crop
from explorer.presenters.explore.panels.ensemble import EnsemblePresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of
from tests.presenters.explore.panels.test_microscope import graph


def vote(cat: float, place: str = "centre", *, mirrored: bool = False) -> Vote:
    probabilities = np.array([cat, 1 - cat], np.float32)
    thumbnail = np.zeros((96, 96, 3), np.uint8)
    return Vote(place, mirrored, Crop(0, 0, 1), thumbnail, probabilities, int(np.argmax(probabilities)))


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "ensemble"))
    desk.presenter = EnsemblePresenter(desk.services, port)
    desk.show()
    return desk


def test_votes_are_shown_as_they_come(desk: Desk, port: Port) -> None:
    assert desk.requests == [EnsembleRequest("t", 160)]
    first, second = vote(0.9, "top_left"), vote(0.2, "top_right", mirrored=True)
    desk.answer(EnsembleVote("t", 0, 10, first, first.probabilities))
    assert port.shows[-1].votes[0].answer == "cat 90.0 %"
    assert desk.presenter is not None and desk.presenter.waiting
    desk.answer(EnsembleVote("t", 1, 10, second, np.array([0.55, 0.45], np.float32)))
    show = port.shows[-1]
    assert [one.agrees for one in show.votes] == [True, False]
    assert show.votes[1].title == "top right, mirrored"
    assert "2 of 10" in show.sentence
    assert [(row.label, row.text) for row in show.average.rows] == [("cat", "55.0 %"), ("dog", "45.0 %")]


def test_the_end_says_whether_the_answer_changed(desk: Desk, port: Port) -> None:
    votes = tuple(vote(0.4) for _ in range(10))
    same = EnsembleResult("t", votes, np.array([0.4, 0.6], np.float32), 1, 1, False, 10)
    desk.answer(same)
    assert port.shows[-1].tone == "good"
    assert "changed nothing" in port.shows[-1].sentence
    assert desk.presenter is not None and not desk.presenter.waiting
    desk.show()
    assert len(desk.requests) == 1
    desk.trace = msgspec.structs.replace(desk.trace, trace="u")
    desk.show()
    desk.answer(EnsembleResult("u", votes, np.array([0.6, 0.4], np.float32), 1, 0, True, 6))
    assert port.shows[-1].tone == "warning"
    assert "dog: the average changed the answer" in port.shows[-1].sentence


def test_an_engine_that_goes_before_the_first_vote_leaves_the_panel_as_it_is(desk: Desk, port: Port) -> None:
    before = len(port.shows)
    desk.answer(Dropped())
    assert len(port.shows) == before and not desk.failures


def test_untrained_weights_are_not_asked(port: Port) -> None:
    plain = graph()
    untrained = msgspec.structs.replace(plain, heads=(msgspec.structs.replace(plain.heads[0], trained=False),))
    desk = Desk(trace_of(untrained), scene_at("conv", "ensemble"))
    desk.presenter = EnsemblePresenter(desk.services, port)
    desk.show()
    assert not desk.requests
    assert "untrained" in port.shows[-1].sentence


def test_a_failure_becomes_a_sentence(desk: Desk, port: Port) -> None:
    desk.answer(Failure("net_out_of_memory"))
    assert desk.failures == [Failure("net_out_of_memory")]
    assert not port.shows
