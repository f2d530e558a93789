"""Residual blocks: one scale, the list of cuts lives in the scene, and what cutting does is said."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.layers import Head, LayerGraph, LayerSpec, Step
from explorer.core.maplayout import fit
from explorer.core.messages.explore import Prediction, Wall
from explorer.core.messages.ideas import Change, CutRequest, CutResult, ResidualBlock, ResidualRequest, ResidualResult
from explorer.presenters.explore.panels.residual import ResidualPresenter, ResidualShow
from explorer.presenters.explore.panels.shows import TableShow
from tests.presenters.explore.panels.situations import Desk, scene_at, trace_of


def graph() -> LayerGraph:
    names = ("input", "block1", "block2", "fc")
    layers = tuple(LayerSpec(name, name, "add", (), (4, 8, 8), 0, 0, None) for name in names)
    kinds = ("input", "residual", "residual", "unit")
    steps = tuple(Step(name, name, kind, name) for name, kind in zip(names, kinds, strict=True))
    return LayerGraph("net", layers, steps, (Head("main", "fc", "fc"),))


def block(name: str, ratio: float) -> ResidualBlock:
    return ResidualBlock(name, name, "x", "f", "add", "relu", False, 2.0, 2 * ratio, 3.0, 2.5, ratio, 0.1)


def result(step: str) -> ResidualResult:
    layout = fit(4, 8, 8, 1.0)
    pixels = np.full(layout.size, 127, np.uint8)
    pixels[0, 0], pixels[0, 1], pixels[1, 0] = 0, 254, 255
    ends = np.full(4, 3.0, np.float32)
    wall = Wall("x", layout, pixels, np.arange(4, dtype=np.int32), -ends, ends, np.zeros(4, bool), None)  # type: ignore[arg-type]
    return ResidualResult("t", (block("block1", 0.5), block("block2", 1.5)), step, (wall,) * 4, -3.0, 3.0)


class Port:
    def __init__(self) -> None:
        self.shows: list[ResidualShow] = []
        self.changes: list[tuple[TableShow | None, str, str]] = []

    def show_blocks(self, show: ResidualShow) -> None:
        self.shows.append(show)

    def show_change(self, table: TableShow | None, sentence: str, tone: str) -> None:
        self.changes.append((table, sentence, tone))


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("block2", "residual"))
    desk.presenter = ResidualPresenter(desk.services, port)
    desk.show()
    return desk


def test_all_four_walls_have_the_same_scale(desk: Desk, port: Port) -> None:
    assert desk.requests == [ResidualRequest("t", "block2", 1.0)]
    desk.answer(result("block2"))
    show = port.shows[-1]
    assert {(wall.low, wall.high) for wall in show.walls} == {(-3.0, 3.0)}
    levels = show.walls[0].levels
    assert levels is not None
    assert (levels[0, 0], levels[0, 1], levels[1, 0]) == (0, 254, 255)
    assert show.ratios.lines[0].values == (0.5, 1.5)
    assert show.ratios.chosen == 1


def test_cutting_is_a_change_of_the_scene_and_asks_for_predictions(desk: Desk, port: Port) -> None:
    assert isinstance(desk.presenter, ResidualPresenter)
    desk.answer(result("block2"))
    desk.presenter.toggle("shortcut")
    assert desk.scene.lens.off == ("block2:shortcut",)
    assert desk.requests[-1] == CutRequest("t", ("block2:shortcut",))
    assert [choice.on for choice in port.shows[-1].switches] == [False, True]
    before = Prediction("main", True, np.array([0.7, 0.3], np.float32))
    after = Prediction("main", True, np.array([0.2, 0.8], np.float32))
    desk.answer(CutResult("t", ("block2:shortcut",), (Change("main", before, after, 0.5),)))
    table, sentence, tone = port.changes[-1]
    assert table is not None
    assert table.rows == (("dog", "30.0 %", "80.0 %"), ("cat", "70.0 %", "20.0 %"))
    assert "dog instead of cat" in sentence
    assert tone == "warning"
    desk.presenter.toggle("shortcut")
    assert desk.scene.lens.off == ()
    assert port.changes[-1][0] is None


def test_what_is_off_elsewhere_stays_off(desk: Desk) -> None:
    assert isinstance(desk.presenter, ResidualPresenter)
    desk.answer(result("block2"))
    desk.services.turn(off=("block1#3", "block1:residual"))
    assert desk.requests[-1] == CutRequest("t", ("block1:residual",))
    desk.presenter.join_all()
    assert desk.scene.lens.off == ("block1#3",)


def test_untrained_heads_get_no_table(desk: Desk, port: Port) -> None:
    assert isinstance(desk.presenter, ResidualPresenter)
    desk.answer(result("block2"))
    desk.presenter.toggle("residual")
    nothing = Prediction("main", False, None)
    desk.answer(CutResult("t", (), (Change("main", nothing, nothing, 0.25),)))
    table, sentence, _ = port.changes[-1]
    assert table is None
    assert "untrained" in sentence
    assert "25.0 %" in sentence


def test_arrows_go_from_block_to_block(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.answer(result("block2"))
    desk.presenter.move(1, 0)
    assert desk.scene.layer == "block2"
    desk.presenter.move(-1, 0)
    assert desk.scene.layer == "block1"
