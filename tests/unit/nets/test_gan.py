"""Generators and discriminators fit every size, and their weights come from the seed alone."""

from __future__ import annotations

import pytest
import torch

from explorer.core.gan_scene import SIZES, GanScene
from explorer.nets import gan as nets


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["mlp", "dcgan"])
def test_pictures_of_every_size(kind: str, size: int, channels: int) -> None:
    scene = GanScene(data="folder", noise_dim=16, g_units=32, d_units=32).patched(net=kind)
    g = nets.build_generator(nets.generator_shape(scene, size, channels), 1)
    d = nets.build_discriminator(nets.discriminator_shape(scene, size, channels), 2)
    made = g(torch.randn(4, 16))
    assert made.shape == (4, channels, size, size)
    assert float(made.detach().abs().max()) <= 1
    assert d(made).shape == (4,)


def test_the_critic_of_a_penalty_has_no_batch_normalisation() -> None:
    scene = GanScene(data="digits", net="dcgan")
    for loss, expected in (("non_saturating", True), ("wasserstein_gp", False)):
        shape = nets.discriminator_shape(scene.patched(loss=loss), 32, 1)
        d = nets.build_discriminator(shape, 1)
        assert any(isinstance(module, torch.nn.BatchNorm2d) for module in d.modules()) == expected


def test_weights_come_from_the_seed_alone() -> None:
    shape = nets.generator_shape(GanScene(), 0, 0)
    torch.manual_seed(1)
    one = nets.build_generator(shape, 7)
    torch.manual_seed(2)
    other, third = nets.build_generator(shape, 7), nets.build_generator(shape, 8)
    for a, b, c in zip(one.parameters(), other.parameters(), third.parameters(), strict=True):
        assert torch.equal(a, b)
        assert not torch.equal(a, c)


def test_the_mlp_of_gan_lab_has_its_parameters() -> None:
    scene = GanScene(g_units=14, d_units=14)
    g = nets.build_generator(nets.generator_shape(scene, 0, 0), 1)
    assert sum(parameter.numel() for parameter in g.parameters()) == (2 + 1) * 14 + (14 + 1) * 14 + (14 + 1) * 2
