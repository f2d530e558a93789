"""Network in network: small perceptrons slide over the picture, and each last map is one class's score."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.nets.spec import NetSpec, SmallForm, shipped_cifar10


class MlpConv(nn.Module):
    """A k×k convolution followed by two 1×1 ones, each with ReLU: a perceptron with two hidden layers at every pixel.

    The 1×1 convolutions carry the authors' name for them, cascaded cross channel parametric pooling.
    """

    block = "mlpconv"

    def __init__(
        self, in_channels: int, channels: tuple[int, int, int], kernel_size: int, stride: int = 1, padding: int = 0
    ) -> None:
        super().__init__()
        spatial, hidden, out = channels
        self.conv = nn.Conv2d(in_channels, spatial, kernel_size, stride, padding)
        self.cccp1 = nn.Conv2d(spatial, hidden, kernel_size=1)
        self.cccp2 = nn.Conv2d(hidden, out, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv(x))
        x = F.relu(self.cccp1(x))
        return F.relu(self.cccp2(x))


class NIN(nn.Module):
    """Map pictures (N, 3, 224, 224) to ``{"main": logits (N, classes)}`` without a fully connected layer.

    The last block makes one map a class; the mean of a map is its class's score.

    References
    ----------
    M. Lin, Q. Chen, S. Yan: Network In Network. ICLR 2014.

    Notes
    -----
    The paper describes networks for small pictures; the sizes here are those of the network for ImageNet that its
    authors published afterwards.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.mlpconv1 = MlpConv(3, (96, 96, 96), kernel_size=11, stride=4)
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.mlpconv2 = MlpConv(96, (256, 256, 256), kernel_size=5, padding=2)
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.mlpconv3 = MlpConv(256, (384, 384, 384), kernel_size=3, padding=1)
        self.pool3 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.dropout = nn.Dropout(0.5)
        self.mlpconv4 = MlpConv(384, (1024, 1024, num_classes), kernel_size=3, padding=1)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.mlpconv1(picture)  # 96 × 54 × 54
        x = self.pool1(x)  # 96 × 27 × 27
        x = self.mlpconv2(x)  # 256 × 27 × 27
        x = self.pool2(x)  # 256 × 13 × 13
        x = self.mlpconv3(x)  # 384 × 13 × 13
        x = self.pool3(x)  # 384 × 6 × 6
        x = self.dropout(x)
        x = self.mlpconv4(x)  # classes × 6 × 6: one map a class
        x = self.avgpool(x)  # classes × 1 × 1: the mean of each map
        return {"main": torch.flatten(x, 1)}  # classes


class NormalisedMlpConv(nn.Module):
    """An MLP convolution with batch normalisation before each ReLU."""

    block = "mlpconv"

    def __init__(self, in_channels: int, channels: tuple[int, int, int], kernel_size: int) -> None:
        super().__init__()
        spatial, hidden, out = channels
        self.conv = nn.Conv2d(in_channels, spatial, kernel_size, padding=kernel_size // 2, bias=False)
        self.bn = nn.BatchNorm2d(spatial)
        self.cccp1 = nn.Conv2d(spatial, hidden, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(hidden)
        self.cccp2 = nn.Conv2d(hidden, out, kernel_size=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn(self.conv(x)))
        x = F.relu(self.bn1(self.cccp1(x)))
        return F.relu(self.bn2(self.cccp2(x)))


class SmallNIN(nn.Module):
    """Map pictures (N, 3, 32, 32) to ``{"main": logits (N, classes)}``: the paper's network for CIFAR-10.

    References
    ----------
    M. Lin, Q. Chen, S. Yan: Network In Network. ICLR 2014.

    Notes
    -----
    Batch normalisation, which came a year later, makes it learn in a few epochs. The last ReLU is left out, so that
    a class can also be spoken against.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.mlpconv1 = NormalisedMlpConv(3, (192, 160, 96), kernel_size=5)
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.dropout1 = nn.Dropout(0.2)
        self.mlpconv2 = NormalisedMlpConv(96, (192, 192, 192), kernel_size=5)
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.dropout2 = nn.Dropout(0.2)
        self.mlpconv3 = NormalisedMlpConv(192, (192, 192, 192), kernel_size=3)
        self.classmaps = nn.Conv2d(192, num_classes, kernel_size=1)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.mlpconv1(picture)  # 96 × 32 × 32
        x = self.dropout1(self.pool1(x))  # 96 × 16 × 16
        x = self.mlpconv2(x)  # 192 × 16 × 16
        x = self.dropout2(self.pool2(x))  # 192 × 8 × 8
        x = self.mlpconv3(x)  # 192 × 8 × 8
        x = self.classmaps(x)  # classes × 8 × 8: one map a class
        x = self.avgpool(x)  # classes × 1 × 1: the mean of each map
        return {"main": torch.flatten(x, 1)}  # classes


SPEC = NetSpec(
    name="nin",
    title="NIN",
    year=2013,
    reference="Lin, Chen, Yan: Network In Network, 2013",
    build=NIN,
    weights=(
        shipped_cifar10(
            "nin",
            "11f34e0be3ef7015cf4a66748ec622beb674714e04156946af9262f50e943e8e",
            2_022_060,
            85.3,
            "small",
        ),
    ),
    deviations=("deviation.nin_imagenet",),
    small=SmallForm(build=SmallNIN, deviations=("deviation.nin_small",)),
)
