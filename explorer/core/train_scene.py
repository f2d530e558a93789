"""What is trained in the Train workspace: data, recipe, and the nets that learn side by side."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

from explorer.core.errors import UserError
from explorer.core.resources import resource

Activation = Literal["relu", "sigmoid"]
Start = Literal["he", "glorot"]


class Variant(msgspec.Struct, frozen=True):
    """One of the nets that learn side by side.

    Attributes
    ----------
    net : str
        Name in the catalog.
    heads : bool
        With the auxiliary heads, where the net has some.
    activation : str
        What stands after the layers; ``sigmoid`` only for the nets of ``resnet…`` and ``plain…``.
    norm : bool
        With batch normalisation; without it only for the nets of ``resnet…`` and ``plain…``.
    start : str
        How widely the first kernels are scattered: ``he`` (variance 2 / fan-in, so that signals keep their size through
        ReLUs) or ``glorot`` (1 / fan-in, as was usual before).
    """

    net: str = "googlenet"
    heads: bool = True
    activation: Activation = "relu"
    norm: bool = True
    start: Start = "he"


class TrainScene(msgspec.Struct, frozen=True):
    """All that a training depends on; 0 and empty leave the choice to the preset, the data or the net.

    Attributes
    ----------
    data : str
        ``digits cifar10 mnist fashion-mnist``, or the path of a folder of class folders.
    lanes : tuple of Variant
        One or two nets, which do their steps in turn on the same batches.
    preset : str
        ``lecture``, ``modern`` or ``fine-tune``: the recipe.
    epochs, seed, batch, size : int
        ``size`` is the side of the input in pixels.
    rate : float
        Highest learning rate.
    weights : str
        Weights to start from, name or file.
    freeze : tuple of str
        Layers that are not trained.
    """

    data: str = "digits"
    lanes: tuple[Variant, ...] = (Variant(),)
    preset: str = "lecture"
    epochs: int = 10
    seed: int = 0
    batch: int = 0
    size: int = 0
    rate: float = 0.0
    weights: str = ""
    freeze: tuple[str, ...] = ()


class TrainPreset(msgspec.Struct, frozen=True):
    """A training worth watching: its title is the text ``train.preset.<key>``, what to look for ``….<key>.about``."""

    key: str
    scene: TrainScene


@cache
def train_presets() -> tuple[TrainPreset, ...]:
    """Return the trainings that the window offers, from ``resources/training/presets.json``."""
    return msgspec.json.decode(resource("training", "presets.json").read_bytes(), type=tuple[TrainPreset, ...])


def train_preset(key: str) -> TrainPreset:
    """Return a prepared training.

    Raises
    ------
    UserError
        ``preset_unknown``.
    """
    presets = {preset.key: preset for preset in train_presets()}
    if key not in presets:
        raise UserError("preset_unknown", name=key, known=", ".join(presets))
    return presets[key]
