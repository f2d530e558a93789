"""The engine's loop: read requests, work on them one at a time, answer, and prepare ahead while nothing waits."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from typing import BinaryIO

import msgspec
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure, Hello
from explorer.core.messages.explore import (
    BranchesRequest,
    ChannelRequest,
    ThumbnailRequest,
    ThumbnailResult,
    TraceRequest,
    ValuesRequest,
    WallRequest,
)
from explorer.core.messages.weights import CancelFetchRequest, CatalogRequest, FetchWeightsRequest, ImportWeightsRequest
from explorer.engine import wire
from explorer.engine.downloads import Downloads, catalog_result
from explorer.engine.mailbox import Job, Mailbox
from explorer.engine.session import Session, StaleTrace
from explorer.imaging.decode import decode, square_thumbnail
from explorer.nets.store import WeightsStore


class Server:
    """Serves one window over a pair of streams until the window closes its end."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO, store: WeightsStore) -> None:
        self._requests = requests
        self._replies = replies
        self._writing = threading.Lock()
        self._mailbox = Mailbox(lambda number: self.reply(number, Dropped()))
        self._session = Session(store)
        self._downloads = Downloads(store, self.reply)
        self._ahead: list[WallRequest] = []

    def serve(self) -> None:
        """Answer until the request stream ends."""
        devices = self._session.devices
        self.reply(0, Hello(os.getpid(), str(torch.__version__), devices, devices[0].name))
        reader = threading.Thread(target=self._read, name="requests", daemon=True)
        reader.start()
        try:
            while not self._mailbox.closed:
                job = self._mailbox.take(wait=not self._ahead)
                if job is not None:
                    self._work(job)
                elif self._ahead:
                    self._prepare(self._ahead.pop(0))
        finally:
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

    def _work(self, job: Job) -> None:
        try:
            answer = self._answer(job)
        except UserError as error:
            answer = Failure(error.kind, error.details)
        except (Cancelled, StaleTrace):
            answer = Dropped()
        except (MemoryError, torch.OutOfMemoryError):
            # Drop what can be made again, so that the next request finds room.
            self._session.forget_nets()
            answer = Failure("out_of_memory", {})
        except Exception as error:  # noqa: BLE001 — the engine must outlive whatever one request does to it
            traceback.print_exc(file=sys.stderr)
            answer = Failure("internal", {"what": f"{type(error).__name__}: {error}"})
        if answer is not None:
            self.reply(job.number, answer)

    def _answer(self, job: Job) -> AnyReply | None:
        """Return the answer to a request, or None where it comes later from another thread."""
        request = job.request
        match request:
            case TraceRequest():
                self._ahead.clear()
                return self._session.trace(request, job.cancelled.is_set)
            case WallRequest():
                wall = self._session.wall(request)
                self._ahead = [msgspec.structs.replace(request, layer=layer, ahead=()) for layer in request.ahead]
                return wall
            case BranchesRequest():
                return self._session.branches(request)
            case ValuesRequest():
                return self._session.values(request)
            case ChannelRequest():
                return self._session.channel(request)
            case ThumbnailRequest():
                picture = decode(memoryview(request.picture), request.key)  # type: ignore[arg-type]
                return ThumbnailResult(request.key, square_thumbnail(picture.rgb, request.side))
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
                raise UserError("request_unknown", request=type(request).__name__)

    def _weights_arrived(self) -> None:
        self._session.forget_nets()

    def _prepare(self, request: WallRequest) -> None:
        """Make a wall that will probably be asked for; nobody waits for it, so nothing is said where it fails."""
        try:
            self._session.wall(request)
        except (UserError, StaleTrace, MemoryError, torch.OutOfMemoryError):
            self._ahead.clear()

