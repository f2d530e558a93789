"""How good the fakes are: distances on the plane, classes covered by the pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.gan_scene import GanScene
from explorer.training.gan import distances
from explorer.training.gan.data import RealData

POINTS = 2048
PICTURES = 500
SURE = 0.8
"""A classifier that gives less to its first choice has not recognised anything."""
CLASS_SHARE = 0.01
MEASURE_SEED = 77


@dataclass(frozen=True)
class Distance:
    """See :class:`explorer.core.messages.gan.Figures`."""

    js: float = float("nan")
    kl: float = float("nan")
    modes: int = 0
    covered: int = 0
    shares: tuple[float, ...] = ()


class Yardstick:
    """Measures a generator against the data, always with the same noise.

    Parameters
    ----------
    noise : Tensor (N, noise_dim)
        2,048 for the plane, 500 for pictures: see :meth:`count`.
    judge : callable, optional
        Pictures (N, C, S, S) in −1 … 1 to class probabilities (N, K).
    """

    def __init__(
        self, scene: GanScene, data: RealData, noise: Tensor, judge: Callable[[Tensor], Tensor] | None = None
    ) -> None:
        self._scene = scene
        self._noise = noise
        self._judge = judge
        self._classes = len(data.classes)
        self._centres = data.centres.numpy()
        self._real = distances.histogram(data.pool.cpu().numpy()) if scene.plane else None

    @staticmethod
    def count(scene: GanScene) -> int:
        """Return how many noises are needed."""
        return POINTS if scene.plane else PICTURES

    def measure(self, generator: nn.Module) -> Distance:
        """Return how far the generator's samples are from the data."""
        if self._real is None and self._judge is None:
            return Distance()
        made = shown(generator, self._noise)
        if self._real is not None:
            return self._plane(made.cpu().numpy(), self._real)
        assert self._judge is not None
        classes = recognised(self._judge(made))
        shares = np.bincount(classes[classes >= 0], minlength=self._classes) / len(classes)
        return Distance(modes=self._classes, covered=int((shares >= CLASS_SHARE).sum()), shares=tuple(shares.tolist()))

    def _plane(self, fake: np.ndarray, real: np.ndarray) -> Distance:
        counts = distances.histogram(fake)
        if not counts.any():
            return Distance()
        soft = distances.PSEUDO_COUNT
        kl = distances.kl(real + soft, counts + soft)
        shares = distances.mode_shares(fake, self._centres, self._scene.spread)
        return Distance(distances.js(real, counts), kl, len(shares), distances.covered(shares), tuple(shares.tolist()))


def recognised(probabilities: Tensor) -> np.ndarray:
    """Return the class of each row (N,) int8, −1 where the best has less than 0.8."""
    best, index = probabilities.max(dim=1)
    return torch.where(best >= SURE, index, -1).to(torch.int8).cpu().numpy()


def shown(net: nn.Module, x: Tensor) -> Tensor:
    """Run a network as it is used when it does not learn; its mode is as it was afterwards."""
    training = net.training
    net.eval()
    try:
        with torch.no_grad():
            out: Tensor = net(x)
    finally:
        net.train(training)
    return out
