"""AlexNet's towers, crops and ensemble, and VGG's small kernels: what each idea does in a real network."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from explorer.core.messages.base import Reply, Request
from explorer.core.messages.ideas import Change
from explorer.core.scene import Crop

# ── AlexNet ────────────────────────────────────────────────────────────────────────────────────────────────────────


class TowersRequest(Request, frozen=True, tag="towers"):
    """Count the nodes and parameters of a network with a sequence of convolutions and linear layers."""

    trace: str


class TowerLayer(msgspec.Struct, frozen=True):
    """One convolution or linear layer.

    Attributes
    ----------
    nodes, lecture_nodes : int
        Values of its output, and what the lecture says of that layer of AlexNet (0: nothing, or another network).
    reads : str
        ``both`` towers, ``own`` tower, or ``input``; empty in a network without towers.
    channels_a_tower : int
        Channels of its output that lie in one tower; 0 in a network without towers.
    """

    layer: str
    label: str
    kind: str
    shape: tuple[int, ...]
    nodes: int
    lecture_nodes: int
    parameters: int
    groups: int
    reads: str
    channels_a_tower: int


class NormEffect(msgspec.Struct, frozen=True):
    """What one local response normalisation does: mean magnitude before and after, largest value before and after."""

    layer: str
    mean_before: float
    mean_after: float
    max_before: float
    max_after: float


class TowersResult(Reply, frozen=True, tag="towers"):
    """A network counted, beside the lecture's numbers.

    ``towers``: 2 in AlexNet (2012), else 1. ``ratio`` = linear over convolution parameters. The lecture's figures are
    those of AlexNet and 0 for other networks. ``normalisation`` and ``without_normalisation`` (every head as it is and
    with all local response normalisation left out) are empty where there is none.
    """

    trace: str
    towers: int
    layers: tuple[TowerLayer, ...]
    convolution_parameters: int
    linear_parameters: int
    ratio: float
    lecture_convolution_parameters: int
    lecture_linear_parameters: int
    lecture_ratio: float
    normalisation: tuple[NormEffect, ...]
    without_normalisation: tuple[Change, ...]


class CropsRequest(Request, frozen=True, tag="crops"):
    """Cut the picture into its training variants; ``indices`` (0 … 2,047) come as thumbnails of ``side_px``."""

    trace: str
    indices: tuple[int, ...] = ()
    side_px: int = 64


class CropsResult(Reply, frozen=True, tag="crops"):
    """256 → 224: (256 − 224)² places, each also mirrored.

    Attributes
    ----------
    picture : ndarray (256, 256, 3) uint8
        The square from which the variants are cut.
    count : int
        2,048, as in the paper and the lecture. (Both leave the last row and column of places out: 33² × 2 would be
        2,178.)
    crop_px : int
        224.
    places : ndarray (2048, 3) int32
        Top, left (0 … 31) and whether mirrored (0, 1) of every variant: index = (top · 32 + left) · 2 + mirrored. The
        variant is ``picture[top:top + 224, left:left + 224]``, columns reversed where mirrored.
    indices : ndarray (n,) int32
    thumbnails : ndarray (n, side, side, 3) uint8
    """

    trace: str
    picture: np.ndarray
    count: int
    crop_px: int
    places: np.ndarray
    indices: np.ndarray
    thumbnails: np.ndarray


class EnsembleRequest(Request, frozen=True, tag="ensemble"):
    """Ask the network about ten crops: four corners and the centre, each also mirrored.

    Answered by an :class:`EnsembleVote` a crop and, at the end, an :class:`EnsembleResult`.
    """

    trace: str
    thumbnail_px: int = 96


class Vote(msgspec.Struct, frozen=True):
    """What the main head says of one crop.

    ``place``: ``top_left top_right bottom_left bottom_right centre``; ``crop`` in fractions of the upright picture;
    ``thumbnail`` (side, side, 3) uint8, mirrored where ``mirrored``; ``answer`` is the strongest class.
    """

    place: str
    mirrored: bool
    crop: Crop
    thumbnail: np.ndarray
    probabilities: np.ndarray
    answer: int


class EnsembleVote(Reply, frozen=True, tag="ensemble_vote"):
    """One more vote is in: number ``index`` of ``total``; ``average`` is that of the votes so far (N,) float32."""

    final: ClassVar[bool] = False

    trace: str
    index: int
    total: int
    vote: Vote
    average: np.ndarray


class EnsembleResult(Reply, frozen=True, tag="ensemble"):
    """All ten votes (centre is number 4, its mirror 9) and their average.

    ``single``: the answer to the centre crop alone; ``answer``: that of the average; ``changed``: whether they differ;
    ``agreeing``: how many votes have the answer of the average.
    """

    trace: str
    votes: tuple[Vote, ...]
    average: np.ndarray
    single: int
    answer: int
    changed: bool
    agreeing: int


# ── small kernels ──────────────────────────────────────────────────────────────────────────────────────────────────

Factorisation = Literal["5x5", "7x7", "1xn"]


class FactoriseRequest(Request, frozen=True, tag="factorise"):
    """Set one large kernel beside several small ones.

    ``variant``: 5×5 against two 3×3, 7×7 against three 3×3, n×n against 1×n and n×1. ``channel``: output channel of
    the last of the real layers that are used; −1: the strongest.
    """

    trace: str
    variant: Factorisation = "5x5"
    channel: int = -1


class FactoriseResult(Reply, frozen=True, tag="factorise"):
    """Counts, receptive fields, and the responses of real kernels of this network.

    Attributes
    ----------
    side : int
        n of the large kernel.
    weights_large, weights_small : int
        For one input and one output channel: 25 against 18, 49 against 27, n² against 2n.
    field_large, field_small : int
        Receptive fields of one value: equal.
    layers : tuple of str
        The layers whose weights are used. Where the network has 3×3 convolutions in a row these are two (three) of
        them, batch normalisation included; else one layer twice, one kernel slice after another.
    in_a_row : bool
        Whether they really stand in a row in this network.
    channels : tuple of int
        Channels read and made by the row of layers: C0, C1, …; (1, 1, …) for single slices.
    parameters_large, parameters_small : int
        Weights, biases left out, of a layer C0 → C_last with the large kernel, and of the layers as they are.
    channel : int
        Output channel whose response is shown.
    small : tuple of ndarray (h, w) float32
        The strongest slices of the small kernels, for drawing.
    large : ndarray (n, n) float32
        The slice of the equivalent large kernel for the strongest input channel. For ``1xn``: the real kernel.
    approximated : ndarray (n, n) float32
        ``1xn``: the product of the column and the row; else equal to ``large``.
    source : ndarray (H, W) float32
        The strongest of the maps that are read.
    response_large, response_small, response_relu : ndarray (h, w) float32
        Inside the edges, where no padding reaches: of the large kernel; of the small ones without ReLU in between; of
        the small ones with ReLU in between, as the network has it. ``1xn``: the last is of column and row with ReLU.
    difference_small, difference_relu : float
        Largest |response − response_large|: 0 but for rounding without ReLU (``1xn``: what is lost); large with it.
    energy : float
        ``1xn``: share of the real kernel's squares that column × row holds; else 1.
    low, high : float
        Range of the three responses.
    """

    trace: str
    variant: Factorisation
    side: int
    weights_large: int
    weights_small: int
    field_large: int
    field_small: int
    layers: tuple[str, ...]
    in_a_row: bool
    channels: tuple[int, ...]
    parameters_large: int
    parameters_small: int
    channel: int
    small: tuple[np.ndarray, ...]
    large: np.ndarray
    approximated: np.ndarray
    source: np.ndarray
    response_large: np.ndarray
    response_small: np.ndarray
    response_relu: np.ndarray
    difference_small: float
    difference_relu: float
    energy: float
    low: float
    high: float


Requests = TowersRequest | CropsRequest | EnsembleRequest | FactoriseRequest
Replies = TowersResult | CropsResult | EnsembleVote | EnsembleResult | FactoriseResult
