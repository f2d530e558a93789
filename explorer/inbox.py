"""Carries work from other threads to the window's thread; knows no Qt, so that the engine can start before Qt does."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from explorer.core.errors import Cancelled, UserError
from explorer.engine.client import EngineClient
from explorer.engine.launch import engine_command
from explorer.presenters.pictures import Worker

Result = TypeVar("Result")

CLOSE_TIMEOUT_S = 0.5


class Inbox:
    """A queue of functions; ``wake`` is called from any thread when the window's thread should drain it."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._wake: Callable[[], None] | None = None

    def post(self, work: Callable[[], None]) -> None:
        """Have something done on the window's thread, soon and in order."""
        self._waiting.append(work)
        wake = self._wake
        if wake is not None:
            wake()

    def attach(self, wake: Callable[[], None] | None) -> None:
        """Say how the window's thread is woken; None where it is gone."""
        self._wake = wake
        if wake is not None and self._waiting:
            wake()

    def drain(self) -> None:
        """Do what waits; to be called on the window's thread."""
        while self._waiting:
            self._waiting.popleft()()


def start_engine(
    inbox: Inbox, command: Sequence[str] = (), process: subprocess.Popen[bytes] | None = None
) -> EngineClient:
    """Start the engine process, or take over one that was launched before."""
    client = EngineClient(list(command) or engine_command(), inbox.post)
    client.start(process)
    return client


class BackgroundWorker(Worker):
    """One thread for reading files and addresses; results come back through the inbox, in order."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="reading", daemon=True)
        self._thread.start()

    def run(
        self, job: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[UserError], None]
    ) -> None:
        def work() -> None:
            try:
                result = job()
            except UserError as error:
                self._inbox.post(lambda error=error: failed(error))  # type: ignore[misc]
            except (OSError, MemoryError) as error:
                # What no reader foresaw is told, not lost: a drop must never end in silence.
                unread = UserError("file_unreadable", name=str(error))
                self._inbox.post(lambda: failed(unread))
            except Cancelled:
                return
            else:
                self._inbox.post(lambda: done(result))

        self._jobs.put(work)

    def close(self) -> None:
        """End the thread; a job that hangs on the network is left to die with the process."""
        self._jobs.put(None)
        self._thread.join(CLOSE_TIMEOUT_S)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
