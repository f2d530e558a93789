"""Opens what a classifier learns from, by name: embedded digits, published sets, or a person's folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import torch

from explorer.core.errors import UserError
from explorer.training.data import published
from explorer.training.data.dataset import DataSet, Pictures, split
from explorer.training.data.digits import CLASSES, load_digits
from explorer.training.data.folders import VALIDATION_SHARE, Report, load_folder

DIGITS = "digits"
NAMES = (DIGITS, *published.SETS)


@dataclass(frozen=True)
class Opened:
    """``data``, and the files that could not be read."""

    data: DataSet
    unreadable: tuple[str, ...] = ()


def data_folder() -> Path:
    """Return the folder that keeps this person's published sets; it need not exist."""
    return Path(platformdirs.user_data_dir("layerwalk", appauthor=False)) / "data"


def open_data(
    name: str,
    seed: int,
    folder: Path,
    side_px: int = 0,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Opened:
    """Return the pictures that a name or folder stands for, on the CPU.

    Parameters
    ----------
    name : str
        One of ``NAMES``, or the path of a folder of class folders.
    folder : Path
        Where published sets are kept; they are downloaded where they are not there yet.
    side_px : int
        Side to which a folder's pictures are brought; 0 chooses.

    Raises
    ------
    UserError
        See :func:`explorer.training.data.folders.load_folder` and :func:`explorer.training.data.published.load`.
    """
    if name == DIGITS:
        return Opened(_digits(seed))
    if name in published.SETS:
        return Opened(published.load(published.SETS[name], folder, report, cancelled))
    path = Path(name).expanduser()
    if not path.exists() and len(path.parts) == 1:
        raise UserError("data_unknown", name=name, known=", ".join(NAMES))
    found = load_folder(path, seed, side_px, report, cancelled)
    return Opened(found.data, found.unreadable)


def _digits(seed: int) -> DataSet:
    grey, labels = load_digits()
    pixels = torch.from_numpy(grey)[:, None].expand(-1, 3, -1, -1).contiguous()
    train, validation = split(Pictures(pixels, torch.from_numpy(labels)), VALIDATION_SHARE, seed)
    return DataSet("digits", CLASSES, train, validation, mirrors=False)
