"""ResNet-18 and ResNet-50: blocks that learn what to add to their input."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.nets.spec import IMAGENET_PREPROCESS, NetSpec, WeightsSpec


def _projection(in_channels: int, out_channels: int, stride: int) -> nn.Sequential | None:
    """Return the 1×1 convolution that a shortcut needs where the shape changes, else None: x itself is added."""
    if stride == 1 and in_channels == out_channels:
        return None
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


class BasicBlock(nn.Module):
    """y = ReLU(F(x) + x), where F is two 3×3 convolutions."""

    block = "residual"
    expansion = 1

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = _projection(in_channels, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        residual = self.relu1(self.bn1(self.conv1(x)))  # C × H/stride × W/stride
        residual = self.bn2(self.conv2(residual))  # C × H/stride × W/stride
        shortcut = x if self.downsample is None else self.downsample(x)  # the same shape
        return F.relu(residual + shortcut)


class Bottleneck(nn.Module):
    """y = ReLU(F(x) + x), where F narrows by a 1×1 convolution, looks around by a 3×3 one and widens by a 1×1 one."""

    block = "residual"
    expansion = 4

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        out_channels = channels * self.expansion
        self.conv1 = nn.Conv2d(in_channels, channels, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        # The paper strides in conv1, torchvision here: conv1 would throw three quarters of its input away unseen.
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(channels, out_channels, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.downsample = _projection(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        residual = self.relu1(self.bn1(self.conv1(x)))  # C × H × W
        residual = self.relu2(self.bn2(self.conv2(residual)))  # C × H/stride × W/stride
        residual = self.bn3(self.conv3(residual))  # 4C × H/stride × W/stride
        shortcut = x if self.downsample is None else self.downsample(x)  # the same shape
        return F.relu(residual + shortcut)


class ResNet(nn.Module):
    """Map pictures (N, 3, S, S) to ``{"main": logits (N, classes)}``, with torchvision's names.

    Parameters
    ----------
    block : type
        The residual block of all four stages.
    depths : tuple of int
        Blocks a stage.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition. CVPR 2016.

    Notes
    -----
    A stage halves its maps in the 3×3 convolution of its first bottleneck, not in the 1×1 one before it ("v1.5").
    """

    def __init__(
        self,
        num_classes: int = 1000,
        *,
        block: type[BasicBlock] | type[Bottleneck],
        depths: tuple[int, int, int, int],
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        widths = [64, *(channels * block.expansion for channels in (64, 128, 256, 512))]

        def stage(number: int, channels: int, stride: int) -> nn.Sequential:
            first = block(widths[number - 1], channels, stride)
            rest = (block(widths[number], channels, stride=1) for _ in range(depths[number - 1] - 1))
            return nn.Sequential(first, *rest)

        self.layer1 = stage(1, 64, stride=1)
        self.layer2 = stage(2, 128, stride=2)
        self.layer3 = stage(3, 256, stride=2)
        self.layer4 = stage(4, 512, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(widths[4], num_classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.relu(self.bn1(self.conv1(picture)))  # 64 × 112 × 112, at 224 px
        x = self.maxpool(x)  # 64 × 56 × 56
        x = self.layer1(x)  # 64e × 56 × 56, where e is the block's expansion: 1 or 4
        x = self.layer2(x)  # 128e × 28 × 28
        x = self.layer3(x)  # 256e × 14 × 14
        x = self.layer4(x)  # 512e × 7 × 7
        x = self.avgpool(x)  # 512e × 1 × 1
        x = torch.flatten(x, 1)  # 512e
        return {"main": self.fc(x)}  # classes


_REFERENCE = "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015"

SPEC_18 = NetSpec(
    name="resnet18",
    title="ResNet-18",
    year=2015,
    reference=_REFERENCE,
    build=partial(ResNet, block=BasicBlock, depths=(2, 2, 2, 2)),
    weights=(
        WeightsSpec(
            name="imagenet1k_v1",
            file="resnet18-f37072fd.pth",
            sha256="f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
            size_bytes=46_830_571,
            megabytes=46.8,
            dataset="ImageNet",
            classes="imagenet",
            preprocess=IMAGENET_PREPROCESS,
            accuracy={"main": 69.758},
            url_source="ResNet18_Weights.IMAGENET1K_V1",
        ),
    ),
)

SPEC_50 = NetSpec(
    name="resnet50",
    title="ResNet-50",
    year=2015,
    reference=_REFERENCE,
    build=partial(ResNet, block=Bottleneck, depths=(3, 4, 6, 3)),
    weights=(
        WeightsSpec(
            name="imagenet1k_v1",
            file="resnet50-0676ba61.pth",
            sha256="0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
            size_bytes=102_530_333,
            megabytes=102.5,
            dataset="ImageNet",
            classes="imagenet",
            preprocess=IMAGENET_PREPROCESS,
            accuracy={"main": 76.13},
            url_source="ResNet50_Weights.IMAGENET1K_V1",
        ),
        WeightsSpec(
            name="imagenet1k_v2",
            file="resnet50-11ad3fa6.pth",
            sha256="11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca",
            size_bytes=0,
            megabytes=102.5,
            dataset="ImageNet",
            classes="imagenet",
            preprocess=replace(IMAGENET_PREPROCESS, crop_fraction=224 / 232),
            accuracy={"main": 80.858},
            url_source="ResNet50_Weights.IMAGENET1K_V2",
        ),
    ),
    deviations=("deviation.resnet_stride",),
)
