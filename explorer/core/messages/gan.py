"""A GAN that learns while it is watched: the window pulls frames, and tells it what to do and to change.

Every request but the walk, the time-lapse and the export is answered by a :class:`GanFrame`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from explorer.core.gan_scene import GanScene
from explorer.core.messages.base import Detail, Reply, Request

Part = Literal["heat", "manifold", "arrows", "weights", "samples", "lanes"]
Player = Literal["d", "g"]
PhaseName = Literal["sample", "forward", "loss", "backward", "update"]
PHASES: tuple[PhaseName, ...] = ("sample", "forward", "loss", "backward", "update")
CURVES = ("loss_d", "loss_g", "d_real", "d_fake", "accuracy", "grad_d", "grad_g", "js", "kl", "covered")


class StartGan(Request, frozen=True, tag="gan_start"):
    """Build both networks from the scene's seed; paused at step 0. ``trained``: begin with the shipped weights."""

    scene: GanScene
    trained: bool = False


class ChangeGan(Request, frozen=True, tag="gan_change"):
    """Change any hyperparameter while it runs.

    A network is built anew only where its own structure changed; other data, noise, losses, optimisers, rates, batch
    and k take effect at the next step. Another seed or number of lanes begins anew at step 0.
    """

    scene: GanScene


class GanControl(Request, frozen=True, tag="gan_control"):
    """Do something.

    ``play`` (up to ``step`` where that is given), ``pause``; ``step_d`` and ``step_g`` (one step of one network),
    ``step_both`` (one step of the GAN); ``phase_d`` and ``phase_g`` go on by one phase of a step of that network (a
    phase of the other network that is under way is ended first; every other command ends it too); ``rewind`` to the
    kept moment at or before ``step`` (later ones stay kept until a step, ``play`` or another hyperparameter goes on
    from there); ``restart`` from the seed; ``give_up`` opening other pictures.
    """

    newest_wins: ClassVar[bool] = False

    do: Literal["play", "pause", "step_d", "step_g", "step_both", "phase_d", "phase_g", "rewind", "restart", "give_up"]
    step: int = 0


class GanFrameRequest(Request, frozen=True, tag="gan_frame"):
    """Return how it stands. Parts that are not wanted are None (or empty) in the frame.

    ``since`` and ``era`` are those of the last frame: its curves come from there on (``era`` −1: all of them).
    """

    since: int = 0
    era: int = -1
    want: tuple[Part, ...] = ()


class GanWalkRequest(Request, frozen=True, tag="gan_walk"):
    """What G makes of the noises between two: tile numbers of the wall, ``t`` from 0 (first) to 1 (second).

    Gaussian noise is walked on the great circle, uniform noise on the straight line.
    """

    first: int
    second: int
    t: tuple[float, ...] = (0.5,)


class GanLapseRequest(Request, frozen=True, tag="gan_lapse"):
    """What G made of one tile's noise at the kept moments, at most ``most`` of them."""

    tile: int
    most: int = 64


class GanExportRequest(Request, frozen=True, tag="gan_export"):
    """Return a file: the curves as CSV, or a network as safetensors."""

    newest_wins: ClassVar[bool] = False

    what: Literal["curves", "g", "d"]


class Trouble(msgspec.Struct, frozen=True):
    """Why it paused by itself: ``error.<kind>`` with its details, as for a Failure (``gan_not_finite`` …)."""

    kind: str
    details: dict[str, Detail] = {}


class Figures(msgspec.Struct, frozen=True):
    """The numbers of the last step; NaN where there is none yet, or where one makes no sense for the data.

    Attributes
    ----------
    d_real, d_fake : float
        Mean of D(x) and D(G(z)) as probabilities (the sigmoid of D's output; the critic's mean itself for
        ``wasserstein_gp``), over the last batch.
    accuracy : float
        Share of real and fake points on the right side of D, 0 … 1.
    grad_d, grad_g : float
        Euclidean norms of the gradients of all weights of D and of G.
    js, kl : float
        Jensen–Shannon divergence (0 … 1) and Kullback–Leibler divergence KL(real ‖ fake) between the histograms, in
        bits. Plane only.
    modes, covered : int
        Modes of the data and how many hold at least 5 % of the fakes within three standard deviations (``gaussians``
        and ``disjoint``); for digits the classes, and how many a classifier sees with a confidence of at least 0.8 in
        at least 1 % of the fakes. 0, 0: it makes no sense here.
    """

    loss_d: float
    loss_g: float
    d_real: float
    d_fake: float
    accuracy: float
    grad_d: float
    grad_g: float
    js: float
    kl: float
    modes: int
    covered: int
    shares: tuple[float, ...] = ()
    """Share of the fakes in each mode, or in each class; they need not sum to 1 on the plane."""


class Curves(msgspec.Struct, frozen=True):
    """What was measured, a row a kept step: ``steps`` (N,) int64, ``values`` (N, 10) float32 in the order of CURVES.

    NaN where a column was not measured at that step (js, kl and covered are measured every 64 steps). Where the frame's
    ``era`` differs from the one before, everything older is void and these are all there are.
    """

    steps: np.ndarray
    values: np.ndarray


class LayerWeights(msgspec.Struct, frozen=True):
    """One layer of an MLP: weight (out, in) and bias (out,) float32, and the mean activation a unit (out,) float32."""

    weight: np.ndarray
    bias: np.ndarray
    activation: np.ndarray


class NetWeights(msgspec.Struct, frozen=True):
    """A network as it is now. ``layers`` is empty for a DCGAN; ``parameters`` counts its numbers."""

    layers: tuple[LayerWeights, ...]
    parameters: int


class PlaneFrame(msgspec.Struct, frozen=True):
    """The plane, in coordinates from −1.5 to 1.5 (x to the right, y upwards).

    Attributes
    ----------
    real, fake : ndarray (N, 2), (M, 2) float32
        Always the same real points and the same noise. Fakes may be infinite or NaN where G went astray.
    fake_noise : ndarray (M, noise_dim) float32
    centres : ndarray (modes, 2) float32
        Of the Gaussians; empty for other data.
    heat : ndarray (R, R) float32 or None
        D's verdict 0 … 1, probability of real; row 0 is the top (y = extent), column 0 the left, cell centres. For
        ``wasserstein_gp`` the sigmoid of the critic minus its mean on ``real`` and ``fake``.
    extent : tuple of float
        Left, right, bottom, top of the heat map.
    manifold : ndarray (rows, columns, 2) float32 or None
        G of a grid of noise; one row for 1-D noise; None for more than 2 dimensions. Cells hold equal probability.
    manifold_noise : ndarray (rows, columns, noise_dim) float32 or None
    arrows : ndarray (K, 2) float32 or None
        For each of the first K of ``fake`` (64, where there are so many), the direction in which G's loss falls:
        minus its gradient there.
    """

    real: np.ndarray
    fake: np.ndarray
    fake_noise: np.ndarray
    centres: np.ndarray
    extent: tuple[float, float, float, float]
    heat: np.ndarray | None = None
    manifold: np.ndarray | None = None
    manifold_noise: np.ndarray | None = None
    arrows: np.ndarray | None = None


class PictureFrame(msgspec.Struct, frozen=True):
    """Pictures (want ``samples``): ndarray (N, S, S) uint8 grey or (N, S, S, 3) uint8 colour.

    ``fake_scores`` and ``real_scores`` (N,) float32 are D's verdicts 0 … 1. ``noise`` (N, noise_dim) is the fixed one.
    ``fake_classes`` (N,) int8 is what the classifier sees in each (−1: unsure, below 0.8), empty where there is none.
    """

    fake: np.ndarray
    fake_scores: np.ndarray
    fake_classes: np.ndarray
    noise: np.ndarray
    real: np.ndarray
    real_scores: np.ndarray
    classes: tuple[str, ...] = ()


class PhaseFrame(msgspec.Struct, frozen=True):
    """A step in slow motion: ``phase`` of a step of ``player`` has just been done.

    ``sample``: ``noise`` (B, k) and, in a D step, ``real`` are there; ``forward``: ``fake``, ``real_scores``,
    ``fake_scores`` (D's verdicts 0 … 1); ``loss``: ``loss``; ``backward``: ``arrows`` (on the fakes, G step) and
    ``gradients``; ``update``: ``gradients`` has been followed. Fields of later phases are None. Points are (B, 2), for
    pictures (B, S, S[, 3]) uint8.
    ``gradients``: one array (out, in) float32 a weighted layer of the player's MLP.
    """

    player: Player
    phase: PhaseName
    noise: np.ndarray | None = None
    real: np.ndarray | None = None
    fake: np.ndarray | None = None
    real_scores: np.ndarray | None = None
    fake_scores: np.ndarray | None = None
    loss: float | None = None
    arrows: np.ndarray | None = None
    gradients: tuple[np.ndarray, ...] = ()


class Lane(msgspec.Struct, frozen=True):
    """One of the runs side by side: ``fake`` (M, 2) float32, and ``heat`` (R, R) float32 as in the plane."""

    seed: int
    step: int
    fake: np.ndarray
    heat: np.ndarray
    figures: Figures
    trouble: Trouble | None = None


class Opening(msgspec.Struct, frozen=True):
    """Pictures on their way: ``done`` of ``total`` (0: nobody knows), for the scene that runs when they are there."""

    scene: GanScene
    done: int
    total: int


class GanFrame(Reply, frozen=True, tag="gan_frame"):
    """How it stands.

    Attributes
    ----------
    scene : GanScene
        What really runs (after a rewind: the hyperparameters of now; they are not rewound).
    era : int
        Rises when a run goes on after a rewind, with each restart, and with each thinning of the curves.
    steps_per_second : float
        Measured over the last second of playing; 0 while paused.
    kept : ndarray (N,) int64
        Steps to which it can be rewound, oldest first; empty while nothing runs, for the first pictures are opened.
    d, g : NetWeights or None
        Wanted by ``weights``.
    plane, pictures
        One of the two is there; ``pictures`` only where ``samples`` is wanted.
    lanes : tuple of Lane
        All of them where there are several and ``lanes`` is wanted.
    opening : Opening or None
        Other pictures are being opened.
    """

    proves_health: ClassVar[bool] = True

    scene: GanScene
    step: int
    era: int
    playing: bool
    device: str
    steps_per_second: float
    figures: Figures
    kept: np.ndarray
    trouble: Trouble | None = None
    curves: Curves | None = None
    plane: PlaneFrame | None = None
    pictures: PictureFrame | None = None
    d: NetWeights | None = None
    g: NetWeights | None = None
    phase: PhaseFrame | None = None
    lanes: tuple[Lane, ...] = ()
    opening: Opening | None = None


class GanWalk(Reply, frozen=True, tag="gan_walk"):
    """What G makes on the way: points (T, 2) float32 or pictures (T, S, S[, 3]) uint8, and D's verdicts (T,)."""

    made: np.ndarray
    scores: np.ndarray


class GanLapse(Reply, frozen=True, tag="gan_lapse"):
    """One sample through time: as GanWalk, and the steps (T,) int64."""

    made: np.ndarray
    scores: np.ndarray
    steps: np.ndarray


class GanExport(Reply, frozen=True, tag="gan_export"):
    """A file: a name to propose and its bytes (N,) uint8."""

    name: str
    data: np.ndarray


Requests = StartGan | ChangeGan | GanControl | GanFrameRequest | GanWalkRequest | GanLapseRequest | GanExportRequest
Replies = GanFrame | GanWalk | GanLapse | GanExport
