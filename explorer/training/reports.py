"""What a training is told to do, and what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from explorer.training.data.dataset import Pictures
from explorer.training.metrics import Measured


@dataclass(frozen=True)
class Plan:
    """``epochs`` and ``seed`` of a training, and the side of the net's input in pixels."""

    epochs: int
    seed: int
    size: int


@dataclass(frozen=True)
class LastBatch:
    """The pictures of the last step, cut and turned but not yet resized, and what the main head said (N,)."""

    pictures: Pictures
    answers: Tensor


@dataclass(frozen=True)
class StepReport:
    """One step was done.

    Attributes
    ----------
    step : int
        Steps done so far.
    loss : mapping
        Head to its own loss, before weighting.
    right : Tensor (N,) bool
        Which pictures of the batch the main head named rightly.
    rate : float
        The learning rate of this step.
    """

    step: int
    epoch: int
    loss: Mapping[str, float]
    right: Tensor
    rate: float
    seconds: float


@dataclass(frozen=True)
class EpochReport:
    """An epoch was done and measured; fields as in the JSON line of ``train``."""

    epoch: int
    steps: int
    loss: Mapping[str, float]
    accuracy: Mapping[str, float]
    rate: float
    seconds: float
    measured: Measured = field(compare=False)
    net: nn.Module = field(compare=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "steps": self.steps,
            "loss": dict(self.loss),
            "accuracy": dict(self.accuracy),
            "rate": self.rate,
            "seconds": round(self.seconds, 3),
        }


@dataclass
class Sums:
    """Of the running epoch: losses by head, pictures, and those that were named rightly."""

    losses: dict[str, float] = field(default_factory=dict)
    pictures: int = 0
    right: int = 0
    seconds: float = 0.0

    def add(self, losses: Mapping[str, float], right: int, pictures: int, seconds: float) -> None:
        for head, loss in losses.items():
            self.losses[head] = self.losses.get(head, 0.0) + loss * pictures
        self.pictures += pictures
        self.right += right
        self.seconds += seconds

    @property
    def accuracy(self) -> float:
        return self.right / max(1, self.pictures)

    @property
    def mean_loss(self) -> dict[str, float]:
        return {head: loss / max(1, self.pictures) for head, loss in self.losses.items()}

    def as_json(self) -> dict[str, Any]:
        return {"losses": self.losses, "pictures": self.pictures, "right": self.right, "seconds": self.seconds}

    @classmethod
    def from_json(cls, numbers: Mapping[str, Any]) -> Sums:
        return cls(dict(numbers["losses"]), int(numbers["pictures"]), int(numbers["right"]), float(numbers["seconds"]))
