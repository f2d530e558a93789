"""The plane as it is shown while a GAN learns: both networks on the same points all the time, at little cost.

The window looks thirty times a second, and each look is time that the training does not have. So both networks run by
hand, on inputs and into buffers that are there already and are nobody else's, and each of them only once for all that
is wanted of it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from explorer.core.gan_scene import PLANE_EXTENT
from explorer.core.messages.gan import LayerWeights, NetWeights, Part, PlaneFrame
from explorer.training.gan.losses import g_loss
from explorer.training.gan.passes import MLPPass, pass_through
from explorer.training.gan.player import Player
from explorer.training.gan.trainer import GanTrainer
from explorer.training.gan.views import Views, as_array

MOST_ARROWS = 64
"""More arrows than these only hide each other."""

SEEN = 128
"""Real points and fakes that a unit's mean activation is taken over, each."""

_ROWS = 1024
"""Cells of the verdict that go through D at a time: more would push the training's own numbers out of the cache."""


class PlaneLook:
    """Looks at one trainer's plane; made anew where a network is.

    Parameters
    ----------
    trainer : GanTrainer
        Of a scene on the plane.
    """

    def __init__(self, trainer: GanTrainer, views: Views) -> None:
        self._trainer = trainer
        self._views = views
        self._g = _looking(trainer.g)
        self._d = _looking(trainer.d)
        self._points = len(views.noise)
        grid = views.manifold
        self._noise = views.noise if grid is None else torch.cat([views.noise, grid.view(-1, grid.shape[2])])
        self._cells = torch.split(views.heat, _ROWS)
        self._verdict = torch.empty(len(views.heat), device=views.heat.device)
        # What never changes is brought to the host once.
        self._real = as_array(views.real)
        self._fake_noise = as_array(views.noise)
        self._centres = as_array(trainer.data.centres)
        self._grid = None if grid is None else as_array(grid)

    def frame(self, want: tuple[Part, ...]) -> tuple[PlaneFrame, NetWeights | None, NetWeights | None]:
        """Return the plane with the parts that are wanted, and G and D where ``weights`` is among them."""
        grid = self._views.manifold if "manifold" in want else None
        made = self._g.run(self._views.noise if grid is None else self._noise)
        fake = made[: self._points]
        edge = PLANE_EXTENT
        plane = PlaneFrame(
            real=self._real,
            fake=as_array(fake),
            fake_noise=self._fake_noise,
            centres=self._centres,
            extent=(-edge, edge, -edge, edge),
            heat=self._heat(fake) if "heat" in want else None,
            manifold=None if grid is None else as_array(made[self._points :].view(*grid.shape[:2], 2)),
            manifold_noise=None if grid is None else self._grid,
            arrows=as_array(self._arrows(fake[:MOST_ARROWS])) if "arrows" in want else None,
        )
        if "weights" not in want:
            return plane, None, None
        g = _weights(self._trainer.g, self._g, SEEN)
        self._d.run(torch.cat([self._views.real[:SEEN], fake[:SEEN]]))
        return plane, g, _weights(self._trainer.d, self._d, 2 * SEEN)

    def lane(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the fakes (M, 2) and D's verdict over the plane (R, R)."""
        fake = self._g.run(self._views.noise)
        return as_array(fake), self._heat(fake)

    def _heat(self, fake: Tensor) -> np.ndarray:
        """Return D's verdict over the plane (R, R) float32, the top row first."""
        for cells, logits in zip(self._cells, torch.split(self._verdict, _ROWS), strict=True):
            logits.copy_(self._d.run(cells))
        if self._trainer.scene.loss == "wasserstein_gp":
            self._verdict.sub_(self._d.run(torch.cat([self._views.real, fake])).mean())
        side = self._views.heat_side
        return as_array(self._verdict.sigmoid_().view(side, side))

    def _arrows(self, fake: Tensor) -> Tensor:
        """Return for each fake the direction (and strength) in which G's loss of it falls: minus the gradient."""
        _, slope = g_loss(self._trainer.scene.loss, self._d.forward(fake))
        grad = self._d.backward(slope * -len(fake), into_weights=False, into_input=True)
        assert grad is not None
        return grad


def _looking(player: Player) -> MLPPass:
    """Return a way through the player's network that leaves the one it learns by as it is."""
    looking = pass_through(player.net, torch.empty_like(player.grad))
    assert isinstance(looking, MLPPass), "the plane's networks are MLPs"
    return looking


def _weights(player: Player, seen: MLPPass, rows: int) -> NetWeights:
    """Return the weights, and each unit's mean over the first rows of what has just gone through."""
    flat = as_array(player.weights)
    means = as_array(torch.cat([output[:rows].mean(0) for output in seen.outputs]))
    layers, at, unit = [], 0, 0
    for weight, bias in zip(player.sizes[::2], player.sizes[1::2], strict=True):
        middle, end = at + weight.numel(), at + weight.numel() + bias.numel()
        units = bias.numel()
        layers.append(LayerWeights(flat[at:middle].reshape(weight), flat[middle:end], means[unit : unit + units]))
        at, unit = end, unit + units
    return NetWeights(tuple(layers), len(flat))
