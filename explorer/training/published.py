"""CIFAR-10, MNIST and Fashion-MNIST, as torchvision downloads, checks and reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.nets.classes import CIFAR10
from explorer.training.data import DataSet, Pictures
from explorer.training.digits import CLASSES
from explorer.training.folders import Report


@dataclass(frozen=True)
class PublishedSet:
    """A set that torchvision knows: ``kind`` is its class there."""

    title: str
    kind: str
    classes: tuple[str, ...]
    mirrors: bool


_CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")

SETS: Mapping[str, PublishedSet] = MappingProxyType(
    {
        "cifar10": PublishedSet("CIFAR-10", "CIFAR10", CIFAR10, mirrors=True),
        "mnist": PublishedSet("MNIST", "MNIST", CLASSES, mirrors=False),
        "fashion-mnist": PublishedSet("Fashion-MNIST", "FashionMNIST", _CLOTHES, mirrors=True),
    }
)


def load(
    chosen: PublishedSet,
    folder: Path,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> DataSet:
    """Return a published set from ``folder``, downloaded first where it is not there.

    Raises
    ------
    UserError
        ``data_download_failed``: no connection, no room, or what came has not the published checksum.
    """
    from torchvision import datasets  # noqa: PLC0415 — takes a second

    kind: Any = getattr(datasets, chosen.kind)
    parts = []
    for train in (True, False):
        if cancelled():
            raise Cancelled
        report(0 if train else 1, 2)
        try:
            parts.append(kind(root=str(folder), train=train, download=True))
        except (OSError, RuntimeError, ValueError) as error:
            raise UserError("data_download_failed", data=chosen.title, reason=str(error)) from error
    report(2, 2)
    train_part, test_part = map(_pictures, parts)
    return DataSet(chosen.title, chosen.classes, train_part, test_part, chosen.mirrors)


def _pictures(part: Any) -> Pictures:
    pixels = torch.from_numpy(np.ascontiguousarray(np.asarray(part.data)))
    # Grey pictures have no axis of channels.
    pixels = pixels[:, None].expand(-1, 3, -1, -1) if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2)
    return Pictures(pixels.contiguous(), torch.as_tensor(part.targets, dtype=torch.int64))
