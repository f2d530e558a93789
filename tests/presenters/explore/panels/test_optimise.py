"""The wished image: begins by itself, grows, stops when it is told or when the class leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.study import OptimisePart, OptimiseRequest, OptimiseResult
from explorer.core.messages.where import StopRequest
from explorer.presenters.explore.panels.optimise import CURVE_POINTS, STEPS, STOPPED, OptimisePresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at
from tests.presenters.explore.panels.test_heat import run

IMAGE = np.full((8, 8, 3), 200, np.uint8)


def made(port: Port, layer: str = "4a", **lens: Any) -> Desk:
    desk = Desk(run(), scene_at(layer, "optimise", **lens).patched(channel=5 if layer != "fc" else 1))
    desk.presenter = OptimisePresenter(desk.services, port)
    desk.show()
    return desk


def presenter(desk: Desk) -> OptimisePresenter:
    assert isinstance(desk.presenter, OptimisePresenter)
    return desk.presenter


def part(step: int, value: float) -> OptimisePart:
    return OptimisePart("t", "4a", 5, step, STEPS, IMAGE, value)


def result(natural: float = 0.5) -> OptimiseResult:
    values = np.linspace(0.1, 4.0, STEPS + 1).astype(np.float32)
    return OptimiseResult("t", "4a", 5, 0, "fourier", IMAGE, values, 4.0, 0.1, natural)


def test_it_begins_by_itself_and_grows(port: Port) -> None:
    desk = made(port)
    assert desk.requests == [OptimiseRequest("t", "4a", 5, 0, STEPS)]
    assert presenter(desk).waiting
    desk.answer(part(32, 1.5))
    show = port.shows[-1]
    assert show.fraction == 0.25
    assert show.running
    assert show.pixels is IMAGE


def test_the_end_compares_with_the_picture_on_screen(port: Port) -> None:
    desk = made(port)
    desk.answer(part(32, 1.5))
    desk.answer(result(), 0)
    show = port.shows[-1]
    assert not show.running
    assert [row.text for row in show.values.rows] == ["0.1", "0.5", "4"]
    assert "8 times" in show.sentence
    image, natural = show.curve.lines
    assert len(image.values) == len(show.curve.labels) == CURVE_POINTS
    assert (image.values[0], image.values[-1]) == pytest.approx((0.1, 4.0))
    assert set(natural.values) == {0.5}
    desk.show()
    assert len(desk.requests) == 1


def test_a_channel_silent_for_the_picture_is_not_divided_by(port: Port) -> None:
    desk = made(port)
    desk.answer(result(natural=0.0))
    assert "times" not in port.shows[-1].sentence


def test_it_stops_where_it_is_and_begins_again(port: Port) -> None:
    desk = made(port)
    desk.answer(part(32, 1.5))
    presenter(desk).open()
    assert desk.requests[-1] == StopRequest("optimise")
    assert desk.scene.lens.variant == STOPPED
    desk.answer(Dropped(), 0)
    show = port.shows[-1]
    assert (show.running, show.pixels is IMAGE) == (False, True)
    presenter(desk).open()
    assert desk.requests[-1] == OptimiseRequest("t", "4a", 5, 0, STEPS)
    assert port.shows[-1].pixels is None


def test_a_scene_in_which_it_was_stopped_does_not_begin(port: Port) -> None:
    desk = made(port, variant=STOPPED)
    assert desk.requests == []
    assert port.shows[-1].sentence


def test_another_channel_or_seed_begins_anew_and_old_answers_are_not_shown(port: Port) -> None:
    desk = made(port)
    presenter(desk).move(1, 0)
    assert desk.requests[-1] == OptimiseRequest("t", "4a", 6, 0, STEPS)
    desk.answer(part(32, 1.5), 0)
    assert port.shows[-1].pixels is None
    presenter(desk).zoom(1)
    assert desk.requests[-1] == OptimiseRequest("t", "4a", 6, 1, STEPS)
    presenter(desk).zoom(-1)
    presenter(desk).zoom(-1)
    assert desk.scene.lens.seed == 0


def test_leaving_gives_it_up(port: Port) -> None:
    desk = made(port)
    presenter(desk).retire()
    assert desk.requests[-1] == StopRequest("optimise")


def test_a_channel_without_a_way_up_is_a_sentence_and_the_scene_stays(port: Port) -> None:
    desk = made(port)
    before = desk.scene
    desk.answer(Failure("optimise_nothing", {"layer": "4a", "channel": 5}))
    assert [failure.kind for failure in desk.failures] == ["optimise_nothing"]
    assert desk.scene == before
    assert not presenter(desk).waiting
    desk.show()
    assert len(desk.requests) == 1


def test_a_value_of_the_head_is_named_by_its_class(port: Port) -> None:
    made(port, "fc")
    assert "dog" in port.shows[-1].title
