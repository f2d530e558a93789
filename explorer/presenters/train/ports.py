"""What the Train presenter needs of its view; see :mod:`explorer.presenters.ports`."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec
import numpy as np

from explorer.presenters.plots import PlotShow
from explorer.presenters.ports import HeadVerdict, MenuEntry

Page = Literal["picture", "batch", "confusion"]
PAGES: tuple[Page, ...] = ("picture", "batch", "confusion")
PlotKey = Literal["loss", "accuracy", "rate", "gradient"]
PLOTS: tuple[PlotKey, ...] = ("loss", "accuracy", "rate", "gradient")


class Field(msgspec.Struct, frozen=True):
    """One thing that can be set: ``choices`` are (key, word); ``hint`` explains it."""

    key: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]
    hint: str = ""
    enabled: bool = True


class SetupShow(msgspec.Struct, frozen=True):
    """What is trained.

    ``about`` says what to look at in the chosen preset; ``fields`` hold for all lanes, ``lanes`` for one each under its
    title. ``facts`` are lines such as the number of pictures and of parameters.
    """

    presets: tuple[tuple[str, str], ...]
    preset: str
    about: str
    fields: tuple[Field, ...]
    lanes: tuple[tuple[str, tuple[Field, ...]], ...]
    facts: tuple[str, ...]


class GradientLane(msgspec.Struct, frozen=True):
    """Gradient norms of one net from input to output; ``texts`` are what is said of each layer on hover."""

    title: str
    norms: np.ndarray
    texts: tuple[str, ...]


class GradientsShow(msgspec.Struct, frozen=True):
    """Bars of all lanes on one logarithmic scale from 10^low to 10^high."""

    title: str
    lanes: tuple[GradientLane, ...]
    low: float
    high: float
    empty: str = ""


class WatchedLane(msgspec.Struct, frozen=True):
    """What one net makes of the watched picture: its heads, and feature maps (K, H, W) float32 of ``layer``."""

    title: str
    heads: tuple[HeadVerdict, ...]
    layer: str
    maps: np.ndarray


class WatchedShow(msgspec.Struct, frozen=True):
    """The picture that is watched while the nets learn, (S, S, 3) uint8, and what each makes of it."""

    picture: np.ndarray
    caption: str
    lanes: tuple[WatchedLane, ...]


class BatchTile(msgspec.Struct, frozen=True):
    """One picture of the last batch: its class and what the net said."""

    label: str
    answer: str
    right: bool


class BatchShow(msgspec.Struct, frozen=True):
    """Pictures of the last batch, (N, S, S, 3) uint8, and whether each was named rightly."""

    title: str
    pixels: np.ndarray
    tiles: tuple[BatchTile, ...]


class ConfusionShow(msgspec.Struct, frozen=True):
    """Validation pictures by true class (row) and answer (column); ``counts`` (C, C)."""

    title: str
    classes: tuple[str, ...]
    counts: np.ndarray


class ProgressShow(msgspec.Struct, frozen=True):
    """The bottom bar.

    Attributes
    ----------
    fraction : float
        Of what is being done (reading, measuring, or the whole training), 0 … 1.
    kept, position : tuple of float, float
        Moments that can be gone back to, and where the training or the view stands, as fractions of the whole.
    past : bool
        A kept moment is on screen, not the newest state.
    """

    playing: bool
    can_play: bool
    can_step: bool
    can_stop: bool
    headline: str
    details: str
    fraction: float
    kept: tuple[float, ...]
    position: float
    past: bool


class TrainPort(Protocol):
    """The Train workspace as its presenter sees it."""

    def show_setup(self, show: SetupShow) -> None: ...
    def show_plots(self, plots: dict[PlotKey, PlotShow]) -> None: ...
    def show_gradients(self, show: GradientsShow) -> None: ...
    def show_watched(self, show: WatchedShow) -> None: ...
    def show_batch(self, show: BatchShow) -> None: ...
    def show_confusion(self, show: ConfusionShow) -> None: ...
    def show_page(self, page: Page) -> None: ...
    def show_progress(self, show: ProgressShow) -> None: ...
    def show_runs(self, entries: tuple[MenuEntry, ...]) -> None:
        """Open the list of runs; never blocks."""
