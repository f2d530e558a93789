"""The losses of a GAN and their derivatives, from logits alone.

``real`` and ``fake`` are D's logits (N,) for real and fake samples: probabilities of real are their sigmoids. Each loss
comes with its derivative by the logits, so that a step needs no graph behind them; the tests hold both against torch's
own losses and autograd.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.gan_scene import Loss


def d_loss(loss: Loss, logits: Tensor, reals: int) -> tuple[Tensor, Tensor]:
    """Return D's loss and its derivative by ``logits`` (N,), of which the first ``reals`` belong to real samples.

    The gradient penalty comes apart: :func:`gradient_penalty`.

    References
    ----------
    minimax, non_saturating
        I. Goodfellow et al.: Generative Adversarial Nets. NeurIPS 2014. −log D(x) − log(1 − D(G(z))).
    least_squares
        X. Mao et al.: Least Squares Generative Adversarial Networks. ICCV 2017; a = 0, b = c = 1.
    wasserstein_gp
        I. Gulrajani et al.: Improved Training of Wasserstein GANs. NeurIPS 2017.
    hinge
        J. H. Lim, J. C. Ye: Geometric GAN. 2017. T. Miyato et al.: Spectral Normalization for GANs. ICLR 2018.
    """
    real, fake = logits[:reals], logits[reals:]
    fakes = len(logits) - reals
    if loss in ("minimax", "non_saturating"):
        value = functional.softplus(-real).mean() + functional.softplus(fake).mean()
        slope = torch.sigmoid(logits)
        slope[:reals].sub_(1)
    elif loss == "least_squares":
        slope = logits.clone()
        slope[:reals].sub_(1)
        value = (slope[:reals].square().mean() + fake.square().mean()) / 2
    elif loss == "hinge":
        value = torch.relu(1 - real).mean() + torch.relu(1 + fake).mean()
        slope = torch.cat([-(real < 1).to(real.dtype), (fake > -1).to(fake.dtype)])
    else:
        value = fake.mean() - real.mean()
        slope = torch.ones_like(logits)
        slope[:reals].neg_()
    if fakes == reals:
        return value, slope.div_(reals)
    slope[:reals].div_(reals)
    slope[reals:].div_(fakes)
    return value, slope


def g_loss(loss: Loss, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Return G's loss and its derivative by ``fake``; references at :func:`d_loss`.

    ``minimax`` is log(1 − D(G(z))), which is flat where D is sure; ``non_saturating`` −log D(G(z)), which is not.
    """
    count = fake.shape[0]
    if loss == "minimax":
        return -functional.softplus(fake).mean(), -torch.sigmoid(fake) / count
    if loss == "non_saturating":
        return functional.softplus(-fake).mean(), (torch.sigmoid(fake) - 1) / count
    if loss == "least_squares":
        short = fake - 1
        return short.square().mean() / 2, short / count
    return -fake.mean(), torch.full_like(fake, -1 / count)


def gradient_penalty(critic: nn.Module | Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Return the mean of (‖∇D‖ − 1)² between real and fake, with a graph behind it.

    Parameters
    ----------
    mix : Tensor (N,)
        Where between ``fake`` (0) and ``real`` (1) each gradient is taken, uniform on 0 … 1.

    References
    ----------
    I. Gulrajani et al.: Improved Training of Wasserstein GANs. NeurIPS 2017, algorithm 1.
    """
    share = mix.view(-1, *[1] * (real.dim() - 1))
    between = (share * real + (1 - share) * fake).detach().requires_grad_(True)
    with torch.enable_grad():
        (grad,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        penalty: Tensor = (grad.flatten(1).norm(dim=1) - 1).square().mean()
    return penalty
