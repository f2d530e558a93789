"""Every question about what is inside a layer is answered by the engine, and its answer crosses the wire whole."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages.base import Reply, Request
from explorer.core.messages.classics import (
    CropsRequest,
    EnsembleRequest,
    EnsembleResult,
    FactoriseRequest,
    TowersRequest,
)
from explorer.core.messages.explore import TraceRequest
from explorer.core.messages.ideas import CutRequest, MixRequest, PixelMlpRequest, PoolingRequest, ResidualRequest
from explorer.core.messages.inside import DepthRequest, KernelsRequest, MicroscopeRequest, MicroscopeResult
from explorer.core.resources import resource
from explorer.engine import wire
from explorer.engine.answers import HANDLERS
from explorer.engine.answers.context import Ask
from explorer.engine.session import Session, StaleTrace
from explorer.nets.weights.store import WeightsStore


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(WeightsStore.standard(os.environ))


def traced(session: Session, net: str, size: int = 0) -> str:
    data = resource("images", "chelsea.png").read_bytes()
    key = hashlib.sha256(data).hexdigest()
    ask = TraceRequest(net, "", key, "chelsea.png", np.frombuffer(data, np.uint8), size=size)
    return session.trace(ask, lambda: False).trace


def answered(session: Session, request: Request) -> list[Reply]:
    """Return all replies to a request, in order."""
    answer = HANDLERS[type(request)](session, request, Ask(lambda: False, lambda *_: None))
    return [one for one in answer if one is not None] if isinstance(answer, Iterator) else [answer]


def same(one: object, other: object) -> bool:
    """Compare messages whose arrays travel as arrays."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and np.array_equal(one, other, True)
    if isinstance(one, msgspec.Struct):
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__
        )
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize(
    ("net", "size", "request_"),
    [
        ("googlenet", 0, MicroscopeRequest("", "inception4a", 200)),
        ("googlenet", 0, MicroscopeRequest("", "maxpool1", 3, (0, 0))),
        ("googlenet", 0, MicroscopeRequest("", "input", 0, (0, 0))),
        ("googlenet", 0, KernelsRequest("", "conv1")),
        ("googlenet", 0, KernelsRequest("", "conv3", 5, "norm", "layer")),
        ("googlenet", 0, DepthRequest("")),
        ("googlenet", 0, PoolingRequest("")),
        ("googlenet", 0, MixRequest("")),
        ("googlenet", 0, TowersRequest("")),
        ("googlenet", 0, CropsRequest("", (0, 2047))),
        ("googlenet", 0, EnsembleRequest("", 32)),
        ("googlenet", 0, FactoriseRequest("")),
        ("googlenet", 0, FactoriseRequest("", "1xn")),
        ("resnet18", 96, ResidualRequest("", "layer2.0")),
        ("resnet18", 96, CutRequest("", ("layer2.0:shortcut",))),
        ("nin", 96, PixelMlpRequest("")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Request) else str(value),
)
def test_the_answer_crosses_the_wire_whole(session: Session, net: str, size: int, request_: Request) -> None:
    trace = traced(session, net, size)
    replies = answered(session, msgspec.structs.replace(request_, trace=trace))
    assert replies[-1].final and not any(reply.final for reply in replies[:-1])
    for reply in replies:
        stream = io.BytesIO()
        wire.write(stream, 7, reply)
        stream.seek(0)
        number, arrived = wire.read_reply(stream)
        assert number == 7 and same(reply, arrived)
        assert reply.trace == trace  # type: ignore[attr-defined]


def test_the_shipped_networks_ten_crops_vote(session: Session) -> None:
    trace = traced(session, "googlenet")
    result = answered(session, EnsembleRequest(trace))[-1]
    assert isinstance(result, EnsembleResult)
    assert result.average.sum() == pytest.approx(1, abs=1e-5)
    assert result.agreeing >= 5  # a cat is a cat from most sides


def test_trained_logits_end_in_the_probability_that_is_on_screen(session: Session) -> None:
    trace = traced(session, "googlenet")
    run = session.newest(trace)
    expected = run.activations.logits["aux1"][0].double().softmax(0)
    seen = answered(session, MicroscopeRequest(trace, "aux1.fc2", 3))[0]
    assert isinstance(seen, MicroscopeResult)
    assert seen.links[-1].after == pytest.approx(float(expected[3]), rel=1e-6)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (MicroscopeRequest("", "conv99", 0), "layer_unknown"),
        (MicroscopeRequest("", "conv1", 64), "channel_outside"),
        (MicroscopeRequest("", "conv1", 0, (48, 0)), "pixel_outside"),
        (KernelsRequest("", "conv99"), "layer_unknown"),
        (KernelsRequest("", "maxpool1"), "no_kernels"),
        (ResidualRequest(""), "no_residual_blocks"),
        (CutRequest("", ()), "no_residual_blocks"),
        (PixelMlpRequest(""), "no_mlpconv"),
        (PoolingRequest("", (10,)), "class_outside"),
        (CropsRequest("", (2048,)), "variant_outside"),
        (FactoriseRequest("", "5x5", 10_000), "channel_outside"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Request) else value,
)
def test_bad_questions_are_refused_and_good_ones_still_answered(session: Session, request_: Request, kind: str) -> None:
    trace = traced(session, "googlenet")
    with pytest.raises(UserError) as caught:
        answered(session, msgspec.structs.replace(request_, trace=trace))
    assert caught.value.kind == kind
    assert answered(session, MicroscopeRequest(trace, "conv1", 0))


def test_questions_about_an_older_trace_are_dropped(session: Session) -> None:
    old = traced(session, "googlenet")
    traced(session, "googlenet")
    for request in (MicroscopeRequest(old, "conv1", 0), EnsembleRequest(old), DepthRequest(old), TowersRequest(old)):
        with pytest.raises(StaleTrace):
            answered(session, request)
