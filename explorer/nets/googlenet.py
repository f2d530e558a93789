"""GoogLeNet: nine inception modules and two auxiliary classifiers; torchvision's variant and the paper's 5×5."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.nets.spec import IMAGENET_PREPROCESS, NetSpec, Preprocess, SmallForm, WeightsSpec


class BasicConv2d(nn.Module):
    """A convolution without bias, batch normalisation and ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    """Four ways of looking at the same maps, side by side; the outputs are concatenated by channel.

    Parameters
    ----------
    in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj : int
        Channels, named as the columns of the paper's table 1.
    third_kernel : int
        Side of the kernel in the "5×5" branch: 5 in the paper, 3 in torchvision.
    """

    block = "inception"
    branches = {"branch1": "1x1", "branch2": "3x3", "branch3": "5x5", "branch4": "pool"}  # noqa: RUF012 - a constant

    def __init__(
        self,
        in_channels: int,
        ch1x1: int,
        ch3x3red: int,
        ch3x3: int,
        ch5x5red: int,
        ch5x5: int,
        pool_proj: int,
        third_kernel: int = 3,
    ) -> None:
        super().__init__()
        self.branch1 = BasicConv2d(in_channels, ch1x1, kernel_size=1)
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, ch3x3red, kernel_size=1),
            BasicConv2d(ch3x3red, ch3x3, kernel_size=3, padding=1),
        )
        self.branch3 = nn.Sequential(
            BasicConv2d(in_channels, ch5x5red, kernel_size=1),
            BasicConv2d(ch5x5red, ch5x5, kernel_size=third_kernel, padding=third_kernel // 2),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True),
            BasicConv2d(in_channels, pool_proj, kernel_size=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        one = self.branch1(x)  # ch1x1 × H × W
        three = self.branch2(x)  # ch3x3 × H × W
        five = self.branch3(x)  # ch5x5 × H × W
        pool = self.branch4(x)  # pool_proj × H × W
        return torch.cat([one, three, five, pool], 1)  # their sum × H × W


class InceptionAux(nn.Module):
    """An auxiliary classifier: it reads the maps at half depth and sends gradient into the early layers."""

    block = "head"

    def __init__(self, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d((4, 4))
        self.conv = BasicConv2d(in_channels, 128, kernel_size=1)
        self.fc1 = nn.Linear(128 * 4 * 4, 1024)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.7)
        self.fc2 = nn.Linear(1024, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(x)  # C × 4 × 4
        x = self.conv(x)  # 128 × 4 × 4
        x = torch.flatten(x, 1)  # 2048
        x = self.relu(self.fc1(x))  # 1024
        x = self.dropout(x)
        logits: Tensor = self.fc2(x)  # classes
        return logits


class GoogLeNet(nn.Module):
    """Map pictures (N, 3, S, S) to ``{"main", "aux2", "aux1"}``: logits (N, classes) each, while training or not.

    Parameters
    ----------
    num_classes : int
    third_kernel : int
        Side of the kernel in the "5×5" branch of each module.
    small_pictures : bool
        A stem for pictures of 32×32: convolution 1 does not stride and the first pooling is left out, so that
        inception 3a sees 16×16.

    References
    ----------
    C. Szegedy et al.: Going Deeper with Convolutions. CVPR 2015.

    Notes
    -----
    As in torchvision: batch normalisation takes the place of local response normalisation; the "5×5" branch is a 3×3
    convolution (https://github.com/pytorch/vision/issues/906) unless ``third_kernel`` is 5; pooling 4 is 2×2, dropout
    before the classifier 0.2 (paper: 0.4), and the auxiliary classifiers pool adaptively to 4×4 (paper: 5×5 every 3).
    torchvision's ``transform_input`` belongs to the preprocessing here.
    """

    def __init__(self, num_classes: int = 1000, third_kernel: int = 3, small_pictures: bool = False) -> None:
        super().__init__()
        inception = partial(Inception, third_kernel=third_kernel)
        self.conv1 = BasicConv2d(3, 64, kernel_size=7, stride=1 if small_pictures else 2, padding=3)
        self.maxpool1 = None if small_pictures else nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2 = BasicConv2d(64, 64, kernel_size=1)
        self.conv3 = BasicConv2d(64, 192, kernel_size=3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)

        self.inception3a = inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = inception(256, 128, 128, 192, 32, 96, 64)
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)

        self.inception4a = inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = inception(528, 256, 160, 320, 32, 128, 128)
        self.maxpool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)

        self.inception5a = inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = inception(832, 384, 192, 384, 48, 128, 128)

        # Training may take the heads away by setting them to None.
        self.aux1: InceptionAux | None = InceptionAux(512, num_classes)
        self.aux2: InceptionAux | None = InceptionAux(528, num_classes)

        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.conv1(picture)  # 64 × 112 × 112, at 224 px
        if self.maxpool1 is not None:
            x = self.maxpool1(x)  # 64 × 56 × 56
        x = self.conv2(x)  # 64 × 56 × 56
        x = self.conv3(x)  # 192 × 56 × 56
        x = self.maxpool2(x)  # 192 × 28 × 28

        x = self.inception3a(x)  # 256 × 28 × 28
        x = self.inception3b(x)  # 480 × 28 × 28
        x = self.maxpool3(x)  # 480 × 14 × 14

        x = self.inception4a(x)  # 512 × 14 × 14
        aux1 = None if self.aux1 is None else self.aux1(x)  # classes
        x = self.inception4b(x)  # 512 × 14 × 14
        x = self.inception4c(x)  # 512 × 14 × 14
        x = self.inception4d(x)  # 528 × 14 × 14
        aux2 = None if self.aux2 is None else self.aux2(x)  # classes
        x = self.inception4e(x)  # 832 × 14 × 14
        x = self.maxpool4(x)  # 832 × 7 × 7

        x = self.inception5a(x)  # 832 × 7 × 7
        x = self.inception5b(x)  # 1024 × 7 × 7

        x = self.avgpool(x)  # 1024 × 1 × 1
        x = torch.flatten(x, 1)  # 1024
        x = self.dropout(x)
        logits = {"main": self.fc(x), "aux2": aux2, "aux1": aux1}  # classes
        return {head: values for head, values in logits.items() if values is not None}


_REFERENCE = "Szegedy et al.: Going Deeper with Convolutions, 2014"

SPEC = NetSpec(
    name="googlenet",
    title="GoogLeNet",
    year=2014,
    reference=_REFERENCE,
    build=GoogLeNet,
    weights=(
        WeightsSpec(
            name="cifar10",
            file="googlenet-cifar10.safetensors",
            sha256="64b9a0625765815fa4f371b8b881947686213647f1194c58716066370d388afe",
            size_bytes=19_982_148,
            megabytes=20.0,
            dataset="CIFAR-10",
            classes="cifar10",
            preprocess=Preprocess(size=96, crop_fraction=1.0, via_size=32, filter="bicubic"),
            trained_heads=("main", "aux2", "aux1"),
            accuracy={"main": 88.2, "aux2": 88.0, "aux1": 87.2},
            shipped=True,
        ),
        WeightsSpec(
            name="imagenet1k_v1",
            file="googlenet-1378be20.pth",
            sha256="1378be20a8e875cf1568b8a71654e704449655e34711a959a38b04fb34905cef",
            size_bytes=0,
            megabytes=52.1,
            dataset="ImageNet",
            classes="imagenet",
            # What torchvision's transform_input amounts to: these weights were trained elsewhere, on -1 … 1.
            preprocess=replace(IMAGENET_PREPROCESS, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
            trained_heads=("main",),  # the file holds auxiliary heads that were never trained
            accuracy={"main": 69.778},
            url_source="GoogLeNet_Weights.IMAGENET1K_V1",
        ),
    ),
    deviations=(
        "deviation.googlenet_third_branch",
        "deviation.googlenet_batch_norm",
        "deviation.googlenet_details",
    ),
    small=SmallForm(
        build=partial(GoogLeNet, small_pictures=True),
        deviations=(
            "deviation.googlenet_small",
            "deviation.googlenet_third_branch",
            "deviation.googlenet_batch_norm",
            "deviation.googlenet_details",
        ),
    ),
)

PAPER_SPEC = NetSpec(
    name="googlenet-paper",
    title="GoogLeNet (5×5)",
    year=2014,
    reference=_REFERENCE,
    build=partial(GoogLeNet, third_kernel=5),
    deviations=("deviation.googlenet_batch_norm", "deviation.googlenet_details"),
)
