"""What a GAN's trainer holds: what a step measured, a step under way, and all that the next step depends on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from explorer.core.messages.gan import PhaseName
from explorer.core.messages.gan import Player as PlayerName
from explorer.training.gan.player import PlayerState

NAN = math.nan


@dataclass
class Measured:
    """What a step was seen to do; see :class:`explorer.core.messages.gan.Figures`."""

    loss_d: float = NAN
    loss_g: float = NAN
    d_real: float = NAN
    d_fake: float = NAN
    accuracy: float = NAN
    grad_d: float = NAN
    grad_g: float = NAN

    def row(self) -> tuple[float, ...]:
        """Return the numbers in the order of the curves."""
        return self.loss_d, self.loss_g, self.d_real, self.d_fake, self.accuracy, self.grad_d, self.grad_g


@dataclass
class Moment:
    """A step under way. Tensors belong to the networks' passes: copy what is to outlive the next phase."""

    player: PlayerName
    phase: PhaseName = "sample"
    noise: Tensor | None = None
    real: Tensor | None = None
    fake: Tensor | None = None
    logits: Tensor | None = None
    loss: Tensor | None = None
    fake_grad: Tensor | None = None


@dataclass(frozen=True)
class TrainerState:
    """Everything that the next step depends on, but for the scene."""

    d: PlayerState
    g: PlayerState
    random: Tensor
    step: int
    measured: Measured

    @property
    def nbytes(self) -> int:
        return self.d.nbytes + self.g.nbytes + self.random.nbytes
