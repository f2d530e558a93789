"""Kernels: all in colour by tower, or a matrix; the chosen one; moves follow the order on screen."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.messages.base import Dropped
from explorer.core.messages.inside import KernelsRequest, KernelsResult
from explorer.presenters.explore.panels.kernels import KernelsPresenter, KernelsShow
from tests.presenters.explore.panels.situations import Desk, scene_at, trace_of
from tests.presenters.explore.panels.test_microscope import graph


def colour(channel: int, **changes: Any) -> KernelsResult:
    made = KernelsResult(
        trace="t",
        layer="conv",
        kind="convolution",
        shape=(4, 3, 5, 5),
        groups=1,
        channel=channel,
        colour=channel < 0,
        order="index",
        pixels=np.zeros((4, 5, 5, 3) if channel < 0 else (3, 5, 5), np.uint8),
        low=np.full(4, -0.5, np.float32),
        high=np.full(4, 0.5, np.float32),
        channels=np.array([0, 1, 2, 3] if channel < 0 else [0, 1, 2], np.int32),
        towers=np.array([0, 0, 1, 1] if channel < 0 else [0, 0, 0], np.int32),
        tower_count=2,
        norms=np.array([1.0, 4.0, 2.0, 3.0], np.float32),
        colourfulness=np.array([0.0, 0.1, 0.8, 0.9], np.float32),
        bias=np.zeros(4, np.float32),
        matrix=np.zeros((4, 3), np.uint8),
        matrix_rows=np.array([1, 3, 2, 0], np.int32),
        matrix_low=0.0,
        matrix_high=2.0,
    )
    return msgspec.structs.replace(made, **changes)


class Port:
    def __init__(self) -> None:
        self.shows: list[KernelsShow] = []

    def show_kernels(self, show: KernelsShow) -> None:
        self.shows.append(show)

    def columns(self) -> int:
        return 2


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "kernels").patched(channel=1))
    desk.presenter = KernelsPresenter(desk.services, port)
    desk.show()
    return desk


def test_asks_for_all_then_for_the_chosen_one(desk: Desk, port: Port) -> None:
    assert desk.requests == [KernelsRequest("t", "relu", -1, "index", "channel")]
    desk.answer(colour(-1))
    assert desk.requests[-1].channel == 1
    assert not port.shows
    desk.answer(colour(1))
    assert [grid.selected for grid in port.shows[-1].grids] == [1, None]
    assert port.shows[-1].grids[1].caption.startswith("85.0 %")


def test_another_channel_needs_only_its_own_kernel(desk: Desk) -> None:
    desk.answer(colour(-1))
    desk.answer(colour(1))
    desk.services.patch(channel=2)
    assert [request.channel for request in desk.requests] == [-1, 1, 2]


def test_a_click_in_the_second_tower_chooses_its_channel(desk: Desk) -> None:
    assert isinstance(desk.presenter, KernelsPresenter)
    desk.answer(colour(-1))
    desk.answer(colour(1))
    desk.presenter.choose_in_grid(1, 1)
    assert desk.scene.channel == 3


def test_arrows_follow_the_order_on_screen(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(colour(-1))
    desk.answer(colour(1))
    desk.presenter.move(0, 1)
    assert desk.scene.channel == 3
    desk.answer(colour(3))
    desk.presenter.move(1, 0)
    assert desk.scene.channel == 3, "there is no kernel after the last"


def test_deeper_kernels_are_a_matrix_whose_chosen_row_is_outlined(desk: Desk, port: Port) -> None:
    desk.answer(colour(-1, colour=False, pixels=np.zeros((0, 5, 5), np.uint8), tower_count=1))
    desk.answer(colour(1))
    show = port.shows[-1]
    assert not show.grids
    assert show.matrix is not None
    assert show.matrix.frame == (0, 0, 1, 3)
    assert isinstance(desk.presenter, KernelsPresenter)
    desk.presenter.move(0, 1)
    assert desk.scene.channel == 3


def test_order_and_scaling_are_kept_in_the_scene(desk: Desk) -> None:
    assert isinstance(desk.presenter, KernelsPresenter)
    desk.presenter.choose_order("norm")
    desk.presenter.choose_scaling("layer")
    desk.answer(Dropped())
    assert desk.requests[-1] == KernelsRequest("t", "relu", -1, "norm", "layer")
    desk.presenter.choose_order("index")
    assert desk.requests[-1].scaling == "layer"


def test_rank_by_norm_is_counted_from_the_largest(desk: Desk, port: Port) -> None:
    desk.answer(colour(-1))
    desk.answer(colour(1))
    assert port.shows[-1].facts is not None
    assert ("rank by norm", "1 of 4") in port.shows[-1].facts.rows
