"""What is asked of a GAN beside its frames: a walk between two noises, one sample through time, a network as a file."""

from __future__ import annotations

import numpy as np
import torch
from safetensors.torch import save as as_safetensors
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.messages.gan import GanExport, GanLapse, GanLapseRequest, GanWalk, GanWalkRequest
from explorer.training.gan.frames import made
from explorer.training.gan.snapshots import Snapshots
from explorer.training.gan.trainer import GanTrainer
from explorer.training.gan.views import Views


def walk(trainer: GanTrainer, views: Views, request: GanWalkRequest) -> GanWalk:
    """Return what G makes on the way from one tile's noise to another's.

    Raises
    ------
    UserError
        ``gan_no_tile``.
    """
    first, second = _tile(views, request.first), _tile(views, request.second)
    round_way = trainer.scene.noise == "gaussian"
    noise = torch.stack([_between(first, second, t, round_way=round_way) for t in request.t])
    return GanWalk(*made(trainer, views, noise))


def lapse(trainer: GanTrainer, views: Views, kept: Snapshots, request: GanLapseRequest) -> GanLapse:
    """Show what the kept generators made of one tile's noise; the present networks are put back.

    Raises
    ------
    UserError
        ``gan_no_tile``, or ``gan_nothing_kept``.
    """
    noise = _tile(views, request.tile).unsqueeze(0)
    moments = kept.moments(request.most)
    if not moments:
        raise UserError("gan_nothing_kept")
    trainer.finish()
    now = trainer.state()
    shown: list[tuple[np.ndarray, np.ndarray]] = []
    try:
        for _, states in moments:
            trainer.g.restore(states[0].g)
            trainer.d.restore(states[0].d)
            shown.append(made(trainer, views, noise))
    finally:
        trainer.restore(now)
    samples, scores = zip(*shown, strict=True)
    return GanLapse(np.concatenate(samples), np.concatenate(scores), np.array([step for step, _ in moments], np.int64))


def network_file(net: nn.Module, name: str) -> GanExport:
    """Return a network's weights as a safetensors file."""
    tensors = {key: tensor.detach().cpu().clone() for key, tensor in net.state_dict().items()}
    return GanExport(name, np.frombuffer(as_safetensors(tensors), np.uint8))


def _tile(views: Views, index: int) -> Tensor:
    if not 0 <= index < len(views.noise):
        raise UserError("gan_no_tile", index=index, most=len(views.noise) - 1)
    return views.noise[index]


def _between(first: Tensor, second: Tensor, t: float, *, round_way: bool) -> Tensor:
    """Return the noise at ``t`` on the way; Gaussian noise of many dimensions lies near a sphere, so it keeps to it."""
    if not round_way:
        return torch.lerp(first, second, t)
    angle = torch.arccos(torch.nn.functional.cosine_similarity(first, second, dim=0).clamp(-1, 1))
    if float(torch.sin(angle)) < 1e-4:
        return torch.lerp(first, second, t)
    return (torch.sin((1 - t) * angle) * first + torch.sin(t * angle) * second) / torch.sin(angle)
