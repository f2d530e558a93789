"""Operations that work on single values: normalisation, ReLU, softmax; each computed again in double precision."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.layers import LayerSpec
from explorer.core.messages.inside import Link
from explorer.methods.reading import Place
from explorer.methods.wall import as_maps

_NOTHING = np.zeros(0)


def follow(layer: LayerSpec, module: nn.Module | None, before: Tensor, after: Tensor, place: Place) -> Link:
    """Return what a following layer does to one value.

    Parameters
    ----------
    layer : LayerSpec
        ``batch_norm relu lrn dropout flatten softmax``.
    module : nn.Module or None
        That does it, where it is a module.
    before, after : Tensor (C, H, W) or (N,)
        What the network computed before and after it.
    place : tuple of int
        Of the value before it.

    References
    ----------
    Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3.
    Ioffe, Szegedy: Batch Normalization, 2015, algorithm 2.
    """
    value = float(as_maps(before)[place])
    tensor = float(as_maps(after)[place_after(layer, before, place)])
    numbers: dict[str, float] = {}
    terms, first = _NOTHING, 0
    match layer.kind:
        case "batch_norm":
            assert isinstance(module, nn.BatchNorm2d)
            result, numbers = _batch_norm(module, value, place[0])
        case "relu":
            # A NaN stays one.
            result = 0.0 if value <= 0 else value
        case "lrn":
            result, numbers, terms, first = _lrn(layer, as_maps(before), place)
        case "softmax":
            result, numbers, terms = _softmax(before, place[0])
        case _:
            result = value
    return Link(layer.name, layer.kind, layer.label, value, result, tensor, result - tensor, numbers, terms, first)


def softmax_of_logits(logits: Tensor, index: int) -> Link:
    """Return the softmax (no layer of the network) behind a head's logits (N,)."""
    result, numbers, terms = _softmax(logits, index)
    value = float(logits[index])
    tensor = float(torch.softmax(logits, dim=0)[index])
    return Link("", "softmax", "softmax", value, result, tensor, result - tensor, numbers, terms)


def place_after(layer: LayerSpec, before: Tensor, place: Place) -> Place:
    """Return where a value stands after a layer: flattening moves it, the others do not."""
    if layer.kind != "flatten" or before.ndim != 3:
        return place
    _, height, width = before.shape
    return (place[0] * height + place[1]) * width + place[2], 0, 0


def place_before(layer: LayerSpec, shape: tuple[int, ...], place: Place) -> Place:
    """Return where a value stood before a layer whose input has that shape."""
    if layer.kind != "flatten" or len(shape) != 3:
        return place
    channel, rest = divmod(place[0], shape[1] * shape[2])
    return channel, *divmod(rest, shape[2])


def _batch_norm(module: nn.BatchNorm2d, value: float, channel: int) -> tuple[float, dict[str, float]]:
    assert module.running_mean is not None and module.running_var is not None
    numbers = {
        "mean": float(module.running_mean[channel]),
        "variance": float(module.running_var[channel]),
        "scale": module.weight[channel].item() if module.affine else 1.0,
        "shift": module.bias[channel].item() if module.affine else 0.0,
        "eps": module.eps,
    }
    spread = (numbers["variance"] + numbers["eps"]) ** 0.5
    return (value - numbers["mean"]) / spread * numbers["scale"] + numbers["shift"], numbers


def _lrn(layer: LayerSpec, before: Tensor, place: Place) -> tuple[float, dict[str, float], np.ndarray, int]:
    size = int(layer.attributes["size"])
    k, alpha, beta = (float(layer.attributes[name]) for name in ("k", "alpha", "beta"))
    first = max(0, place[0] - size // 2)
    last = min(before.shape[0] - 1, place[0] + (size - 1) // 2)
    terms = before[first : last + 1, place[1], place[2]].cpu().double().numpy()
    squares = float((terms**2).sum())
    denominator = (k + alpha * squares) ** beta
    numbers = {"k": k, "alpha": alpha, "beta": beta, "size": size, "squares": squares, "denominator": denominator}
    return float(terms[place[0] - first]) / denominator, numbers, terms, first


def _softmax(logits: Tensor, index: int) -> tuple[float, dict[str, float], np.ndarray]:
    values = logits.reshape(-1).cpu().double().numpy()
    largest = float(values.max())
    terms = np.exp(values - largest)
    total = float(terms.sum())
    numbers = {"exponential": float(terms[index]), "sum": total, "largest": largest}
    return float(terms[index]) / total, numbers, terms
