"""Distributions of the plane that a GAN is to imitate."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from explorer.core.gan_scene import GanScene

POOL = 8192
"""So many real points are drawn once; batches are drawn from them."""

_DISJOINT = ((-0.8, -0.8), (0.8, 0.8))
_FIELDS = 4
"""The checkerboard has so many fields a side."""


def centres(scene: GanScene) -> Tensor:
    """Return the centres of the modes (M, 2), or (0, 2) where the data have none."""
    if scene.data == "gaussians":
        if scene.modes == 1:
            return torch.zeros(1, 2)
        angle = torch.arange(scene.modes) * (2 * math.pi / scene.modes)
        return torch.stack([torch.sin(angle), torch.cos(angle)], dim=1)
    if scene.data == "disjoint":
        return torch.tensor(_DISJOINT)
    return torch.zeros(0, 2)


def real_points(scene: GanScene, count: int, source: torch.Generator) -> Tensor:
    """Return real points (count, 2) float32 of the scene's distribution.

    ``spread`` is the standard deviation of each Gaussian, and of the blur around the curves.
    """

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=source)

    blur = scene.spread * torch.randn(count, 2, generator=source)
    modes = centres(scene)
    if len(modes):
        return modes[torch.randint(len(modes), (count,), generator=source)] + blur
    t = uniform(count)
    if scene.data == "line":
        return torch.stack([2 * t - 1, (2 * t - 1) / 2], dim=1) + blur
    if scene.data == "ring":
        return _polar(torch.ones(count), 2 * math.pi * t) + blur
    if scene.data == "spiral":
        # The square root spreads the points evenly along the curve.
        turn = torch.sqrt(t)
        return _polar(0.1 + 0.95 * turn, 4 * math.pi * turn) + blur
    if scene.data == "moons":
        half = _polar(torch.full((count,), 0.7), math.pi * t)
        upper = uniform(count) < 0.5
        shift = torch.tensor([0.35, 0.18])
        return torch.where(upper[:, None], half - shift, shift - half) + blur
    if scene.data == "checkerboard":
        column = torch.randint(_FIELDS, (count,), generator=source)
        row = 2 * torch.randint(_FIELDS // 2, (count,), generator=source) + column % 2
        return (torch.stack([column, row], dim=1) + uniform(count, 2)) * (2.2 / _FIELDS) - 1.1
    drawn = torch.tensor(scene.drawn, dtype=torch.float32).reshape(-1, 2)
    return drawn[torch.randint(len(drawn), (count,), generator=source)] + blur / 2


def _polar(radius: Tensor, angle: Tensor) -> Tensor:
    return torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=1)
