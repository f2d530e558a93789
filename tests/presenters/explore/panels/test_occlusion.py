"""Occlusion: one question under way at a time, the scene has the box once it is let go, the sweep can be given up."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.explore import Prediction
from explorer.core.messages.where import (
    OcclusionRequest,
    OcclusionResult,
    StopRequest,
    SweepPart,
    SweepRequest,
    SweepResult,
)
from explorer.core.scene import Crop
from explorer.presenters.explore.panels.occlusion import (
    FIRST_BOX,
    SIDES,
    SWEEP,
    OcclusionPresenter,
    OcclusionShow,
    SweepShow,
)
from explorer.presenters.explore.panels.pairs import PairsShow
from tests.presenters.explore.panels.situations import Desk, scene_at
from tests.presenters.explore.panels.test_heat import run


class Port:
    def __init__(self) -> None:
        self.shows: list[OcclusionShow] = []
        self.boxes: list[Crop] = []
        self.pairs: list[PairsShow] = []
        self.sweeps: list[SweepShow] = []

    def show_occlusion(self, show: OcclusionShow) -> None:
        self.shows.append(show)

    def show_box(self, box: Crop, colour: tuple[int, int, int]) -> None:
        self.boxes.append(box)

    def show_pairs(self, pairs: PairsShow) -> None:
        self.pairs.append(pairs)

    def show_sweep(self, show: SweepShow) -> None:
        self.sweeps.append(show)


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def desk(port: Port) -> Desk:
    return made(port)


def made(port: Port, **lens: Any) -> Desk:
    desk = Desk(run(), scene_at("4a", "occlusion", **lens))
    desk.presenter = OcclusionPresenter(desk.services, port)
    desk.show()
    return desk


def presenter(desk: Desk) -> OcclusionPresenter:
    assert isinstance(desk.presenter, OcclusionPresenter)
    return desk.presenter


def result(box: Crop, *main: float) -> OcclusionResult:
    before = run().predictions
    after = (Prediction("main", True, np.array(main or (0.1, 0.8, 0.1), np.float32)), *before[1:])
    return OcclusionResult("t", box, "grey", (128, 128, 128), before, after, 0.01)


def swept(**changes: Any) -> SweepResult:
    values = np.full((32, 32), 0.1, np.float32)
    values[0, 0] = -0.4
    made = SweepResult("t", "main", "cat", 0, 0.7, values, -0.4, 0.1, 8, 4, "grey", 1.0)
    return msgspec.structs.replace(made, **changes)


def test_heads_are_compared_and_a_changed_answer_is_said(desk: Desk, port: Port) -> None:
    assert desk.requests == [OcclusionRequest("t", FIRST_BOX)]
    desk.answer(result(FIRST_BOX))
    main, aux2, aux1 = port.pairs[-1].groups
    rows = {row.key: row for row in main.rows}
    assert rows["main:cat"].before_text == "70.0 %"
    assert rows["main:cat"].after_text == "10.0 %"
    assert rows["main:cat"].change == "−60.0"
    assert [row.strong for row in main.rows if row.key == "main:dog"] == [True]
    assert "dog" in main.note
    assert {row.change for row in aux2.rows} == {"±0"}
    assert aux1.rows == ()
    assert aux1.note


def test_while_dragging_one_question_is_under_way_and_the_next_is_about_the_newest_place(
    desk: Desk, port: Port
) -> None:
    desk.answer(result(FIRST_BOX))
    presenter(desk).press(0.5, 0.5)
    for x in (0.55, 0.6, 0.65, 0.7):
        presenter(desk).drag(x, 0.5)
    assert len(desk.requests) == 2
    assert port.boxes[-1].x == pytest.approx(FIRST_BOX.x + 0.2)
    assert desk.scene.lens.box is None
    desk.answer(result(desk.requests[-1].box))
    assert len(desk.requests) == 3
    assert desk.requests[-1].box == port.boxes[-1]
    presenter(desk).release()
    assert desk.scene.lens.box == port.boxes[-1]
    desk.answer(result(desk.requests[-1].box))
    assert len(desk.requests) == 3
    assert not presenter(desk).waiting


def test_a_press_beside_the_box_puts_it_under_the_pointer(desk: Desk, port: Port) -> None:
    presenter(desk).press(0.1, 0.9)
    box = port.boxes[-1]
    assert box.x == 0.0
    assert box.y + box.width == pytest.approx(1.0)


def test_keys_move_and_size_the_box_and_it_never_leaves_the_picture(desk: Desk) -> None:
    for _ in range(40):
        presenter(desk).move(1, -1)
    box = desk.scene.lens.box
    assert box is not None
    assert (box.x + box.width, box.y) == (pytest.approx(1.0), 0.0)
    for _ in range(12):
        presenter(desk).zoom(1)
    box = desk.scene.lens.box
    assert box is not None
    assert box.width == SIDES[-1]
    assert box.x + box.width <= 1.0


def test_a_sweep_shows_its_progress_then_the_map(desk: Desk, port: Port) -> None:
    presenter(desk).open()
    assert desk.scene.lens.variant == SWEEP
    request = desk.requests[-1]
    assert request == SweepRequest("t", "main", "cat", FIRST_BOX.width)
    index = len(desk.requests) - 1
    half = np.full((32, 32), np.nan, np.float32)
    half[:16] = 0.2
    desk.answer(SweepPart("t", "main", "cat", half, 10, 40), index)
    assert port.sweeps[-1].fraction == 0.25
    assert presenter(desk).waiting
    desk.answer(swept(), index)
    show = port.sweeps[-1]
    assert show.fraction is None
    assert show.heat is not None
    assert (show.heat.low, show.heat.high) == pytest.approx((-0.4, 0.4))
    desk.services.patch(layer="4b")
    assert sum(isinstance(one, SweepRequest) for one in desk.requests) == 1


def test_a_sweep_can_be_given_up(desk: Desk, port: Port) -> None:
    presenter(desk).open()
    index = len(desk.requests) - 1
    presenter(desk).open()
    assert StopRequest("sweep") in desk.requests
    desk.answer(Dropped(), index)
    assert port.sweeps[-1].heat is None
    assert port.sweeps[-1].fraction is None


def test_going_away_gives_the_sweep_up(desk: Desk) -> None:
    presenter(desk).open()
    presenter(desk).retire()
    assert desk.requests[-1] == StopRequest("sweep")


def test_a_click_on_a_class_sweeps_for_that_class(desk: Desk) -> None:
    presenter(desk).choose_row("aux2:dog")
    presenter(desk).open()
    assert desk.requests[-1] == SweepRequest("t", "aux2", "dog", FIRST_BOX.width)


def test_a_failure_is_a_sentence_and_the_scene_stays(desk: Desk) -> None:
    before = desk.scene
    desk.answer(Failure("out_of_memory"))
    assert [failure.kind for failure in desk.failures] == ["out_of_memory"]
    assert desk.scene == before
    assert not presenter(desk).waiting
