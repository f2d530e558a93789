"""The comparison as a teacher uses it: rows come one by one, are sorted, and open in Explore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Dropped, Failure, Progress
from explorer.core.messages.study import ComparePart, CompareRequest, CompareResult, Guess, NetRow, Published
from explorer.core.messages.weights import WeightsInfo
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.nets import catalog
from explorer.presenters.compare.lineups import LINEUPS
from explorer.presenters.compare.ports import CompareShow
from explorer.presenters.compare.presenter import ComparePresenter
from explorer.presenters.ports import Banner, PictureShow
from tests.views import graphs

LECTURE_NETS = LINEUPS["lecture"].nets


def row(net: str, parameters: int, *, trained: bool = False, median_ms: float = 10.0, **changes: Any) -> NetRow:
    """Return a row with three quarters of its parameters in convolutions."""
    fields: dict[str, Any] = {
        "net": net,
        "title": net.upper(),
        "year": 2012,
        "reference": "",
        "weights": WeightsInfo("w", "CIFAR-10" if trained else "", trained, True),
        "input_size": 224,
        "device": "cpu",
        "top": (Guess("cat", 0.75), Guess("dog", 0.125)) if trained else (),
        "depth": 8,
        "depth_with_pools": 11,
        "parameters": parameters,
        "convolution_parameters": parameters * 3 // 4,
        "linear_parameters": parameters // 4,
        "macs": parameters * 10,
        "standard_size": 224,
        "standard_parameters": parameters * 2,
        "standard_macs": parameters * 20,
        "activation_bytes": 4_000_000,
        "times_ms": np.array([9, 10, 12], np.float32),
        "median_ms": median_ms,
        "lower_ms": median_ms * 0.9,
        "upper_ms": median_ms * 1.2,
        "published": Published(60.0, "torchvision"),
    }
    return NetRow(**{**fields, **changes})


class Stage:
    """A view that remembers, and an engine that answers when it is told to."""

    def __init__(self) -> None:
        self.shows: list[CompareShow] = []
        self.pictures: list[PictureShow] = []
        self.asked: list[CompareRequest] = []
        self.answer: Callable[[AnyReply], None]
        self.opened: list[tuple[str, str]] = []
        self.banners: list[Banner | None] = []
        self.trace = graphs.trace()
        self.presenter = ComparePresenter(
            self,
            self.submit,
            Translator("en"),
            self.banners.append,
            lambda: self.trace,
            lambda net, weights: self.opened.append((net, weights)),
        )

    def show_comparison(self, show: CompareShow) -> None:
        self.shows.append(show)

    def show_picture(self, show: PictureShow) -> None:
        self.pictures.append(show)

    def submit(self, request: AnyRequest, on_reply: Callable[[AnyReply], None]) -> int:
        assert isinstance(request, CompareRequest)
        self.asked.append(request)
        self.answer = on_reply
        return len(self.asked)

    def finish(self) -> None:
        rows = (row("alexnet", 61), row("vgg16", 138, trained=True), row("googlenet", 7, trained=True, median_ms=40.0))
        for index, one in enumerate(rows):
            self.answer(ComparePart(self.trace.trace, one, index + 1, len(rows)))
        self.answer(CompareResult(self.trace.trace, "AMD EPYC", rows))


@pytest.fixture
def stage() -> Stage:
    made = Stage()
    made.presenter.enter(Scene())
    return made


def test_rows_appear_as_they_come_and_the_rest_is_named(stage: Stage) -> None:
    assert stage.asked[0].nets == LECTURE_NETS
    stage.answer(Progress("compare", 0, len(LECTURE_NETS)))
    assert [one.cells for one in stage.shows[-1].rows] == [None] * len(LECTURE_NETS)
    stage.answer(ComparePart(stage.trace.trace, row("vgg16", 138), 1, 7))
    assert [one.net for one in stage.shows[-1].rows if one.cells is not None] == ["vgg16"]
    assert not stage.presenter.settled
    stage.finish()
    assert stage.presenter.settled
    assert "AMD EPYC" in stage.shows[-1].status


def test_sorting_by_what_a_column_counts(stage: Stage) -> None:
    stage.finish()
    stage.presenter.sort_by("parameters")
    assert [one.net for one in stage.shows[-1].rows] == ["googlenet", "alexnet", "vgg16"]
    stage.presenter.sort_by("parameters")
    assert [one.net for one in stage.shows[-1].rows] == ["vgg16", "alexnet", "googlenet"]
    stage.presenter.sort_by("time")
    assert stage.shows[-1].rows[-1].net == "googlenet"
    # The surest answer first, and the untrained network, which has none, last.
    stage.presenter.sort_by("answer")
    assert stage.shows[-1].rows[-1].net == "alexnet"


def test_the_numbers_are_those_of_the_row(stage: Stage) -> None:
    stage.finish()
    vgg = next(one for one in stage.shows[-1].rows if one.net == "vgg16")
    assert vgg.cells is not None
    assert vgg.cells["parameters"].fraction == 1.0
    assert vgg.cells["parameters"].share == pytest.approx(103 / 137)
    assert vgg.cells["answer"].text == "cat" and vgg.cells["answer"].fraction == 0.75
    assert vgg.cells["time"].text == "10 ms"
    # Bars end at the slowest upper quartile: 48 ms.
    assert vgg.cells["time"].spread == pytest.approx((9 / 48, 12 / 48))
    untrained = next(one for one in stage.shows[-1].rows if one.net == "alexnet")
    assert untrained.cells is not None and untrained.cells["answer"].fraction is None


def test_keys_select_and_open(stage: Stage) -> None:
    stage.finish()
    stage.presenter.select("alexnet")
    assert stage.presenter.on_action("enter_block")
    assert stage.shows[-1].selected == "vgg16"
    assert [one.label for one in stage.shows[-1].top] == ["cat", "dog"]
    stage.presenter.on_action("leave_block")
    assert stage.shows[-1].top == () and "untrained" in stage.shows[-1].top_note
    stage.presenter.on_action("open_channel")
    assert stage.opened == [("alexnet", "")]
    assert not stage.presenter.on_action("play")


def test_coming_back_asks_only_for_what_is_not_known(stage: Stage) -> None:
    stage.finish()
    # Another network has seen the same picture meanwhile: one opened it from here.
    stage.trace = msgspec.structs.replace(stage.trace, trace="another", net="vgg16")
    stage.presenter.enter(Scene())
    assert len(stage.asked) == 1
    trained = msgspec.structs.replace(stage.trace.weights, trained=True)
    stage.trace = msgspec.structs.replace(stage.trace, trace="third", net="alexnet", weights=trained)
    stage.presenter.enter(Scene())
    assert [request.trace for request in stage.asked[1:]] == ["third"]
    stage.finish()
    # These weights are of a form that is not compared here: the row stays untrained, and asking again changes nothing.
    stage.presenter.enter(Scene())
    assert len(stage.asked) == 2
    stage.trace = msgspec.structs.replace(stage.trace, trace="fourth", net="googlenet", picture_key="another picture")
    stage.presenter.enter(Scene())
    assert [request.trace for request in stage.asked[2:]] == ["fourth"]


def test_networks_are_called_as_in_the_catalog() -> None:
    assert {name: catalog.find(name).title for name in LECTURE_NETS} == LINEUPS["lecture"].titles


def test_whatever_comes_trained_on_cifar10_is_compared_on_it() -> None:
    shipped = [spec.name for spec in catalog.NETS for one in spec.weights if one.shipped and one.name == "cifar10"]
    assert list(LINEUPS["cifar10"].nets) == shipped


def test_another_line_up_runs_on_its_own_weights_and_the_first_stays_known(stage: Stage) -> None:
    stage.finish()
    assert stage.shows[-1].lineup == "lecture"
    stage.presenter.on_action("views")
    assert (stage.asked[-1].nets, stage.asked[-1].weights) == (LINEUPS["cifar10"].nets, "cifar10")
    assert [one.cells for one in stage.shows[-1].rows] == [None] * len(LINEUPS["cifar10"].nets)
    assert not stage.presenter.settled
    stage.finish()
    show = stage.shows[-1]
    assert (show.lineup, [one.title for one in show.rows]) == ("cifar10", ["AlexNet", "VGG-16", "GoogLeNet"])
    stage.presenter.open("vgg16")
    assert stage.opened == [("vgg16", "cifar10")]
    stage.presenter.choose_lineup("lecture")
    assert len(stage.asked) == 2
    assert stage.presenter.settled and stage.shows[-1].rows[0].title == "AlexNet (2012)"


def test_a_line_up_is_prepared_by_name(stage: Stage) -> None:
    stage.presenter.prepare("cifar10", 0)
    assert stage.shows[-1].lineup == "cifar10"
    with pytest.raises(UserError, match="preset_unknown"):
        stage.presenter.prepare("nothing", 0)


def test_an_answer_for_the_line_up_before_does_not_land_in_this_one(stage: Stage) -> None:
    late = stage.answer
    stage.presenter.on_action("views")
    late(ComparePart(stage.trace.trace, row("vgg16", 138), 1, 7))
    assert all(one.cells is None for one in stage.shows[-1].rows)
    late(Dropped())
    assert not stage.presenter.settled
    # Given up for this one: coming back begins it again.
    stage.presenter.on_action("views")
    assert len(stage.asked) == 3


def test_on_cifar10_the_weights_own_accuracy_counts(stage: Stage) -> None:
    stage.presenter.on_action("views")
    measured = WeightsInfo("cifar10", "CIFAR-10", True, True, accuracy={"main": 86.0})
    stage.answer(ComparePart(stage.trace.trace, row("vgg16", 138, weights=measured, small=True), 1, 6))
    show = stage.shows[-1]
    cells = show.rows[0].cells
    assert cells is not None
    assert (cells["accuracy"].text, cells["net"].note) == ("86.0 %", "2012 · small form · 224 px")
    # Of the form that ran, not of the published one.
    assert [(point.x, point.y) for point in show.points] == [(138, 86.0)]


def test_a_refusal_is_said_and_what_has_come_stays(stage: Stage) -> None:
    stage.answer(ComparePart(stage.trace.trace, row("vgg16", 138), 1, 7))
    stage.answer(Failure("out_of_memory", {}))
    assert stage.presenter.settled
    assert stage.banners[-1] is not None and stage.banners[-1].kind == "error"
    assert [one.net for one in stage.shows[-1].rows if one.cells is not None] == ["vgg16"]


def test_the_plot_counts_either_cost(stage: Stage) -> None:
    stage.finish()
    before = {point.net: point.x for point in stage.shows[-1].points}
    stage.presenter.on_action("view_maps")
    after = {point.net: point.x for point in stage.shows[-1].points}
    assert stage.shows[-1].measure == "macs" and after == {net: 10 * x for net, x in before.items()}


def test_keys_do_nothing_before_anything_ran(stage: Stage) -> None:
    waiting = Stage()
    for name in ("enter_block", "leave_block", "step_next", "step_previous", "order", "view_maps", "open_channel"):
        waiting.presenter.on_action(name)
        stage.presenter.on_action(name)
    assert waiting.opened == stage.opened == []
