"""What a net is fed while it learns is what Explore would feed it, cut and turned as said."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from explorer.nets.preprocess import prepare
from explorer.nets.spec import Preprocess
from explorer.training.data.dataset import Pictures, as_input, augmented, batches, order_of_epoch, split, step_seed
from explorer.training.recipes import LECTURE
from tests.unit.training.small import data, pictures


@pytest.mark.parametrize("size", [16, 24, 32, 48])
def test_training_and_explore_prepare_a_picture_alike(size: int) -> None:
    rgb = np.random.default_rng(size).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    preprocess = Preprocess(size=size, via_size=32, filter="bicubic")
    explore, _ = prepare(rgb, None, preprocess)
    ours = as_input(torch.from_numpy(rgb).permute(2, 0, 1)[None], size, preprocess)
    assert torch.allclose(ours, explore, atol=1e-5)


def test_every_class_is_split_and_no_picture_is_in_both() -> None:
    whole = Pictures(torch.arange(40).view(40, 1, 1, 1).to(torch.uint8), torch.tensor([0] * 30 + [1] * 8 + [2] * 2))
    train, validation = split(whole, 0.2, seed=3)
    assert sorted([*train.pixels.flatten().tolist(), *validation.pixels.flatten().tolist()]) == list(range(40))
    assert torch.bincount(validation.labels).tolist() == [6, 2, 1]
    again = split(whole, 0.2, seed=3)[1]
    other = split(whole, 0.2, seed=4)[1]
    assert torch.equal(again.pixels, validation.pixels)
    assert not torch.equal(other.pixels, validation.pixels)


def test_an_augmented_picture_is_a_shifted_crop_or_its_mirror_image() -> None:
    given = pictures(24, seed=5, side=8).pixels
    out = augmented(given, LECTURE, mirrors=True, seed=1, step=7)
    mirrored = 0
    for before, after in zip(given, out, strict=True):
        padded = torch.nn.functional.pad(before, (1, 1, 1, 1))
        crops = [padded[:, top : top + 8, left : left + 8] for top in range(3) for left in range(3)]
        upright = any(torch.equal(after, crop) for crop in crops)
        turned = any(torch.equal(after, crop.flip(2)) for crop in crops)
        assert upright or turned
        mirrored += turned
    assert 4 <= mirrored <= 20


def test_digits_are_never_mirrored() -> None:
    still = msgspec.structs.replace(LECTURE, padding=0.0)
    given = pictures(64, seed=5).pixels
    assert torch.equal(augmented(given, still, mirrors=False, seed=1, step=7), given)


def test_a_step_gives_the_same_pictures_again_and_another_step_others() -> None:
    given = pictures(16, seed=5).pixels
    zooming = msgspec.structs.replace(LECTURE, zoom=0.3)
    for recipe in (LECTURE, zooming):
        first = augmented(given, recipe, mirrors=True, seed=1, step=7)
        assert torch.equal(first, augmented(given, recipe, mirrors=True, seed=1, step=7))
        assert not torch.equal(first, augmented(given, recipe, mirrors=True, seed=1, step=8))
        assert not torch.equal(first, augmented(given, recipe, mirrors=True, seed=2, step=7))


def test_a_zoom_keeps_the_centre_and_stays_in_range() -> None:
    zooming = msgspec.structs.replace(LECTURE, zoom=0.3, padding=0.0, mirror=False)
    dot = torch.zeros(8, 3, 9, 9, dtype=torch.uint8)
    dot[:, :, 4, 4] = 255
    out = augmented(dot, zooming, mirrors=True, seed=0, step=0)
    assert out.dtype == torch.float32
    assert float(out.min()) >= 0
    assert float(out.max()) <= 1
    assert (out.flatten(2).argmax(2) == 4 * 9 + 4).all()


def test_an_epoch_goes_through_all_pictures_in_an_order_of_its_own() -> None:
    first, second = order_of_epoch(50, 0, 0), order_of_epoch(50, 0, 1)
    assert sorted(first.tolist()) == list(range(50))
    assert not torch.equal(first, second)
    assert torch.equal(first, order_of_epoch(50, 0, 0))


def test_batches_hold_every_picture_once() -> None:
    assert [len(batch) for batch in batches(data().validation, 8)] == [8, 8, 4]


def test_step_seeds_differ() -> None:
    seeds = {step_seed(seed, stream, step) for seed in range(4) for stream in range(4) for step in range(50)}
    assert len(seeds) == 800
    assert all(0 <= seed < 1 << 63 for seed in seeds)
