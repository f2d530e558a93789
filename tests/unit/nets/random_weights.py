"""Random weights under which every operation shows: batch norms with statistics, biases that are not zero."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def random_state(module: nn.Module, seed: int = 0) -> dict[str, Tensor]:
    """Return float32 weights and statistics that keep activations of any depth near 1."""
    generator = torch.Generator().manual_seed(seed)
    state: dict[str, Tensor] = {}
    for name, like in module.state_dict().items():
        value = torch.empty(like.shape, dtype=like.dtype)
        if name.endswith("num_batches_tracked"):
            value.fill_(7)
        elif like.ndim > 1:
            value.normal_(0.0, (2.0 / like[0].numel()) ** 0.5, generator=generator)
        elif name.endswith(("running_var", "weight")):
            value.uniform_(0.5, 1.5, generator=generator)
        else:
            value.normal_(0.0, 0.1, generator=generator)
        state[name] = value
    return state


def on_meta(build: Callable[[], nn.Module]) -> nn.Module:
    """Return a network without memory for its weights."""
    with torch.device("meta"):
        return build()


def filled(build: Callable[[], nn.Module], seed: int = 0) -> nn.Module:
    """Return a network in evaluation mode with :func:`random_state`, without torch's slow default initialisation."""
    net = on_meta(build)
    net.load_state_dict(random_state(net, seed), strict=True, assign=True)
    return net.eval()


def noise(size: int, seed: int = 1) -> Tensor:
    """Return an input (1, 3, size, size)."""
    return torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(seed))
