"""AlexNet counted: nodes beside the lecture's, which layers read both towers, parameters and their ratio."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from explorer.core.messages.classics import NormEffect, TowerLayer, TowersRequest, TowersResult
from explorer.core.messages.explore import Prediction
from explorer.core.messages.ideas import Change
from explorer.presenters.explore.panels.towers import TowersPresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of
from tests.presenters.explore.panels.test_microscope import graph


def result(**changes: Any) -> TowersResult:
    nothing = Prediction("main", False, None)
    layers = (
        TowerLayer("conv", "conv1", "convolution", (96, 55, 55), 290_400, 290_400, 34_944, 1, "input", 48),
        TowerLayer("pool", "conv3", "convolution", (384, 13, 13), 64_896, 64_000, 885_120, 1, "both", 192),
        TowerLayer("fc", "fc6", "linear", (4096,), 4096, 0, 37_752_832, 1, "both", 0),
    )
    norms = (NormEffect("norm1", 0.5, 0.25, 2.0, 1.0),)
    made = TowersResult(
        "t", 2, layers, 2_300_000, 58_600_000, 25.4, 2_000_000, 65_000_000, 30.0, norms,
        (Change("main", nothing, nothing, 0.5),),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "towers"))
    desk.presenter = TowersPresenter(desk.services, port)
    desk.show()
    return desk


def test_counts_stand_beside_the_lectures(desk: Desk, port: Port) -> None:
    assert desk.requests == [TowersRequest("t")]
    desk.answer(result())
    show = port.shows[-1]
    assert show.layers.rows[0] == ("conv1", "2 × 48 × 55 × 55", "290,400", "= 290,400", "34.9 k", "the input")
    assert show.layers.rows[1][3] == "≠ 64,000"
    assert show.layers.rows[2][3] == "–"
    assert show.layers.strong == (1,)
    assert show.parameters.rows[1].text == "58.6 M (lecture: 65.0 M)"
    assert "25.4" in show.ratio and "30" in show.ratio
    assert show.norms is not None
    assert show.norms.rows == (("norm1", "0.5 → 0.25", "2 → 1"),)


def test_another_network_has_no_lecture_column(desk: Desk, port: Port) -> None:
    layers = tuple(msgspec.structs.replace(layer, lecture_nodes=0, reads="") for layer in result().layers)
    desk.answer(
        result(
            towers=1,
            layers=layers,
            lecture_convolution_parameters=0,
            lecture_linear_parameters=0,
            lecture_ratio=0.0,
            normalisation=(),
            without_normalisation=(),
        )
    )
    show = port.shows[-1]
    assert "lecture" not in show.layers.head
    assert "lecture" not in show.ratio
    assert show.norms is None and show.sentence == ""


def test_the_row_follows_the_step_and_arrows_walk(desk: Desk, port: Port) -> None:
    assert desk.presenter is not None
    desk.answer(result())
    assert port.shows[-1].layers.chosen == 0
    desk.presenter.move(0, 1)
    assert desk.scene.layer == "pool"
    assert port.shows[-1].layers.chosen == 1
    assert len(desk.requests) == 1
