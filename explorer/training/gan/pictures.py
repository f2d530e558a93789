"""Pictures for a GAN from published sets and from a person's folder, brought to the size of the networks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from explorer.core.errors import Cancelled, UserError
from explorer.imaging.decode import decode
from explorer.imaging.sources import PICTURE_SUFFIXES, read
from explorer.training.data import published
from explorer.training.data.folders import Report, square

MOST = 20_000
"""More pictures of a folder than this are not read: a lecture is shorter than their decoding."""

FEWEST = 2
_CHUNK = 4096
_NAMES = {"mnist": "mnist", "fashion_mnist": "fashion-mnist", "cifar10": "cifar10"}


def published_pictures(
    name: str,
    size: int,
    folder: Path,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tensor:
    """Return the training pictures (N, C, size, size) uint8 of a published set, downloaded where they are not there.

    Raises
    ------
    UserError
        ``data_download_failed``.
    """
    pixels = published.load(published.SETS[_NAMES[name]], folder, report, cancelled).train.pixels
    if name != "cifar10":
        pixels = pixels[:, :1]  # grey: three times the same channel
    return torch.cat([_resized(chunk, size) for chunk in torch.split(pixels, _CHUNK)])


def folder_pictures(
    folder: Path,
    size: int,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tensor:
    """Return the centre squares (N, 3, size, size) uint8 of all pictures in a folder and its folders.

    Files that cannot be read are left out.

    Raises
    ------
    UserError
        ``folder_missing`` where there is no such folder, ``gan_folder_empty`` where fewer than two of its pictures can
        be read.
    """
    if not folder.is_dir():
        raise UserError("folder_missing", name=str(folder))
    squares: list[np.ndarray] = []
    files = _files(folder)
    for done, file in enumerate(files):
        report(done, len(files))
        if cancelled():
            raise Cancelled
        try:
            squares.append(square(decode(read(file), file.name).rgb, size))
        except UserError:
            continue
    if len(squares) < FEWEST:
        raise UserError("gan_folder_empty", folder=str(folder), count=len(squares), fewest=FEWEST)
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).contiguous()


def _files(folder: Path) -> list[Path]:
    """Return the pictures in a fixed order, so that the same seed is the same run."""
    found: list[Path] = []
    for above, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(above, name) for name in sorted(names) if Path(name).suffix.lower() in PICTURE_SUFFIXES]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _resized(pixels: Tensor, size: int) -> Tensor:
    if pixels.shape[-1] == size:
        return pixels.contiguous()
    values = functional.interpolate(pixels.float(), size=(size, size), mode="bicubic", antialias=True)
    return values.round().clamp(0, 255).to(torch.uint8)
