"""How long each operation takes, without making a device wait for the host."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import torch


class Clock(Protocol):
    """Marks moments while work is handed out; says afterwards how far apart they were."""

    def mark(self) -> None: ...

    def milliseconds(self) -> list[float]:
        """Wait for the device, then return the time between each mark and the one before it."""


class HostClock:
    """For devices that have done the work when the call returns."""

    def __init__(self) -> None:
        self._moments: list[float] = []
        self._now = time.perf_counter

    def mark(self) -> None:
        self._moments.append(self._now())

    def milliseconds(self) -> list[float]:
        return [1e3 * (after - before) for before, after in zip(self._moments, self._moments[1:], strict=False)]


class EventClock:
    """For devices that work behind the host's back: their own events."""

    def __init__(self, new_event: Callable[[], Any]) -> None:
        self._new_event = new_event
        self._events: list[Any] = []

    def mark(self) -> None:
        event = self._new_event()
        event.record()
        self._events.append(event)

    def milliseconds(self) -> list[float]:
        self._events[-1].synchronize()
        pairs = zip(self._events, self._events[1:], strict=False)
        return [float(before.elapsed_time(after)) for before, after in pairs]


def clock_for(device: torch.device) -> Clock:
    """Return a clock that fits the device."""
    match device.type:
        case "cuda":
            return EventClock(lambda: torch.cuda.Event(enable_timing=True))  # type: ignore[no-untyped-call]
        case "xpu":
            return EventClock(lambda: torch.xpu.Event(enable_timing=True))  # type: ignore[no-untyped-call]
        case "mps":
            return EventClock(lambda: torch.mps.event.Event(enable_timing=True))
        case _:
            return HostClock()
