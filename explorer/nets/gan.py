"""Generators and discriminators: MLPs for points and small pictures, DCGANs for pictures of 8 to 64 px.

Points are (N, 2); pictures (N, C, S, S) in −1 … 1. A discriminator returns logits (N,): positive means real.
"""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.gan_scene import Activation, GanScene, NetKind

LEAK = 0.2
"""Slope of the leaky ReLU left of 0, as in the DCGAN."""

_NARROWEST = 8


class Shape(msgspec.Struct, frozen=True):
    """What a network of a GAN is built from; two networks of one shape hold each other's weights.

    ``size`` and ``channels`` are those of the pictures; ``size`` 0 means points of the plane.
    """

    kind: NetKind
    layers: int
    units: int
    activation: Activation
    noise_dim: int
    size: int
    channels: int
    batch_norm: bool = True


def generator_shape(scene: GanScene, size: int, channels: int) -> Shape:
    """Return G's shape; ``size`` and ``channels`` come from the data."""
    return Shape(scene.net, scene.g_layers, scene.g_units, scene.activation, scene.noise_dim, size, channels)


def discriminator_shape(scene: GanScene, size: int, channels: int) -> Shape:
    """Return D's shape. A critic with a gradient penalty has no batch normalisation: its gradients are one's own."""
    batch_norm = scene.loss != "wasserstein_gp"
    return Shape(scene.net, scene.d_layers, scene.d_units, scene.activation, 0, size, channels, batch_norm)


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation that can be told not to learn its running statistics.

    While D learns, G only works for it: its buffers must stay as they are, and the other way round.
    """

    learns = True

    def forward(self, input: Tensor) -> Tensor:
        if self.training and not self.learns:
            return functional.batch_norm(input, None, None, self.weight, self.bias, training=True, eps=self.eps)
        return super().forward(input)


class MLP(nn.Module):
    """``layers`` hidden layers of ``units`` units, and a linear one at the end.

    Attributes
    ----------
    linears : ModuleList of Linear
    activation : str
        Of the hidden layers.
    """

    def __init__(self, inputs: int, layers: int, units: int, outputs: int, activation: Activation) -> None:
        super().__init__()
        sizes = [inputs, *[units] * layers, outputs]
        self.linears = nn.ModuleList(nn.Linear(fan_in, fan_out) for fan_in, fan_out in pairwise(sizes))
        self.activation = activation

    def layers_in_order(self) -> list[nn.Linear]:
        """Return the linear layers from the input to the output."""
        return [linear for linear in self.linears if isinstance(linear, nn.Linear)]

    def forward(self, x: Tensor) -> Tensor:
        *hidden, last = self.layers_in_order()
        for linear in hidden:
            x = activate(linear(x), self.activation)
        out: Tensor = last(x)
        return out


def activate(x: Tensor, activation: Activation) -> Tensor:
    """Apply the hidden layers' non-linearity."""
    if activation == "relu":
        return torch.relu(x)
    if activation == "tanh":
        return torch.tanh(x)
    return functional.leaky_relu(x, LEAK)


class MLPGenerator(nn.Module):
    """Noise (N, Z) to points (N, 2), or to pictures through tanh.

    References
    ----------
    I. Goodfellow et al.: Generative Adversarial Nets. NeurIPS 2014.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        outputs = shape.channels * shape.size**2 if shape.size else 2
        self.body = MLP(shape.noise_dim, shape.layers, shape.units, outputs, shape.activation)

    def forward(self, noise: Tensor) -> Tensor:
        x: Tensor = self.body(noise)
        if not self.shape.size:
            return x  # 2
        return torch.tanh(x).view(-1, self.shape.channels, self.shape.size, self.shape.size)  # C × S²


class MLPDiscriminator(nn.Module):
    """Points (N, 2) or pictures (N, C, S, S) to logits (N,)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        inputs = shape.channels * shape.size**2 if shape.size else 2
        self.body = MLP(inputs, shape.layers, shape.units, 1, shape.activation)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.body(x.flatten(1))
        return logits.squeeze(1)


class DCGANGenerator(nn.Module):
    """Noise (N, Z) to pictures: each block doubles the side and halves the channels.

    Notes
    -----
    The paper makes 64 px from 4 × 4 maps of 1,024 channels. Here the first maps have ``units`` channels, and those for
    8 px are 2 × 2.

    References
    ----------
    A. Radford, L. Metz, S. Chintala: Unsupervised Representation Learning with Deep Convolutional Generative
    Adversarial Networks. ICLR 2016.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        first = _first_side(shape.size)
        widths = _widths(shape.units, first, shape.size)
        blocks: list[nn.Module] = [
            nn.ConvTranspose2d(shape.noise_dim, widths[0], kernel_size=first, bias=False),
            BatchNorm(widths[0]),
            nn.ReLU(),
        ]
        for wide, narrow in pairwise(widths):
            blocks += [
                nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1, bias=False),
                BatchNorm(narrow),
                nn.ReLU(),
            ]
        blocks += [nn.ConvTranspose2d(widths[-1], shape.channels, 4, stride=2, padding=1), nn.Tanh()]
        self.body = nn.Sequential(*blocks)

    def forward(self, noise: Tensor) -> Tensor:
        pictures: Tensor = self.body(noise[:, :, None, None])  # units × 2² (or 4²), …, channels × size²
        return pictures


class DCGANDiscriminator(nn.Module):
    """Pictures (N, C, S, S) to logits (N,): each block halves the side and doubles the channels.

    References
    ----------
    A. Radford, L. Metz, S. Chintala: see :class:`DCGANGenerator`.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        last = _first_side(shape.size)
        widths = _widths(shape.units, last, shape.size)[::-1]
        blocks: list[nn.Module] = [nn.Conv2d(shape.channels, widths[0], 4, stride=2, padding=1), nn.LeakyReLU(LEAK)]
        for narrow, wide in pairwise(widths):
            blocks.append(nn.Conv2d(narrow, wide, 4, stride=2, padding=1, bias=not shape.batch_norm))
            blocks += [BatchNorm(wide)] if shape.batch_norm else []
            blocks.append(nn.LeakyReLU(LEAK))
        blocks.append(nn.Conv2d(widths[-1], 1, kernel_size=last))
        self.body = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.body(x)  # …, units × 2² (or 4²), 1 × 1²
        return logits.flatten()


def build_generator(shape: Shape, seed: int) -> nn.Module:
    """Return G on the CPU, its weights drawn from the seed."""
    net = MLPGenerator(shape) if shape.kind == "mlp" else DCGANGenerator(shape)
    initialise(net, seed)
    return net


def build_discriminator(shape: Shape, seed: int) -> nn.Module:
    """Return D on the CPU, its weights drawn from the seed."""
    net = MLPDiscriminator(shape) if shape.kind == "mlp" else DCGANDiscriminator(shape)
    initialise(net, seed)
    return net


def initialise(net: nn.Module, seed: int) -> None:
    """Draw all weights anew: linear layers uniform up to 1/√inputs, convolutions normal with 0.02 as in the DCGAN."""
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, nn.Linear):
                bound = 1 / math.sqrt(module.in_features)
                module.weight.uniform_(-bound, bound, generator=source)
                module.bias.uniform_(-bound, bound, generator=source)
            elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                module.weight.normal_(0.0, 0.02, generator=source)
                if module.bias is not None:
                    module.bias.zero_()
            elif isinstance(module, BatchNorm):
                module.weight.normal_(1.0, 0.02, generator=source)
                module.bias.zero_()
                module.reset_running_stats()


def _first_side(size: int) -> int:
    return 2 if size <= 8 else 4


def _widths(units: int, first: int, size: int) -> list[int]:
    """Return the channels of the maps before each doubling, the smallest maps first."""
    doublings = int(math.log2(size // first))
    return [max(_NARROWEST, units >> step) for step in range(doublings)]
