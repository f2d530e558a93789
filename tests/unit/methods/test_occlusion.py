"""A box over the picture changes what the heads say, exactly as the covered picture would; the sweep is captum's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import Occlusion

from explorer.core.errors import Cancelled, UserError
from explorer.core.scene import Crop
from explorer.methods.occlusion import Box, box_colour, box_in, covered, logits_of, places, sweep, sweep_sides
from explorer.nets.spec import Preprocess
from tests.unit.methods.traced_nets import OneHead, case, giving_up, relative, untouched

PREPROCESS = Preprocess(size=64)


def test_the_covered_picture_gives_the_logits_of_the_whole_net() -> None:
    here = case("googlenet")
    colour, shown = box_colour(here.picture, PREPROCESS, "grey")
    assert shown == (128, 128, 128)
    pictures = covered(here.picture, [Box(4, 9, 20), Box(0, 0, 64)], colour)
    with untouched(here.module):
        ours = logits_of(here.traced, pictures, ("main", "aux2", "aux1"))
    by_hand = here.picture.clone()
    by_hand[:, :, 4:24, 9:29] = (0.5 - torch.tensor(PREPROCESS.mean)).view(3, 1, 1) / torch.tensor(PREPROCESS.std).view(
        3, 1, 1
    )
    with torch.inference_mode():
        theirs = here.module(by_hand)
    for head in theirs:
        assert relative(ours[head][:1], theirs[head]) < 1e-5
    assert torch.equal(here.picture, case("googlenet").picture)


def test_heads_that_are_not_asked_are_not_run() -> None:
    here, ran = case("googlenet"), []
    hook = here.module.aux1.fc2.register_forward_hook(lambda *_: ran.append(True))
    try:
        assert list(logits_of(here.traced, here.picture, ("main",))) == ["main"]
    finally:
        hook.remove()
    assert not ran


def test_the_mean_colour_is_that_of_the_picture() -> None:
    grey = torch.full((1, 3, 8, 8), 0.25)
    grey[:, :, :4] = 0.75
    normalised = (grey - torch.tensor(PREPROCESS.mean).view(3, 1, 1)) / torch.tensor(PREPROCESS.std).view(3, 1, 1)
    colour, shown = box_colour(normalised, PREPROCESS, "mean")
    assert shown == (128, 128, 128)
    assert torch.allclose(colour.flatten(), normalised.mean(dim=(0, 2, 3)))


def test_a_box_stays_inside_the_picture() -> None:
    assert box_in(Crop(0.9, -0.5, 0.25), 64) == Box(0, 48, 16)
    assert box_in(Crop(0.5, 0.5, 7.0), 64) == Box(0, 0, 64)
    assert box_in(Crop(0.5, 0.5, 0.0), 64).side >= 1
    assert Box(16, 32, 8).crop(64) == Crop(0.5, 0.25, 0.125)


@pytest.mark.parametrize(
    ("net", "head", "side", "stride"), [("resnet18", "main", 20, 12), ("googlenet", "aux1", 16, 9)]
)
def test_the_sweep_is_captums(net: str, head: str, side: int, stride: int) -> None:
    here = case(net)
    colour, _ = box_colour(here.picture, PREPROCESS, "grey")
    target = here.target(head, "")
    with untouched(here.module):
        parts = list(sweep(here.traced, here.picture, target, colour, side, stride))
    assert parts[-1].done == parts[-1].total == len(places(64, side, stride))
    assert [part.done for part in parts] == sorted({part.done for part in parts})
    theirs = Occlusion(OneHead(here.module, head, softmax=True)).attribute(
        here.picture,
        sliding_window_shapes=(3, side, side),
        strides=(3, stride, stride),
        baselines=colour.expand_as(here.picture),
        target=target.index,
    )[0, 0]
    assert theirs.abs().max() > 1e-3
    assert np.abs(parts[-1].values - theirs.numpy()).max() < 1e-5


def test_places_that_are_not_done_yet_are_unknown() -> None:
    here = case("resnet18")
    colour, _ = box_colour(here.picture, PREPROCESS, "grey")
    first = next(sweep(here.traced, here.picture, here.target(), colour, 16, 16, first_s=1.0))
    assert first.done == 1
    assert np.isfinite(first.values[:16, :16]).all()
    assert np.isnan(first.values[16:]).all()


def test_giving_up_leaves_the_net_as_it_was() -> None:
    here = case("resnet18")
    with untouched(here.module), pytest.raises(Cancelled):
        logits_of(here.traced, here.picture, ("main",), giving_up(4))
    colour, _ = box_colour(here.picture, PREPROCESS, "grey")
    with untouched(here.module):
        running = sweep(here.traced, here.picture, here.target(), colour, 16, 16)
        next(running)
        running.close()


def test_boxes_that_make_no_sweep() -> None:
    assert sweep_sides(224, 0.2, 0.0) == (45, 22)
    for box, stride in ((0.0, 0.1), (1.5, 0.1), (0.2, -1.0)):
        with pytest.raises(UserError):
            sweep_sides(224, box, stride)
