"""The forward pass as a film: one step after the other, at the speed the teacher chose."""

from __future__ import annotations

from collections.abc import Callable

from explorer.presenters.ports import Clock

STEP_MS = 700
"""How long a step stays at speed 1."""


class Play:
    """Starts and stops the clock; knows nothing of networks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.playing = False

    def toggle(self, speed: float, tick: Callable[[], None]) -> None:
        """Start where it stands, stop where it runs."""
        if self.playing:
            self.stop()
        else:
            self.start(speed, tick)

    def start(self, speed: float, tick: Callable[[], None]) -> None:
        """Run at a speed (1 is one step in 0.7 s); changes the speed of a running film."""
        self.playing = True
        self._clock.every(round(STEP_MS / speed), tick)

    def stop(self) -> None:
        """Stop; does nothing where nothing runs."""
        self.playing = False
        self._clock.stop()
