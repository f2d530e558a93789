"""The client and a real engine over pipes: answers, silence of old requests, death and return."""

from __future__ import annotations

import hashlib
import os
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import psutil
import pytest

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import (
    AheadEnd,
    TraceRequest,
    TraceResult,
    WallAhead,
    WallRequest,
    WallResult,
    WallsAheadRequest,
)
from explorer.core.messages.weights import CatalogRequest, CatalogResult
from explorer.core.resources import resource
from explorer.engine.client import EngineClient
from explorer.engine.launch import engine_command

TIMEOUT_S = 60


class Desk:
    """A window's thread without a window."""

    def __init__(self) -> None:
        self.work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.states: list[str] = []
        self.client = EngineClient(engine_command(), self.work.put)
        self.client.listen(lambda state, hello: self.states.append(state))
        self.client.start()

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + TIMEOUT_S
        while not condition():
            assert time.monotonic() < end, "nothing came"
            self.work.get(timeout=TIMEOUT_S)()

    def ask(self, request: AnyRequest) -> AnyReply:
        replies: list[AnyReply] = []
        self.client.submit(request, replies.append)
        self.until(lambda: bool(replies))
        return replies[0]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.client.close()


def picture(name: str) -> TraceRequest:
    data = resource("images", name).read_bytes()
    return TraceRequest("googlenet", "", hashlib.sha256(data).hexdigest(), name, np.frombuffer(data, np.uint8))


def test_ask_kill_and_ask_again(desk: Desk) -> None:
    first = desk.ask(picture("chelsea.png"))
    assert isinstance(first, TraceResult)
    wall = desk.ask(WallRequest(first.trace, "inception4a"))
    assert isinstance(wall, WallResult)
    assert wall.wall.layout.count == 512
    ahead: list[AnyReply] = []
    like = WallRequest(first.trace, "conv1", order="mean")
    desk.client.submit(WallsAheadRequest(like, ("inception4a", "fc")), ahead.append)
    desk.until(lambda: len(ahead) == 3)
    assert isinstance(ahead[0], WallAhead) and isinstance(ahead[1], WallAhead) and isinstance(ahead[2], AheadEnd)
    asked = desk.ask(WallRequest(first.trace, "inception4a", order="mean"))
    assert isinstance(asked, WallResult)
    np.testing.assert_array_equal(ahead[0].result.wall.pixels, asked.wall.pixels)
    assert ahead[1].layer == ahead[1].result.wall.layer == "fc"
    catalog = desk.ask(CatalogRequest())
    assert isinstance(catalog, CatalogResult)
    assert [net.name for net in catalog.nets][:4] == ["alexnet", "alexnet-tv", "vgg16", "nin"]

    assert desk.client.pid is not None
    os.kill(desk.client.pid, signal.SIGKILL)
    desk.until(lambda: desk.states.count("ready") == 2)
    assert desk.states == ["ready", "restarting", "ready"]
    again = desk.ask(picture("chelsea.png"))
    assert isinstance(again, TraceResult)
    np.testing.assert_array_equal(again.predictions[0].probabilities, first.predictions[0].probabilities)


def test_newer_request_silences_older_one(desk: Desk) -> None:
    answered: list[str] = []
    for name in ("chelsea.png", "coffee.jpg", "rocket.jpg"):
        desk.client.submit(picture(name), lambda reply, name=name: answered.append(name))  # type: ignore[misc]
    desk.until(lambda: bool(answered))
    desk.ask(CatalogRequest())
    assert answered == ["rocket.jpg"]


def test_picture_that_the_engine_forgot_is_sent_again(desk: Desk) -> None:
    for name in ("chelsea.png", "coffee.jpg", "rocket.jpg", "flower.jpg", "china.jpg", "chelsea.png"):
        reply = desk.ask(picture(name))
        assert isinstance(reply, TraceResult), reply
        assert reply.picture_name == name


def test_bad_picture_is_a_failure_not_a_death(desk: Desk) -> None:
    reply = desk.ask(TraceRequest("googlenet", "", "0", "bad.png", np.frombuffer(b"no picture", np.uint8)))
    assert isinstance(reply, Failure)
    assert isinstance(desk.ask(picture("chelsea.png")), TraceResult)
    assert "restarting" not in desk.states


def test_engines_that_hang_are_ended_together() -> None:
    """Two seconds are all that the window has for closing, however many engines run."""
    hangs = [sys.executable, "-c", "import time; time.sleep(600)"]
    clients = [EngineClient(hangs, lambda work: None) for _ in range(4)]
    for client in clients:
        client.start()
    processes = [psutil.Process(client.pid) for client in clients]
    began = time.monotonic()
    for client in clients:
        client.say_goodbye()
    for client in clients:
        client.close()
    assert time.monotonic() - began < 2.0
    assert not any(process.is_running() for process in processes)
