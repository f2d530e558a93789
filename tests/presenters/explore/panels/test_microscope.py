"""The microscope: what it asks, what it says, how it moves and plays."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.layers import Head, LayerGraph, LayerSpec, ReceptiveField, Step
from explorer.core.messages.base import Failure
from explorer.core.messages.inside import Link, MicroscopeRequest, MicroscopeResult
from explorer.presenters.explore.panels.microscope import MicroscopePresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of

FIELD = ReceptiveField(3, 1, -1)


def graph() -> LayerGraph:
    layers = (
        LayerSpec("input", "input", "input", (), (3, 8, 8), 0, 0, ReceptiveField(1, 1, 0)),
        LayerSpec("conv", "conv", "convolution", ("input",), (4, 8, 8), 112, 0, FIELD),
        LayerSpec("relu", "ReLU", "relu", ("conv",), (4, 8, 8), 0, 0, FIELD),
        LayerSpec("pool", "pool", "max_pool", ("relu",), (4, 4, 4), 0, 0, FIELD),
        LayerSpec("fc", "fc", "linear", ("pool",), (2,), 130, 0, None),
    )
    conv = Step(
        "conv", "conv", "unit", "relu", (Step("conv.0", "c", "layer", "conv"), Step("relu", "r", "layer", "relu"))
    )
    steps = (Step("input", "input", "input", "input"), conv, Step("pool", "pool", "unit", "pool"))
    return LayerGraph("net", layers, (*steps, Step("fc", "fc", "unit", "fc")), (Head("main", "fc", "fc"),))


def result(**changes: Any) -> MicroscopeResult:
    patches = np.arange(27, dtype=np.float32).reshape(3, 3, 3) / 10
    kernels = np.full((3, 3, 3), -0.5, np.float32)
    sums = (patches * kernels).sum((1, 2)).astype(np.float64)
    total = float(sums.sum()) + 0.25
    relu = Link("relu", "relu", "ReLU", total, 0.0, 0.0, 0.0, {}, np.zeros(0))
    made = MicroscopeResult(
        trace="t",
        layer="relu",
        channel=2,
        pixel=(0, 5),
        asked=1,
        operation="conv",
        kind="convolution",
        sources=("input",),
        box=(-1, 4, 3, 3),
        source_size=(8, 8),
        field=(-1, 4, 2, 7),
        sums=sums,
        first_channel=0,
        order=np.array([2, 1, 0], np.int32),
        channels=np.array([2, 1, 0], np.int32),
        patches=patches[::-1].copy(),
        kernels=kernels,
        products=(patches * kernels)[::-1].copy(),
        rest=0.0,
        bias=0.25,
        total=total,
        tensor=total,
        difference=1e-9,
        winner=None,
        origin=None,
        links=(relu,),
        source_map=np.zeros((8, 8), np.float32),
        source_channel=2,
        output_map=np.zeros((8, 8), np.float32),
    )
    return msgspec.structs.replace(made, **changes)


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "microscope").patched(channel=2))
    desk.presenter = MicroscopePresenter(desk.services, port)
    desk.show()
    return desk


def test_asks_for_the_strongest_pixel_of_the_scene_channel(desk: Desk) -> None:
    assert desk.requests == [MicroscopeRequest("t", "relu", 2, None, 8, -1)]


def test_shows_patch_times_kernel_equals_product(desk: Desk, port: Port) -> None:
    desk.answer(result())
    show = port.shows[-1]
    assert show.patch is not None and show.kernel is not None and show.product is not None
    np.testing.assert_allclose(show.patch.values * show.kernel.values, show.product.values, rtol=1e-6)
    assert show.product.caption == "Σ \u22129.9"
    assert show.source is not None
    assert show.source.frame == (-1, 4, 3, 3)


def test_ledger_adds_up_and_ends_with_the_network_value(desk: Desk, port: Port) -> None:
    desk.answer(result())
    rows = port.shows[-1].ledger.rows
    assert [row.value for row in rows] == ["\u221217.5", "+ 0.25", "= \u221217.3", "= 0", "0"]
    assert rows[-1].tone == "good"
    assert rows[3].formula == "max(0, \u221217.3)"


def test_a_wrong_sum_is_not_called_good(desk: Desk, port: Port) -> None:
    desk.answer(result(difference=0.5))
    assert port.shows[-1].ledger.rows[-1].tone == "bad"


def test_receptive_field_is_marked_inside_the_picture(desk: Desk) -> None:
    desk.answer(result())
    assert desk.marks[-1] == pytest.approx((0.0, 4 / 32, 2 / 32, 7 / 32))
    assert desk.presenter is not None
    desk.presenter.retire()
    assert desk.marks[-1] is None


def test_arrows_move_the_pixel_and_stop_at_the_edge(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(result())
    desk.presenter.move(0, -1)
    assert desk.scene.lens.pixel is None
    desk.presenter.move(1, 0)
    assert desk.scene.lens.pixel == (0, 6)
    assert desk.requests[-1].pixel == (0, 6)


def test_enter_goes_to_the_next_contributing_channel(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(result())
    desk.presenter.open()
    assert desk.requests[-1].pinned == 1


def test_pinned_channel_is_that_layers_only(desk: Desk) -> None:
    assert isinstance(desk.presenter, MicroscopePresenter)
    desk.answer(result())
    desk.presenter.pin("1")
    desk.answer(result())
    desk.scene = desk.scene.patched(layer="pool")
    desk.show()
    assert desk.requests[-1].pinned == -1


def test_playing_slides_to_the_next_column_then_the_next_row(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(result(pixel=(0, 6)))
    assert desk.presenter.play()
    assert desk.requests[-1].pixel == (0, 7)
    count = len(desk.asked)
    assert desk.clock.tick is not None
    desk.clock.tick()
    assert len(desk.asked) == count, "the window must wait for what is still on its way"
    desk.answer(result(pixel=(0, 7)))
    desk.clock.tick()
    assert desk.requests[-1].pixel == (1, 0)
    desk.presenter.play()
    assert desk.clock.tick is None


def test_playing_ends_with_the_last_pixel_and_off_the_screen(desk: Desk, port: Port) -> None:
    assert desk.presenter is not None
    desk.answer(result(pixel=(7, 7)))
    desk.presenter.play()
    assert desk.clock.tick is None
    assert not port.shows[-1].playing
    desk.answer(result(pixel=(0, 0)))
    desk.presenter.play()
    desk.presenter.retire()
    assert desk.clock.tick is None


def test_a_bad_pixel_of_a_scene_is_said_in_a_sentence(port: Port) -> None:
    desk = Desk(trace_of(graph()), scene_at("conv", "microscope", pixel=(80, 0)))
    desk.presenter = MicroscopePresenter(desk.services, port)
    desk.show()
    assert desk.requests[-1].pixel == (80, 0)
    desk.answer(Failure("pixel_outside"))
    assert desk.failures == [Failure("pixel_outside")]
    assert not port.shows


def test_max_pooling_outlines_the_winner(desk: Desk, port: Port) -> None:
    patch = np.array([[[1.0, 2.0], [5.0, np.nan]]], np.float32)
    kernel = np.array([[[0.0, 0.0], [1.0, 0.0]]], np.float32)
    desk.answer(
        result(
            kind="max_pool",
            patches=patch,
            kernels=kernel,
            products=patch * kernel,
            channels=np.array([2], np.int32),
            order=np.array([2], np.int32),
            sums=np.array([5.0]),
            first_channel=2,
            bias=None,
            total=5.0,
            tensor=5.0,
            difference=0.0,
            winner=(3, 6),
            box=(2, 6, 2, 2),
            asked=0,
            links=(),
        )
    )
    show = port.shows[-1]
    assert show.kind == "max"
    assert show.patch is not None
    assert show.patch.mark == (1, 0)
    assert show.kernel is None


def test_softmax_terms_divide_to_the_probability(desk: Desk, port: Port) -> None:
    logits = np.array([2.0, -1.0])
    terms = np.exp(logits - 2.0)
    numbers = {"exponential": terms[1], "sum": terms.sum(), "largest": 2.0}
    probability = terms[1] / terms.sum()
    link = Link("", "softmax", "softmax", -1.0, probability, probability, 0.0, numbers, terms)
    desk.scene = desk.scene.patched(layer="fc", channel=1)
    desk.show()
    desk.answer(result())
    desk.answer(
        result(layer="fc", operation="fc", kind="linear", channel=1, asked=0, links=(link,), pixel=(0, 0), field=None)
    )
    bars = port.shows[-1].bars
    assert bars is not None
    assert [(row.label, row.strong) for row in bars.rows] == [("cat", False), ("dog", True)]
    assert bars.rows[1].hint.endswith("= 0.0474")
    assert "e^(\u22121 \u2212 2)" in bars.rows[1].hint


def test_the_input_channel_stays_while_the_window_slides(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(result(pixel=(0, 0)))
    desk.presenter.play()
    assert desk.requests[-1].pinned == 2
