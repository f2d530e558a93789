"""Network in network: averages add up to scores, a matrix times maps is the mixture, connections have places."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.layers import Head, LayerGraph, LayerSpec, Step
from explorer.core.messages.ideas import (
    ClassMap,
    MixRequest,
    MixResult,
    MlpStage,
    PixelMlpRequest,
    PixelMlpResult,
    PoolingRequest,
    PoolingResult,
)
from explorer.presenters.explore.panels.pooling import PoolingPresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of


def graph() -> LayerGraph:
    layers = (
        LayerSpec("input", "input", "input", (), (3, 8, 8), 0, 0, None),
        LayerSpec("mlp", "mlp", "relu", ("input",), (4, 8, 8), 0, 0, None),
        LayerSpec("one", "one", "convolution", ("mlp",), (2, 8, 8), 0, 0, None, {"kernel": 1}),
    )
    kinds = ("input", "mlpconv", "unit")
    steps = tuple(Step(layer.name, layer.name, kind, layer.name) for layer, kind in zip(layers, kinds, strict=True))
    return LayerGraph("nin", layers, steps, (Head("main", "one", "one"),))


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("one", "pooling"))
    desk.presenter = PoolingPresenter(desk.services, port)
    desk.show()
    return desk


def test_class_maps_are_on_one_scale_and_their_averages_beside_the_head(desk: Desk, port: Port) -> None:
    assert desk.requests == [PoolingRequest("t")]
    values = np.array([[1.0, 3.0]], np.float32)
    maps = (ClassMap(1, values, 2.0, 0.5, 2.5, 2.5, 1e-8), ClassMap(0, -values, -2.0, 0.0, -2.0, -2.0, 0.0))
    desk.answer(PoolingResult("t", True, True, "a", "b", "c", maps, -3.0, 3.0, 0))
    show = port.shows[-1]
    assert {(one.low, one.high) for one in show.maps} == {(-3.0, 3.0)}
    assert show.table is not None
    assert show.table.rows[0] == ("dog", "2", "0.5", "2.5", "2.5", "1.0e\u22128")
    assert "0 parameters" in show.sentence
    assert show.variants == ("maps", "mix", "mlp")


def test_untrained_scores_are_called_so(desk: Desk, port: Port) -> None:
    desk.answer(PoolingResult("t", False, False, "a", "b", "c", (), 0.0, 0.0, 1000))
    assert "untrained" in port.shows[-1].sentence


def test_enter_goes_round_the_pictures_and_the_scene_keeps_them(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.presenter.open()
    assert desk.requests[-1] == MixRequest("t", "one")
    desk.presenter.open()
    assert isinstance(desk.requests[-1], PixelMlpRequest)
    desk.presenter.open()
    assert desk.requests[-1] == PoolingRequest("t")


def test_mixing_shows_outputs_and_the_whole_on_one_scale(desk: Desk, port: Port) -> None:
    desk.services.turn(variant="pooling mix")
    inputs = np.ones((8, 2, 2), np.float32)
    whole = np.full((4, 2, 2), 2.0, np.float32)
    desk.answer(
        MixResult(
            "t", "one", "mlp", 64, 32, np.arange(8), np.arange(4), inputs, np.ones((4, 8), np.float32),
            np.zeros(4, np.float32), whole / 2, whole, np.full(4, 0.75, np.float32), 100, 900,
        )
    )  # fmt: skip
    mix = port.shows[-1].mix
    assert mix is not None
    assert mix.whole.pixels[0, 0, 0] == 254
    assert mix.outputs.pixels[0, 0, 0] == 190  # half of the way from 127 to 254
    assert "75.0 %" in port.shows[-1].sentence


def stage(name: str, edges: list[tuple[int, int]], carried: list[float]) -> MlpStage:
    values = np.array([0.0, 1.0, 2.0, 0.5], np.float32)
    pairs = np.array(edges, np.int32).reshape(-1, 2)
    numbers = np.array(carried, np.float32)
    return MlpStage(name, name, values, values, np.zeros(4, np.float32), pairs, numbers, numbers, 1e-7)


def test_connections_join_the_units_that_are_drawn(desk: Desk, port: Port) -> None:
    desk.services.turn(variant="pooling mlp", pixel=(3, 4))
    assert desk.requests[-1].pixel == (3, 4)
    stages = (stage("a", [], []), stage("b", [(1, 2), (3, 0)], [2.0, -1.0]), stage("c", [(2, 3)], [0.5]))
    desk.answer(PixelMlpResult("t", "mlp", (3, 4), (8, 8), stages))
    columns = port.shows[-1].mlp
    assert [[unit.channel for unit in column.units] for column in columns] == [[1, 3], [0, 2], [3]]
    assert [(edge.start, edge.end, edge.share) for edge in columns[1].edges] == [(0, 1, 1.0), (1, 0, -0.5)]
    assert desk.presenter is not None
    desk.presenter.move(0, 1)
    assert desk.scene.lens.pixel == (4, 4)


def test_a_pixel_outside_the_block_looks_at_the_middle(desk: Desk) -> None:
    desk.services.turn(variant="pooling mlp", pixel=(30, 40))
    assert desk.requests[-1].pixel is None
