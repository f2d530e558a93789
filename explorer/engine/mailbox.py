"""Requests that wait for the engine: the newest of a kind wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from explorer.core.messages import AnyRequest


@dataclass
class Job:
    """A request under way; ``cancelled`` is set when a newer one of its kind arrives or the engine closes."""

    number: int
    request: AnyRequest
    cancelled: threading.Event = field(default_factory=threading.Event)


class Mailbox:
    """A queue between the thread that reads and the thread that works.

    Parameters
    ----------
    on_dropped : callable
        Called with the number of every request that is replaced before it was begun.
    """

    def __init__(self, on_dropped: Callable[[int], None]) -> None:
        self._on_dropped = on_dropped
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._running: Job | None = None
        self._closed = False

    def put(self, number: int, request: AnyRequest) -> None:
        """Queue a request; one of the same kind that waits is dropped, one that runs is told to stop."""
        dropped: list[Job] = []
        with self._changed:
            if request.newest_wins:
                dropped = [job for job in self._waiting if type(job.request) is type(request)]
                self._waiting = [job for job in self._waiting if job not in dropped]
                if self._running is not None and type(self._running.request) is type(request):
                    self._running.cancelled.set()
            self._waiting.append(Job(number, request))
            self._changed.notify()
        for job in dropped:
            self._on_dropped(job.number)

    def take(self, *, wait: bool) -> Job | None:
        """Return the next request; None where there is none and ``wait`` is false, or when the mailbox is closed."""
        with self._changed:
            self._running = None
            while wait and not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed or not self._waiting:
                return None
            self._running = self._waiting.pop(0)
            return self._running

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def waiting(self) -> bool:
        """Whether something waits, so that work done ahead of time should give way."""
        return self._closed or bool(self._waiting)

    def close(self) -> None:
        """Wake the worker and let it end; the running request is told to stop."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            if self._running is not None:
                self._running.cancelled.set()
            self._changed.notify_all()
