"""Walls at hand in the window: what is fetched, what is found again, what is let go."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from explorer.core.maplayout import fit
from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import Statistics, Wall, WallAhead, WallRequest, WallResult, WallsAheadRequest
from explorer.presenters.explore.wall_shelf import KEPT_BYTES, WallShelf

LIKE = WallRequest("run", "conv1", aspect=1.54)


class Asked:
    """Stands for the engine: keeps what was asked, and answers when told to."""

    def __init__(self) -> None:
        self.requests: list[AnyRequest] = []
        self.answer: Callable[[AnyReply], None] = lambda reply: None

    def submit(self, request: AnyRequest, on_reply: Callable[[AnyReply], None]) -> int:
        self.requests.append(request)
        self.answer = on_reply
        return len(self.requests)


def result(layer: str, side: int = 8) -> WallResult:
    values = np.zeros(1, np.float32)
    wall = Wall(
        layer=layer,
        layout=fit(1, side, side, 1.5),
        pixels=np.zeros((side, side), np.uint8),
        channels=np.zeros(1, np.int32),
        low=values,
        high=values,
        dead=np.zeros(1, bool),
        statistics=Statistics(0.0, 0.0, 0.0, 0.0, 0.0),
    )
    return WallResult("run", wall, "channel", "index")


def asked_for(layer: str) -> WallRequest:
    return msgspec.structs.replace(LIKE, layer=layer)


def test_what_was_sent_ahead_is_at_hand() -> None:
    engine = Asked()
    shelf = WallShelf(engine.submit)
    shelf.fetch(LIKE, ("conv2", "pool1"))
    assert engine.requests == [WallsAheadRequest(LIKE, ("conv2", "pool1"))]
    sent = result("conv2")
    engine.answer(WallAhead("conv2", sent))
    assert shelf.find(asked_for("conv2")) is sent
    assert shelf.find(asked_for("pool1")) is None


def test_what_is_at_hand_is_not_fetched_again() -> None:
    engine = Asked()
    shelf = WallShelf(engine.submit)
    shelf.put(asked_for("conv2"), result("conv2"))
    shelf.fetch(LIKE, ("conv2", "conv3"))
    assert engine.requests == [WallsAheadRequest(LIKE, ("conv3",))]
    shelf.fetch(LIKE, ("conv2",))
    assert len(engine.requests) == 1


def test_another_question_gets_no_old_answer() -> None:
    shelf = WallShelf(Asked().submit)
    shelf.put(LIKE, result("conv1"))
    for changed in ({"scaling": "layer"}, {"order": "mean"}, {"trace": "other"}, {"target": "cat"}, {"aspect": 0.7}):
        assert shelf.find(msgspec.structs.replace(LIKE, **changed)) is None
    # The title above the wall took a second line: the same wall still fits.
    assert shelf.find(msgspec.structs.replace(LIKE, aspect=1.52)) is not None


def test_the_oldest_walls_go_first() -> None:
    shelf = WallShelf(Asked().submit)
    side = 2048
    fitting = KEPT_BYTES // side**2
    for number in range(fitting):
        shelf.put(asked_for(str(number)), result(str(number), side))
    shelf.find(asked_for("0"))
    shelf.put(asked_for("new"), result("new", side))
    assert shelf.find(asked_for("0")) is not None
    assert shelf.find(asked_for("1")) is None


def test_a_failure_ahead_says_nothing_and_a_new_run_begins_empty() -> None:
    engine = Asked()
    shelf = WallShelf(engine.submit)
    shelf.fetch(LIKE, ("conv2",))
    engine.answer(Failure("layer_unknown"))
    assert shelf.find(asked_for("conv2")) is None
    shelf.put(LIKE, result("conv1"))
    shelf.clear()
    assert shelf.find(LIKE) is None
