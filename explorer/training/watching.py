"""One picture that is watched while a net learns: what its heads say of it, and the maps of one layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.messages.explore import Prediction
from explorer.core.messages.training import FixedFrame
from explorer.nets.spec import Preprocess
from explorer.training.classifier import ClassifierTraining
from explorer.training.data.dataset import as_input
from explorer.training.metrics import evaluating

MOST_MAPS = 16


@dataclass(frozen=True, eq=False)
class Watched:
    """``pixels`` (1, 3, S, S) uint8 as in the data, the true class or -1, and the layer (empty for the first)."""

    pixels: Tensor
    label: int
    layer: str = ""


def layers_with_maps(net: nn.Module) -> tuple[str, ...]:
    """Return the names of the layers whose maps can be watched: convolutions and activations."""
    kinds = (nn.Conv2d, nn.ReLU, nn.Sigmoid, nn.BatchNorm2d, nn.MaxPool2d)
    return tuple(name for name, module in net.named_modules() if isinstance(module, kinds))


def look(training: ClassifierTraining, watched: Watched) -> FixedFrame:
    """Return what the net, as it is now, makes of the picture; net and mode are unchanged afterwards."""
    net, arithmetic = training.net, training.arithmetic
    names = layers_with_maps(net)
    layer = watched.layer if watched.layer in names else names[0]
    kept: list[Tensor] = []
    handle = net.get_submodule(layer).register_forward_hook(lambda module, given, output: kept.append(output))
    values = as_input(
        watched.pixels.to(arithmetic.device), training.plan.size, training.preprocess, arithmetic.channels_last
    )
    try:
        with evaluating(net), arithmetic.autocast():
            logits: dict[str, Tensor] = net(values)
    finally:
        handle.remove()
    began = training.step > 0  # random weights say nothing
    heads = tuple(
        Prediction(head, began, torch.softmax(output[0].float(), 0).cpu().numpy() if began else None)
        for head, output in logits.items()
    )
    maps = kept[0][0, :MOST_MAPS].float().cpu().numpy()
    return FixedFrame(shown(values[0], training.preprocess), watched.label, heads, layer, np.ascontiguousarray(maps))


def shown(values: Tensor, preprocess: Preprocess) -> np.ndarray:
    """Return a net's input (3, S, S) as a picture (S, S, 3) uint8."""
    mean = values.new_tensor(preprocess.mean).view(3, 1, 1)
    std = values.new_tensor(preprocess.std).view(3, 1, 1)
    pixels = (values * std + mean).mul(255).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy())
