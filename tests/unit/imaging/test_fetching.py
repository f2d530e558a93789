"""Addresses are fetched within their limits, against a server on this machine that misbehaves."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable

import pytest

from explorer.core.errors import Cancelled, UserError
from explorer.imaging.fetching import MOST_REDIRECTS, fetch
from tests.loopback import Answer, cut, hang, serving, status, unmeasured

CONTENT = bytes(range(256)) * 400


def refusal(url: str, **options: object) -> UserError:
    with pytest.raises(UserError) as caught:
        fetch(url, **options)
    return caught.value


def redirect(to: str, code: int = 302) -> Callable[[Answer], None]:
    return lambda answer: answer.head(code, Location=to, Content_Length=0)


def page(answer: Answer) -> None:
    answer.head(200, Content_Type="text/html; charset=utf-8", Content_Length=6)
    answer.body(b"<html>")


def endless(answer: Answer) -> None:
    """Send zeros until the client goes away; 64 MB at most."""
    answer.head(200, Content_Type="image/jpeg")
    for _ in range(1000):
        answer.body(bytes(64_000))


def dripping(answer: Answer) -> None:
    """Send a byte every now and then, so that no single wait is long; 30 s at most."""
    answer.head(200, Content_Type="image/jpeg")
    for _ in range(600):
        answer.body(b"x")
        if answer.loopback.released.wait(0.05):
            return


def test_a_picture_arrives_whole_with_or_without_a_declared_length() -> None:
    with serving(CONTENT) as server:
        assert fetch(f"{server.address}/cat.jpg") == CONTENT
    with serving(CONTENT, unmeasured) as server:
        assert fetch(f"{server.address}/cat.jpg") == CONTENT


def test_redirects_are_followed_a_few_times() -> None:
    with serving(CONTENT, *[redirect("/on", code) for code in (301, 302, 303, 307, 308)]) as server:
        assert fetch(f"{server.address}/cat.jpg") == CONTENT
        assert len(server.asked) == MOST_REDIRECTS + 1


def test_redirects_without_end_are_left() -> None:
    with serving(CONTENT, *[redirect("/again")] * 50) as server:
        assert refusal(f"{server.address}/").kind == "url_redirects"
        assert len(server.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:image/png;base64,AAAA"])
def test_a_redirect_away_from_the_web_is_refused(to: str) -> None:
    with serving(CONTENT, redirect(to)) as server:
        assert refusal(f"{server.address}/").kind == "url_not_allowed"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x.png", "cat.png", "javascript:alert(1)"])
def test_only_the_web_is_fetched(url: str) -> None:
    assert refusal(url).kind == "url_not_allowed"


@pytest.mark.parametrize("code", [403, 404, 429, 500])
def test_a_refusal_names_host_and_status(code: int) -> None:
    with serving(CONTENT, status(code)) as server:
        error = refusal(f"{server.address}/cat.jpg")
    assert error.kind == "url_refused"
    assert error.details == {"host": "127.0.0.1", "status": code}


def test_a_page_instead_of_a_picture_is_told_apart() -> None:
    with serving(CONTENT, page) as server:
        assert refusal(f"{server.address}/cat.jpg").kind == "url_not_a_picture"


def test_a_broken_connection_never_gives_half_a_picture() -> None:
    with serving(CONTENT, cut(30_000)) as server:
        assert refusal(f"{server.address}/cat.jpg").kind == "url_cut_off"


def test_too_much_is_refused_by_its_declared_length_or_while_it_arrives() -> None:
    with serving(CONTENT) as server:
        assert refusal(f"{server.address}/", limit_bytes=1000).kind == "picture_too_large_bytes"
    with serving(CONTENT, endless) as server:
        assert refusal(f"{server.address}/", limit_bytes=1_000_000).kind == "picture_too_large_bytes"


@pytest.mark.parametrize("answer", [hang(500), hang(0), dripping])
def test_a_slow_server_is_left(answer: Callable[[Answer], None]) -> None:
    begin = time.monotonic()
    with serving(CONTENT, answer) as server:
        error = refusal(f"{server.address}/", timeout_s=0.6)
        assert time.monotonic() - begin < 20  # it would go on for 30 s and more
    assert error.kind == "url_too_slow"


def test_a_fetch_can_be_cancelled_while_it_runs() -> None:
    with serving(CONTENT, endless) as server:
        answers = iter([False, False, True])
        with pytest.raises(Cancelled):
            fetch(f"{server.address}/", cancelled=lambda: next(answers))


def test_an_address_where_nobody_listens_is_unreachable() -> None:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    for url in (f"http://127.0.0.1:{port}/", "http://[::1", "http://127.0.0.1:99999/", "http:///x.png"):
        assert refusal(url).kind == "url_unreachable"
