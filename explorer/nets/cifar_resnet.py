"""Residual networks for pictures of 32×32, and plain ones: the same layers without the shortcuts."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from explorer.nets.spec import SMALL_PREPROCESS, NetSpec, WeightsSpec, shipped_cifar10

WIDTHS = (16, 32, 64)


class ResidualBlock(nn.Module):
    """y = ReLU(F(x) + x), where F is two 3×3 convolutions; x goes through a 1×1 one where the shape changes."""

    block = "residual"

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample: nn.Sequential | None = None
        if stride != 1 or in_channels != channels:
            projection = nn.Conv2d(in_channels, channels, kernel_size=1, stride=stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(channels))
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        residual = self.relu1(self.bn1(self.conv1(x)))  # C × H/stride × W/stride
        residual = self.bn2(self.conv2(residual))  # C × H/stride × W/stride
        shortcut = x if self.downsample is None else self.downsample(x)  # the same shape
        y: Tensor = self.relu2(residual + shortcut)
        return y


class PlainBlock(nn.Module):
    """y = ReLU(F(x)): the two convolutions of a residual block, and nothing else."""

    block = "plain"

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.bn1(self.conv1(x)))  # C × H/stride × W/stride
        y: Tensor = self.relu2(self.bn2(self.conv2(x)))  # C × H/stride × W/stride
        return y


class CifarResNet(nn.Module):
    """Map pictures (N, 3, 32, 32) to ``{"main": logits (N, classes)}`` through 6n + 2 layers with parameters.

    Parameters
    ----------
    num_classes : int
    block : type
        :class:`ResidualBlock` or :class:`PlainBlock`.
    blocks_a_stage : int
        The paper's n: 3 for 20 layers, 9 for 56.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition. CVPR 2016, section 4.2.

    Notes
    -----
    Where a stage halves its maps, the paper's shortcut pads the new channels with zeros (option A); here it is a 1×1
    convolution (option B), as in the networks for ImageNet.
    """

    def __init__(
        self, num_classes: int = 10, *, block: type[ResidualBlock] | type[PlainBlock], blocks_a_stage: int
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTHS[0], kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        self.relu = nn.ReLU()

        def stage(in_channels: int, channels: int, stride: int) -> nn.Sequential:
            rest = (block(channels, channels, stride=1) for _ in range(blocks_a_stage - 1))
            return nn.Sequential(block(in_channels, channels, stride), *rest)

        self.layer1 = stage(WIDTHS[0], WIDTHS[0], stride=1)
        self.layer2 = stage(WIDTHS[0], WIDTHS[1], stride=2)
        self.layer3 = stage(WIDTHS[1], WIDTHS[2], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(WIDTHS[2], num_classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.relu(self.bn1(self.conv1(picture)))  # 16 × 32 × 32
        x = self.layer1(x)  # 16 × 32 × 32
        x = self.layer2(x)  # 32 × 16 × 16
        x = self.layer3(x)  # 64 × 8 × 8
        x = self.avgpool(x)  # 64 × 1 × 1
        x = torch.flatten(x, 1)  # 64
        return {"main": self.fc(x)}  # classes


_REFERENCE = "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015"


def _spec(
    name: str,
    title: str,
    block: type[ResidualBlock] | type[PlainBlock],
    blocks_a_stage: int,
    *weights: WeightsSpec,
) -> NetSpec:
    return NetSpec(
        name=name,
        title=title,
        year=2015,
        reference=_REFERENCE,
        build=partial(CifarResNet, block=block, blocks_a_stage=blocks_a_stage),
        default_preprocess=SMALL_PREPROCESS,
        weights=weights,
        deviations=("deviation.resnet_projection",) if block is ResidualBlock else (),
    )


SPEC_20 = _spec(
    "resnet20",
    "ResNet-20",
    ResidualBlock,
    3,
    shipped_cifar10(
        "resnet20",
        "f9e71516b6883b70571ef8561019ef2c1067d43112958e764b34ee0179e9c678",
        557_444,
        87.0,
    ),
)
SPEC_56 = _spec("resnet56", "ResNet-56", ResidualBlock, 9)
PLAIN_20 = _spec(
    "plain20",
    "Plain-20",
    PlainBlock,
    3,
    shipped_cifar10(
        "plain20",
        "5645a4e2bc2bf2d488bcf658396f70886fa85b9c67a90951ca149504dfb63a1d",
        550_620,
        80.0,
    ),
)
PLAIN_56 = _spec("plain56", "Plain-56", PlainBlock, 9)
