"""Events of a device are read only after the last of them is over."""

from __future__ import annotations

import pytest
import torch

from explorer.tracing.timing import EventClock, HostClock, clock_for


class Device:
    """A stream that finishes its work only when someone waits for it, as a GPU's may."""

    def __init__(self, moments_ms: list[float]) -> None:
        self.moments_ms = iter(moments_ms)
        self.finished = False


class Event:
    def __init__(self, device: Device) -> None:
        self._device = device

    def record(self) -> None:
        self.moment_ms = next(self._device.moments_ms)

    def synchronize(self) -> None:
        self._device.finished = True

    def elapsed_time(self, later: Event) -> float:
        assert self._device.finished
        return later.moment_ms - self.moment_ms


def test_events_are_waited_for_once_and_their_distances_are_the_times() -> None:
    device = Device([1.0, 1.5, 4.0])
    clock = EventClock(lambda: Event(device))
    for _ in range(3):
        clock.mark()
    assert not device.finished
    assert clock.milliseconds() == pytest.approx([0.5, 2.5])


def test_the_processor_needs_no_events() -> None:
    clock = clock_for(torch.device("cpu"))
    assert isinstance(clock, HostClock)
    clock.mark()
    assert clock.milliseconds() == []
    clock.mark()
    (passed,) = clock.milliseconds()
    assert passed >= 0
