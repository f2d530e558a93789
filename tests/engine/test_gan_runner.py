"""The window's way to a GAN: requests over pipes to the engine that trains."""

from __future__ import annotations

import os
import threading
from typing import Any, BinaryIO, cast

import numpy as np

from explorer.core.gan_scene import GanScene
from explorer.core.messages.base import Failure, Hello, Request
from explorer.core.messages.gan import ChangeGan, GanControl, GanFrame, GanFrameRequest, StartGan
from explorer.engine import wire
from explorer.engine.openers import OPENERS
from explorer.engine.runner import Runner

SCENE = GanScene(g_units=8, d_units=8, batch=16, device="cpu")


class Window:
    """Asks a runner on a thread, one question after the other."""

    def __init__(self) -> None:
        ask_read, ask_write = os.pipe()
        reply_read, reply_write = os.pipe()
        self._mine = (os.fdopen(ask_write, "wb", buffering=0), os.fdopen(reply_read, "rb", buffering=0))
        self._theirs = (os.fdopen(ask_read, "rb", buffering=0), os.fdopen(reply_write, "wb", buffering=0))
        requests, replies = (cast(BinaryIO, end) for end in self._theirs)
        self._thread = threading.Thread(target=Runner(requests, replies, OPENERS).serve)
        self._thread.start()
        assert isinstance(wire.read_reply(cast(BinaryIO, self._mine[1]))[1], Hello)
        self._number = 0

    def ask(self, request: Request) -> Any:
        self._number += 1
        wire.write(cast(BinaryIO, self._mine[0]), self._number, request)
        number, reply = wire.read_reply(cast(BinaryIO, self._mine[1]))
        assert number == self._number
        return reply

    def close(self) -> None:
        self._mine[0].close()
        self._thread.join(20)
        for end in (self._mine[1], *self._theirs):
            end.close()


def test_a_gan_is_started_played_changed_and_paused_over_pipes() -> None:
    window = Window()
    try:
        first = window.ask(StartGan(SCENE))
        assert isinstance(first, GanFrame)
        assert (first.step, first.playing, first.device) == (0, False, "cpu")
        window.ask(GanControl("play"))
        seen = [window.ask(GanFrameRequest(0, -1, ("heat", "manifold", "arrows", "weights"))) for _ in range(5)]
        steps = [frame.step for frame in seen]
        assert steps == sorted(steps) and steps[-1] > 0
        assert seen[-1].plane.heat.shape == (64, 64)
        assert np.isfinite(seen[-1].plane.heat).all()
        refused = window.ask(ChangeGan(SCENE.patched(batch=0)))
        assert isinstance(refused, Failure)
        assert (refused.kind, refused.details["what"]) == ("gan_outside", "batch")
        assert window.ask(ChangeGan(SCENE.patched(batch=32))).scene.batch == 32
        paused = window.ask(GanControl("pause"))
        assert not paused.playing
        assert window.ask(GanFrameRequest()).step == paused.step
    finally:
        window.close()
