"""The banded normalisation is torch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.training.norms import BandedResponseNorm, with_banded_norms


@pytest.mark.parametrize(("size", "channels"), [(5, 96), (4, 7), (1, 3), (9, 4)])
def test_the_banded_norm_is_torchs(size: int, channels: int) -> None:
    theirs = nn.LocalResponseNorm(size, alpha=0.3, beta=0.75, k=2.0)
    x = torch.randn(2, channels, 5, 4, generator=torch.Generator().manual_seed(size))
    assert torch.allclose(BandedResponseNorm(theirs)(x), theirs(x), rtol=1e-5, atol=1e-6)


def test_only_the_norms_are_replaced() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 1), nn.LocalResponseNorm(5), nn.Sequential(nn.LocalResponseNorm(3)))
    names = set(net.state_dict())
    with_banded_norms(net)
    assert set(net.state_dict()) == names
    assert not any(isinstance(module, nn.LocalResponseNorm) for module in net.modules())
