"""The 2,048 variants are all different squares of the picture; the ten crops' votes are the network's own."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.messages.classics import EnsembleResult, EnsembleVote
from explorer.core.scene import Crop
from explorer.imaging.crops import centred
from explorer.methods.crops import cut_variants, surrounding, variant
from explorer.methods.ensemble import CENTRE, PLACES, crop_at, vote
from explorer.nets.preprocess import prepare
from explorer.nets.spec import IMAGENET_PREPROCESS
from tests.unit.methods.cases import Case, case, unharmed


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_all_variants_are_there_once_and_each_is_what_its_place_says() -> None:
    rgb = picture(256, 256)
    result = cut_variants(rgb, centred(256, 256, 224 / 256), "t", (0, 1, 1047, 2047), 224)
    assert result.count == len(result.places) == 2048
    assert len({tuple(place) for place in result.places.tolist()}) == 2048
    assert result.places.min(axis=0).tolist() == [0, 0, 0] and result.places.max(axis=0).tolist() == [31, 31, 1]
    np.testing.assert_array_equal(result.picture, rgb)  # a picture of that size is taken as it is
    for index, small in zip(result.indices, result.thumbnails, strict=True):
        top, left, mirrored = result.places[index]
        expected = rgb[top : top + 224, left : left + 224]
        np.testing.assert_array_equal(small, expected[:, ::-1] if mirrored else expected)
        np.testing.assert_array_equal(variant(rgb, int(index)), small)


@pytest.mark.parametrize("shape", [(300, 500), (500, 300), (64, 64), (1000, 260)])
def test_the_square_lies_around_what_the_network_sees(shape: tuple[int, int]) -> None:
    rgb = picture(*shape)
    crop = prepare(rgb, None, IMAGENET_PREPROCESS)[1]
    around = surrounding(rgb, crop)
    height, width = shape
    assert around.width * width == pytest.approx(min(shape), abs=1.5)
    assert around.x <= crop.x + 1e-9 and around.y <= crop.y + 1e-9
    assert around.x + around.width >= crop.x + crop.width - 1e-9
    assert (around.y * height + around.width * width) <= height + 1e-6


@pytest.mark.parametrize("index", [-1, 2048])
def test_a_variant_outside_is_refused(index: int) -> None:
    with pytest.raises(UserError) as caught:
        cut_variants(picture(64, 64), Crop(0, 0, 1), "t", (index,), 32)
    assert caught.value.kind == "variant_outside"


def collected(known: Case, rgb: np.ndarray, crop: Crop) -> tuple[list[EnsembleVote], EnsembleResult]:
    (head, *_) = known.traced.graph.heads
    trained = msgspec.structs.replace(head, trained=True)
    said = [
        one
        for one in vote(known.traced, trained, rgb, crop, IMAGENET_PREPROCESS, "t", known.picture, 48)
        if one is not None
    ]
    votes = [one for one in said if isinstance(one, EnsembleVote)]
    assert isinstance(said[-1], EnsembleResult) and len(said) == len(votes) + 1
    return votes, said[-1]


def test_each_vote_is_what_the_network_says_of_that_crop() -> None:
    known, rgb = case("resnet18"), picture(120, 160)
    crop = prepare(rgb, None, IMAGENET_PREPROCESS)[1]
    with unharmed(known):
        votes, result = collected(known, rgb, crop)
    assert [one.index for one in votes] == list(range(10))
    expected = []
    for number, one in enumerate(result.votes):
        assert (one.place, one.mirrored) == (PLACES[number % 5], number >= 5)
        net_input, _ = prepare(rgb, one.crop, IMAGENET_PREPROCESS, 64)
        with torch.inference_mode():
            logits = known.traced.module(net_input.flip(-1) if one.mirrored else net_input)["main"][0]
        expected.append(logits.double().softmax(0).numpy())
        np.testing.assert_allclose(one.probabilities, expected[-1], rtol=1e-4, atol=1e-6)
        assert one.answer == int(expected[-1].argmax()) and one.thumbnail.shape == (48, 48, 3)
        np.testing.assert_allclose(votes[number].average, np.mean(expected, axis=0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(result.average, np.mean(expected, axis=0), rtol=1e-4, atol=1e-6)
    assert result.answer == int(np.mean(expected, axis=0).argmax())
    assert result.single == result.votes[CENTRE].answer
    assert result.changed == (result.answer != result.single)
    assert result.agreeing == sum(one.answer == result.answer for one in result.votes)


def test_the_centre_is_what_was_on_screen_and_the_corners_touch_the_corners() -> None:
    rgb = picture(256, 320)
    crop = prepare(rgb, None, IMAGENET_PREPROCESS)[1]
    centre = crop_at(rgb, crop, "centre")
    assert centre.x == pytest.approx(crop.x, abs=1e-9) and centre.y == pytest.approx(crop.y, abs=1e-9)
    corner = crop_at(rgb, crop, "bottom_right")
    assert corner.y * 256 + corner.width * 320 == pytest.approx(256)
    assert crop_at(rgb, crop, "top_left").y == 0
    assert (crop_at(rgb, crop, "top_right").x - crop_at(rgb, crop, "top_left").x) * 320 == pytest.approx(32)


def test_votes_of_random_weights_are_refused_and_a_stopped_vote_harms_nothing() -> None:
    known, rgb = case("resnet18"), picture(80, 80)
    head = known.traced.graph.heads[0]
    ask = vote(known.traced, head, rgb, Crop(0, 0, 1), IMAGENET_PREPROCESS, "t", known.picture, 48)
    with unharmed(known), pytest.raises(UserError) as caught:
        next(ask)
    assert caught.value.kind == "head_untrained"
    trained = msgspec.structs.replace(head, trained=True)
    ask = vote(known.traced, trained, rgb, Crop(0, 0, 1), IMAGENET_PREPROCESS, "t", known.picture, 48)
    with unharmed(known):
        for _ in range(20):
            next(ask)
        ask.close()
