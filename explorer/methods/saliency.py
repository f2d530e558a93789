"""Saliency: which pixels of the input a class's logit depends on.

References
----------
Simonyan, K., Vedaldi, A., Zisserman, A.: Deep Inside Convolutional Networks. ICLR workshop 2014.
Shrikumar, A., et al.: Not Just a Black Box. 2016 (input × gradient).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.core.messages.where import SaliencyKind
from explorer.methods.gradient import Target, logit_gradient
from explorer.tracing.forward import Activations, TracedNet
from explorer.tracing.program import INPUT


def saliency(
    traced: TracedNet,
    activations: Activations,
    target: Target,
    kind: SaliencyKind = "gradient",
    cancelled: Callable[[], bool] = lambda: False,
) -> np.ndarray:
    """Return for every pixel of the network's input (S, S) float32 how much the logit depends on it.

    ``gradient``: the largest magnitude among the three colours; ``input_gradient``: the sum over the colours of the
    normalised input times the gradient, of either sign.

    Raises
    ------
    Cancelled
    """
    picture, grad = logit_gradient(traced, activations, INPUT, target.head, target.index, cancelled)
    values = grad[0].abs().amax(dim=0) if kind == "gradient" else (picture * grad)[0].sum(dim=0)
    return np.asarray(values.cpu().numpy())
