"""The newest request of a kind wins."""

from __future__ import annotations

import numpy as np

from explorer.core.messages.explore import ThumbnailRequest, TraceRequest, WallRequest
from explorer.engine.mailbox import Mailbox


def test_newer_request_replaces_waiting_one_of_its_kind_only() -> None:
    dropped: list[int] = []
    mailbox = Mailbox(dropped.append)
    mailbox.put(1, WallRequest("t", "conv1"))
    mailbox.put(2, TraceRequest("nin", "", "k", "n"))
    mailbox.put(3, WallRequest("t", "conv2"))
    assert dropped == [1]
    taken = [mailbox.take(wait=False), mailbox.take(wait=False), mailbox.take(wait=False)]
    assert [job.number if job else None for job in taken] == [2, 3, None]


def test_newer_request_cancels_running_one() -> None:
    mailbox = Mailbox(lambda number: None)
    mailbox.put(1, TraceRequest("nin", "", "k", "n"))
    job = mailbox.take(wait=False)
    assert job is not None
    mailbox.put(2, WallRequest("t", "conv1"))
    assert not job.cancelled.is_set()
    mailbox.put(3, TraceRequest("nin", "", "k", "n"))
    assert job.cancelled.is_set()


def test_thumbnails_are_all_answered() -> None:
    dropped: list[int] = []
    mailbox = Mailbox(dropped.append)
    for number in range(3):
        mailbox.put(number, ThumbnailRequest("k", np.empty(0, np.uint8)))
    assert dropped == []


def test_closing_wakes_and_cancels() -> None:
    mailbox = Mailbox(lambda number: None)
    mailbox.put(1, TraceRequest("nin", "", "k", "n"))
    job = mailbox.take(wait=False)
    mailbox.close()
    assert job is not None and job.cancelled.is_set()
    assert mailbox.take(wait=True) is None
