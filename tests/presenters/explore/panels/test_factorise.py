"""Small kernels: counted, the same field at both ends, responses on one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.core.messages.classics import FactoriseRequest, FactoriseResult
from explorer.presenters.explore.panels.factorise import FactorisePresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of
from tests.presenters.explore.panels.test_microscope import graph


def result(variant: Any, side: int, small: tuple[tuple[int, int], ...], **changes: Any) -> FactoriseResult:
    maps = np.ones((6, 6), np.float32)
    kernels = tuple(np.ones(shape, np.float32) for shape in small)
    fields: dict[str, Any] = {
        "trace": "t",
        "variant": variant,
        "side": side,
        "weights_large": side * side,
        "weights_small": sum(rows * columns for rows, columns in small),
        "field_large": side,
        "field_small": side,
        "layers": ("conv", "conv"),
        "in_a_row": True,
        "channels": (1,) * (len(small) + 1),
        "parameters_large": 25,
        "parameters_small": 18,
        "channel": 0,
        "small": kernels,
        "large": np.ones((side, side), np.float32),
        "approximated": np.ones((side, side), np.float32),
        "source": maps,
        "response_large": maps,
        "response_small": maps,
        "response_relu": maps,
        "difference_small": 0.0,
        "difference_relu": 0.5,
        "energy": 0.9,
        "low": -1.0,
        "high": 2.0,
    }
    return FactoriseResult(**{**fields, **changes})


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "factorise"))
    desk.presenter = FactorisePresenter(desk.services, port)
    desk.show()
    return desk


@pytest.mark.parametrize(
    ("variant", "side", "small", "weights"),
    [
        ("5x5", 5, ((3, 3), (3, 3)), ("25", "18")),
        ("7x7", 7, ((3, 3),) * 3, ("49", "27")),
        ("1xn", 7, ((7, 1), (1, 7)), ("49", "14")),
    ],
)
def test_both_chains_lead_from_the_same_field_to_one_value(
    desk: Desk, port: Port, variant: str, side: int, small: tuple[tuple[int, int], ...], weights: tuple[str, str]
) -> None:
    desk.services.turn(variant=f"factorise {variant}")
    assert desk.requests[-1] == FactoriseRequest("t", variant)  # type: ignore[arg-type]
    desk.answer(result(variant, side, small))
    show = port.shows[-1]
    assert {chain.sizes[0] for chain in show.chains} == {(side, side)}
    assert {chain.sizes[-1] for chain in show.chains} == {(1, 1)}
    for chain in show.chains:
        for before, window, after in zip(chain.sizes, chain.windows, chain.sizes[1:], strict=False):
            assert tuple(size - kernel + 1 for size, kernel in zip(before, window, strict=True)) == after
    assert show.counts.rows[0][1:] == weights


def test_responses_are_on_one_scale(desk: Desk, port: Port) -> None:
    desk.answer(result("5x5", 5, ((3, 3), (3, 3))))
    assert {(one.low, one.high) for one in port.shows[-1].responses[1:]} == {(-2.0, 2.0)}
    assert "conv" in port.shows[-1].sentence


def test_real_layers_are_counted_where_they_have_channels(desk: Desk, port: Port) -> None:
    desk.answer(result("5x5", 5, ((3, 3), (3, 3)), channels=(64, 64, 64), parameters_large=102_400))
    assert port.shows[-1].counts.rows[-1][1] == "102 k"


def test_arrows_and_enter_change_the_factorisation(desk: Desk) -> None:
    assert desk.presenter is not None
    desk.presenter.move(-1, 0)
    assert desk.scene.lens.variant == ""
    desk.presenter.move(1, 0)
    assert desk.requests[-1].variant == "7x7"
    desk.presenter.open()
    desk.presenter.open()
    assert desk.requests[-1].variant == "5x5"
