"""Grad-CAM: which places of a layer speak for a class.

References
----------
Selvaraju, R. R., et al.: Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization. ICCV 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.methods.gradient import Target, logit_gradient, maps_of
from explorer.tracing.forward import Activations, TracedNet


@dataclass(frozen=True)
class GradCam:
    """The map ``values`` (H, W) float32, ≥ 0, and each channel's weight (C,) float32."""

    layer: str
    values: np.ndarray
    weights: np.ndarray


def grad_cam(
    traced: TracedNet,
    activations: Activations,
    layer: str,
    target: Target,
    cancelled: Callable[[], bool] = lambda: False,
) -> GradCam:
    """Return the sum of a layer's maps, each weighted by the mean gradient of the class's logit, where positive.

    Raises
    ------
    UserError
        ``layer_without_maps``, ``layer_unknown``, ``layer_not_before_head``.
    Cancelled
    """
    name = maps_of(traced, layer)
    activation, grad = logit_gradient(traced, activations, name, target.head, target.index, cancelled)
    weights = grad[0].mean(dim=(1, 2))
    values = (weights[:, None, None] * activation[0]).sum(dim=0).relu()
    return GradCam(name, values.cpu().numpy(), weights.cpu().numpy())
