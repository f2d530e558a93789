"""From a network's normalised input back to colours, and from colours to it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from explorer.nets.spec import Preprocess


def to_rgb(network_input: Tensor, preprocess: Preprocess) -> np.ndarray:
    """Return (3, H, W) normalised values as (H, W, 3) uint8."""
    mean, std = _constants(preprocess, network_input)
    pixels = (network_input * std + mean).clamp(0.0, 1.0) * 255.0
    return np.ascontiguousarray(pixels.round().to(torch.uint8).permute(1, 2, 0).cpu().numpy())


def normalised(colours: Tensor, preprocess: Preprocess) -> Tensor:
    """Return (..., 3, H, W) colours in 0 … 1 as the network wants them."""
    mean, std = _constants(preprocess, colours)
    return (colours - mean) / std


def _constants(preprocess: Preprocess, like: Tensor) -> tuple[Tensor, Tensor]:
    made = (torch.tensor(three, dtype=like.dtype, device=like.device) for three in (preprocess.mean, preprocess.std))
    mean, std = (tensor.view(3, 1, 1) for tensor in made)
    return mean, std
