"""Long work is given up when it is told, over the pipes, and the engine goes on answering."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pytest

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Dropped, Hello
from explorer.core.messages.explore import ChannelRequest, ChannelResult, TraceRequest, TraceResult
from explorer.core.messages.study import OptimisePart, OptimiseRequest
from explorer.core.messages.where import StopRequest, SweepPart, SweepRequest
from explorer.core.resources import resource
from explorer.engine import wire
from explorer.engine.server import Server
from explorer.nets.store import WeightsStore


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


@pytest.mark.parametrize("work", ["sweep", "optimise"])
def test_long_work_is_given_up(window: Window, work: str) -> None:
    data = resource("images", "chelsea.png").read_bytes()
    key = hashlib.sha256(data).hexdigest()
    assert isinstance(window.answer()[1], Hello)
    window.ask(TraceRequest("googlenet", "", key, "chelsea.png", np.frombuffer(data, np.uint8), size=64))
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
