"""Class folders: one folder a class, its pictures inside; or such folders in ``train`` and ``test``."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from explorer.core.errors import Cancelled, UserError
from explorer.imaging.decode import decode
from explorer.imaging.sources import PICTURE_SUFFIXES, read
from explorer.training.data.dataset import DataSet, Pictures, split

VALIDATION_SHARE = 0.2
SMALL_SIDE_PX = 32
PHOTO_SIDE_PX = 64
_TEST_NAMES = ("test", "val", "valid", "validation")
_MOST_PICTURES = 200_000
_SAMPLED = 50  # pictures that are looked at to choose a side

Report = Callable[[int, int], None]
"""Is told how many pictures were read, and how many there are."""


@dataclass(frozen=True)
class FolderData:
    """``data`` from a folder, and the files of it that could not be read."""

    data: DataSet
    unreadable: tuple[str, ...]


def load_folder(
    folder: Path,
    seed: int,
    side_px: int = 0,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> FolderData:
    """Return the pictures of a folder of class folders.

    Parameters
    ----------
    folder : Path
        Holds one folder a class; or ``train`` and ``test`` (or ``val``), each with the same class folders. Without
        them, a fifth of each class is kept for validation, chosen by ``seed``.
    side_px : int
        Side to which the centre squares are brought; 0 for 32 where the pictures are about as small, else 64.

    Raises
    ------
    UserError
        ``data_missing``, ``data_no_classes``, ``data_one_class``, ``data_class_empty``, ``data_class_differs``,
        ``data_unreadable`` or ``data_too_many``.
    """
    if not folder.is_dir():
        raise UserError("data_missing", folder=str(folder))
    train_folder = folder / "train"
    test_folder = next((folder / name for name in _TEST_NAMES if (folder / name).is_dir()), None)
    parted = train_folder.is_dir() and test_folder is not None
    files = _files_by_class(train_folder if parted else folder)
    test_files: dict[str, list[Path]] = {}
    if parted and test_folder is not None:
        test_files = _files_by_class(test_folder)
        for name in sorted(files.keys() ^ test_files.keys()):
            raise UserError("data_class_differs", folder=str(folder), name=name)
    total = sum(map(len, files.values())) + sum(map(len, test_files.values()))
    if total > _MOST_PICTURES:
        raise UserError("data_too_many", folder=str(folder), count=total, most=_MOST_PICTURES)
    side = side_px or _fitting_side(files)
    reader = _Reader(side, total, report, cancelled)
    pictures = reader.read(files)
    train, validation = (pictures, reader.read(test_files)) if parted else split(pictures, VALIDATION_SHARE, seed)
    return FolderData(
        DataSet(folder.resolve().name or str(folder), tuple(files), train, validation), tuple(reader.unreadable)
    )


def _files_by_class(folder: Path) -> dict[str, list[Path]]:
    """Return the picture files of each class, by name."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith("."))
        files = {
            name: sorted(
                Path(entry.path)
                for entry in os.scandir(folder / name)
                if Path(entry.name).suffix.lower() in PICTURE_SUFFIXES and not entry.name.startswith(".")
            )
            for name in names
        }
    except OSError as error:
        raise UserError("data_missing", folder=str(folder)) from error
    if not names:
        raise UserError("data_no_classes", folder=str(folder))
    if len(names) == 1:
        raise UserError("data_one_class", folder=str(folder), name=names[0])
    for name, inside in files.items():
        if len(inside) < 2:
            raise UserError("data_class_empty", folder=str(folder), name=name, count=len(inside))
    return files


def _fitting_side(files: dict[str, list[Path]]) -> int:
    sides = []
    everything = [file for inside in files.values() for file in inside]
    for file in everything[:: max(1, len(everything) // _SAMPLED)]:
        try:
            sides.append(min(decode(read(file), file.name).original_size))
        except UserError:
            continue
    return SMALL_SIDE_PX if not sides or float(np.median(sides)) < 1.5 * SMALL_SIDE_PX else PHOTO_SIDE_PX


class _Reader:
    """Reads pictures one after the other and counts those that it cannot read."""

    def __init__(self, side_px: int, total: int, report: Report, cancelled: Callable[[], bool]) -> None:
        self._side_px, self._total, self._report, self._cancelled = side_px, total, report, cancelled
        self._done = 0
        self.unreadable: list[str] = []

    def read(self, files: dict[str, list[Path]]) -> Pictures:
        squares: list[np.ndarray] = []
        labels: list[int] = []
        for label, (name, inside) in enumerate(files.items()):
            before = len(squares)
            for file in inside:
                if self._cancelled():
                    raise Cancelled
                try:
                    squares.append(square(decode(read(file), file.name).rgb, self._side_px))
                    labels.append(label)
                except UserError:
                    self.unreadable.append(str(file))
                self._done += 1
                if self._done % 100 == 0 or self._done == self._total:
                    self._report(self._done, self._total)
            if len(squares) - before < 2:
                raise UserError("data_unreadable", folder=str(inside[0].parent), name=name, file=inside[0].name)
        pixels = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).contiguous()
        return Pictures(pixels, torch.tensor(labels))


def square(rgb: np.ndarray, side_px: int) -> np.ndarray:
    """Return a picture's centre square (side_px, side_px, 3) uint8, reduced by averaging areas."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    cut = rgb[top : top + side, left : left + side]
    if side == side_px:
        return cut
    resample = Image.Resampling.BOX if side > side_px else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(np.ascontiguousarray(cut)).resize((side_px, side_px), resample))
