"""What the window is shown of a GAN: pictures, weights, verdicts, and a step in slow motion; the plane comes apart."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.messages.gan import LayerWeights, NetWeights, PhaseFrame, PictureFrame
from explorer.nets.gan import MLPDiscriminator, MLPGenerator, activate
from explorer.training.gan.measures import recognised, shown
from explorer.training.gan.state import Moment
from explorer.training.gan.trainer import GanTrainer
from explorer.training.gan.views import Views, as_array


def verdict(trainer: GanTrainer, logits: Tensor, views: Views) -> Tensor:
    """Return D's logits as verdicts 0 … 1; a critic's outputs are taken relative to its mean on real and fake."""
    if trainer.scene.loss == "wasserstein_gp":
        seen = [shown(trainer.d.net, views.real), shown(trainer.d.net, shown(trainer.g.net, views.noise))]
        logits = logits - torch.cat(seen).mean()
    return torch.sigmoid(logits)


def picture_frame(trainer: GanTrainer, views: Views) -> PictureFrame:
    """Return the wall of fixed noise and the real pictures, each with D's verdict."""
    fake = shown(trainer.g.net, views.noise)
    classes = np.zeros(0, np.int8) if views.judge is None else recognised(views.judge(fake))
    return PictureFrame(
        fake=as_pictures(fake),
        fake_scores=as_array(verdict(trainer, shown(trainer.d.net, fake), views)),
        fake_classes=classes,
        noise=as_array(views.noise),
        real=as_pictures(views.real),
        real_scores=as_array(verdict(trainer, shown(trainer.d.net, views.real), views)),
        classes=trainer.data.classes,
    )


def made(trainer: GanTrainer, views: Views, noise: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return what G makes of noises, points or pictures, and D's verdicts."""
    fake = shown(trainer.g.net, noise)
    scores = verdict(trainer, shown(trainer.d.net, fake), views)
    return _samples(fake), as_array(scores)


def both_weights(trainer: GanTrainer, views: Views) -> tuple[NetWeights, NetWeights]:
    """Return G and D with each unit's mean activation on the fixed noise, and on real pictures and fakes."""
    seen = torch.cat([views.real, shown(trainer.g.net, views.noise)])
    return net_weights(trainer.g.net, views.noise), net_weights(trainer.d.net, seen)


def net_weights(net: nn.Module, x: Tensor) -> NetWeights:
    """Return an MLP's weights, and the mean activation of each unit on ``x``; a DCGAN's only as their number."""
    parameters = sum(parameter.numel() for parameter in net.parameters())
    if not isinstance(net, MLPGenerator | MLPDiscriminator):
        return NetWeights((), parameters)
    layers: list[LayerWeights] = []
    x = x.flatten(1)
    last = len(net.body.linears) - 1
    with torch.no_grad():
        for index, linear in enumerate(net.body.layers_in_order()):
            x = linear(x) if index == last else activate(linear(x), net.body.activation)
            layers.append(LayerWeights(as_array(linear.weight), as_array(linear.bias), as_array(x.mean(dim=0))))
    return NetWeights(tuple(layers), parameters)


def phase_frame(trainer: GanTrainer, moment: Moment, views: Views) -> PhaseFrame:
    """Return a step in slow motion as far as it has come."""
    reals = 0 if moment.real is None else len(moment.real)
    scores = None if moment.logits is None else as_array(verdict(trainer, moment.logits, views))
    player = trainer.d if moment.player == "d" else trainer.g
    learned = moment.phase in ("backward", "update")
    return PhaseFrame(
        player=moment.player,
        phase=moment.phase,
        noise=None if moment.noise is None else as_array(moment.noise),
        real=None if moment.real is None else _samples(moment.real),
        fake=None if moment.fake is None else _samples(moment.fake),
        real_scores=None if scores is None or not reals else scores[:reals],
        fake_scores=None if scores is None else scores[reals:],
        loss=None if moment.loss is None else float(moment.loss),
        arrows=None if moment.fake_grad is None else as_array(-moment.fake_grad.flatten(1) * len(moment.fake_grad)),
        gradients=tuple(as_array(grad) for grad in player.grads() if grad.dim() == 2) if learned else (),
    )


def as_pictures(values: Tensor) -> np.ndarray:
    """Return (N, C, S, S) in −1 … 1 as (N, S, S) or (N, S, S, 3) uint8; what is not finite is black."""
    levels = ((values.nan_to_num(-1.0) + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return as_array(levels.squeeze(1) if levels.shape[1] == 1 else levels.permute(0, 2, 3, 1))


def _samples(values: Tensor) -> np.ndarray:
    return as_pictures(values) if values.dim() == 4 else as_array(values)
