"""What a GAN is looked at with: the same noise, the same real samples and the same grids all the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.core.gan_scene import PLANE_EXTENT, GanScene
from explorer.training.gan.data import RealData

POINTS = 512
TILES = 64
HEAT_SIDE = 64
LANE_HEAT_SIDE = 32
MANIFOLD_SIDE = 21
NOISE_SEED = 7

Judge = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Views:
    """Fixed inputs of both networks, on their device.

    Attributes
    ----------
    noise, real : Tensor
        512 of each for points, 64 for pictures.
    heat : Tensor (R², 2)
        Cell centres of the plane, the top row first.
    manifold : Tensor (rows, columns, noise_dim) or None
        A grid of noise whose cells are equally probable; None where noise has more than 2 dimensions.
    judge : callable or None
        Pictures to class probabilities, where there is a classifier for them.
    """

    noise: Tensor
    real: Tensor
    heat: Tensor
    heat_side: int
    manifold: Tensor | None
    judge: Judge | None = None


def build_views(scene: GanScene, data: RealData, device: torch.device, judge: Judge | None = None) -> Views:
    """Return the views of a scene."""
    count = POINTS if scene.plane else TILES
    side = HEAT_SIDE if scene.lanes == 1 else LANE_HEAT_SIDE
    grid = _manifold_noise(scene).to(device) if scene.plane and scene.noise_dim <= 2 else None
    noise = fixed_noise(scene, count, NOISE_SEED, device)
    return Views(noise, data.first(count), _cells(side).to(device), side, grid, judge)


def as_array(values: Tensor) -> np.ndarray:
    """Copy to the host: what a frame holds must not move while it is sent."""
    return np.array(values.detach().cpu().numpy())


def fixed_noise(scene: GanScene, count: int, seed: int, device: torch.device) -> Tensor:
    """Return noise that is the same for every run of this noise's kind (count, noise_dim)."""
    source = torch.Generator().manual_seed(seed)
    if scene.noise == "uniform":
        return (2 * torch.rand(count, scene.noise_dim, generator=source) - 1).to(device)
    return torch.randn(count, scene.noise_dim, generator=source).to(device)


def _cells(side: int) -> Tensor:
    centre = (torch.arange(side) + 0.5) * (2 * PLANE_EXTENT / side) - PLANE_EXTENT
    y, x = torch.meshgrid(centre.flip(0), centre, indexing="ij")
    return torch.stack([x, y], dim=2).view(-1, 2)


def _manifold_noise(scene: GanScene) -> Tensor:
    """Gaussian noise: the grid's lines are quantiles, so that each cell is equally probable."""
    share = torch.linspace(0.0, 1.0, MANIFOLD_SIDE if scene.noise_dim == 2 else MANIFOLD_SIDE**2)
    # The outermost lines of a Gaussian lie at infinity; they are drawn where half a cell lies beyond them.
    edge = 0.5 / MANIFOLD_SIDE
    at = 2 * share - 1 if scene.noise == "uniform" else torch.special.ndtri(share.clamp(edge, 1 - edge))
    if scene.noise_dim == 1:
        return at.view(1, -1, 1)
    y, x = torch.meshgrid(at, at, indexing="ij")
    return torch.stack([x, y], dim=2)
