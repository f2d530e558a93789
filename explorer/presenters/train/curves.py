"""What happened in a training so far, as curves."""

from __future__ import annotations

import numpy as np

from explorer.core.messages.training import CURVES, MEASURED, LaneCurves, TrainFrame
from explorer.core.text import Translator
from explorer.presenters.plots import Curve, PlotShow
from explorer.presenters.train.ports import PlotKey

HEAD_COLOURS = {"main": "#2f7de1", "aux2": "#c9a800", "aux1": "#8a8f98"}
LANE_COLOURS = ("#2f7de1", "#c9a800")
"""Of the nets where two learn side by side; the second is dashed, too."""


class LaneHistory:
    """The curves of one net, from step 0."""

    def __init__(self) -> None:
        self.steps = np.zeros(0, np.int64)
        self.values = np.zeros((0, len(CURVES)), np.float32)
        self.measured_steps = np.zeros(0, np.int64)
        self.measured = np.zeros((0, len(MEASURED)), np.float32)

    def add(self, new: LaneCurves) -> None:
        """Append what happened since; rows that are there already are not taken twice."""
        fresh = new.steps > (self.steps[-1] if self.steps.size else -1)
        self.steps = np.concatenate([self.steps, new.steps[fresh]])
        self.values = np.concatenate([self.values, new.values[fresh]])
        fresh = new.measured_steps > (self.measured_steps[-1] if self.measured_steps.size else -1)
        self.measured_steps = np.concatenate([self.measured_steps, new.measured_steps[fresh]])
        self.measured = np.concatenate([self.measured, new.measured[fresh]])

    def column(self, name: str) -> np.ndarray:
        """Return one of CURVES, (N,) float32."""
        return self.values[:, CURVES.index(name)]


class Histories:
    """The curves of all nets of a run.

    A new run, or a rewind, makes the older curves void: its frame's ``era`` tells.
    """

    def __init__(self) -> None:
        self._run = ""
        self._lanes: list[LaneHistory] = []
        self.era = -1
        self.since = 0

    def take(self, frame: TrainFrame) -> None:
        """Add what a frame brings."""
        if frame.run != self._run or frame.era != self.era or len(frame.lanes) != len(self._lanes):
            self._run, self.era = frame.run, frame.era
            self._lanes = [LaneHistory() for _ in frame.lanes]
        for history, lane in zip(self._lanes, frame.lanes, strict=True):
            history.add(lane.curves)
        self.since = frame.step

    def plots(self, titles: tuple[str, ...], tr: Translator) -> dict[PlotKey, PlotShow]:
        """Return the four plots; ``titles`` name the nets."""
        return {
            "loss": PlotShow(tr("train_view.plot.loss"), self._losses(titles, tr), empty=tr("train_view.no_steps")),
            "accuracy": PlotShow(
                tr("train_view.plot.accuracy"),
                self._accuracies(titles, tr),
                "%",
                (0.0, 100.0),
                empty=tr("train_view.not_measured" if self.since else "train_view.no_steps"),
            ),
            "rate": PlotShow(tr("train_view.plot.rate"), self._one("rate", titles), empty=tr("train_view.no_steps")),
            "gradient": PlotShow(
                tr("train_view.plot.gradient"), self._one("first_gradient", titles), empty=tr("train_view.no_steps")
            ),
        }

    def _losses(self, titles: tuple[str, ...], tr: Translator) -> tuple[Curve, ...]:
        curves = []
        for head in MEASURED:
            for lane, history in enumerate(self._lanes):
                values = history.column(f"loss_{head}")
                if len(self._lanes) > 1 and head != "main":
                    continue
                if head != "main" and not np.isfinite(values).any():
                    continue
                curves.append(self._curve(f"loss_{head}", lane, head, titles, history.steps, values, tr))
        return tuple(curves)

    def _accuracies(self, titles: tuple[str, ...], tr: Translator) -> tuple[Curve, ...]:
        curves = []
        several = len(self._lanes) > 1
        for lane, history in enumerate(self._lanes):
            if not several:
                # The line of a batch is noisy; smoothed by the plot, it is the training accuracy.
                curves.append(
                    Curve(
                        "train",
                        tr("train_view.batch_accuracy"),
                        "#5b9f6a",
                        history.steps,
                        100 * history.column("accuracy"),
                    )
                )
            for index, head in enumerate(MEASURED):
                values = history.measured[:, index]
                if (several and head != "main") or (head != "main" and not np.isfinite(values).any()):
                    continue
                curves.append(
                    self._curve(
                        f"val_{head}", lane, head, titles, history.measured_steps, 100 * values, tr, validation=True
                    )
                )
        return tuple(curves)

    @property
    def _several_heads(self) -> bool:
        return any(
            np.isfinite(history.column(f"loss_{head}")).any()
            for history in self._lanes
            for head in MEASURED
            if head != "main"
        )

    def _one(self, column: str, titles: tuple[str, ...]) -> tuple[Curve, ...]:
        return tuple(
            Curve(f"{column}{lane}", title, LANE_COLOURS[lane % 2], history.steps, history.column(column), lane == 1)
            for lane, (history, title) in enumerate(zip(self._lanes, titles, strict=True))
        )

    def _curve(
        self,
        key: str,
        lane: int,
        head: str,
        titles: tuple[str, ...],
        steps: np.ndarray,
        values: np.ndarray,
        tr: Translator,
        *,
        validation: bool = False,
    ) -> Curve:
        if len(self._lanes) > 1:
            return Curve(f"{key}{lane}", titles[lane], LANE_COLOURS[lane % 2], steps, values, lane == 1)
        said = tr("train_view.validation", head=head) if validation else head
        # Of several heads the names alone must do: said in full they would not fit above the plot.
        label = head if self._several_heads else said
        return Curve(key, label, HEAD_COLOURS[head], steps, values, head != "main", hint=said)
