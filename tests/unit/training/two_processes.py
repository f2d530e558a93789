"""Run by ``torchrun`` in the test beside it: trains the tiny net, alone or in a group, and writes its weights down."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import torch
from safetensors.torch import save_file

from explorer.training.build import first_weights
from explorer.training.classifier import ClassifierTraining, train
from explorer.training.job import group_of
from explorer.training.recipes import MODERN
from explorer.training.reports import Plan
from tests.unit.training.small import CPU, TinyNet, data


def main(out: Path) -> None:
    """Train for two epochs with heads, averaging and augmentation; without dropout and batch statistics."""
    torch.set_num_threads(1)
    recipe = msgspec.structs.replace(MODERN, batch=16, rate=0.05)
    with group_of(os.environ, torch.device("cpu")) as group:
        net = TinyNet(norm=False, dropout=0.0)
        net.load_state_dict(first_weights(net, 0))
        training = ClassifierTraining(net, data(), recipe, Plan(2, 0, 8), CPU, group)
        reports = list(train(training))
        if group.rank == 0:
            tensors, _ = training.state()
            loss = torch.tensor([report.loss["main"] for report in reports], dtype=torch.float64)
            accuracy = torch.tensor([reports[-1].accuracy["train"]])  # type: ignore[union-attr]
            save_file({**tensors, "loss": loss, "accuracy": accuracy}, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
