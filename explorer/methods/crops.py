"""The training variants of AlexNet: 224×224 squares cut from 256×256, each also mirrored.

References
----------
Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.core.messages.classics import CropsResult
from explorer.core.scene import Crop
from explorer.imaging import crops as squares

PICTURE_PX, CROP_PX = 256, 224
SHIFTS = PICTURE_PX - CROP_PX
COUNT = 2 * SHIFTS**2
LARGEST_THUMBNAIL_PX = 224
MOST_THUMBNAILS = 256


def cut_variants(rgb: np.ndarray, crop: Crop, trace: str, indices: Sequence[int], side_px: int) -> CropsResult:
    """Return the square from which the variants are cut, their places, and some of them small.

    Parameters
    ----------
    rgb : ndarray (H, W, 3) uint8
    crop : Crop
        What the network sees: the variants' square is 256 / 224 as wide around it, as far as the picture reaches.

    Raises
    ------
    UserError
        ``variant_outside``.
    """
    for index in indices:
        if not 0 <= index < COUNT:
            raise UserError("variant_outside", index=index, last=COUNT - 1)
    chosen = list(indices)[:MOST_THUMBNAILS]
    picture = _resized(_square(rgb, surrounding(rgb, crop)), PICTURE_PX)
    side = min(max(1, side_px), LARGEST_THUMBNAIL_PX)
    thumbnails = np.zeros((len(chosen), side, side, 3), np.uint8)
    for row, index in enumerate(chosen):
        thumbnails[row] = _resized(variant(picture, index), side)
    return CropsResult(trace, picture, COUNT, CROP_PX, places(), np.array(chosen, np.int32), thumbnails)


def places() -> np.ndarray:
    """Return top, left and mirrored (2048, 3) int32 of every variant."""
    index = np.arange(COUNT)
    place, mirrored = np.divmod(index, 2)
    top, left = np.divmod(place, SHIFTS)
    return np.stack([top, left, mirrored], axis=1).astype(np.int32)


def variant(picture: np.ndarray, index: int) -> np.ndarray:
    """Return one variant (224, 224, 3) of a picture (256, 256, 3)."""
    top, left, mirrored = places()[index].tolist()
    square = picture[top : top + CROP_PX, left : left + CROP_PX]
    return square[:, ::-1] if mirrored else square


def surrounding(rgb: np.ndarray, crop: Crop) -> Crop:
    """Return the square 256 / 224 times as wide as the crop around it, moved and shrunk to lie in the picture."""
    height, width = rgb.shape[:2]
    return squares.resized(crop, crop.width * width * PICTURE_PX / CROP_PX, width, height)


def thumbnail(rgb: np.ndarray, crop: Crop, side_px: int, mirrored: bool) -> np.ndarray:
    """Return what lies in a crop, (side, side, 3) uint8."""
    small = _resized(_square(rgb, crop), side_px)
    return np.ascontiguousarray(small[:, ::-1]) if mirrored else small


def _square(rgb: np.ndarray, crop: Crop) -> np.ndarray:
    height, width = rgb.shape[:2]
    left, top, side = squares.pixels(crop, width, height)
    return rgb[top : top + side, left : left + side]


def _resized(square: np.ndarray, side: int) -> np.ndarray:
    if square.shape[:2] == (side, side):
        return np.ascontiguousarray(square)
    pixels = torch.from_numpy(np.array(square)).permute(2, 0, 1)[None]
    small = F.interpolate(pixels, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
    return np.ascontiguousarray(small[0].permute(1, 2, 0).numpy())
