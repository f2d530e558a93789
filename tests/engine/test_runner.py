"""The engine that trains answers between steps, outlives a step that fails, and ends what it ran."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO, cast

import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure, Hello, Progress
from explorer.core.messages.explore import ThumbnailRequest
from explorer.core.messages.weights import CatalogRequest, ImportWeightsRequest
from explorer.engine import wire
from explorer.engine.runner import Runner


class Counter:
    """Counts its steps; fails at the step that it was told to."""

    def __init__(self, fail_at: int) -> None:
        self.playing = True
        self.closed = False
        self.fail_at = fail_at
        self.steps = 0
        self.error: UserError | None = None

    def answer(self, request: Any) -> AnyReply:
        return Progress(self.error.kind if self.error else "steps", self.steps, 0)

    def advance(self) -> None:
        self.steps += 1
        if self.steps == self.fail_at:
            raise ZeroDivisionError("seven")

    def pause(self, error: UserError) -> None:
        self.playing = False
        self.error = error

    def close(self) -> None:
        self.closed = True


class Peer:
    """The window's side of a runner that works on a thread."""

    def __init__(self) -> None:
        self.made: list[Counter] = []
        ask_read, ask_write = os.pipe()
        reply_read, reply_write = os.pipe()
        self.asks = cast(BinaryIO, os.fdopen(ask_write, "wb", buffering=0))
        self.replies = cast(BinaryIO, os.fdopen(reply_read, "rb", buffering=0))
        self._ends = (os.fdopen(ask_read, "rb", buffering=0), os.fdopen(reply_write, "wb", buffering=0))
        runner = Runner(cast(BinaryIO, self._ends[0]), cast(BinaryIO, self._ends[1]), {ImportWeightsRequest: self.make})
        self.thread = threading.Thread(target=runner.serve)
        self.thread.start()
        number, hello = wire.read_reply(self.replies)
        assert number == 0 and isinstance(hello, Hello)

    def make(self, request: ImportWeightsRequest) -> Counter:
        self.made.append(Counter(int(request.path)))
        return self.made[-1]

    def ask(self, number: int, request: Any) -> AnyReply:
        wire.write(self.asks, number, request)
        got, reply = wire.read_reply(self.replies)
        assert got == number
        return reply

    def close(self) -> None:
        self.asks.close()
        self.thread.join(5)
        assert not self.thread.is_alive()
        for stream in (self.replies, *self._ends):
            stream.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.close()


def test_nothing_to_answer_before_something_runs(peer: Peer) -> None:
    reply = peer.ask(1, CatalogRequest())
    assert isinstance(reply, Failure) and reply.kind == "nothing_runs"


def test_it_goes_on_between_answers_and_is_closed_at_the_end(peer: Peer) -> None:
    peer.ask(1, ImportWeightsRequest("0"))
    counts = []
    while len(set(counts)) < 3:
        reply = peer.ask(2, CatalogRequest())
        assert isinstance(reply, Progress)
        counts.append(reply.done)
    assert counts == sorted(counts)
    peer.ask(3, ImportWeightsRequest("0"))
    assert peer.made[0].closed and not peer.made[1].closed


def test_whoever_asks_without_a_pause_does_not_hold_it_up(peer: Peer) -> None:
    peer.ask(1, ImportWeightsRequest("0"))
    flood = 100
    for number in range(2, 2 + flood):
        wire.write(peer.asks, number, ThumbnailRequest("every one is answered", np.zeros(1, np.uint8)))
    counts = []
    for _ in range(flood):
        reply = wire.read_reply(peer.replies)[1]
        assert isinstance(reply, Progress)
        counts.append(reply.done)
    assert all(later > earlier for earlier, later in pairwise(counts)), "a step between any two answers"


def test_a_step_that_fails_pauses_and_is_explained(peer: Peer) -> None:
    peer.ask(1, ImportWeightsRequest("7"))
    while True:
        reply = peer.ask(2, CatalogRequest())
        assert isinstance(reply, Progress)
        if reply.what != "steps":
            break
    assert reply.what == "internal" and reply.done == 7
    again = peer.ask(3, CatalogRequest())
    assert isinstance(again, Progress) and again.done == 7
