"""What reaches each layer: the norm of its gradient, and how far a step moves it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.messages.training import LayerGradients
from explorer.training.classifier import ClassifierTraining


def layers_with_kernels(net: nn.Module) -> tuple[str, ...]:
    """Return the names of the convolutions and linear layers from the input to the output, auxiliary heads last."""
    names = [name for name, module in net.named_modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    return tuple(sorted(names, key=lambda name: name.startswith("aux")))


def layer_gradients(training: ClassifierTraining) -> LayerGradients | None:
    """Return gradient norms and relative changes of the last step, or None where there was none yet."""
    layers = layers_with_kernels(training.net)
    modules = dict(training.net.named_modules())
    changes = training.last_changes()
    weights = {name: modules[name].weight for name in layers}
    if not any(weight.grad is not None for weight in weights.values()):
        return None
    norms = [_norm(weight.grad) for weight in weights.values()]
    ratios = [
        _norm(changes.get(f"{name}.weight")) / max(_norm(weight.detach()), 1e-12) for name, weight in weights.items()
    ]
    return LayerGradients(layers, np.array(norms, np.float32), np.array(ratios, np.float32))


def first_gradient(net: nn.Module) -> float:
    """Return the norm of the gradient of the first layer's kernels; NaN where there is none."""
    first = next((module for module in net.modules() if isinstance(module, nn.Conv2d | nn.Linear)), None)
    if first is None or first.weight.grad is None:
        return float("nan")
    return _norm(first.weight.grad)


def _norm(values: object) -> float:
    return float(torch.linalg.vector_norm(values)) if isinstance(values, Tensor) else 0.0
