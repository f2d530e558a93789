"""A web server on this machine that misbehaves as it is told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Loopback:
    """Serves one content under every path.

    ``answers`` are taken one a request; when they are used up, the server is well-behaved. ``released`` ends every
    answer that hangs. ``asked`` are the Range headers of the requests ("" without one), ``sent`` the bytes of each
    answer's body.
    """

    content: bytes
    answers: list[Callable[[Answer], None]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    address: str = ""


class Answer(BaseHTTPRequestHandler):
    """One request and how it is answered."""

    loopback: Loopback

    def do_GET(self) -> None:
        self.loopback.asked.append(self.headers.get("Range", ""))
        self.loopback.paths.append(self.path)
        answer = self.loopback.answers.pop(0) if self.loopback.answers else well
        with contextlib.suppress(ConnectionError):  # the client may have gone
            answer(self)

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def body(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()
        self.loopback.sent.append(len(data))

    @property
    def start(self) -> int:
        """Where the client wants the content to begin."""
        asked = self.headers.get("Range", "")
        return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0

    def rest_head(self) -> bytes:
        """Send the headers of a good answer and return the bytes that should follow."""
        whole, start = self.loopback.content, self.start
        if start >= len(whole) and start:
            self.head(416, Content_Range=f"bytes */{len(whole)}", Content_Length=0)
            return b""
        rest = whole[start:]
        if start:
            span = f"bytes {start}-{len(whole) - 1}/{len(whole)}"
            self.head(206, Content_Length=len(rest), Content_Range=span)
        else:
            self.head(200, Content_Length=len(rest))
        return rest

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


def well(answer: Answer) -> None:
    answer.body(answer.rest_head())


def cut(after: int) -> Callable[[Answer], None]:
    """Close the connection after so many bytes."""
    return lambda answer: answer.body(answer.rest_head()[:after])


def hang(after: int) -> Callable[[Answer], None]:
    """Fall silent after so many bytes, until released; then send the rest."""

    def run(answer: Answer) -> None:
        rest = answer.rest_head()
        answer.body(rest[:after])
        answer.loopback.released.wait(60)
        answer.body(rest[after:])

    return run


def status(code: int) -> Callable[[Answer], None]:
    return lambda answer: answer.head(code, Content_Length=0)


def whole(answer: Answer) -> None:
    """Send everything, whatever range was asked for."""
    answer.head(200, Content_Length=len(answer.loopback.content))
    answer.body(answer.loopback.content)


def unmeasured(answer: Answer) -> None:
    """Send everything without saying how much it is."""
    answer.head(200)
    answer.body(answer.loopback.content)


@contextlib.contextmanager
def serving(content: bytes, *answers: Callable[[Answer], None]) -> Iterator[Loopback]:
    loopback = Loopback(content, list(answers))
    handler = type("BoundAnswer", (Answer,), {"loopback": loopback})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = False  # so that closing the server waits for them
        loopback.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield loopback
        finally:
            loopback.released.set()
            server.shutdown()
            thread.join()
