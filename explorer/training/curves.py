"""What was measured at each step of a training, for the window to draw."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from explorer.core.messages.training import CURVES, MEASURED, LaneCurves
from explorer.training.reports import EpochReport, StepReport

_PREFIX = "curves."


class CurveLog:
    """Rows a step and rows a measurement; the newest last."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._values: list[tuple[float, ...]] = []
        self._measured_steps: list[int] = []
        self._measured: list[tuple[float, ...]] = []

    def add(self, report: StepReport, first_gradient: float) -> None:
        nothing = float("nan")
        losses = (report.loss.get(head, nothing) for head in ("main", "aux2", "aux1"))
        accuracy = float(report.right.float().mean())
        self._steps.append(report.step)
        self._values.append((*losses, accuracy, report.rate, first_gradient))

    def add_measured(self, report: EpochReport) -> None:
        if self._measured_steps and self._measured_steps[-1] == report.steps:
            self._measured_steps.pop()
            self._measured.pop()
        self._measured_steps.append(report.steps)
        self._measured.append(tuple(report.accuracy.get(head, float("nan")) for head in MEASURED))

    def since(self, step: int) -> LaneCurves:
        """Return the rows of all later steps."""
        first = int(np.searchsorted(self._steps, step, side="right"))
        first_measured = int(np.searchsorted(self._measured_steps, step, side="right"))
        # The measurement of a step comes some frames after the step itself: the last one is told again and again.
        first_measured = max(0, min(first_measured, len(self._measured_steps) - 1))
        return LaneCurves(
            np.array(self._steps[first:], np.int64),
            np.array(self._values[first:], np.float32).reshape(-1, len(CURVES)),
            np.array(self._measured_steps[first_measured:], np.int64),
            np.array(self._measured[first_measured:], np.float32).reshape(-1, len(MEASURED)),
        )

    def cut(self, step: int) -> None:
        """Forget all steps after this one."""
        last = int(np.searchsorted(self._steps, step, side="right"))
        last_measured = int(np.searchsorted(self._measured_steps, step, side="right"))
        del self._steps[last:], self._values[last:]
        del self._measured_steps[last_measured:], self._measured[last_measured:]

    def as_tensors(self) -> dict[str, Tensor]:
        """Return everything as tensors that can lie in a checkpoint."""
        whole = self.since(-1)
        parts = {
            "steps": whole.steps,
            "values": whole.values,
            "measured_steps": np.array(self._measured_steps, np.int64),
            "measured": np.array(self._measured, np.float32).reshape(-1, len(MEASURED)),
        }
        return {f"{_PREFIX}{name}": torch.from_numpy(array) for name, array in parts.items()}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> CurveLog:
        """Return what :meth:`as_tensors` gave; nothing where a checkpoint has no curves."""
        log = cls()
        if f"{_PREFIX}steps" in tensors:
            log._steps = tensors[f"{_PREFIX}steps"].tolist()
            log._values = [tuple(row) for row in tensors[f"{_PREFIX}values"].tolist()]
            log._measured_steps = tensors[f"{_PREFIX}measured_steps"].tolist()
            log._measured = [tuple(row) for row in tensors[f"{_PREFIX}measured"].tolist()]
        return log
