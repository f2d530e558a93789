"""VGG-16: depth by 3×3 kernels alone."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.nets.spec import IMAGENET_PREPROCESS, NetSpec, SmallForm, WeightsSpec, shipped_cifar10

CONVOLUTIONS_A_STAGE = (2, 2, 3, 3, 3)
CHANNELS_A_STAGE = (64, 128, 256, 512, 512)
CHANNELS_A_SMALL_STAGE = tuple(channels // 2 for channels in CHANNELS_A_STAGE)


class VGG16(nn.Module):
    """Map pictures (N, 3, 224, 224) to ``{"main": logits (N, classes)}``, with torchvision's names.

    Thirteen 3×3 convolutions in five stages, each ended by a 2×2 max pooling, and three fully connected layers:
    configuration D of the paper.

    References
    ----------
    K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR 2015.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        in_channels = 3
        for convolutions, channels in zip(CONVOLUTIONS_A_STAGE, CHANNELS_A_STAGE, strict=True):
            for _ in range(convolutions):
                layers += [nn.Conv2d(in_channels, channels, kernel_size=3, padding=1), nn.ReLU()]
                in_channels = channels
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.features(picture)  # 64 × 224², 128 × 112², 256 × 56², 512 × 28², 512 × 14², then 512 × 7 × 7
        x = self.avgpool(x)  # 512 × 7 × 7: the identity at 224 px
        x = torch.flatten(x, 1)  # 25088
        return {"main": self.classifier(x)}  # 4096, 4096, classes


class SmallVGG16(nn.Module):
    """Map pictures (N, 3, 32, 32) to ``{"main": logits (N, classes)}``: VGG-16 at half width, normalised.

    References
    ----------
    K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR 2015.

    Notes
    -----
    Batch normalisation after each convolution, half as many channels everywhere, which is enough for ten classes, and
    fully connected layers of 512: at 32 px the last pooling leaves 256 × 1 × 1.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        in_channels = 3
        for convolutions, channels in zip(CONVOLUTIONS_A_STAGE, CHANNELS_A_SMALL_STAGE, strict=True):
            for _ in range(convolutions):
                convolution = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1, bias=False)
                layers += [convolution, nn.BatchNorm2d(channels), nn.ReLU()]
                in_channels = channels
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.classifier = nn.Sequential(
            nn.Linear(CHANNELS_A_SMALL_STAGE[-1], 512),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.features(picture)  # 32 × 32², 64 × 16², 128 × 8², 256 × 4², 256 × 2², then 256 × 1 × 1
        x = self.avgpool(x)  # 256 × 1 × 1
        x = torch.flatten(x, 1)  # 256
        return {"main": self.classifier(x)}  # 512, 512, classes


def _labels(normalised: bool = False) -> dict[str, str]:
    """Name the modules as the paper's tables and every lecture do: conv1_1, relu1_1, …, pool5, fc6, fc7, fc8."""
    names = []
    for stage, convolutions in enumerate(CONVOLUTIONS_A_STAGE, start=1):
        for number in range(1, convolutions + 1):
            norm = [f"bn{stage}_{number}"] if normalised else []
            names += [f"conv{stage}_{number}", *norm, f"relu{stage}_{number}"]
        names.append(f"pool{stage}")
    labels = {f"features.{index}": name for index, name in enumerate(names)}
    classifier = ("fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8")
    labels |= {f"classifier.{index}": name for index, name in enumerate(classifier)}
    return labels


SPEC = NetSpec(
    name="vgg16",
    title="VGG-16",
    year=2014,
    reference="Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014",
    build=VGG16,
    weights=(
        WeightsSpec(
            name="imagenet1k_v1",
            file="vgg16-397923af.pth",
            sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
            size_bytes=553_433_881,
            megabytes=553.4,
            dataset="ImageNet",
            classes="imagenet",
            preprocess=IMAGENET_PREPROCESS,
            accuracy={"main": 71.592},
            url_source="VGG16_Weights.IMAGENET1K_V1",
        ),
        shipped_cifar10(
            "vgg16",
            "a0a77fdccfc6835bcc238a5b9990bcc40f8149714c1fb41cce64f47ed2776c8b",
            8_178_212,
            87.4,
            "small",
            chosen=False,  # people come to see the large network of the lecture
        ),
    ),
    labels=_labels(),
    small=SmallForm(build=SmallVGG16, deviations=("deviation.vgg_small",), labels=_labels(normalised=True)),
    channels_last=False,
)
