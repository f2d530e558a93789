"""The input that a network gets is the one that its weights were trained on."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from torchvision import models
from torchvision.transforms.functional import center_crop, to_tensor

from explorer.core.scene import Crop
from explorer.nets import catalog
from explorer.nets.preprocess import prepare
from explorer.nets.spec import IMAGENET_MEAN, IMAGENET_PREPROCESS, IMAGENET_STD, Preprocess, WeightsSpec

CIFAR = Preprocess(size=96, via_size=32, filter="bicubic")


def weights(net: str, name: str) -> WeightsSpec:
    return next(weights for weights in catalog.find(net).weights if weights.name == name)


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return a smooth picture with some noise, uint8."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    return np.clip(np.asarray(coarse) + rng.normal(0, 4, (height, width, 3)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("net", "name"), [("vgg16", "imagenet1k_v1"), ("resnet50", "imagenet1k_v2")])
def test_imagenet_inputs_are_torchvisions(net: str, name: str) -> None:
    rgb = picture(512, 640)
    described = weights(net, name)
    enum, member = described.url_source.split(".")
    theirs = getattr(getattr(models, enum), member).transforms()(Image.fromarray(rgb))
    ours, _ = prepare(rgb, None, described.preprocess)
    # torchvision resizes first and cuts whole pixels afterwards; the two squares differ by less than a pixel.
    assert (ours[0] - theirs).abs().mean() < 0.02


def test_resizing_is_pillows() -> None:
    rgb = picture(300, 300)
    ours, _ = prepare(rgb, None, Preprocess(size=224, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)))
    theirs = to_tensor(Image.fromarray(rgb).resize((224, 224), Image.Resampling.BILINEAR))
    assert (ours[0] - theirs).abs().max() <= 1.01 / 255


def test_googlenets_input_is_what_torchvisions_transform_input_makes() -> None:
    rgb = picture(256, 256)
    standard, _ = prepare(rgb, None, IMAGENET_PREPROCESS)
    ours, _ = prepare(rgb, None, weights("googlenet", "imagenet1k_v1").preprocess)
    net = models.googlenet(weights=None, aux_logits=False, transform_input=True, init_weights=False)
    assert torch.allclose(net._transform_input(standard), ours, atol=1e-5)


@pytest.mark.parametrize("side", [20, 32, 97, 512, 1000])
def test_small_inputs_go_by_way_of_area_averages(side: int) -> None:
    rgb = picture(side, side)
    pixels = torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].double() / 255
    small = F.interpolate(pixels, size=(32, 32), mode="area")
    large = F.interpolate(small, size=(96, 96), mode="bicubic", antialias=True).clamp(0, 1)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
    ours, _ = prepare(rgb, None, CIFAR)
    assert (ours - (large - mean) / std).abs().max() < 1e-4


def test_one_colour_stays_that_colour() -> None:
    rgb = np.full((70, 90, 3), (255, 0, 51), np.uint8)
    for preprocess in (CIFAR, IMAGENET_PREPROCESS):
        tensor, _ = prepare(rgb, None, preprocess)
        expected = [(value - m) / s for value, m, s in zip((1.0, 0.0, 0.2), IMAGENET_MEAN, IMAGENET_STD, strict=True)]
        assert tensor.dtype == torch.float32
        assert torch.allclose(tensor, torch.tensor(expected).view(1, 3, 1, 1).expand_as(tensor), atol=1e-5)


def test_the_crop_is_what_is_seen() -> None:
    rgb = np.zeros((100, 200, 3), np.uint8)
    rgb[40:60, 150:170] = 255
    tensor, crop = prepare(rgb, Crop(150 / 200, 40 / 100, 20 / 200), IMAGENET_PREPROCESS)
    assert crop == Crop(0.75, 0.4, 0.1)
    assert tensor.amin(dim=(0, 2, 3)) == pytest.approx(
        [(1 - m) / s for m, s in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)]
    )


def test_the_default_crop_is_centred() -> None:
    rgb = picture(256, 512)
    _, crop = prepare(rgb, None, IMAGENET_PREPROCESS)
    assert crop == Crop((512 - 224) / 2 / 512, 16 / 256, 224 / 512)
    cut, _ = prepare(np.asarray(center_crop(Image.fromarray(rgb), [224, 224])), Crop(0, 0, 1), IMAGENET_PREPROCESS)
    assert torch.equal(prepare(rgb, None, IMAGENET_PREPROCESS)[0], cut)


@pytest.mark.parametrize(
    "wanted", [Crop(-0.5, -0.5, 0.4), Crop(0.9, 0.9, 0.4), Crop(0.2, 0.3, 7.0), Crop(0.5, 0.5, 0.0), Crop(0, 0, 1)]
)
def test_crops_are_moved_inside_and_repeat_themselves(wanted: Crop) -> None:
    rgb = picture(75, 131)
    first, crop = prepare(rgb, wanted, IMAGENET_PREPROCESS)
    assert crop.x >= 0
    assert crop.y >= 0
    assert crop.x + crop.width <= 1 + 1e-9
    assert crop.y * 75 + crop.width * 131 <= 75 + 1e-9
    again, same = prepare(rgb, crop, IMAGENET_PREPROCESS)
    assert same == crop
    assert torch.equal(first, again)


def test_size_can_be_chosen_and_the_picture_read_only() -> None:
    rgb = picture(64, 64)[:, ::-1]
    rgb.setflags(write=False)
    for preprocess in (CIFAR, IMAGENET_PREPROCESS):
        assert prepare(rgb, None, preprocess, size=160)[0].shape == (1, 3, 160, 160)
