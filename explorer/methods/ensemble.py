"""Ten crops vote: four corners and the centre, each also mirrored; their probabilities are averaged.

References
----------
Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 4.1.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.layers import Head
from explorer.core.messages.classics import EnsembleResult, EnsembleVote, Vote
from explorer.core.scene import Crop
from explorer.methods.crops import CROP_PX, PICTURE_PX, surrounding, thumbnail
from explorer.methods.edited import run_in_slices
from explorer.methods.heads import probabilities
from explorer.nets.preprocess import prepare
from explorer.nets.spec import Preprocess
from explorer.tracing.forward import TracedNet

PLACES = ("top_left", "top_right", "bottom_left", "bottom_right", "centre")
VOTES = 2 * len(PLACES)
CENTRE = PLACES.index("centre")

Votes = Generator[EnsembleVote | EnsembleResult | None, None, None]


def vote(
    traced: TracedNet,
    head: Head,
    rgb: np.ndarray,
    crop: Crop,
    preprocess: Preprocess,
    trace: str,
    like: Tensor,
    thumbnail_px: int,
) -> Votes:
    """Ask the network about each crop in turn: yield None between layers, each vote, and the result at the end.

    Parameters
    ----------
    rgb : ndarray (H, W, 3) uint8
    crop : Crop
        The square that the network sees; the crops are 224 / 256 of the square around it (see ``crops``), so that the
        centre crop is what it saw wherever the picture has room.
    like : Tensor
        The network's input, for its device.

    Raises
    ------
    UserError
        ``head_untrained``: a vote of random weights means nothing.
    """
    if not head.trained:
        raise UserError("head_untrained", head=head.name)
    votes: list[Vote] = []
    for number in range(VOTES):
        place, mirrored = PLACES[number % len(PLACES)], number >= len(PLACES)
        where = crop_at(rgb, crop, place)
        net_input, cut = prepare(rgb, where, preprocess, traced.input_size)
        net_input = net_input.flip(-1) if mirrored else net_input
        logits = yield from run_in_slices(traced, net_input.to(like.device))
        said = probabilities(logits[head.name])
        small = thumbnail(rgb, cut, thumbnail_px, mirrored)
        votes.append(Vote(place, mirrored, cut, small, said, int(said.argmax())))
        yield EnsembleVote(trace, number, VOTES, votes[-1], _average(votes))
    average = _average(votes)
    answer, single = int(average.argmax()), votes[CENTRE].answer
    agreeing = sum(one.answer == answer for one in votes)
    yield EnsembleResult(trace, tuple(votes), average, single, answer, answer != single, agreeing)


def crop_at(rgb: np.ndarray, crop: Crop, place: str) -> Crop:
    """Return one of the five crops, in fractions of the picture."""
    if place == "centre":
        return _within(rgb, crop, 0.5, 0.5)
    across = 0.0 if place.endswith("left") else 1.0
    down = 0.0 if place.startswith("top") else 1.0
    return _within(rgb, crop, across, down)


def _within(rgb: np.ndarray, crop: Crop, across: float, down: float) -> Crop:
    height, width = rgb.shape[:2]
    around = surrounding(rgb, crop)
    share = CROP_PX / PICTURE_PX
    room = around.width * (1 - share)
    return Crop(around.x + across * room, around.y + down * room * width / height, around.width * share)


def _average(votes: list[Vote]) -> np.ndarray:
    return np.asarray(np.mean([one.probabilities.astype(np.float64) for one in votes], axis=0), np.float32)
