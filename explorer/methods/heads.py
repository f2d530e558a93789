"""What the heads of a network say: class probabilities, and only where a head was trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from torch import Tensor

from explorer.core.layers import Head
from explorer.core.messages.explore import Prediction


def predictions(heads: Iterable[Head], logits: Mapping[str, Tensor]) -> tuple[Prediction, ...]:
    """Return the softmax of each head's logits (N,), computed in double precision.

    An untrained head's numbers mean nothing, so they are not even computed.
    """
    return tuple(
        Prediction(head.name, head.trained, probabilities(logits[head.name]) if head.trained else None)
        for head in heads
    )


def probabilities(logits: Tensor) -> np.ndarray:
    """Return the softmax of logits (N,) as float32."""
    return np.asarray(logits.reshape(-1).double().softmax(dim=0).float().cpu().numpy())
