"""The window's end of the engine: starts it, asks it, and starts it again when it dies."""

from __future__ import annotations

import contextlib
import itertools
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal, cast

import msgspec

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Dropped, Failure, Hello
from explorer.core.messages.explore import TraceRequest
from explorer.engine import wire
from explorer.engine.launch import launch

EngineState = Literal["ready", "restarting", "broken"]
Deliver = Callable[[Callable[[], None]], None]

MAX_CRASHES = 5
"""So many engines may die one after the other without having proved their health; then the client gives up."""

CLOSE_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class _Pending:
    request: AnyRequest
    on_reply: Callable[[AnyReply], None]


Outbox = queue.SimpleQueue[tuple[int, AnyRequest] | None]


class EngineClient:
    """Asks an engine process; every answer comes through ``deliver``, on the window's thread.

    Parameters
    ----------
    command : sequence of str
        Starts an engine that speaks on stdin and stdout; may begin with ``ssh host``.
    deliver : callable
        Runs a function on the window's thread, soon; called from the reading thread.
    """

    def __init__(self, command: Sequence[str], deliver: Deliver) -> None:
        self._command = list(command)
        self._deliver = deliver
        self._on_state: Callable[[EngineState, Hello | None], None] = lambda state, hello: None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._pending: dict[int, _Pending] = {}
        self._known_pictures: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: tuple[threading.Thread, ...] = ()
        self._outbox: Outbox = queue.SimpleQueue()
        self._epoch = 0
        self._crashes = 0
        self._closing = False
        self._goodbye_at = 0.0

    @property
    def pid(self) -> int | None:
        """Process number of the running engine."""
        return self._process.pid if self._process is not None else None

    def listen(self, on_state: Callable[[EngineState, Hello | None], None]) -> None:
        """Have ``on_state`` told, on the window's thread, when the engine is ready, restarting or given up.

        After ``ready`` the presenter asks for its scene again: the new engine knows nothing.
        """
        self._on_state = on_state

    def start(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """Start the engine, or take over one that was launched before, and return at once."""
        self._epoch += 1
        self._known_pictures.clear()
        self._process = process if process is not None else launch(self._command)
        wire.widen(cast(BinaryIO, self._process.stdin))
        self._outbox = queue.SimpleQueue()
        # A picture of 50 MB fills a pipe that a starting engine does not read yet: writing needs a thread too.
        running, outbox = self._process, self._outbox
        self._threads = (
            threading.Thread(target=self._read, args=(running, self._epoch), name="engine-replies", daemon=True),
            threading.Thread(target=self._write, args=(running, outbox), name="engine-requests", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def submit(self, request: AnyRequest, on_reply: Callable[[AnyReply], None]) -> int:
        """Ask; ``on_reply`` gets progress, then one answer. A newer request of the same kind silences an older one."""
        number = next(self._numbers)
        with self._lock:
            if request.newest_wins:
                old = [key for key, pending in self._pending.items() if type(pending.request) is type(request)]
                for key in old:
                    del self._pending[key]
            self._pending[number] = _Pending(request, on_reply)
        self._send(number, request)
        return number

    def say_goodbye(self) -> None:
        """Ask the engine to end and do not wait; :meth:`close` does. So several engines end at the same time."""
        if self._closing:
            return
        self._closing = True
        self._goodbye_at = time.monotonic()
        with self._lock:
            self._pending.clear()
        self._outbox.put(None)

    def close(self) -> None:
        """End the engine within two seconds of the goodbye and wait for the reading thread."""
        self.say_goodbye()
        self._end(max(0.0, CLOSE_TIMEOUT_S - (time.monotonic() - self._goodbye_at)))

    def restart(self) -> None:
        """Try again after the client gave up."""
        self._crashes = 0
        self._on_state("restarting", None)
        self._end(0.0)
        self.start()

    def _send(self, number: int, request: AnyRequest) -> None:
        if isinstance(request, TraceRequest):
            if request.picture_key in self._known_pictures:
                request = msgspec.structs.replace(request, picture=None)
            self._known_pictures.add(request.picture_key)
        self._outbox.put((number, request))

    def _write(self, process: subprocess.Popen[bytes], outbox: Outbox) -> None:
        # A broken pipe is noticed by the reader, which starts a new engine; the scene is then asked for again.
        with contextlib.suppress(wire.BrokenStream):
            while (item := outbox.get()) is not None:
                wire.write(cast(BinaryIO, process.stdin), *item)
        with contextlib.suppress(OSError):
            cast(BinaryIO, process.stdin).close()

    def _read(self, process: subprocess.Popen[bytes], epoch: int) -> None:
        stream = cast(BinaryIO, process.stdout)
        try:
            while True:
                number, reply = wire.read_reply(stream)
                self._deliver(lambda number=number, reply=reply: self._receive(epoch, number, reply))  # type: ignore[misc]
        except wire.BrokenStream:
            if not self._closing:
                self._deliver(lambda: self._on_death(epoch))

    def _receive(self, epoch: int, number: int, reply: AnyReply) -> None:
        if epoch != self._epoch or self._closing:
            return
        if isinstance(reply, Hello):
            self._on_state("ready", reply)
            return
        with self._lock:
            pending = self._pending.get(number)
            if pending is not None and reply.final:
                del self._pending[number]
        if pending is None:
            return
        if isinstance(reply, Failure) and reply.kind == "picture_unknown" and isinstance(pending.request, TraceRequest):
            # The engine keeps only the last pictures; send the bytes once more.
            self._known_pictures.discard(pending.request.picture_key)
            self.submit(pending.request, pending.on_reply)
            return
        if reply.proves_health:
            self._crashes = 0
        pending.on_reply(reply)

    def _on_death(self, epoch: int) -> None:
        if epoch != self._epoch or self._closing:
            return
        with self._lock:
            orphans = list(self._pending.values())
            self._pending.clear()
        self._end(0.0)
        self._crashes += 1
        if self._crashes > MAX_CRASHES:
            self._on_state("broken", None)
        else:
            self._on_state("restarting", None)
            self.start()
        for orphan in orphans:
            orphan.on_reply(Dropped())

    def _end(self, patience_s: float) -> None:
        """Close the engine's stdin, which ends it; kill it where that takes longer than ``patience_s``."""
        process, threads = self._process, self._threads
        self._process, self._threads = None, ()
        if process is None:
            return
        self._outbox.put(None)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(CLOSE_TIMEOUT_S)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
