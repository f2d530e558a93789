"""Feeds: both sides of the pinned channel, following them, and the way back."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.messages.explore import ChannelRequest, ChannelResult, Statistics
from explorer.core.messages.study import Feed, FeedsRequest, FeedsResult
from explorer.presenters.explore.panels.feeds import COUNT, TRAIL, FeedsPresenter, FeedsShow
from explorer.presenters.explore.panels.shows import MapShow
from tests.presenters.explore.panels.situations import Desk, scene_at
from tests.presenters.explore.panels.test_heat import run


class Port:
    def __init__(self) -> None:
        self.shows: list[FeedsShow] = []
        self.maps: list[MapShow] = []

    def show_feeds(self, show: FeedsShow) -> None:
        self.shows.append(show)

    def show_map(self, show: MapShow) -> None:
        self.maps.append(show)


@pytest.fixture
def port() -> Port:
    return Port()


def made(port: Port, layer: str = "4b", **lens: Any) -> Desk:
    desk = Desk(run(), scene_at(layer, "feeds", **lens).patched(channel=5))
    desk.presenter = FeedsPresenter(desk.services, port)
    desk.show()
    return desk


def presenter(desk: Desk) -> FeedsPresenter:
    assert isinstance(desk.presenter, FeedsPresenter)
    return desk.presenter


def result(**changes: Any) -> FeedsResult:
    feeders = (Feed("4a", 7, "4a", -0.5, 0.1, 0.3), Feed("4a", 2, "4a", 0.25, 0.0, 0.1))
    readers = (Feed("4c.1x1", 9, "4c.1x1", 0.75, 0.2, 0.4), Feed("4c.pool", 3, "4c.pool", 0.5, 0.1, 0.2))
    made = FeedsResult("t", "4b", 5, "4b", "4c.1x1", 1, 2, 1.5, -0.25, 0.125, 512, feeders, readers)
    return msgspec.structs.replace(made, **changes)


def answer(desk: Desk, **changes: Any) -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    count = len(desk.requests)
    statistics = Statistics(0, 11, 5, 3, 0)
    channel = ChannelResult("t", "4b", 5, values, statistics, np.ones(2, np.int64), np.ones(3, np.float32))
    desk.answer(result(**changes), count - 2)
    desk.answer(channel, count - 1)


def test_asks_for_both_sides_and_the_map(port: Port) -> None:
    desk = made(port)
    assert desk.requests == [FeedsRequest("t", "4b", 5, COUNT), ChannelRequest("t", "4b", 5)]
    answer(desk)
    show = port.shows[-1]
    assert [(row.label, row.text, row.key) for row in show.feeders.rows] == [
        ("7", "−0.5", "4a#7"),
        ("2", "0.25", "4a#2"),
    ]
    assert "4a" in show.feeders.title
    assert [row.label for row in show.readers.rows] == ["9 · 1x1", "3 · pool"]
    assert "512" in show.feeders_note
    assert "0.125" in show.feeders_note
    assert port.maps[-1].mark == (1, 2)
    desk.show()
    assert len(desk.requests) == 2


def test_following_pins_the_other_end_and_leaves_a_trail(port: Port) -> None:
    desk = made(port)
    answer(desk)
    presenter(desk).follow("4a#7")
    assert (desk.scene.layer, desk.scene.channel) == ("4a", 7)
    assert desk.requests[-2] == FeedsRequest("t", "4a", 7, COUNT)
    answer(desk)
    assert "4b · 5" in port.shows[-1].trail


def test_shift_and_arrows_follow_the_strongest(port: Port) -> None:
    desk = made(port)
    answer(desk)
    presenter(desk).move(1, 0)
    assert (desk.scene.layer, desk.scene.channel) == ("4c.1x1", 9)
    answer(desk)
    presenter(desk).move(-1, 0)
    assert (desk.scene.layer, desk.scene.channel) == ("4a", 7)
    presenter(desk).move(0, 1)
    assert desk.scene.channel == 8


def test_the_trail_stays_short_and_survives_nonsense(port: Port) -> None:
    desk = made(port, variant="feeds nonsense#1 4a#1 4a#2 4a#3 4a#4 4a#5 word")
    answer(desk)
    assert port.shows[-1].trail.count("→") == TRAIL
    assert "nonsense" not in port.shows[-1].trail


def test_the_picture_and_what_lies_inside_a_step_cannot_be_pinned(port: Port) -> None:
    desk = made(port)
    answer(desk, feeders=(Feed("input", 0, "input", 0.5, 0.1, 0.5), Feed("4a", 1, "", 0.5, 0.1, 0.5)))
    assert [row.key for row in port.shows[-1].feeders.rows] == ["", ""]
    assert port.shows[-1].feeders.rows[0].label == "red"
    before = desk.scene
    presenter(desk).move(-1, 0)
    assert desk.scene == before


def test_what_has_no_reader_says_so(port: Port) -> None:
    desk = made(port)
    answer(desk, readers=(), reading="")
    assert port.shows[-1].readers.rows == ()
    assert port.shows[-1].readers_note


def test_enter_puts_the_strongest_value_under_the_microscope(port: Port) -> None:
    desk = made(port)
    answer(desk)
    scene = desk.scene
    desk.presenter, old = None, presenter(desk)
    changes: dict[str, Any] = {}
    object.__setattr__(old.services, "patch", lambda **given: changes.update(given))
    old.open()
    assert changes["view"] == "microscope"
    assert changes["lens"].pixel == (1, 2)
    assert scene.view == "feeds"
