"""Switching off: what can be off here, what is off anywhere, the heads before and after, the ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.core.messages.explore import Prediction
from explorer.core.messages.study import RankingRequest, RankingResult
from explorer.core.messages.where import AblationRequest, AblationResult
from explorer.presenters.explore.panels.ablation import AblationPresenter, AblationShow
from explorer.presenters.explore.panels.pairs import PairsShow, points
from explorer.presenters.explore.panels.shows import BarsShow
from tests.presenters.explore.panels.situations import Desk, scene_at
from tests.presenters.explore.panels.test_heat import run


class Port:
    def __init__(self) -> None:
        self.shows: list[AblationShow] = []
        self.bars: list[BarsShow] = []
        self.pairs: list[PairsShow] = []

    def show_ablation(self, show: AblationShow) -> None:
        self.shows.append(show)

    def show_channels(self, bars: BarsShow, note: str) -> None:
        self.bars.append(bars)

    def show_pairs(self, pairs: PairsShow) -> None:
        self.pairs.append(pairs)


@pytest.fixture
def port() -> Port:
    return Port()


def made(port: Port, layer: str = "4a", **lens: Any) -> Desk:
    desk = Desk(run(), scene_at(layer, "ablation", **lens))
    desk.presenter = AblationPresenter(desk.services, port)
    desk.show()
    return desk


def presenter(desk: Desk) -> AblationPresenter:
    assert isinstance(desk.presenter, AblationPresenter)
    return desk.presenter


def result(off: tuple[str, ...] = ()) -> AblationResult:
    before = run().predictions
    after = (Prediction("main", True, np.array([0.1, 0.2, 0.7], np.float32)), *before[1:])
    return AblationResult("t", (), "zero", before, after, 0.1)


def ranking() -> RankingResult:
    values = np.zeros(512, np.float32)
    values[[7, 9, 11]] = 0.5, -0.9, 0.2
    dead = np.zeros(512, bool)
    dead[0] = True
    channels = np.argsort(-values, kind="stable").astype(np.int32)
    return RankingResult("t", "4a", "class", channels, values, dead, "main", "cat", 0)


def test_a_module_its_branches_and_a_channel_can_be_switched_off(port: Port) -> None:
    desk = made(port)
    keys = [choice.key for choice in port.shows[-1].here]
    assert keys == ["4a", "4a.1x1", "4a.3x3", "4a.5x5", "4a.pool", "4a#0"]
    assert all(choice.on for choice in port.shows[-1].here)
    assert desk.requests[0] == AblationRequest("t", (), "zero")


def test_inside_a_branch_the_module_around_it_can_be_switched_off_too(port: Port) -> None:
    made(port, "4a.3x3")
    keys = [choice.key for choice in port.shows[-1].here]
    assert keys == ["4a", "4a.1x1", "4a.3x3", "4a.5x5", "4a.pool", "4a.3x3#0"]


def test_what_is_off_is_listed_anywhere_and_comes_back_with_one_click(port: Port) -> None:
    desk = made(port)
    desk.answer(result(), 0)
    presenter(desk).toggle("4a.5x5")
    desk.services.patch(layer="5a")
    show = port.shows[-1]
    assert [choice.key for choice in show.off] == ["4a.5x5"]
    assert "4a" in show.off[0].label
    assert [request for request in desk.requests if isinstance(request, AblationRequest)][-1].off == ("4a.5x5",)
    presenter(desk).toggle("4a.5x5")
    assert desk.scene.lens.off == ()


def test_all_come_back_at_once_but_cuts_of_another_view_stay(port: Port) -> None:
    desk = made(port, off=("4a", "4b#3", "block1:shortcut", "4a#9999"))
    assert [choice.key for choice in port.shows[-1].off] == ["4a", "4b#3"]
    presenter(desk).restore_all()
    assert desk.scene.lens.off == ("block1:shortcut", "4a#9999")


def test_the_heads_before_and_after(port: Port) -> None:
    desk = made(port, off=("4a",))
    desk.answer(result(), 0)
    main = port.pairs[-1].groups[0]
    assert {row.key: row.change for row in main.rows}["main:cat"] == "−60.0"
    assert main.note


def test_the_mean_may_stand_in_the_place_of_what_is_off(port: Port) -> None:
    desk = made(port, off=("4a",))
    desk.answer(result(), 0)
    presenter(desk).choose_fill("mean")
    assert [one for one in desk.requests if isinstance(one, AblationRequest)][-1] == AblationRequest(
        "t", ("4a",), "mean"
    )


def test_channels_are_ranked_by_their_effect_and_dead_ones_are_marked(port: Port) -> None:
    desk = made(port)
    assert desk.requests[-1] == RankingRequest("t", "4a", "class", "main", "cat")
    desk.answer(ranking())
    rows = port.bars[-1].rows
    assert [row.key for row in rows[:3]] == ["9", "7", "11"]
    assert rows[0].text == "−0.9"
    here = next(row for row in rows if row.key == "0")
    assert here.strong
    assert "dead" in here.label


def test_shift_and_arrows_walk_along_the_bars_and_enter_switches(port: Port) -> None:
    desk = made(port)
    desk.answer(ranking())
    desk.services.patch(channel=9)
    presenter(desk).move(1, 0)
    assert desk.scene.channel == 7
    presenter(desk).open()
    assert desk.scene.lens.off == ("4a#7",)
    assert "off" in next(row for row in port.bars[-1].rows if row.key == "7").label
    presenter(desk).open()
    assert desk.scene.lens.off == ()


def test_the_picture_cannot_be_switched_off(port: Port) -> None:
    desk = made(port, "input")
    assert port.shows[-1].here == ()
    assert port.shows[-1].sentence
    presenter(desk).open()
    assert desk.scene.lens.off == ()


def test_behind_the_head_there_is_no_ranking(port: Port) -> None:
    desk = made(port, "5a", head="aux2")
    assert not any(isinstance(one, RankingRequest) for one in desk.requests)
    assert port.bars[-1].rows == ()


@pytest.mark.parametrize(("difference", "text"), [(0.1234, "+12.3"), (-0.5, "−50.0"), (0.0001, "±0")])
def test_differences_have_their_sign(difference: float, text: str) -> None:
    assert points(difference) == text
