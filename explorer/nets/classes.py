"""The names of the classes that a network tells apart."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

from explorer.core.resources import resource

CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@cache
def class_names(dataset: Literal["cifar10", "imagenet"]) -> tuple[str, ...]:
    """Return the English class names in the order of the logits: 10 for CIFAR-10, 1,000 for ImageNet.

    ImageNet's are a copy of those in torchvision's weight metadata, because importing torchvision takes a second.
    """
    if dataset == "cifar10":
        return CIFAR10
    return msgspec.json.decode(resource("classes", "imagenet.json").read_bytes(), type=tuple[str, ...])
