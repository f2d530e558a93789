"""CIFAR-10, MNIST and Fashion-MNIST, as torchvision downloads, checks and reads them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.nets.classes import CIFAR10
from explorer.training.data.dataset import DataSet, Pictures
from explorer.training.data.digits import CLASSES
from explorer.training.data.folders import Report


@dataclass(frozen=True)
class PublishedSet:
    """A set that torchvision knows: ``kind`` is its class there, ``bytes`` what is fetched and unpacked."""

    title: str
    kind: str
    classes: tuple[str, ...]
    mirrors: bool
    pictures: int
    bytes: int


_LOOK_EVERY_S = 0.5
_CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")

SETS: Mapping[str, PublishedSet] = MappingProxyType(
    {
        "cifar10": PublishedSet("CIFAR-10", "CIFAR10", CIFAR10, True, 60_000, 357_000_000),
        "mnist": PublishedSet("MNIST", "MNIST", CLASSES, False, 70_000, 66_500_000),
        "fashion-mnist": PublishedSet("Fashion-MNIST", "FashionMNIST", _CLOTHES, True, 70_000, 85_700_000),
    }
)


def load(
    chosen: PublishedSet,
    folder: Path,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> DataSet:
    """Return a published set from ``folder``, downloaded first where it is not there.

    ``report`` is told how many pictures have arrived, as far as the sizes of the files say it.

    Raises
    ------
    UserError
        ``data_download_failed``: no connection, no room, or what came has not the published checksum.
    """
    from torchvision import datasets  # noqa: PLC0415 — takes a second

    kind: Any = getattr(datasets, chosen.kind)
    parts = []
    with _arriving(chosen, folder, report):
        for train in (True, False):
            if cancelled():
                raise Cancelled
            try:
                parts.append(kind(root=str(folder), train=train, download=True))
            except (OSError, RuntimeError, ValueError, EOFError) as error:
                raise UserError("data_download_failed", data=chosen.title, reason=str(error)) from error
    report(chosen.pictures, chosen.pictures)
    train_part, test_part = map(_pictures, parts)
    return DataSet(chosen.title, chosen.classes, train_part, test_part, chosen.mirrors)


@contextmanager
def _arriving(chosen: PublishedSet, folder: Path, report: Report) -> Iterator[None]:
    """While the context lasts, report on a thread how large the set's files have become: torchvision tells nobody."""
    ended = threading.Event()
    before = _size_of(folder)

    def watch() -> None:
        while not ended.wait(_LOOK_EVERY_S):
            share = min(0.99, (_size_of(folder) - before) / chosen.bytes)
            report(round(share * chosen.pictures), chosen.pictures)

    watcher = threading.Thread(target=watch, name="arriving", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder; files may come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def _pictures(part: Any) -> Pictures:
    pixels = torch.from_numpy(np.ascontiguousarray(np.asarray(part.data)))
    # Grey pictures have no axis of channels.
    pixels = pixels[:, None].expand(-1, 3, -1, -1) if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2)
    return Pictures(pixels.contiguous(), torch.as_tensor(part.targets, dtype=torch.int64))
