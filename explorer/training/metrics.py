"""How good a classifier is: pictures that it names rightly, over all pictures."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from explorer.nets.spec import Preprocess
from explorer.training.data.dataset import Pictures, as_input, batches

EVALUATION_BATCH = 128


@dataclass(frozen=True)
class Arithmetic:
    """Device, precision and memory layout in which a net computes."""

    device: torch.device
    precision: Literal["float32", "bfloat16"] = "float32"
    channels_last: bool = False

    def autocast(self) -> torch.autocast:
        """Return a context in which convolutions and matrices are computed in bfloat16 where that was asked for."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16")


@dataclass(frozen=True)
class Measured:
    """Figures over all pictures of a set.

    Attributes
    ----------
    accuracy : mapping
        Head to the share of pictures that it names rightly, 0 … 1.
    confusion : ndarray (classes, classes) int64
        Pictures by true class (row) and by the main head's answer (column).
    """

    accuracy: Mapping[str, float]
    confusion: np.ndarray


@contextmanager
def evaluating(net: nn.Module) -> Iterator[None]:
    """Put a net into evaluation mode without gradients, and each of its layers back into its own mode at the end."""
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes.items():
            module.training = mode


def evaluate(
    net: nn.Module, pictures: Pictures, size: int, preprocess: Preprocess, arithmetic: Arithmetic, classes: int
) -> Generator[float, None, Measured]:
    """Measure a net on all pictures, some at a time; yield how far it has come, 0 … 1, and return the figures."""
    right: dict[str, int] = {}
    confusion = torch.zeros(classes * classes, dtype=torch.int64)
    done = 0
    for batch in batches(pictures, EVALUATION_BATCH):
        values = as_input(batch.pixels, size, preprocess, arithmetic.channels_last)
        with evaluating(net), arithmetic.autocast():
            logits: dict[str, Tensor] = net(values)
        answers = {head: output.argmax(1) for head, output in logits.items()}
        for head, answer in answers.items():
            right[head] = right.get(head, 0) + int((answer == batch.labels).sum())
        cells = (batch.labels * classes + answers["main"]).cpu()
        confusion += torch.bincount(cells, minlength=classes * classes)
        done += len(batch)
        yield done / len(pictures)
    accuracy = {head: count / len(pictures) for head, count in right.items()}
    return Measured(accuracy, confusion.reshape(classes, classes).numpy())
