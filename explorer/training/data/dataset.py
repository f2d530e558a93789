"""Labelled pictures in memory: decoded once, kept as bytes, cut and turned in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.nets.spec import Preprocess
from explorer.training.recipes import Recipe


@dataclass(frozen=True)
class Pictures:
    """``pixels`` (N, 3, S, S) uint8 and ``labels`` (N,) int64 on one device."""

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class DataSet:
    """What a classifier learns from, and what it is measured on: no picture is in both.

    Attributes
    ----------
    name : str
        As people write it: ``CIFAR-10``, ``digits``, or the folder's name.
    classes : tuple of str
        In the order of the labels.
    mirrors : bool
        Whether a picture's mirror image still shows its class: true for photos, false for digits.
    """

    name: str
    classes: tuple[str, ...]
    train: Pictures
    validation: Pictures
    mirrors: bool = True

    @property
    def side_px(self) -> int:
        return int(self.train.pixels.shape[-1])

    def preprocess(self, size: int) -> Preprocess:
        """Return how Explore has to prepare a picture for a net that was trained at ``size`` on this data."""
        return Preprocess(size=size, via_size=self.side_px, filter="bicubic")


def split(pictures: Pictures, share: float, seed: int) -> tuple[Pictures, Pictures]:
    """Return training and validation pictures: a ``share`` of each class, at least one, is for validation."""
    generator = torch.Generator().manual_seed(seed)
    held = torch.zeros(len(pictures), dtype=torch.bool)
    for label in sorted(set(pictures.labels.tolist())):
        places = (pictures.labels == label).nonzero().flatten()
        count = min(max(1, round(share * len(places))), len(places) - 1)
        held[places[torch.randperm(len(places), generator=generator)[:count]]] = True
    kept = ~held
    return (
        Pictures(pictures.pixels[kept], pictures.labels[kept]),
        Pictures(pictures.pixels[held], pictures.labels[held]),
    )


def as_input(pixels: Tensor, size: int, preprocess: Preprocess, channels_last: bool = False) -> Tensor:
    """Return a net's input (N, 3, size, size) float32 from pictures (N, 3, S, S), uint8 or in 0 … 1.

    The same numbers as :func:`explorer.nets.preprocess.prepare` gives for a picture of S × S pixels.
    """
    values = pixels.to(torch.float32) / 255 if pixels.dtype == torch.uint8 else pixels
    if values.shape[-1] != size:
        values = F.interpolate(values, size=(size, size), mode=preprocess.filter, antialias=True).clamp(0, 1)
    mean = values.new_tensor(preprocess.mean).view(1, 3, 1, 1)
    std = values.new_tensor(preprocess.std).view(1, 3, 1, 1)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    return ((values - mean) / std).contiguous(memory_format=layout)


def order_of_epoch(count: int, seed: int, epoch: int) -> Tensor:
    """Return the order (count,) int64 in which an epoch goes through the pictures; the same for the same arguments."""
    return torch.randperm(count, generator=_generator(seed, 1, epoch))


def augmented(pixels: Tensor, recipe: Recipe, mirrors: bool, seed: int, step: int) -> Tensor:
    """Return the pictures of a step, shifted, mirrored and zoomed as the recipe says.

    What happens to a picture depends on ``seed``, ``step`` and its place in the batch alone, so that a training can go
    on from any step.

    Parameters
    ----------
    pixels : Tensor (N, 3, S, S) uint8

    Returns
    -------
    Tensor (N, 3, S, S)
        uint8, or float32 in 0 … 1 after a zoom.
    """
    generator = _generator(seed, 2, step)
    count, _, side, _ = pixels.shape
    pad = round(recipe.padding * side)
    shift = torch.randint(0, 2 * pad + 1, (2, count), generator=generator)
    flip = torch.rand(count, generator=generator) < 0.5
    zoom = torch.rand(count, generator=generator)
    rows = shift[0][:, None] + torch.arange(side)
    columns = shift[1][:, None] + torch.arange(side)
    if recipe.mirror and mirrors:
        columns = torch.where(flip[:, None], columns.flip(1), columns)
    padded = F.pad(pixels, (pad, pad, pad, pad))
    where = torch.arange(count)[:, None, None]
    rows, columns, where = rows.to(pixels.device), columns.to(pixels.device), where.to(pixels.device)
    cut = padded.permute(0, 2, 3, 1)[where, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    return _zoomed(cut, zoom.to(pixels.device), recipe.zoom) if recipe.zoom else cut


def _zoomed(pixels: Tensor, random: Tensor, most: float) -> Tensor:
    """Scale each picture about its centre by 1/(1 + most) … 1 + most, evenly in the logarithm; zeros come in."""
    scale = (1 + most) ** (2 * random - 1)
    theta = torch.zeros(len(pixels), 2, 3, device=pixels.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / scale
    values = pixels.to(torch.float32) / 255
    grid = F.affine_grid(theta, list(values.shape), align_corners=False)
    return F.grid_sample(values, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def batches(pictures: Pictures, size: int) -> Iterator[Pictures]:
    """Yield all pictures in order, ``size`` at a time; the last batch may be smaller."""
    for start in range(0, len(pictures), size):
        yield Pictures(pictures.pixels[start : start + size], pictures.labels[start : start + size])


def step_seed(seed: int, stream: int, number: int) -> int:
    """Return a seed of its own for one step of one stream of random numbers (splitmix64's last turn)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + number * 0x8CB92BA72F3D8DD7) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return (mixed ^ (mixed >> 31)) >> 1


_MASK = (1 << 64) - 1


def _generator(seed: int, stream: int, number: int) -> torch.Generator:
    return torch.Generator().manual_seed(step_seed(seed, stream, number))
