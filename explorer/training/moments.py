"""Moments of a training that are kept, so that one can look back and go on from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from explorer.core.messages.training import LaneMoment

MOST = 64
MEMORY_BYTES = 400_000_000


@dataclass(frozen=True)
class LaneState:
    """A lane's tensors and numbers as :meth:`ClassifierTraining.state` gives them, and what it looked like."""

    tensors: dict[str, Tensor]
    numbers: dict[str, Any]
    looked: LaneMoment

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in self.tensors.values())


class Moments:
    """Keeps moments evenly spread over the whole training: when there are too many, every second one is dropped."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[LaneState, ...]] = {}
        self._spacing = 1

    @property
    def steps(self) -> np.ndarray:
        return np.array(sorted(self._kept), np.int64)

    def due(self, step: int) -> bool:
        """Return whether this step should be kept."""
        return step % self._spacing == 0 and step not in self._kept

    def keep(self, step: int, lanes: tuple[LaneState, ...]) -> None:
        self._kept[step] = lanes
        size = sum(lane.nbytes for lane in lanes)
        most = min(MOST, max(4, MEMORY_BYTES // max(1, size)))
        while len(self._kept) > most:
            self._spacing *= 2
            # The first and the newest stay in any case.
            ends = (min(self._kept), max(self._kept))
            self._kept = {at: kept for at, kept in self._kept.items() if at % self._spacing == 0 or at in ends}
            if len(self._kept) <= 2:
                break

    def at(self, step: int) -> tuple[int, tuple[LaneState, ...]] | None:
        """Return the moment at or before a step, or the first one; None where nothing is kept."""
        if not self._kept:
            return None
        before = [at for at in self._kept if at <= step]
        chosen = max(before) if before else min(self._kept)
        return chosen, self._kept[chosen]

    def cut(self, step: int) -> None:
        """Forget all moments after this one."""
        self._kept = {at: kept for at, kept in self._kept.items() if at <= step}
