"""The real samples of a GAN: points of the plane, or pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.gan_scene import GanScene
from explorer.training.data.digits import CLASSES, SIDE_PX, load_digits
from explorer.training.data.folders import Report
from explorer.training.data.sources import data_folder
from explorer.training.gan import toy2d
from explorer.training.gan.pictures import folder_pictures, published_pictures

_POOL_SEED = 20_140_610
"""The real points are the same whatever the seed of the run: what differs between seeds is chance in the learning."""


@dataclass(frozen=True)
class RealData:
    """Real samples on a device.

    Attributes
    ----------
    pool : Tensor (N, 2) float32 or (N, C, S, S) uint8
    size, channels : int
        Of the pictures; 0 for points.
    centres : Tensor (M, 2)
        Of the modes; (0, 2) where there are none.
    classes : tuple of str
        What the pictures show, where it is known.
    """

    pool: Tensor
    size: int
    channels: int
    centres: Tensor
    classes: tuple[str, ...] = ()

    def batch(self, count: int, source: torch.Generator) -> Tensor:
        """Draw real samples: points (count, 2), or pictures (count, C, S, S) in −1 … 1."""
        index = torch.randint(len(self.pool), (count,), generator=source, device=self.pool.device)
        return self.samples(self.pool.index_select(0, index))

    def first(self, count: int) -> Tensor:
        """Return the first samples of the pool, as a batch."""
        return self.samples(self.pool[:count])

    def samples(self, rows: Tensor) -> Tensor:
        """Return rows of the pool as a network reads them."""
        return rows.to(torch.float32).sub_(127.5).div_(127.5) if self.size else rows


def reads_pictures(scene: GanScene) -> bool:
    """Return whether the scene's data have to be read from files, or fetched, which takes its time."""
    return not scene.plane and scene.data != "digits"


def data_key(scene: GanScene) -> tuple[object, ...]:
    """Return all that the data depend on."""
    return scene.data, scene.modes, scene.spread, scene.drawn, scene.folder, scene.size


def open_pictures(
    scene: GanScene,
    report: Report = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tensor:
    """Return the pictures (N, C, S, S) uint8 of a folder or a published set.

    Raises
    ------
    UserError
        ``data_download_failed``, ``folder_missing`` or ``gan_folder_empty``.
    """
    if scene.data == "folder":
        return folder_pictures(Path(scene.folder).expanduser(), scene.size, report, cancelled)
    return published_pictures(scene.data, scene.size, data_folder(), report, cancelled)


def real_data(scene: GanScene, device: torch.device, pictures: Tensor | None = None) -> RealData:
    """Return the scene's data; ``pictures`` are those of :func:`open_pictures` where they were opened before.

    Raises
    ------
    UserError
        ``gan_digits_size``; ``data_download_failed``, ``folder_missing`` or ``gan_folder_empty`` where there are no
        pictures to be had.
    """
    if scene.plane:
        source = torch.Generator().manual_seed(_POOL_SEED)
        points = toy2d.real_points(scene, toy2d.POOL, source)
        return RealData(points.to(device), 0, 0, toy2d.centres(scene))
    if scene.data == "digits":
        digits, _ = load_digits()
        if scene.size != SIDE_PX:
            raise UserError("gan_digits_size", size=scene.size)
        order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(_POOL_SEED))
        pool = torch.from_numpy(digits)[order].unsqueeze(1)
        return RealData(pool.to(device), SIDE_PX, 1, torch.zeros(0, 2), CLASSES)
    pictures_there = open_pictures(scene) if pictures is None else pictures
    order = torch.randperm(len(pictures_there), generator=torch.Generator().manual_seed(_POOL_SEED))
    pool = pictures_there[order].to(device)
    return RealData(pool, scene.size, pool.shape[1], torch.zeros(0, 2))
