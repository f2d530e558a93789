"""The losses are torch's own where it has them, else the papers' formulas; their derivatives are autograd's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.gan_scene import LOSSES, Loss
from explorer.training.gan.losses import d_loss, g_loss, gradient_penalty

SOURCE = torch.Generator().manual_seed(3)
REAL = 2 * torch.randn(7, dtype=torch.float64, generator=SOURCE)
FAKE = 2 * torch.randn(7, dtype=torch.float64, generator=SOURCE)


def expected_d(loss: Loss, real: Tensor, fake: Tensor) -> Tensor:
    ones, zeros = torch.ones_like(real), torch.zeros_like(fake)
    if loss in ("minimax", "non_saturating"):
        bce = functional.binary_cross_entropy_with_logits
        return bce(real, ones) + bce(fake, zeros)
    if loss == "least_squares":
        return 0.5 * functional.mse_loss(real, ones) + 0.5 * functional.mse_loss(fake, zeros)
    if loss == "hinge":
        # torch's own hinge: with target −1 it is max(0, margin − x).
        hinge = nn.HingeEmbeddingLoss(margin=1.0)
        return hinge(real, -ones) + hinge(-fake, -ones)
    return fake.mean() - real.mean()


def expected_g(loss: Loss, fake: Tensor) -> Tensor:
    bce = functional.binary_cross_entropy_with_logits
    if loss == "minimax":
        return -bce(fake, torch.zeros_like(fake))
    if loss == "non_saturating":
        return bce(fake, torch.ones_like(fake))
    if loss == "least_squares":
        return 0.5 * functional.mse_loss(fake, torch.ones_like(fake))
    return -fake.mean()


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_of_d(loss: Loss) -> None:
    logits = torch.cat([REAL, FAKE]).requires_grad_(True)
    expected = expected_d(loss, logits[:7], logits[7:])
    (slope,) = torch.autograd.grad(expected, logits)
    value, derivative = d_loss(loss, logits.detach(), 7)
    torch.testing.assert_close(value, expected.detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(derivative, slope, rtol=1e-12, atol=1e-12)


def test_the_loss_of_d_with_more_fakes_than_reals() -> None:
    logits = torch.cat([REAL[:3], FAKE]).requires_grad_(True)
    (slope,) = torch.autograd.grad(expected_d("non_saturating", logits[:3], logits[3:]), logits)
    torch.testing.assert_close(d_loss("non_saturating", logits.detach(), 3)[1], slope, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_of_g(loss: Loss) -> None:
    fake = FAKE.clone().requires_grad_(True)
    expected = expected_g(loss, fake)
    (slope,) = torch.autograd.grad(expected, fake)
    value, derivative = g_loss(loss, FAKE)
    torch.testing.assert_close(value, expected.detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(derivative, slope, rtol=1e-12, atol=1e-12)


def test_minimax_is_flat_where_d_is_sure_and_non_saturating_is_not() -> None:
    """The reason for the second loss, in section 3 of the paper."""
    sure = torch.full((4,), -20.0, dtype=torch.float64)
    assert g_loss("minimax", sure)[1].abs().sum() < 1e-8
    assert g_loss("non_saturating", sure)[1].abs().sum() == pytest.approx(1.0)


def test_the_penalty_of_a_linear_critic_is_known() -> None:
    critic = nn.Linear(2, 1, dtype=torch.float64)
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[3.0, 4.0]]))
    points = torch.randn(5, 2, dtype=torch.float64, generator=SOURCE)
    mix = torch.rand(5, dtype=torch.float64, generator=SOURCE)
    penalty = gradient_penalty(critic, points, -points, mix)
    assert float(penalty.detach()) == pytest.approx(16.0)  # (5 − 1)²
    (grad,) = torch.autograd.grad(penalty, critic.weight)
    # d(‖w‖ − 1)²/dw = 2 (‖w‖ − 1) w / ‖w‖
    torch.testing.assert_close(grad, torch.tensor([[4.8, 6.4]], dtype=torch.float64))


def test_the_penalty_is_taken_between_real_and_fake() -> None:
    real, fake = torch.full((3, 2), 2.0), torch.full((3, 2), -2.0)
    seen: list[Tensor] = []

    def critic(points: Tensor) -> Tensor:
        seen.append(points.detach())
        return points.square().sum(dim=1)

    gradient_penalty(critic, real, fake, torch.tensor([0.0, 0.25, 1.0]))
    torch.testing.assert_close(seen[0][:, 0], torch.tensor([-2.0, -1.0, 2.0]))
