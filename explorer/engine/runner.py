"""The engine that trains: something goes on step by step, and the window asks how it stands.

The window pulls: it asks for a frame when it has drawn the one before, so that a slow window never fills the pipe and
a fast one never waits for more than a step.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

import torch

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure, Hello, Request
from explorer.engine import wire
from explorer.engine.devices import available_devices
from explorer.engine.mailbox import Job, Mailbox


class Running(Protocol):
    """Something that goes on step by step.

    ``playing``: whether :meth:`advance` is to be called again and again.
    """

    @property
    def playing(self) -> bool: ...

    def answer(self, request: Any) -> AnyReply:
        """Answer a request, or do what it says."""

    def advance(self) -> None:
        """Go on by one unit of work, at most some ten milliseconds where that is possible."""

    def pause(self, error: UserError) -> None:
        """Stop playing; ``error`` is what the next frame says."""

    def close(self) -> None:
        """Write what must not be lost and let go of everything."""


Opener = Callable[[Any], Running]
"""Makes what a request asks to be run."""


class Runner:
    """Serves one window: one thing runs at a time, and a new one takes the place of the one before.

    Parameters
    ----------
    openers : mapping
        Request type to what it starts.
    answers : mapping
        Request type to what answers it, whether anything runs or not.
    """

    def __init__(
        self,
        requests: BinaryIO,
        replies: BinaryIO,
        openers: Mapping[type[Request], Opener],
        answers: Mapping[type[Request], Callable[[Any], AnyReply]] = MappingProxyType({}),
    ) -> None:
        self._requests = requests
        self._replies = replies
        self._openers = openers
        self._answers = answers
        self._writing = threading.Lock()
        self._mailbox = Mailbox(lambda number: self.reply(number, Dropped()))
        self._running: Running | None = None

    def serve(self) -> None:
        """Work and answer until the request stream ends."""
        devices = available_devices()
        self.reply(0, Hello(os.getpid(), str(torch.__version__), devices, devices[0].name))
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        try:
            while not self._mailbox.closed:
                running = self._running
                playing = running is not None and running.playing
                job = self._mailbox.take(wait=not playing)
                if job is not None:
                    self._work(job)
                # Also after an answer: whoever asks without a pause must not keep it from going on.
                running = self._running
                if running is not None and running.playing and not self._mailbox.closed:
                    self._advance(running)
        finally:
            if self._running is not None:
                self._running.close()

    def reply(self, number: int, reply: AnyReply) -> None:
        """Send an answer; a window that is gone is noticed by the reader."""
        with self._writing:
            try:
                wire.write(self._replies, number, reply)
            except wire.BrokenStream:
                self._mailbox.close()

    def _read(self) -> None:
        try:
            while True:
                self._mailbox.put(*wire.read_request(self._requests))
        except wire.BrokenStream:
            self._mailbox.close()

    def _work(self, job: Job) -> None:
        try:
            answer = self._answer(job.request)
        except UserError as error:
            answer = Failure(error.kind, error.details)
        except Cancelled:
            answer = Dropped()
        except (MemoryError, torch.OutOfMemoryError):
            answer = Failure("out_of_memory", {})
        except Exception as error:  # noqa: BLE001 — the engine must outlive whatever one request does to it
            answer = _internal(error)
        self.reply(job.number, answer)

    def _answer(self, request: Request) -> AnyReply:
        answer = self._answers.get(type(request))
        if answer is not None:
            return answer(request)
        opener = self._openers.get(type(request))
        if opener is not None:
            opened = opener(request)
            if self._running is not None:
                self._running.close()
            self._running = opened
        if self._running is None:
            raise UserError("nothing_runs")
        return self._running.answer(request)

    def _advance(self, running: Running) -> None:
        try:
            running.advance()
        except UserError as error:
            running.pause(error)
        except (MemoryError, torch.OutOfMemoryError):
            running.pause(UserError("out_of_memory"))
        except Exception as error:  # noqa: BLE001 — a run that fails is paused and explained, not lost
            failure = _internal(error)
            running.pause(UserError(failure.kind, **failure.details))


def _internal(error: Exception) -> Failure:
    traceback.print_exc(file=sys.stderr)
    return Failure("internal", {"what": f"{type(error).__name__}: {error}"})
