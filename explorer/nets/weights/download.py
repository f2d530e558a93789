"""Downloads a file whose SHA-256 is known: resumed where it was cut, and never in place before it is whole."""

from __future__ import annotations

import errno
import http.client
import os
import selectors
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from explorer.core.errors import Cancelled, UserError
from explorer.nets.weights.filelock import held
from explorer.nets.weights.hashes import sha256_of

Progress = Callable[[int, int], None]

_CHUNK_BYTES = 1 << 18
_POLL_S = 0.1
_SPARE_BYTES = 50_000_000  # room to leave on the disk beside the file
_MOST_BYTES = 4_000_000_000  # where the size is not known: nothing of the catalog is near it
_AGAIN = (408, 425, 429, 500, 502, 503, 504)  # answers that may be others in a moment


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Attributes
    ----------
    stall_s : float
        Longest silence, in seconds, before the connection is given up and a new one goes on where it stopped. A
        server has half of it to take the call.
    retries : int
        How often to try again without having got anything.
    pause_s : float
        Pause before the first new attempt; each later one is twice as long.
    """

    stall_s: float = 20.0
    retries: int = 4
    pause_s: float = 0.5


USUAL_PATIENCE = Patience()


class _Interrupted(Exception):
    """The connection failed in a way that may be better in a moment."""

    def __init__(self, kind: str, **details: str | int) -> None:
        super().__init__(kind)
        self.error = UserError(kind, **details)


class _NotFromHere(Exception):
    """The server cannot go on from the middle, or what we have is longer than its file."""


def download(
    url: str,
    destination: Path,
    sha256: str,
    size_bytes: int,
    progress: Progress,
    cancelled: Callable[[], bool],
    patience: Patience = USUAL_PATIENCE,
) -> None:
    """Download a file to ``destination``, which appears whole and verified or not at all.

    What has arrived lies in ``<destination>.part`` and is not asked for again by the next attempt, in this call or a
    later one. If another thread or process downloads the same file, wait for it and use what it leaves.

    Parameters
    ----------
    sha256 : str
        Of the whole file, 64 hexadecimal digits.
    size_bytes : int
        Of the whole file; 0 where not known.
    progress : callable
        ``progress(done, total)`` in bytes; ``total`` is 0 where not known.
    cancelled : callable
        Asked at least ten times a second while data is awaited.

    Raises
    ------
    Cancelled
        ``cancelled()`` was true. What has arrived is kept.
    UserError
        ``download_offline``, ``download_insecure``, ``download_refused`` (404 and the like), ``download_failing``
        (the server has errors), ``download_stalled``, ``download_cut``, ``download_wrong_file``,
        ``download_bad_address``, ``disk_full``, ``weights_folder_unwritable``.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UserError("download_bad_address", address=url)

    def wait() -> None:
        progress(_size(_part_of(destination)), size_bytes)
        pause(_POLL_S, cancelled)

    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with held(lock_of(destination), wait):
            if not (destination.is_file() and sha256_of(destination) == sha256):
                _Download(url, destination, sha256, size_bytes, progress, cancelled, patience).run()
    except OSError as error:
        raise disk_error(error, destination, size_bytes - _size(_part_of(destination))) from error


class _Download:
    """One download with all its attempts."""

    def __init__(
        self,
        url: str,
        destination: Path,
        sha256: str,
        size_bytes: int,
        progress: Progress,
        cancelled: Callable[[], bool],
        patience: Patience,
    ) -> None:
        self.url = url
        self.host = urlsplit(url).hostname or url
        self.destination = destination
        self.part = _part_of(destination)
        self.sha256 = sha256
        self.size_bytes = size_bytes
        self.progress = progress
        self.cancelled = cancelled
        self.patience = patience

    def run(self) -> None:
        failures = 0
        while True:
            before = _size(self.part)
            try:
                self._attempt(before)
                break
            except _NotFromHere:
                if self._is_whole():
                    break
                self.part.unlink(missing_ok=True)
            except _Interrupted as interruption:
                failures = 1 if _size(self.part) - before >= _CHUNK_BYTES else failures + 1
                if failures > self.patience.retries:
                    raise interruption.error from interruption
                pause(self.patience.pause_s * 2 ** (failures - 1), self.cancelled)
        if not self._is_whole():
            raise self._wrong_file()
        self.part.replace(self.destination)

    def _attempt(self, have: int) -> None:
        """Get what is missing; ``have`` bytes are there."""
        if self.size_bytes and have == self.size_bytes:
            return  # only the check was interrupted
        if self.size_bytes and have > self.size_bytes:
            raise _NotFromHere
        if self.cancelled():
            raise Cancelled
        with self._open(have) as response:
            if have and response.status != http.client.PARTIAL_CONTENT:
                have = 0  # the server sends the file from its beginning, whatever was asked for
            total = self._total(response, have)
            self._check_space(max(total - have, 0))
            with self.part.open("r+b" if have else "wb") as file:
                file.seek(have)
                file.truncate()
                self._receive(response, file, have, total)
                file.flush()
                os.fsync(file.fileno())

    def _open(self, have: int) -> http.client.HTTPResponse:
        headers = {"User-Agent": "layerwalk", **({"Range": f"bytes={have}-"} if have else {})}
        request = urllib.request.Request(self.url, headers=headers)
        opener = urllib.request.build_opener()  # not the shared one: it may have been made before a proxy was set
        try:
            response: http.client.HTTPResponse = opener.open(request, timeout=self.patience.stall_s / 2)
        except urllib.error.HTTPError as error:
            error.close()
            if have and error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise _NotFromHere from error
            if error.code in _AGAIN:
                raise _Interrupted("download_failing", host=self.host, status=error.code) from error
            raise UserError("download_refused", host=self.host, status=error.code) from error
        except (OSError, http.client.HTTPException) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise UserError("download_insecure", host=self.host) from error
            if isinstance(cause, TimeoutError):
                raise _Interrupted("download_stalled", host=self.host) from error
            raise _Interrupted("download_offline", host=self.host) from error
        return response

    def _total(self, response: http.client.HTTPResponse, have: int) -> int:
        """Return the size of the whole file in bytes, 0 where nobody knows; ``have`` is where the answer begins."""
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else 0
        if response.status == http.client.PARTIAL_CONTENT:
            span, _, whole = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
            if span.partition("-")[0] != str(have):
                raise _NotFromHere if have else self._wrong_file()
            total = int(whole) if whole.isdecimal() else total
        if self.size_bytes and total and total != self.size_bytes:
            raise self._wrong_file()  # such as the sign-in page of a guest network
        return total or self.size_bytes

    def _receive(self, response: http.client.HTTPResponse, file: IO[bytes], have: int, total: int) -> None:
        self.progress(have, total)
        told = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(response.fileno(), selectors.EVENT_READ)
            while chunk := self._next_chunk(response, selector):
                file.write(chunk)
                have += len(chunk)
                if have > (total or _MOST_BYTES):
                    raise self._wrong_file()
                if time.monotonic() - told >= _POLL_S:
                    self.progress(have, total)
                    told = time.monotonic()
        if have < total:
            raise _Interrupted("download_cut", host=self.host)
        self.progress(have, total)

    def _next_chunk(self, response: http.client.HTTPResponse, selector: selectors.BaseSelector) -> bytes:
        """Return the next bytes, empty at the end, looking out for a cancellation while there are none."""
        # Bytes that came together with the headers wait in a buffer that the selector does not see: after half of our
        # patience the read itself decides whether there is anything, and has the other half for it.
        until = time.monotonic() + self.patience.stall_s / 2
        ready = False
        while not ready:
            ready = bool(selector.select(_POLL_S)) or time.monotonic() >= until
            if self.cancelled():
                raise Cancelled
        try:
            return response.read1(_CHUNK_BYTES)
        except TimeoutError as error:
            raise _Interrupted("download_stalled", host=self.host) from error
        except (OSError, http.client.HTTPException) as error:
            raise _Interrupted("download_cut", host=self.host) from error

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.destination.parent).free
        if free < needed + _SPARE_BYTES:
            raise _disk_full(self.destination, needed + _SPARE_BYTES - free)

    def _is_whole(self) -> bool:
        return self.part.is_file() and sha256_of(self.part) == self.sha256

    def _wrong_file(self) -> UserError:
        self.part.unlink(missing_ok=True)
        return UserError("download_wrong_file", host=self.host, file=self.destination.name)


def disk_error(error: OSError, destination: Path, needed_bytes: int) -> UserError:
    """Return what a person is told when ``destination`` cannot be written; ``needed_bytes`` were still to come."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(destination, needed_bytes)
    return UserError("weights_folder_unwritable", folder=str(destination.parent), reason=error.strerror or str(error))


def _disk_full(destination: Path, missing_bytes: int) -> UserError:
    return UserError("disk_full", folder=str(destination.parent), megabytes=max(-(-missing_bytes // 10**6), 1))


def lock_of(destination: Path) -> Path:
    """Return the lock file of everyone who is about to write ``destination``."""
    return destination.with_name(destination.name + ".lock")


def _part_of(destination: Path) -> Path:
    return destination.with_name(destination.name + ".part")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def pause(seconds: float, cancelled: Callable[[], bool]) -> None:
    """Sleep, but not on when cancelled.

    Raises
    ------
    Cancelled
    """
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if cancelled():
            raise Cancelled
        time.sleep(min(left, _POLL_S))
