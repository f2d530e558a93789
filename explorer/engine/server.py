"""The engine's loop: read requests, work on them one at a time, answer, and do long work while nothing waits."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

import torch

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure, Hello, Progress, Request
from explorer.core.messages.explore import TraceRequest
from explorer.core.messages.study import OptimiseRequest, PatchesRequest
from explorer.core.messages.weights import (
    CancelFetchRequest,
    CatalogRequest,
    FetchWeightsRequest,
    ImportWeightsRequest,
)
from explorer.core.messages.where import StopRequest, SweepRequest
from explorer.engine import wire
from explorer.engine.answers import HANDLERS
from explorer.engine.answers.context import Answer, Ask
from explorer.engine.background import Background, Task, close
from explorer.engine.downloads import Downloads, catalog_result
from explorer.engine.mailbox import Job, Mailbox
from explorer.engine.session import Session, StaleTrace
from explorer.nets.weights.store import WeightsStore

Result = TypeVar("Result")

STOPPABLE: dict[str, type[Request]] = {"sweep": SweepRequest, "patches": PatchesRequest, "optimise": OptimiseRequest}


class Server:
    """Serves one window over a pair of streams until the window closes its end."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO, store: WeightsStore) -> None:
        self._requests = requests
        self._replies = replies
        self._writing = threading.Lock()
        self._mailbox = Mailbox(self._say_dropped)
        self._background = Background(self._say_dropped)
        self._session = Session(store)
        self._downloads = Downloads(store, self.reply)

    def serve(self) -> None:
        """Answer until the request stream ends."""
        devices = self._session.devices
        self.reply(0, Hello(os.getpid(), str(torch.__version__), devices, devices[0].name))
        reader = threading.Thread(target=self._read, name="requests", daemon=True)
        reader.start()
        try:
            while not self._mailbox.closed:
                job = self._mailbox.take(wait=not self._background)
                if job is not None:
                    self._work(job)
                elif (task := self._background.take()) is not None:
                    self._advance(task)
        finally:
            self._background.drop()
            self._downloads.close()

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
                number, request = wire.read_request(self._requests)
                if isinstance(request, CancelFetchRequest):
                    self._downloads.cancel()
                else:
                    self._mailbox.put(number, request)
        except wire.BrokenStream:
            self._mailbox.close()

    def _say_dropped(self, number: int) -> None:
        self.reply(number, Dropped())

    def _work(self, job: Job) -> None:
        answer = self._guarded(lambda: self._answer(job))
        if isinstance(answer, Iterator):
            self._background.add(Task(job, answer))
        elif answer is not None:
            self.reply(job.number, answer)

    def _advance(self, task: Task) -> None:
        """Give a task one more slice of time."""
        ended = False

        def one_slice() -> AnyReply | None:
            nonlocal ended
            try:
                return next(task.slices)
            except StopIteration:
                ended = True
                return None
            except BaseException:
                ended = True
                raise

        reply = self._guarded(one_slice)
        if reply is not None:
            self.reply(task.job.number, reply)
        if not ended:
            if reply is not None and reply.final:
                close(task)
            else:
                self._background.put_back(task)

    def _guarded(self, work: Callable[[], Result]) -> Result | Failure | Dropped:
        """Do something for a request; what goes wrong becomes an answer."""
        try:
            return work()
        except UserError as error:
            return Failure(error.kind, error.details)
        except (Cancelled, StaleTrace):
            return Dropped()
        except (MemoryError, torch.OutOfMemoryError):
            # Drop what can be made again, so that the next request finds room.
            self._session.forget_nets()
            return Failure("out_of_memory", {})
        except Exception as error:  # noqa: BLE001 — the engine must outlive whatever one request does to it
            traceback.print_exc(file=sys.stderr)
            return Failure("internal", {"what": f"{type(error).__name__}: {error}"})

    def _answer(self, job: Job) -> Answer | None:
        """Return the answer to a request, or None where it comes later from another thread."""
        request = job.request
        match request:
            case TraceRequest():
                # What is being made speaks of the trace that now goes.
                self._background.drop()
                return self._session.trace(request, job.cancelled.is_set)
            case StopRequest():
                self._background.drop(STOPPABLE[request.work])
                return Dropped()
            case CatalogRequest():
                return catalog_result(self._session.store)
            case FetchWeightsRequest():
                self._downloads.start(job.number, request.name, self._weights_arrived)
                return None
            case ImportWeightsRequest():
                taken = self._downloads.take_over(request.path)
                self._weights_arrived()
                return taken
            case _:
                handler = HANDLERS.get(type(request))
                if handler is None:
                    raise UserError("request_unknown", request=type(request).__name__)

                def progress(what: str, done: int, total: int) -> None:
                    self.reply(job.number, Progress(what, done, total))

                return handler(self._session, request, Ask(job.cancelled.is_set, progress))

    def _weights_arrived(self) -> None:
        self._session.forget_nets()
