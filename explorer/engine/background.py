"""Long work in slices: generators that go on while no request waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Request
from explorer.engine.mailbox import Job


@dataclass
class Task:
    """A request whose answer is being made."""

    job: Job
    slices: Iterator[AnyReply | None]


class Background:
    """The tasks that are under way, the oldest first.

    Parameters
    ----------
    on_dropped : callable
        Called with the number of every request whose task is given up.
    """

    def __init__(self, on_dropped: Callable[[int], None]) -> None:
        self._on_dropped = on_dropped
        self._tasks: deque[Task] = deque()

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def add(self, task: Task) -> None:
        """Put a task behind the others; one of the same kind is given up where only the newest is wanted."""
        if task.job.request.newest_wins:
            self.drop(type(task.job.request))
        self._tasks.append(task)

    def take(self) -> Task | None:
        """Return the task whose turn it is; :meth:`put_back` keeps it for another turn."""
        return self._tasks.popleft() if self._tasks else None

    def put_back(self, task: Task) -> None:
        """Let a task that is not finished wait for its next turn."""
        self._tasks.append(task)

    def drop(self, kind: type[Request] = Request) -> None:
        """Give up every task of that kind of request."""
        gone = [task for task in self._tasks if isinstance(task.job.request, kind)]
        self._tasks = deque(task for task in self._tasks if task not in gone)
        for task in gone:
            close(task)
            self._on_dropped(task.job.number)


def close(task: Task) -> None:
    """Let a task clean up after itself."""
    if isinstance(task.slices, Generator):
        task.slices.close()
