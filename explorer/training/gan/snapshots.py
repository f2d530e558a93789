"""The moments to which a GAN can be rewound, within a budget of memory."""

from __future__ import annotations

from collections.abc import Callable

from explorer.training.gan.state import TrainerState

BUDGET_BYTES = 256 * 1024 * 1024
MOST = 256
"""More moments than this cannot be told apart on the time line."""

Moment = tuple[TrainerState, ...]
"""The state of every lane at one step."""


class Snapshots:
    """Keeps moments at even distances from the first to the newest; the distance doubles whenever the room is full.

    Parameters
    ----------
    budget_bytes : int
        All moments together are never larger, but for the newest alone.
    """

    def __init__(self, budget_bytes: int = BUDGET_BYTES, most: int = MOST) -> None:
        self._budget = budget_bytes
        self._most = most
        self._kept: dict[int, Moment] = {}
        self._bytes = 0
        self._interval = 1

    @property
    def steps(self) -> list[int]:
        """The steps that are kept, oldest first."""
        return sorted(self._kept)

    @property
    def nbytes(self) -> int:
        return self._bytes

    def offer(self, step: int, make: Callable[[], Moment]) -> None:
        """Keep this moment where its turn has come; ``make`` is called only then."""
        if step % self._interval or step in self._kept:
            return
        self._add(step, make())
        while len(self._kept) > 1 and (self._bytes > self._budget or len(self._kept) > self._most):
            self._interval *= 2
            for old in [old for old in self._kept if old % self._interval and old != step]:
                self._remove(old)
            if len(self._kept) == 2 and self._bytes > self._budget:
                self._remove(min(self._kept))

    def at(self, step: int) -> tuple[int, Moment] | None:
        """Return the newest moment at or before a step (else the oldest), or None where there is none."""
        if not self._kept:
            return None
        earlier = [kept for kept in self._kept if kept <= step]
        found = max(earlier) if earlier else min(self._kept)
        return found, self._kept[found]

    def moments(self, most: int) -> list[tuple[int, Moment]]:
        """Return at most so many moments, evenly spread, the oldest and the newest among them."""
        steps = self.steps
        count = min(most, len(steps))
        picked = [steps[round(index * (len(steps) - 1) / max(1, count - 1))] for index in range(count)]
        return [(step, self._kept[step]) for step in picked]

    def drop_after(self, step: int) -> None:
        """Forget what came later: the run goes on from here, and it has not happened."""
        for later in [kept for kept in self._kept if kept > step]:
            self._remove(later)

    def clear(self) -> None:
        """Forget all: the networks have another structure."""
        self._kept.clear()
        self._bytes, self._interval = 0, 1

    def _add(self, step: int, moment: Moment) -> None:
        self._kept[step] = moment
        self._bytes += sum(state.nbytes for state in moment)

    def _remove(self, step: int) -> None:
        self._bytes -= sum(state.nbytes for state in self._kept.pop(step))
