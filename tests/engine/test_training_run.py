"""A training over the pipes: started, played, asked and stopped as the window does it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from explorer.core.messages.base import Failure, Hello
from explorer.core.messages.training import (
    RunsRequest,
    RunsResult,
    StartTraining,
    TrainControl,
    TrainFrame,
    TrainFrameRequest,
)
from explorer.core.train_scene import TrainScene, Variant
from explorer.engine import openers, wire
from explorer.engine.runner import Runner

SCENE = TrainScene(data="digits", lanes=(Variant("plain20"),), epochs=1, batch=700, size=8)


class Window:
    """The other end of the pipes."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests, self._replies = requests, replies
        self._number = 0

    def ask(self, request: Any) -> Any:
        self._number += 1
        wire.write(self._requests, self._number, request)
        return self.read()

    def read(self) -> Any:
        return wire.read_reply(self._replies)[1]


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setattr(openers, "runs_folder", lambda: tmp_path)
    ends = [os.pipe() for _ in range(2)]
    files = [(os.fdopen(read, "rb", buffering=0), os.fdopen(write, "wb", buffering=0)) for read, write in ends]
    (asked, asking), (answered, answering) = files
    runner = Runner(cast(BinaryIO, asked), cast(BinaryIO, answering), openers.OPENERS, openers.ANSWERS)
    thread = threading.Thread(target=runner.serve)
    thread.start()
    yield Window(cast(BinaryIO, asking), cast(BinaryIO, answered))
    asking.close()
    thread.join(30)
    for file in (asked, answered, answering):
        file.close()
    assert not thread.is_alive()


def test_it_is_started_played_to_the_end_and_listed(window: Window) -> None:
    assert isinstance(window.read(), Hello)
    runs = window.ask(RunsRequest())
    assert isinstance(runs, RunsResult)
    assert runs.runs == ()
    first = window.ask(StartTraining(SCENE, device="cpu"))
    assert isinstance(first, TrainFrame)
    assert first.phase == "reading"
    window.ask(TrainControl("play"))
    frames = [window.ask(TrainFrameRequest())]
    while frames[-1].phase != "done":
        frames.append(window.ask(TrainFrameRequest()))
        assert len(frames) < 100_000
    assert frames[-1].step == frames[-1].total_steps == 2
    stopped = window.ask(TrainControl("stop"))
    assert stopped.phase == "stopped"
    (listed,) = window.ask(RunsRequest()).runs
    assert (listed.run, listed.finished, listed.scene) == (first.run, True, SCENE)


def test_without_a_run_there_is_nothing_to_ask(window: Window) -> None:
    window.read()
    answer = window.ask(TrainFrameRequest())
    assert isinstance(answer, Failure)
    assert answer.kind == "nothing_runs"
