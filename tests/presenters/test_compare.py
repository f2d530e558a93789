"""The comparison as a teacher uses it: rows come one by one, are sorted, and open in Explore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure, Progress
from explorer.core.messages.study import ComparePart, CompareRequest, CompareResult, Guess, NetRow, Published
from explorer.core.messages.weights import WeightsInfo
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.nets import catalog
from explorer.presenters.compare import LECTURE_NETS, TITLES, ComparePresenter, CompareShow
from explorer.presenters.ports import Banner, PictureShow
from tests.views import graphs


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
        self.opened: list[str] = []
        self.banners: list[Banner | None] = []
        self.trace = graphs.trace()
        self.presenter = ComparePresenter(
            self, self.submit, Translator("en"), self.banners.append, lambda: self.trace, self.opened.append
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
    assert stage.opened == ["alexnet"]
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
    stage.trace = msgspec.structs.replace(stage.trace, trace="fourth", net="googlenet", picture_key="another picture")
    stage.presenter.enter(Scene())
    assert [request.trace for request in stage.asked[2:]] == ["fourth"]


def test_networks_are_called_as_in_the_catalog() -> None:
    assert {name: catalog.find(name).title for name in LECTURE_NETS} == TITLES


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
