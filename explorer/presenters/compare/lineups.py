"""Which networks are compared, and with which weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LineupName = Literal["lecture", "cifar10"]


@dataclass(frozen=True)
class Lineup:
    """Networks beside each other.

    Attributes
    ----------
    titles : dict
        Network of the catalog to what it is called here.
    weights : str
        Name of the weights that all of them run with; empty for the best that each has here.
    """

    titles: dict[str, str]
    weights: str = ""

    @property
    def nets(self) -> tuple[str, ...]:
        return tuple(self.titles)


LINEUPS: dict[LineupName, Lineup] = {
    "lecture": Lineup(
        {
            "alexnet": "AlexNet (2012)",
            "alexnet-tv": "AlexNet (one tower)",
            "vgg16": "VGG-16",
            "nin": "NIN",
            "googlenet": "GoogLeNet",
            "resnet18": "ResNet-18",
            "resnet50": "ResNet-50",
        }
    ),
    "cifar10": Lineup(
        {
            "alexnet": "AlexNet",
            "vgg16": "VGG-16",
            "nin": "NIN",
            "googlenet": "GoogLeNet",
            "resnet20": "ResNet-20",
            "plain20": "Plain-20",
        },
        "cifar10",
    ),
}
"""The lecture's networks as they were published, and those that come trained, all on the same ten classes."""
