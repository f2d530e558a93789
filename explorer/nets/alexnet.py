"""AlexNet: the two-tower network of 2012, and the later one-tower network whose weights torchvision has."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from explorer.nets.spec import IMAGENET_PREPROCESS, NetSpec, SmallForm, WeightsSpec, shipped_cifar10

LRN_SIZE = 5
LRN_ALPHA = 1e-4
"""Of the paper, which multiplies the plain sum of squares by it."""


def _normalisation() -> nn.LocalResponseNorm:
    # torch divides alpha by the size of the neighbourhood, the paper does not.
    return nn.LocalResponseNorm(LRN_SIZE, alpha=LRN_ALPHA * LRN_SIZE, beta=0.75, k=2.0)


class AlexNet(nn.Module):
    """Map pictures (N, 3, 227, 227) to ``{"main": logits (N, classes)}``, as the network that won ILSVRC 2012 did.

    The two towers of the paper, one a GPU, are the two groups of convolutions 2, 4 and 5: the first half of the
    channels is tower 1, the second half tower 2. Only convolution 3 and the fully connected layers read both.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. E. Hinton: ImageNet Classification with Deep Convolutional Neural Networks.
    NIPS 2012.

    Notes
    -----
    The paper says 224 px, but its numbers of nodes (290,400 in the first layer) need 227 px without padding.
    Dropout scales while training, not while testing; the expected values are the same.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, kernel_size=11, stride=4)
        self.relu1 = nn.ReLU()
        self.norm1 = _normalisation()
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2)  # overlapping: 3 wide, every 2

        self.conv2 = nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2)
        self.relu2 = nn.ReLU()
        self.norm2 = _normalisation()
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2)

        self.conv3 = nn.Conv2d(256, 384, kernel_size=3, padding=1)  # the one convolution that reads both towers
        self.relu3 = nn.ReLU()
        self.conv4 = nn.Conv2d(384, 384, kernel_size=3, padding=1, groups=2)
        self.relu4 = nn.ReLU()
        self.conv5 = nn.Conv2d(384, 256, kernel_size=3, padding=1, groups=2)
        self.relu5 = nn.ReLU()
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2)

        self.fc6 = nn.Linear(256 * 6 * 6, 4096)
        self.relu6 = nn.ReLU()
        self.drop6 = nn.Dropout(0.5)
        self.fc7 = nn.Linear(4096, 4096)
        self.relu7 = nn.ReLU()
        self.drop7 = nn.Dropout(0.5)
        self.fc8 = nn.Linear(4096, num_classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.norm1(self.relu1(self.conv1(picture)))  # 96 × 55 × 55
        x = self.pool1(x)  # 96 × 27 × 27
        x = self.norm2(self.relu2(self.conv2(x)))  # 256 × 27 × 27
        x = self.pool2(x)  # 256 × 13 × 13
        x = self.relu3(self.conv3(x))  # 384 × 13 × 13
        x = self.relu4(self.conv4(x))  # 384 × 13 × 13
        x = self.relu5(self.conv5(x))  # 256 × 13 × 13
        x = self.pool5(x)  # 256 × 6 × 6
        x = torch.flatten(x, 1)  # 9216
        x = self.drop6(self.relu6(self.fc6(x)))  # 4096
        x = self.drop7(self.relu7(self.fc7(x)))  # 4096
        return {"main": self.fc8(x)}  # classes


class SmallAlexNet(nn.Module):
    """Map pictures (N, 3, 32, 32) to ``{"main": logits (N, classes)}``: the two towers of 2012, sized for CIFAR-10.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. E. Hinton: ImageNet Classification with Deep Convolutional Neural Networks.
    NIPS 2012.

    Notes
    -----
    Convolution 1 is 5×5 with stride 2, the poolings round up, and the fully connected layers have 1,024 nodes.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, kernel_size=5, stride=2, padding=2)
        self.relu1 = nn.ReLU()
        self.norm1 = _normalisation()
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.conv2 = nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2)
        self.relu2 = nn.ReLU()
        self.norm2 = _normalisation()
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.conv3 = nn.Conv2d(256, 384, kernel_size=3, padding=1)
        self.relu3 = nn.ReLU()
        self.conv4 = nn.Conv2d(384, 384, kernel_size=3, padding=1, groups=2)
        self.relu4 = nn.ReLU()
        self.conv5 = nn.Conv2d(384, 256, kernel_size=3, padding=1, groups=2)
        self.relu5 = nn.ReLU()
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.fc6 = nn.Linear(256 * 2 * 2, 1024)
        self.relu6 = nn.ReLU()
        self.drop6 = nn.Dropout(0.5)
        self.fc7 = nn.Linear(1024, 1024)
        self.relu7 = nn.ReLU()
        self.drop7 = nn.Dropout(0.5)
        self.fc8 = nn.Linear(1024, num_classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.norm1(self.relu1(self.conv1(picture)))  # 96 × 16 × 16
        x = self.pool1(x)  # 96 × 8 × 8
        x = self.norm2(self.relu2(self.conv2(x)))  # 256 × 8 × 8
        x = self.pool2(x)  # 256 × 4 × 4
        x = self.relu3(self.conv3(x))  # 384 × 4 × 4
        x = self.relu4(self.conv4(x))  # 384 × 4 × 4
        x = self.relu5(self.conv5(x))  # 256 × 4 × 4
        x = self.pool5(x)  # 256 × 2 × 2
        x = torch.flatten(x, 1)  # 1024
        x = self.drop6(self.relu6(self.fc6(x)))  # 1024
        x = self.drop7(self.relu7(self.fc7(x)))  # 1024
        return {"main": self.fc8(x)}  # classes


class AlexNetTv(nn.Module):
    """Map pictures (N, 3, 224, 224) to ``{"main": logits (N, classes)}``, with torchvision's layers and names.

    One tower, fewer kernels, no normalisation: the network with which its author later showed how to train on many
    GPUs.

    References
    ----------
    A. Krizhevsky: One weird trick for parallelizing convolutional neural networks. arXiv:1404.5997, 2014.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 192, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(192, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(256, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, num_classes),
        )

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.features(picture)  # 64 × 55², 64 × 27², 192 × 27², 192 × 13², 384, 256, 256 × 13², 256 × 6²
        x = self.avgpool(x)  # 256 × 6 × 6: the identity at 224 px
        x = torch.flatten(x, 1)  # 9216
        return {"main": self.classifier(x)}  # 4096, 4096, classes


SPEC = NetSpec(
    name="alexnet",
    title="AlexNet (2012)",
    year=2012,
    reference="Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012",
    build=AlexNet,
    default_preprocess=replace(IMAGENET_PREPROCESS, size=227, crop_fraction=227 / 256),
    weights=(
        shipped_cifar10(
            "alexnet",
            "84fe45cd68cd0382afe13a3df92d7ec341f147917744ed6d0dd4f99e9ee225b1",
            8_833_380,
            80.7,
            "small",
            chosen=False,  # people come to see the nodes and the towers of 2012
        ),
    ),
    deviations=("deviation.alexnet_input_size",),
    small=SmallForm(build=SmallAlexNet, deviations=("deviation.alexnet_small",)),
    notes=("note.alexnet_towers", "note.alexnet_normalisation"),
)

TV_SPEC = NetSpec(
    name="alexnet-tv",
    title="AlexNet (one tower)",
    year=2014,
    reference="Krizhevsky: One weird trick for parallelizing convolutional neural networks, 2014",
    build=AlexNetTv,
    weights=(
        WeightsSpec(
            name="imagenet1k_v1",
            file="alexnet-owt-7be5be79.pth",
            sha256="7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
            size_bytes=244_408_911,
            megabytes=244.4,
            dataset="ImageNet",
            classes="imagenet",
            preprocess=IMAGENET_PREPROCESS,
            accuracy={"main": 56.522},
            url_source="AlexNet_Weights.IMAGENET1K_V1",
        ),
    ),
    labels={
        "features.0": "conv1",
        "features.1": "relu1",
        "features.2": "pool1",
        "features.3": "conv2",
        "features.4": "relu2",
        "features.5": "pool2",
        "features.6": "conv3",
        "features.7": "relu3",
        "features.8": "conv4",
        "features.9": "relu4",
        "features.10": "conv5",
        "features.11": "relu5",
        "features.12": "pool5",
        "classifier.0": "drop5",
        "classifier.1": "fc6",
        "classifier.2": "relu6",
        "classifier.3": "drop6",
        "classifier.4": "fc7",
        "classifier.5": "relu7",
        "classifier.6": "fc8",
    },
    deviations=("deviation.alexnet_one_tower",),
)
