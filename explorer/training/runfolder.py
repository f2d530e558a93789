"""The folder in which a training leaves its results: ``run.json``, ``best`` and ``last`` weights, a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from torch import Tensor, nn

from explorer.nets.metadata import FileFacts, facts_as_metadata
from explorer.training.checkpoint import read_checkpoint, write_checkpoint, write_tensors, write_whole
from explorer.training.classifier import ClassifierTraining, EpochReport

CHECKPOINT, BEST, LAST, RUN = "checkpoint.safetensors", "best.safetensors", "last.safetensors", "run.json"


@dataclass
class RunFolder:
    """What one training writes.

    Attributes
    ----------
    settings : mapping
        What was asked for: net, form, data, recipe, seed, … A training is taken up again only with the same.
    history : list
        One JSON line an epoch.
    best : float
        Highest validation accuracy of the main head so far, 0 … 1; -1 before the first epoch ends.
    """

    path: Path
    settings: Mapping[str, Any]
    history: list[dict[str, Any]] = field(default_factory=list)
    best: float = -1.0

    def keep(self, training: ClassifierTraining, report: EpochReport) -> bool:
        """Write an epoch's weights and figures down; return whether they are the best so far."""
        self.history.append(report.as_json())
        facts = facts_as_metadata(
            FileFacts(
                classes=training.data.classes,
                dataset=training.data.name,
                preprocess=training.preprocess,
                accuracy={head: 100 * share for head, share in report.accuracy.items() if head != "train"},
            )
        )
        facts |= {"net": str(self.settings["net"]), "form": str(self.settings["form"])}
        weights = plain_state(report.net)
        write_tensors(self.path / LAST, weights, facts)
        better = report.accuracy["main"] > self.best
        if better:
            self.best = report.accuracy["main"]
            write_tensors(self.path / BEST, weights, facts)
        self.save(training)
        return better

    def save(self, training: ClassifierTraining) -> None:
        """Write the checkpoint, and what people read of it."""
        tensors, numbers = training.state()
        state = {"settings": dict(self.settings), "history": self.history, "best": self.best, "training": numbers}
        write_checkpoint(self.path / CHECKPOINT, tensors, state)
        self.write_summary(training)

    def write_summary(self, training: ClassifierTraining) -> None:
        summary = {
            **self.settings,
            "classes": training.data.classes,
            "step": training.step,
            "steps": training.total_steps,
            "finished": training.done,
            "best": self.best if self.best >= 0 else None,
            "history": self.history,
        }
        write_whole(self.path / RUN, msgspec.json.format(msgspec.json.encode(summary)) + b"\n")

    def load(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Take history and best figures over from the checkpoint; return what the training needs of it.

        Raises
        ------
        UserError
            ``checkpoint_missing`` or ``checkpoint_damaged``.
        """
        tensors, state = read_checkpoint(self.path / CHECKPOINT)
        self.history, self.best = list(state["history"]), float(state["best"])
        numbers: dict[str, Any] = state["training"]
        return tensors, numbers


def plain_state(net: nn.Module) -> dict[str, Tensor]:
    """Return a net's weights as they are shared: without the counters that only training reads."""
    return {name: tensor for name, tensor in net.state_dict().items() if not name.endswith("num_batches_tracked")}
