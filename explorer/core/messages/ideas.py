"""Residual blocks, network in network and global pooling: what each idea does in a real network."""

from __future__ import annotations

import msgspec
import numpy as np

from explorer.core.messages.base import Reply, Request
from explorer.core.messages.explore import Prediction, Wall

# ── residual blocks ────────────────────────────────────────────────────────────────────────────────────────────────


class ResidualRequest(Request, frozen=True, tag="residual"):
    """Return every residual block's norms, and the four walls of the block that is or holds ``step``.

    An empty ``step``, or one outside any block, means the first block.
    """

    trace: str
    step: str = ""
    aspect: float = 0.75


class ResidualBlock(msgspec.Struct, frozen=True):
    """One block y = ReLU(F(x) + x).

    Attributes
    ----------
    step, label : str
    shortcut, residual, added, output : str
        Layers of x (after the projection where there is one), F(x), x + F(x) and its ReLU.
    projection : bool
        The shortcut is a 1×1 convolution.
    shortcut_norm, residual_norm, added_norm, output_norm : float
        Root of the sum of squares.
    ratio : float
        ‖F(x)‖ / ‖x‖; infinite where x is zero.
    cosine : float
        Between F(x) and x: 0 where the block adds something new, negative where it takes away.
    """

    step: str
    label: str
    shortcut: str
    residual: str
    added: str
    output: str
    projection: bool
    shortcut_norm: float
    residual_norm: float
    added_norm: float
    output_norm: float
    ratio: float
    cosine: float


class ResidualResult(Reply, frozen=True, tag="residual"):
    """The blocks in the order of the data.

    ``walls`` are x, F(x), x + F(x) and the ReLU of the block ``step``, all from ``low`` = −``high`` to ``high``, so
    that the same colour is the same value in all four.
    """

    trace: str
    blocks: tuple[ResidualBlock, ...]
    step: str
    walls: tuple[Wall, ...]
    low: float
    high: float


class CutRequest(Request, frozen=True, tag="cut"):
    """Run the network without some shortcuts or residual branches.

    ``cuts`` holds ``<block>:shortcut`` and ``<block>:residual`` with the step of the block, such as
    ``layer2.0:shortcut``; so it can stand in :attr:`explorer.core.scene.Lens.off`.
    """

    trace: str
    cuts: tuple[str, ...]


class Change(msgspec.Struct, frozen=True):
    """What an experiment does to a head.

    ``before`` and ``after`` have probabilities only where the head was trained; ``logit_change`` is ‖z′ − z‖ / ‖z‖ of
    the logits, which says something of untrained heads too.
    """

    head: str
    before: Prediction
    after: Prediction
    logit_change: float


class CutResult(Reply, frozen=True, tag="cut"):
    """``cuts`` as asked, in the order of the data; ``heads`` main first."""

    trace: str
    cuts: tuple[str, ...]
    heads: tuple[Change, ...]


# ── network in network ─────────────────────────────────────────────────────────────────────────────────────────────


class PoolingRequest(Request, frozen=True, tag="pooling"):
    """Return class maps, their averages and the head's scores; no ``classes`` means the five strongest."""

    trace: str
    classes: tuple[int, ...] = ()


class ClassMap(msgspec.Struct, frozen=True):
    """One class's map and what becomes of it.

    ``values`` (H, W) float32; ``average`` its mean in double precision; ``score`` = average + ``bias``; ``logit`` what
    the head says; ``difference`` = score − logit.
    """

    index: int
    values: np.ndarray
    average: float
    bias: float
    score: float
    logit: float
    difference: float


class PoolingResult(Reply, frozen=True, tag="pooling"):
    """Global average pooling.

    Attributes
    ----------
    direct : bool
        The last block makes the class maps itself (NIN). Else a linear layer follows the pooling (GoogLeNet, ResNet):
        averaging and weighting may be swapped, so that a class's map is the weighted sum of the last maps (a class
        activation map).
    maps_layer, pooling_layer, scores_layer : str
    low, high : float
        Range over the returned maps.
    head_parameters : int
        Trained numbers behind the maps: 0 in NIN.
    trained : bool
        Whether the scores mean anything.

    References
    ----------
    Lin, Chen, Yan: Network In Network. ICLR 2014. Zhou et al.: Learning Deep Features for Discriminative Localization.
    CVPR 2016.
    """

    trace: str
    direct: bool
    trained: bool
    maps_layer: str
    pooling_layer: str
    scores_layer: str
    classes: tuple[ClassMap, ...]
    low: float
    high: float
    head_parameters: int


class PixelMlpRequest(Request, frozen=True, tag="pixel_mlp"):
    """Follow one pixel through the perceptron of the MLP convolution that is or holds ``step`` (empty: the first)."""

    trace: str
    step: str = ""
    pixel: tuple[int, int] | None = None
    edges: int = 24


class MlpStage(msgspec.Struct, frozen=True):
    """One layer of the perceptron at one pixel.

    Attributes
    ----------
    layer, label : str
        The convolution.
    before, values : ndarray (C,) float32
        Before and after the ReLU: the network's own numbers.
    bias : ndarray (C,) float32
    edges : ndarray (E, 2) int32
        The connections into this layer that carry most: from (channel of the stage before) and to (channel here).
        Empty for the first stage, whose inputs are a patch.
    carried : ndarray (E,) float32
        Weight times value, a connection; with all connections and the bias they sum to ``before``.
    weights : ndarray (E,) float32
    difference : float
        Largest |sum in double precision − tensor| over the channels; 0 for the first stage.
    """

    layer: str
    label: str
    before: np.ndarray
    values: np.ndarray
    bias: np.ndarray
    edges: np.ndarray
    carried: np.ndarray
    weights: np.ndarray
    difference: float


class PixelMlpResult(Reply, frozen=True, tag="pixel_mlp"):
    """``stages``: the k×k convolution and the two 1×1 ones of the block ``step``."""

    trace: str
    step: str
    pixel: tuple[int, int]
    map_size: tuple[int, int]
    stages: tuple[MlpStage, ...]


class MixRequest(Request, frozen=True, tag="mix"):
    """Show a 1×1 convolution at work: ``inputs`` maps become ``outputs`` maps by a weight matrix.

    ``layer``: a 1×1 convolution or a layer of its unit; empty, or another layer: the network's first 1×1 convolution.
    """

    trace: str
    layer: str = ""
    inputs: int = 8
    outputs: int = 4


class MixResult(Reply, frozen=True, tag="mix"):
    """Real maps mixed by real weights.

    Attributes
    ----------
    layer, source : str
        The convolution, and what it reads.
    channels_in, channels_out : int
        Of the whole layer.
    input_channels, output_channels : ndarray int32
        The chosen ones: inputs by how much they contribute to the chosen outputs, outputs by their strength.
    inputs : ndarray (I, H, W) float32
    matrix : ndarray (O, I) float32
    bias : ndarray (O,) float32
    mixed : ndarray (O, H, W) float32
        The matrix applied to these inputs alone, bias included.
    whole : ndarray (O, H, W) float32
        The layer's own output: all its input channels.
    share : ndarray (O,) float32
        How much of ``whole`` the chosen inputs explain: 1 − ‖whole − mixed‖² / ‖whole − bias‖²; at most 1.
    macs_1x1, macs_3x3 : int
        Multiply-adds of the whole layer, and of a 3×3 convolution in its place.
    """

    trace: str
    layer: str
    source: str
    channels_in: int
    channels_out: int
    input_channels: np.ndarray
    output_channels: np.ndarray
    inputs: np.ndarray
    matrix: np.ndarray
    bias: np.ndarray
    mixed: np.ndarray
    whole: np.ndarray
    share: np.ndarray
    macs_1x1: int
    macs_3x3: int


Requests = ResidualRequest | CutRequest | PoolingRequest | PixelMlpRequest | MixRequest
Replies = ResidualResult | CutResult | PoolingResult | PixelMlpResult | MixResult
