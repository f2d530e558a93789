"""The strongest patches: progress, giving up and going on; a folder without pictures leaves the scene as it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.core.messages.base import Dropped, Failure, Progress
from explorer.core.messages.explore import ChannelRequest
from explorer.core.messages.study import Patch, PatchesPart, PatchesRequest, PatchesResult
from explorer.core.messages.where import StopRequest
from explorer.core.resources import resource
from explorer.presenters.explore.panels.patches import PatchesPresenter, PatchesShow
from explorer.presenters.explore.panels.shows import MapShow
from tests.presenters.explore.panels.situations import Desk, scene_at
from tests.presenters.explore.panels.test_heat import run


class Port:
    def __init__(self) -> None:
        self.shows: list[PatchesShow] = []

    def show_patches(self, show: PatchesShow) -> None:
        self.shows.append(show)

    def show_map(self, show: MapShow) -> None:
        pass


@pytest.fixture
def port() -> Port:
    return Port()


def made(port: Port, **lens: Any) -> Desk:
    desk = Desk(run(), scene_at("4a", "patches", **lens).patched(channel=5))
    desk.presenter = PatchesPresenter(desk.services, port)
    desk.show()
    return desk


def presenter(desk: Desk) -> PatchesPresenter:
    assert isinstance(desk.presenter, PatchesPresenter)
    return desk.presenter


def searches(desk: Desk) -> list[int]:
    """Return the places of the searches among the requests."""
    return [index for index, one in enumerate(desk.requests) if isinstance(one, PatchesRequest)]


def patch(name: str, value: float) -> Patch:
    return Patch(name, f"/pictures/{name}", value, 1, 2, (0, 4, 16, 24), np.zeros((16, 20, 3), np.uint8))


def result(folder: str, *patches: Patch, unreadable: int = 0) -> PatchesResult:
    return PatchesResult("t", "4a", 5, folder, patches, 12, unreadable)


def test_the_samples_are_searched_until_a_folder_is_chosen(port: Port) -> None:
    desk = made(port)
    (index,) = searches(desk)
    assert desk.requests[index] == PatchesRequest("t", "4a", 5, str(resource("images")), 9)
    assert ChannelRequest("t", "4a", 5) in desk.requests
    assert presenter(desk).waiting


def test_progress_then_patches_strongest_first(port: Port) -> None:
    desk = made(port)
    (index,) = searches(desk)
    desk.answer(Progress("patches", 3, 12), index)
    assert port.shows[-1].fraction == 0.25
    assert "3 of 12" in port.shows[-1].sentence
    desk.answer(PatchesPart("t", "4a", 5, (patch("a.png", 1.0),), 6, 12), index)
    assert [one.value for one in port.shows[-1].patches] == ["1"]
    desk.answer(result("", patch("b.png", 2.5), patch("a.png", 1.0), unreadable=2), index)
    show = port.shows[-1]
    assert [one.value for one in show.patches] == ["2.5", "1"]
    assert show.fraction is None
    assert "2 could not be read" in show.sentence
    assert "16 × 20" in show.patches[0].hint
    presenter(desk).open_picture(show.patches[0].path)
    assert desk.opened == ["/pictures/b.png"]


def test_reading_can_be_given_up_and_gone_on_with(port: Port) -> None:
    desk = made(port)
    (index,) = searches(desk)
    desk.answer(PatchesPart("t", "4a", 5, (patch("a.png", 1.0),), 6, 12), index)
    assert port.shows[-1].state == "cancel"
    presenter(desk).toggle()
    assert desk.requests[-1] == StopRequest("patches")
    desk.answer(Dropped(), index)
    show = port.shows[-1]
    assert (show.state, show.fraction, len(show.patches)) == ("resume", None, 1)
    presenter(desk).toggle()
    assert len(searches(desk)) == 2
    assert len(port.shows[-1].patches) == 1


def test_a_folder_is_in_the_scene_once_pictures_were_found_in_it(port: Port) -> None:
    desk = made(port)
    presenter(desk).open()
    desk.folder_asked[0]("/holiday")
    assert desk.scene.lens.folder == ""
    index = searches(desk)[-1]
    desk.answer(Progress("patches", 0, 12), index)
    assert desk.scene.lens.folder == "/holiday"
    assert len(searches(desk)) == 2
    desk.answer(result("/holiday", patch("a.png", 1.0)), index)
    assert len(port.shows[-1].patches) == 1
    assert "holiday" in port.shows[-1].folder


def test_a_folder_without_pictures_is_a_sentence_and_the_scene_stays(port: Port) -> None:
    desk = made(port)
    before = desk.scene
    presenter(desk).choose_folder()
    desk.folder_asked[0]("/empty")
    desk.answer(Failure("folder_without_pictures", {"name": "empty"}), searches(desk)[-1])
    assert [failure.kind for failure in desk.failures] == ["folder_without_pictures"]
    assert desk.scene == before
    assert desk.requests[searches(desk)[-1]].folder == str(resource("images"))


def test_another_channel_is_searched_for_and_the_old_answer_is_not_shown(port: Port) -> None:
    desk = made(port)
    (old,) = searches(desk)
    presenter(desk).move(1, 0)
    assert desk.scene.channel == 6
    desk.answer(result("", patch("a.png", 1.0)), old)
    assert port.shows[-1].patches == ()
    assert desk.requests[searches(desk)[-1]].channel == 6


def test_going_away_gives_the_search_up(port: Port) -> None:
    desk = made(port)
    presenter(desk).retire()
    assert desk.requests[-1] == StopRequest("patches")


def test_a_silent_channel_says_so(port: Port) -> None:
    desk = made(port)
    desk.answer(result(""), searches(desk)[0])
    assert "silent" in port.shows[-1].sentence
