"""Fetch one picture from the web because a person dropped its address; nothing is fetched otherwise."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from email.message import Message
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPDefaultErrorHandler, HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from explorer.core.errors import Cancelled, UserError
from explorer.imaging.limits import LARGEST_FILE_BYTES, too_many_bytes

MOST_REDIRECTS = 5
_BLOCK_BYTES = 64 << 10
_LONGEST_WAIT_S = 5.0


def fetch(
    url: str,
    cancelled: Callable[[], bool] = lambda: False,
    timeout_s: float = 20.0,
    limit_bytes: int = LARGEST_FILE_BYTES,
) -> bytes:
    """Return what an http or https address holds.

    Parameters
    ----------
    cancelled : callable
        Asked before every block; once it says yes, the fetch is given up.
    timeout_s : float
        For the whole fetch, redirects included; a silent server is left after a quarter of it or 5 s at the latest.

    Raises
    ------
    UserError
        ``url_not_allowed``, ``url_unreachable``, ``url_too_slow``, ``url_refused``, ``url_not_a_picture``,
        ``url_redirects``, ``url_cut_off`` or ``picture_too_large_bytes``.
    Cancelled
        Where ``cancelled`` said so.
    """
    ends = time.monotonic() + timeout_s
    wait_s = min(_LONGEST_WAIT_S, timeout_s / 4)
    host = _host(url)
    try:
        for _ in range(MOST_REDIRECTS + 1):
            if cancelled():
                raise Cancelled
            if time.monotonic() > ends:
                raise TimeoutError
            host = _host(url)
            request = Request(url, headers={"User-Agent": "Layerwalk", "Accept": "image/*"})
            try:
                with _opener().open(request, timeout=wait_s) as answer:
                    _refuse_page(answer.headers, host)
                    return _body(answer, answer.headers, cancelled, ends, limit_bytes, host)
            except HTTPError as error:
                error.close()
                onward = error.headers.get("Location", "")
                if error.code not in (301, 302, 303, 307, 308) or not onward:
                    raise UserError("url_refused", host=host, status=error.code) from error
                url = urljoin(url, onward)
        raise UserError("url_redirects", host=host)
    except TimeoutError as error:
        raise UserError("url_too_slow", host=host, seconds=round(timeout_s)) from error
    except URLError as error:
        kind = "url_too_slow" if isinstance(error.reason, TimeoutError) else "url_unreachable"
        raise UserError(kind, host=host, seconds=round(timeout_s)) from error
    except http.client.IncompleteRead as error:
        raise UserError("url_cut_off", host=host) from error
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise UserError("url_unreachable", host=host) from error


def _opener() -> OpenerDirector:
    """Return an opener that knows http and https alone and follows no redirect by itself: each one is checked."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), _StatusErrors(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


class _StatusErrors(HTTPDefaultErrorHandler):
    """Turns every status but 200 … 299 into an HTTPError."""

    def http_response(self, request: Request, response: http.client.HTTPResponse) -> http.client.HTTPResponse:
        if not 200 <= response.status < 300:
            raise HTTPError(request.full_url, response.status, response.reason, response.headers, response)
        return response

    https_response = http_response


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise UserError("url_unreachable", host=url[:80]) from error
    if parts.scheme.lower() not in ("http", "https"):
        raise UserError("url_not_allowed", scheme=parts.scheme[:20] or "?")
    if not host:
        raise UserError("url_unreachable", host=url[:80])
    return host


def _refuse_page(headers: Message, host: str) -> None:
    if headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        raise UserError("url_not_a_picture", host=host)


def _body(
    answer: IO[bytes],
    headers: Message,
    cancelled: Callable[[], bool],
    ends: float,
    limit_bytes: int,
    host: str,
) -> bytes:
    declared = headers.get("Content-Length", "")
    promised = int(declared) if declared.isdecimal() else None
    if promised is not None and promised > limit_bytes:
        raise too_many_bytes(promised, limit_bytes)
    data = bytearray()
    # ``read1`` hands out what has arrived; ``read`` would wait for a whole block from a server that drips.
    take = getattr(answer, "read1", answer.read)
    while block := take(_BLOCK_BYTES):
        data += block
        if len(data) > limit_bytes:
            raise too_many_bytes(len(data), limit_bytes)
        if cancelled():
            raise Cancelled
        if time.monotonic() > ends:
            raise TimeoutError
    if promised is not None and len(data) < promised:
        raise UserError("url_cut_off", host=host)
    return bytes(data)
