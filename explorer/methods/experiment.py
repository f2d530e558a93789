"""What an experiment does to the heads: predictions before and after, and how far the logits moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from explorer.core.layers import Head
from explorer.core.messages.ideas import Change
from explorer.methods.heads import predictions


def changes(heads: Sequence[Head], before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> tuple[Change, ...]:
    """Return what became of each head's logits (1, classes)."""
    said = zip(heads, predictions(heads, before), predictions(heads, after), strict=True)
    return tuple(Change(head.name, one, other, moved(before[head.name], after[head.name])) for head, one, other in said)


def moved(before: Tensor, after: Tensor) -> float:
    """Return ‖after − before‖ / ‖before‖ in double precision; 0 where both are the same."""
    difference = float(torch.linalg.vector_norm(after.double() - before.double()))
    whole = float(torch.linalg.vector_norm(before.double()))
    if difference == 0:
        return 0.0
    return difference / whole if whole > 0 else float("inf")
