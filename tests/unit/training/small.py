"""Small trainings for the tests: a narrow net with heads on pictures of two colours and their noise."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.nets.spec import NetSpec
from explorer.training.build import first_weights
from explorer.training.classifier import ClassifierTraining
from explorer.training.data.dataset import DataSet, Pictures
from explorer.training.metrics import Arithmetic
from explorer.training.recipes import LECTURE, Recipe
from explorer.training.reports import Plan

CPU = Arithmetic(torch.device("cpu"))


class TinyNet(nn.Module):
    """Two convolutions, a main head and an auxiliary one after the first; with normalisation and dropout on request."""

    def __init__(self, num_classes: int = 3, norm: bool = True, dropout: float = 0.2) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(6) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(6, 8, 3, padding=1, stride=2)
        self.dropout = nn.Dropout(dropout)
        self.aux1 = nn.Linear(6, num_classes)
        self.fc = nn.Linear(8, num_classes)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = torch.relu(self.bn1(self.conv1(x)))
        aux1 = self.aux1(x.mean((2, 3)))
        x = self.dropout(torch.relu(self.conv2(x)).mean((2, 3)))
        return {"main": self.fc(x), "aux1": aux1}


TINY = NetSpec(name="tiny", title="Tiny", year=2026, reference="none", build=TinyNet)


def pictures(count: int, seed: int, side: int = 8, classes: int = 3) -> Pictures:
    """Return noise, brighter in the colour that is the class."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % classes
    pixels = torch.randint(0, 160, (count, 3, side, side), dtype=torch.uint8, generator=generator)
    pixels[torch.arange(count), labels] += 90
    return Pictures(pixels, labels)


def data(train: int = 48, validation: int = 20, side: int = 8) -> DataSet:
    return DataSet("colours", ("red", "green", "blue"), pictures(train, 1, side), pictures(validation, 2, side))


def training(
    recipe: Recipe = LECTURE,
    *,
    epochs: int = 2,
    seed: int = 0,
    norm: bool = True,
    dropout: float = 0.2,
    arithmetic: Arithmetic = CPU,
    given: DataSet | None = None,
) -> ClassifierTraining:
    """Return a training of the tiny net at step 0."""
    net = TinyNet(norm=norm, dropout=dropout)
    net.load_state_dict(first_weights(net, seed))
    return ClassifierTraining(net, given or data(), recipe, Plan(epochs, seed, 8), arithmetic)
