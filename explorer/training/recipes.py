"""How a classifier is trained: the lecture's recipe and modern ones, by name."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

AUXILIARY_WEIGHT = 0.3
"""Of each auxiliary head's loss, as in the GoogLeNet paper."""


class Recipe(msgspec.Struct, frozen=True):
    """Everything about a training but the net, the data and the number of epochs.

    Attributes
    ----------
    rate : float
        Highest learning rate of stochastic gradient descent; ``rate_unnormalised`` is taken instead for a net without
        batch normalisation, which would not bear it.
    weight_decay : float
        For kernels and matrices; biases and batch normalisation are left alone.
    schedule : str
        ``step``: times ``gamma`` every ``step_epochs``. ``one_cycle``: up in a line during ``warm_up`` of the steps,
        then down in a line to 0.
    label_smoothing : float
        Share of the probability that is spread over all classes.
    averaging : float
        Decay a step of the weights' running average, which is what is measured and kept; 0 for the weights themselves.
    sizes : tuple of pairs
        Progressive resizing: from this part of the training on, inputs have this share of the full side.
    padding : float
        Pictures are shifted by up to this share of their side, zeros coming in (the lecture: 4 of 32).
    zoom : float
        Pictures are enlarged or reduced by up to this share.
    precision : str
        ``bfloat16`` for autocast where the processor computes with it.
    """

    name: str
    rate: float
    rate_unnormalised: float
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0
    schedule: Literal["step", "one_cycle"] = "step"
    step_epochs: int = 7
    gamma: float = 0.1
    warm_up: float = 0.2
    batch: int = 100
    label_smoothing: float = 0.0
    averaging: float = 0.0
    sizes: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    padding: float = 4 / 32
    mirror: bool = True
    zoom: float = 0.0
    precision: Literal["float32", "bfloat16"] = "float32"
    channels_last: bool = False

    def rate_at(self, step: int, steps_an_epoch: int, epochs: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        if self.schedule == "step":
            return self.rate * self.gamma ** (step // (self.step_epochs * steps_an_epoch))
        total = max(1, steps_an_epoch * epochs)
        done = (step + 1) / (total + 1)
        return self.rate * min(done / self.warm_up, (1 - done) / (1 - self.warm_up))

    def size_at(self, step: int, steps_an_epoch: int, epochs: int, full: int) -> int:
        """Return the side of a step's input in pixels: a multiple of 8 where it is less than the full side."""
        done = step / max(1, steps_an_epoch * epochs)
        share = next(share for start, share in reversed(self.sizes) if done >= start)
        return full if share >= 1 else min(full, 8 * math.ceil(share * full / 8))


LECTURE = Recipe(name="lecture", rate=0.001, rate_unnormalised=0.001)
MODERN = Recipe(
    name="modern",
    rate=0.2,
    rate_unnormalised=0.02,
    nesterov=True,
    weight_decay=5e-4,
    schedule="one_cycle",
    batch=128,
    label_smoothing=0.05,
    averaging=0.998,
    sizes=((0.0, 0.75), (0.4, 1.0)),
    precision="bfloat16",
    channels_last=True,
)
FINE_TUNE = msgspec.structs.replace(
    MODERN, name="fine-tune", rate=0.05, rate_unnormalised=0.005, sizes=((0.0, 0.75), (0.6, 1.0)), zoom=0.2
)
"""For weights that know something already: gentler, and over a range of scales, so that framing matters less."""

RECIPES = (LECTURE, MODERN, FINE_TUNE)
