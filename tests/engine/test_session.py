"""What the engine answers, checked against torch's own operators on the same activations."""

from __future__ import annotations

import hashlib
import os

import numpy as np
import pytest
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages.explore import (
    BranchesRequest,
    ChannelRequest,
    TraceRequest,
    TraceResult,
    ValuesRequest,
    WallRequest,
)
from explorer.core.resources import resource
from explorer.engine.session import Session, StaleTrace
from explorer.methods.wall import make_wall, values_at
from explorer.nets.weights.store import WeightsStore


def request(net: str = "googlenet", picture: str = "chelsea.png", **changes: object) -> TraceRequest:
    data = resource("images", picture).read_bytes()
    key = hashlib.sha256(data).hexdigest()
    weights = str(changes.pop("weights", ""))
    return TraceRequest(net, weights, key, picture, np.frombuffer(data, np.uint8), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(WeightsStore.standard(os.environ))


@pytest.fixture
def traced(session: Session) -> TraceResult:
    return session.trace(request(), lambda: False)


@pytest.mark.parametrize("scaling", ["channel", "layer", "symmetric"])
@pytest.mark.parametrize("order", ["index", "mean", "max", "variance", "class"])
def test_wall_shows_the_values(session: Session, traced: TraceResult, scaling: str, order: str) -> None:
    for layer in ("conv1", "inception4a", "conv2.bn"):
        ask = WallRequest(traced.trace, layer, scaling, order)  # type: ignore[arg-type]
        wall = session.wall(ask).wall
        for channel in (0, 7, 63):
            true = session.values(ValuesRequest(traced.trace, layer, channel)).values
            level = (wall.high[channel] - wall.low[channel]) / 254
            assert np.abs(values_at(wall, channel) - true).max() <= 0.51 * level + 1e-6
        assert sorted(wall.channels.tolist()) == list(range(traced.graph.layer(layer).channels))


def test_orders_rank_by_what_they_say(session: Session, traced: TraceResult) -> None:
    layer = "inception3b"
    count = traced.graph.layer(layer).channels
    maps = np.stack([session.values(ValuesRequest(traced.trace, layer, channel)).values for channel in range(count)])
    for order, measure in (("mean", maps.mean((1, 2))), ("max", maps.max((1, 2))), ("variance", maps.var((1, 2)))):
        wall = session.wall(WallRequest(traced.trace, layer, "channel", order)).wall  # type: ignore[arg-type]
        ranked = measure[wall.channels]
        assert (np.diff(ranked) <= 1e-5 * measure.max()).all(), order


def test_dead_channels_are_those_of_zeros(session: Session, traced: TraceResult) -> None:
    wall = session.wall(WallRequest(traced.trace, "inception5b")).wall
    for channel in range(0, len(wall.dead), 16):
        true = session.values(ValuesRequest(traced.trace, "inception5b", channel)).values
        assert wall.dead[channel] == (not true.any())


def test_statistics_equal_numpy_in_double_precision(session: Session, traced: TraceResult) -> None:
    statistics = session.wall(WallRequest(traced.trace, "conv3")).wall.statistics
    count = traced.graph.layer("conv3").channels
    asked = [ValuesRequest(traced.trace, "conv3", channel) for channel in range(count)]
    maps = np.stack([session.values(ask).values for ask in asked]).astype(float)
    assert statistics.min == pytest.approx(maps.min())
    assert statistics.max == pytest.approx(maps.max())
    assert statistics.mean == pytest.approx(maps.mean(), rel=1e-5)
    assert statistics.std == pytest.approx(maps.std(), rel=1e-5)
    assert statistics.zeros == pytest.approx((maps == 0).mean(), abs=1e-9)


def test_branches_are_the_parts_of_the_concatenation(session: Session, traced: TraceResult) -> None:
    result = session.branches(BranchesRequest(traced.trace, "inception4a"))
    assert [branch.key for branch in result.branches] == ["1x1", "3x3", "5x5", "pool"]
    assert [branch.stages[-1].layout.count for branch in result.branches] == [192, 208, 48, 64]
    assert [len(branch.stages) for branch in result.branches] == [1, 2, 2, 2]
    assert [branch.first_channel for branch in result.branches] == [0, 192, 400, 448]
    assert sum(branch.energy for branch in result.branches) == pytest.approx(1.0)
    for branch in result.branches:
        whole = session.values(ValuesRequest(traced.trace, "inception4a", branch.first_channel + 3)).values
        part = session.values(ValuesRequest(traced.trace, branch.stages[-1].layer, 3)).values
        np.testing.assert_array_equal(whole, part)


def test_histogram_counts_every_value(session: Session, traced: TraceResult) -> None:
    result = session.channel(ChannelRequest(traced.trace, "conv1", 5))
    assert result.counts.sum() == result.values.size
    expected, _ = np.histogram(result.values, bins=len(result.counts), range=(result.edges[0], result.edges[-1]))
    np.testing.assert_array_equal(result.counts, expected)


def test_predictions_are_softmax_of_the_logits(session: Session, traced: TraceResult) -> None:
    for prediction in traced.predictions:
        assert prediction.probabilities is not None
        assert prediction.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    run = session.perform(request())
    logits = run.activations.logits["main"].double().reshape(-1)
    expected = (logits.exp() / logits.exp().sum()).numpy()
    np.testing.assert_allclose(traced.predictions[0].probabilities, expected, rtol=1e-4)


def test_bad_questions_are_refused_and_change_nothing(session: Session, traced: TraceResult) -> None:
    for ask, kind in (
        (lambda: session.channel(ChannelRequest(traced.trace, "conv1", 64)), "channel_outside"),
        (lambda: session.wall(WallRequest(traced.trace, "conv99")), "layer_unknown"),
        (lambda: session.branches(BranchesRequest(traced.trace, "conv1")), "no_branches"),
        (lambda: session.trace(request(size=5000), lambda: False), "size_outside"),
        (lambda: session.trace(request(net="resnet1000"), lambda: False), "net_unknown"),
    ):
        with pytest.raises(UserError) as caught:
            ask()
        assert caught.value.kind == kind
    session.wall(WallRequest(traced.trace, "conv1"))


def test_cancelled_run_leaves_the_old_one(session: Session, traced: TraceResult) -> None:
    with pytest.raises(Cancelled):
        session.trace(request(picture="coffee.jpg"), lambda: True)
    session.wall(WallRequest(traced.trace, "conv1"))


def test_replaced_trace_is_stale(session: Session, traced: TraceResult) -> None:
    session.trace(request(picture="coffee.jpg"), lambda: False)
    with pytest.raises(StaleTrace):
        session.wall(WallRequest(traced.trace, "conv1"))


def test_small_budget_gives_the_same_walls() -> None:
    plenty, scarce = (Session(WeightsStore.standard(os.environ), keep_bytes=size) for size in (None, 1_000_000))
    first, second = plenty.trace(request(), lambda: False), scarce.trace(request(), lambda: False)
    for layer in ("conv1.bn", "inception3a.branch2.0", "inception5b"):
        one = plenty.wall(WallRequest(first.trace, layer)).wall
        other = scarce.wall(WallRequest(second.trace, layer)).wall
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_not_finite_values_are_drawn_and_said() -> None:
    activation = torch.rand(4, 8, 8)
    activation[1, 2, 3] = float("nan")
    activation[2, 0, 0] = float("inf")
    wall = make_wall(activation, "x", "channel", "index", 1.0)
    assert np.isfinite(wall.low).all() and np.isfinite(wall.high).all()
    np.testing.assert_allclose(values_at(wall, 0), activation[0].numpy(), atol=0.005)


def test_sorted_by_class_the_wall_begins_with_what_speaks_for_it(session: Session, traced: TraceResult) -> None:
    answer = session.wall(WallRequest(traced.trace, "inception5b", order="class"))
    assert answer.order == "class"
    run = session.newest(traced.trace)
    weights = run.net.loaded.module.fc.weight.detach()[int(run.activations.logits["main"][0].argmax())]
    speaks = weights * run.activations.get("inception5b")[0].mean(dim=(1, 2))
    ranked = speaks[torch.from_numpy(answer.wall.channels.astype(np.int64))]
    assert (ranked.diff() <= 1e-6).all()


def test_where_no_trained_head_reads_a_layer_the_wall_is_by_index(session: Session) -> None:
    untrained = session.trace(request("nin", weights="untrained", size=64), lambda: False)
    answer = session.wall(WallRequest(untrained.trace, "input", order="class"))
    assert answer.order == "index"
    assert answer.wall.channels.tolist() == [0, 1, 2]
