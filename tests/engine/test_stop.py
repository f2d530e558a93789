"""Over the pipes: long work is given up when it is told, what finds no room is refused, and the engine goes on."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pytest
import torch

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Dropped, Failure, Hello
from explorer.core.messages.explore import ChannelRequest, ChannelResult, TraceRequest, TraceResult
from explorer.core.messages.study import OptimisePart, OptimiseRequest
from explorer.core.messages.where import GradCamRequest, StopRequest, SweepPart, SweepRequest
from explorer.core.resources import resource
from explorer.core.text import Translator
from explorer.engine import wire
from explorer.engine.answers import HANDLERS
from explorer.engine.server import Server
from explorer.nets.weights.store import WeightsStore


class Window:
    """The other end of an engine's pipes."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests, self._replies = requests, replies
        self._asked = 0

    def ask(self, request: AnyRequest) -> int:
        self._asked += 1
        wire.write(self._requests, self._asked, request)
        self._requests.flush()
        return self._asked

    def answer(self) -> tuple[int, AnyReply]:
        return wire.read_reply(self._replies)


@pytest.fixture
def window() -> Iterator[Window]:
    to_engine, from_window = os.pipe()
    to_window, from_engine = os.pipe()
    with (
        os.fdopen(to_engine, "rb") as requests,
        os.fdopen(from_engine, "wb") as replies,
        os.fdopen(to_window, "rb") as read,
        os.fdopen(from_window, "wb") as write,
    ):
        server = threading.Thread(target=Server(requests, replies, WeightsStore.standard(os.environ)).serve)
        server.start()
        yield Window(write, read)
        write.close()
        server.join(20)
        assert not server.is_alive()


def trace_of(net: str) -> TraceRequest:
    data = resource("images", "chelsea.png").read_bytes()
    key = hashlib.sha256(data).hexdigest()
    return TraceRequest(net, "", key, "chelsea.png", np.frombuffer(data, np.uint8), size=64)


@pytest.mark.parametrize("work", ["sweep", "optimise"])
def test_long_work_is_given_up(window: Window, work: str) -> None:
    assert isinstance(window.answer()[1], Hello)
    window.ask(trace_of("googlenet"))
    _, traced = window.answer()
    assert isinstance(traced, TraceResult)
    long = SweepRequest(traced.trace, size=0.1, stride=0.02)
    climb = OptimiseRequest(traced.trace, "inception3a", 3, steps=100_000)
    number = window.ask(long if work == "sweep" else climb)
    told, part = window.answer()
    assert told == number
    assert isinstance(part, SweepPart | OptimisePart)
    stop = window.ask(StopRequest("sweep" if work == "sweep" else "optimise"))
    after = window.ask(ChannelRequest(traced.trace, "conv1", 0))
    ends: dict[int, AnyReply] = {}
    while after not in ends:
        told, reply = window.answer()
        if reply.final:
            ends[told] = reply
    assert isinstance(ends[number], Dropped)
    assert isinstance(ends[stop], Dropped)
    assert isinstance(ends[after], ChannelResult)


@pytest.mark.parametrize("what", ["method", "network"])
def test_too_large_for_memory_is_a_sentence_and_the_run_on_screen_stays(
    window: Window, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    def no_room(*_: object) -> AnyReply:
        raise torch.OutOfMemoryError("CUDA out of memory")

    assert isinstance(window.answer()[1], Hello)
    window.ask(trace_of("googlenet"))
    _, traced = window.answer()
    assert isinstance(traced, TraceResult)
    if what == "method":
        monkeypatch.setitem(HANDLERS, GradCamRequest, no_room)
        window.ask(GradCamRequest(traced.trace, "inception5b"))
    else:
        monkeypatch.setattr("explorer.engine.session.load", no_room)
        window.ask(trace_of("resnet20"))
    _, refused = window.answer()
    assert isinstance(refused, Failure)
    for language in ("en", "ko"):
        assert all(Translator(language).error(refused.kind, refused.details))
    window.ask(ChannelRequest(traced.trace, "conv1", 0))
    assert isinstance(window.answer()[1], ChannelResult)
