"""The folder in which a training leaves its results: ``run.json``, ``best`` and ``last`` weights, a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from torch import Tensor

from explorer.core.errors import UserError
from explorer.nets.weights.metadata import FileFacts, facts_as_metadata
from explorer.training.checkpoint import read_checkpoint, write_checkpoint, write_tensors, write_whole
from explorer.training.classifier import ClassifierTraining
from explorer.training.reports import EpochReport

_FREE = ("epochs", "device", "precision")
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
    _unwritten: dict[str, tuple[dict[str, Tensor], dict[str, str]]] = field(default_factory=dict)

    def note(self, training: ClassifierTraining, report: EpochReport) -> bool:
        """Remember an epoch's weights and figures until :meth:`save`; return whether they are the best so far."""
        self.history.append(report.as_json())
        facts = self.facts(training, report.accuracy)
        # The net goes on learning before its weights are written.
        weights = {name: tensor.detach().clone() for name, tensor in plain(report.net.state_dict()).items()}
        self._unwritten[LAST] = (weights, facts)
        better = report.accuracy["main"] > self.best
        if better:
            self.best = report.accuracy["main"]
            self._unwritten[BEST] = (weights, facts)
        return better

    def save(self, training: ClassifierTraining, more: Mapping[str, Tensor] = MappingProxyType({})) -> None:
        """Write the weights that were noted, the checkpoint (with ``more`` in it), and what people read of it.

        In this order, because a training that is killed in between does the last steps again, exactly.
        """
        for name, (weights, facts) in self._unwritten.items():
            write_tensors(self.path / name, weights, facts)
        self._unwritten.clear()
        tensors, numbers = training.state()
        tensors |= more
        state = {"settings": dict(self.settings), "history": self.history, "best": self.best, "training": numbers}
        write_checkpoint(self.path / CHECKPOINT, tensors, state)
        self.write_summary(training)

    def facts(self, training: ClassifierTraining, accuracy: Mapping[str, float]) -> dict[str, str]:
        """Return what a file of weights has to say of itself, so that Explore can show what the net sees and means."""
        facts = FileFacts(
            classes=training.data.classes,
            dataset=training.data.name,
            preprocess=training.preprocess,
            accuracy={head: 100 * share for head, share in accuracy.items() if head != "train"},
        )
        return facts_as_metadata(facts) | {"net": str(self.settings["net"]), "form": str(self.settings["form"])}

    def rewind(self, epoch: int, best: float) -> None:
        """Forget what came after so many epochs; the files stay until the next :meth:`save`."""
        self.history = [line for line in self.history if line["epoch"] <= epoch]
        self.best = best
        self._unwritten.clear()

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
            ``checkpoint_missing``, ``checkpoint_damaged``, or ``resume_differs``: it was made by another order. The
            number of epochs, the device and the precision may differ.
        """
        tensors, state = read_checkpoint(self.path / CHECKPOINT)
        asked = msgspec.json.decode(msgspec.json.encode(dict(self.settings)))
        for name, was in state["settings"].items():
            if name not in _FREE and asked.get(name, was) != was:
                now = asked[name]
                raise UserError("resume_differs", name=name, was=str(was), now=str(now), folder=str(self.path))
        self.history, self.best = list(state["history"]), float(state["best"])
        numbers: dict[str, Any] = state["training"]
        return tensors, numbers


def plain(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a net's weights as they are shared: without the counters that only training reads."""
    return {name: tensor for name, tensor in weights.items() if not name.endswith("num_batches_tracked")}
