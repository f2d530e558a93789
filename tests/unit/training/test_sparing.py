"""What is shown takes a small share of the time."""

from __future__ import annotations

from explorer.training.sparing import Sparing


def test_work_is_due_again_after_thirty_times_what_it_took() -> None:
    now = 100.0
    sparing = Sparing(lambda: now)
    assert sparing.due
    with sparing.working():
        now += 0.01
    assert not sparing.due
    now += 0.29
    assert not sparing.due
    now += 0.02
    assert sparing.due
