"""Depth: one question a run, the cut on screen follows the step, thumbnails keep what they show."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.messages.explore import Statistics
from explorer.core.messages.inside import DepthCut, DepthRequest, DepthResult
from explorer.presenters.explore.panels.depth import DepthPresenter, thumbnail
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of
from tests.presenters.explore.panels.test_microscope import graph


def cut(step: str, side: int, depth: int) -> DepthCut:
    values = np.arange(side * side, dtype=np.float32).reshape(side, side)
    statistics = Statistics(0, 1, 0.5, 0.1, 0.25)
    return DepthCut(step, step, step, (4, side, side), depth, 100, 2 * depth + 1, statistics, 3, values, values, 0.5)


def result() -> DepthResult:
    return DepthResult("t", (cut("input", 8, 0), cut("conv", 8, 1), cut("pool", 4, 1), cut("fc", 1, 2)))


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "depth"))
    desk.presenter = DepthPresenter(desk.services, port)
    desk.show()
    return desk


def test_a_run_is_asked_about_once(desk: Desk, port: Port) -> None:
    desk.answer(result())
    desk.services.patch(layer="pool")
    assert desk.requests == [DepthRequest("t")]
    assert port.shows[-1].strip.selected == 2
    assert port.shows[-1].mean.values.shape == (4, 4)


def test_a_layer_inside_a_unit_shows_the_cut_after_the_unit(desk: Desk, port: Port) -> None:
    desk.answer(result())
    desk.services.patch(layer="conv.0")
    assert port.shows[-1].strip.selected == 1


def test_arrows_walk_and_stop_at_both_ends(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(result())
    desk.presenter.move(-1, 0)
    assert desk.scene.layer == "input"
    desk.presenter.move(-1, 0)
    assert desk.scene.layer == "input"


def test_share_of_the_picture_never_exceeds_it(desk: Desk, port: Port) -> None:
    desk.answer(DepthResult("t", (cut("input", 8, 0), cut("conv", 8, 40))))
    assert port.shows[-1].lines.lines[0].values == (1 / 32, 1.0)


@pytest.mark.parametrize("side", [1, 3, 48, 100, 224])
def test_thumbnail_keeps_the_mean_of_what_it_shrinks(side: int) -> None:
    values = np.random.default_rng(0).random((side, side)).astype(np.float32)
    small = thumbnail(values, 48)
    assert small.shape == (48, 48)
    if side % 48 == 0 or side == 1:
        assert small.mean() == pytest.approx(values.mean(), rel=1e-5)
    assert values.min() - 1e-6 <= small.min() <= small.max() <= values.max() + 1e-6


def test_thumbnail_is_upright() -> None:
    values = np.zeros((96, 96), np.float32)
    values[:, 48:] = 1.0
    assert thumbnail(values, 48)[0, 0] == 0.0
    assert thumbnail(values, 48)[0, 47] == 1.0
    assert thumbnail(values.T, 48)[47, 0] == 1.0
