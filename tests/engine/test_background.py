"""Long work in slices never holds up a question, and is given up when the scene moves on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Progress
from explorer.core.messages.explore import ThumbnailRequest, ValuesRequest
from explorer.engine.background import Background, Task
from explorer.engine.mailbox import Job


class Slices:
    """A generator that says when it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def run(self) -> Iterator[AnyReply | None]:
        try:
            for done in range(100):
                yield Progress("work", done, 100)
        finally:
            self.closed = True


def task(number: int, slices: Slices, request: object = None) -> Task:
    running = slices.run()
    next(running)
    return Task(Job(number, request or ValuesRequest("t", "conv1", 0)), running)  # type: ignore[arg-type]


def test_newest_wins() -> None:
    dropped: list[int] = []
    background = Background(dropped.append)
    old, new = Slices(), Slices()
    background.add(task(1, old))
    background.add(task(2, new))
    assert old.closed and not new.closed
    assert dropped == [1]
    background.drop()
    assert new.closed and dropped == [1, 2] and not background


def test_requests_that_all_count_stand_side_by_side() -> None:
    dropped: list[int] = []
    background = Background(dropped.append)
    ask = ThumbnailRequest("k", np.zeros(1, np.uint8))
    background.add(task(1, Slices(), ask))
    background.add(task(2, Slices(), ask))
    assert dropped == []
    first = background.take()
    assert first is not None and first.job.number == 1
    background.put_back(first)
    second = background.take()
    assert second is not None and second.job.number == 2


def test_drop_of_one_kind_leaves_the_others() -> None:
    dropped: list[int] = []
    background = Background(dropped.append)
    background.add(task(1, Slices()))
    background.drop(ThumbnailRequest)
    assert dropped == [] and background
