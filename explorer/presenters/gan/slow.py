"""A step in slow motion: phase after phase, each shown as long as it takes to read its caption."""

from __future__ import annotations

from typing import Literal

from explorer.core.messages.gan import PHASES, PhaseFrame, Player

PHASE_MS = {"sample": 2400, "forward": 3200, "loss": 2400, "backward": 3200, "update": 2400}
"""How long each phase stays at speed 1."""

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)

Ask = Literal["phase_d", "phase_g"]


class SlowMotion:
    """Says which phase is to be asked for, and when; knows nothing of engines and views.

    Attributes
    ----------
    speed : float
        1 is made to be read aloud.
    """

    def __init__(self) -> None:
        self.speed = 1.0
        self.running = False
        self._turns: list[Player] = []
        self._endless = False
        self._order: tuple[Player, ...] = ("d", "g")
        self._left_ms = 0.0
        self._asked = False

    def begin(self, players: tuple[Player, ...], *, endless: bool) -> None:
        """Show one step of each of these players, one after the other; ``endless``: again and again."""
        self._order, self._endless = players, endless
        self._turns = list(players)
        self.running = True
        self._left_ms = 0.0
        self._asked = False

    def stop(self) -> None:
        """End where it is; the engine ends the step by itself with the next command."""
        self.running = False
        self._asked = False

    def tick(self, elapsed_ms: float) -> Ask | None:
        """Let time pass; return the phase to ask for now, if any."""
        if not self.running or self._asked:
            return None
        self._left_ms -= elapsed_ms
        if self._left_ms > 0:
            return None
        if not self._turns:
            if not self._endless:
                self.running = False
                return None
            self._turns = list(self._order)
        self._asked = True
        return "phase_d" if self._turns[0] == "d" else "phase_g"

    def arrived(self, phase: PhaseFrame) -> int:
        """Take note of a phase that was done; return how long it is shown, in milliseconds."""
        self._asked = False
        duration = PHASE_MS[phase.phase] / self.speed
        self._left_ms = duration
        if phase.phase == PHASES[-1] and self._turns:
            self._turns.pop(0)
        return round(duration)

    def faster(self, ways: int) -> None:
        """Change the speed up (1) or down (−1)."""
        at = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - self.speed))
        self.speed = SPEEDS[max(0, min(len(SPEEDS) - 1, at + ways))]
