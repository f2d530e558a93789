"""Inside a layer: why one value is what it is, what the kernels look like, and what depth does."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from explorer.core.messages.base import Reply, Request
from explorer.core.messages.explore import Statistics

KernelOrder = Literal["index", "norm"]


class MicroscopeRequest(Request, frozen=True, tag="microscope"):
    """Take one value of a layer apart.

    Attributes
    ----------
    layer : str
        A layer; for a unit (convolution, normalisation, ReLU) any of its layers, usually its output.
    pixel : (int, int) or None
        Row and column in that layer's map; None: where the channel is strongest.
    patches : int
        How many of the input channels that contribute most come with their patches.
    pinned : int
        An input channel whose patch must come too, and whose map is ``source_map``; −1: the strongest.
    """

    trace: str
    layer: str
    channel: int
    pixel: tuple[int, int] | None = None
    patches: int = 8
    pinned: int = -1


class Link(msgspec.Struct, frozen=True):
    """An operation that follows in the same unit and works on single values.

    Attributes
    ----------
    layer : str
        Empty for the softmax behind a head's logits, which is no layer of the network.
    kind : str
        ``batch_norm relu lrn dropout flatten softmax``.
    before, after : float
        ``after`` is computed here, in double precision, from ``before``, which is the network's own value.
    tensor : float
        What the network computed.
    difference : float
        ``after − tensor``.
    numbers : dict
        ``batch_norm``: mean variance scale shift eps, of after = (before − mean) / √(variance + eps) · scale + shift.
        ``lrn``: k alpha beta size squares denominator, of after = before / denominator with denominator =
        (k + alpha · squares)^beta and ``squares`` the sum of the squares of ``terms`` (the paper's formula).
        ``softmax``: exponential sum largest, of after = exponential / sum with exponential = e^(before − largest).
    terms : ndarray (M,) float64
        ``lrn``: the values of the neighbouring channels from ``first`` on, the own one among them. ``softmax``: the
        exponentials of all classes. Else empty.
    first : int
        Number of the channel or class that ``terms`` begins with.
    """

    layer: str
    kind: str
    label: str
    before: float
    after: float
    tensor: float
    difference: float
    numbers: dict[str, float]
    terms: np.ndarray
    first: int = 0


class MicroscopeResult(Reply, frozen=True, tag="microscope"):
    """One value taken apart: what the operation read and did, then what follows it in the same unit.

    Attributes
    ----------
    layer, channel, pixel
        What was asked about; ``pixel`` is never None here.
    asked : int
        Which value is that of ``layer``: 0 is the operation's ``total``, n is ``links[n − 1].after``.
    operation, kind : str
        Name and kind of the layer with which the unit begins: ``convolution max_pool avg_pool linear add concat
        input``, or a kind of :class:`Link` where nothing else stands before it.
    sources : tuple of str
        Names of the layers that it reads: two for ``add``, the branches for ``concat``, none for the input, else one.
        A linear layer that reads flattened maps has the layer of those maps here and is a convolution over them.
    box : (int, int, int, int)
        Top, left, height and width of the patch in the source's map; negative where padding reaches over the edge.
    source_size : (int, int)
        Height and width of the source's map.
    field : (int, int, int, int) or None
        Top, left, bottom and right of the receptive field in input pixels, unclipped.
    sums : ndarray (C,) float64
        What each input channel contributes: its products summed. ``max_pool``: the winner. ``avg_pool``: the mean.
        ``add``: the value of each source. ``concat``: the one value. Their sum plus ``bias`` is ``total``.
    first_channel : int
        Number of the source's channel that ``sums`` begins with: with groups a kernel reads a part of the channels.
    order : ndarray (C,) int32
        All those channels, in the source's numbering, by falling magnitude of their sum (by index for ``add``).
    channels : ndarray (K,) int32
        Channels that come with patches: the first of ``order``, then ``pinned`` where it is not among them.
    patches, kernels, products : ndarray (K, h, w) float32
        ``patches`` is 0 in the padding (NaN for ``max_pool``, where padding is never compared; so are its products).
        Pooling has the kernel
        1 for the winner (``max_pool``) or 1 over the number of values (``avg_pool``).
    rest : float
        Sum over the channels without patches.
    bias : float or None
        None where the operation has none.
    total, tensor, difference : float
        The sum in double precision, what the network computed, and ``total − tensor``.
    winner : (int, int) or None
        ``max_pool``: row and column of the largest value in the source's map.
    origin : (int, int) or None
        ``concat``: which of ``sources`` the channel comes from, and its number there.
    links : tuple of Link
        What follows, to the end of the unit; a trained head's logits are followed by the softmax.
    source_map : ndarray (H, W) float32
        The map of the pinned (or strongest) input channel, whose number in its source is ``source_channel``; for
        ``add`` of the pinned (or first) source, for ``concat`` of ``origin``; empty for the input.
    output_map : ndarray (h, w) float32
        The map of the asked layer and channel.
    """

    trace: str
    layer: str
    channel: int
    pixel: tuple[int, int]
    asked: int
    operation: str
    kind: str
    sources: tuple[str, ...]
    box: tuple[int, int, int, int]
    source_size: tuple[int, int]
    field: tuple[int, int, int, int] | None
    sums: np.ndarray
    first_channel: int
    order: np.ndarray
    channels: np.ndarray
    patches: np.ndarray
    kernels: np.ndarray
    products: np.ndarray
    rest: float
    bias: float | None
    total: float
    tensor: float
    difference: float
    winner: tuple[int, int] | None
    origin: tuple[int, int] | None
    links: tuple[Link, ...]
    source_map: np.ndarray
    source_channel: int
    output_map: np.ndarray


class KernelsRequest(Request, frozen=True, tag="kernels"):
    """Draw the weights of a convolution or linear layer.

    ``layer`` may be any layer of the unit. ``channel`` −1 draws all kernels where they read colours (3 channels), else
    the matrix alone; a number draws that output channel's kernel, one picture an input channel. ``scaling``
    ``channel``: each picture has its own range; ``layer``: all have the same.
    """

    trace: str
    layer: str
    channel: int = -1
    order: KernelOrder = "index"
    scaling: Literal["channel", "layer"] = "channel"


class KernelsResult(Reply, frozen=True, tag="kernels"):
    """Weights as pictures.

    Attributes
    ----------
    layer, kind : str
        The convolution or linear layer that holds the weights.
    shape : (int, int, int, int)
        Output channels, input channels that one kernel reads, kernel height and width. A linear layer over flattened
        maps is a convolution whose kernel is as large as the maps.
    groups : int
        2 in AlexNet's divided convolutions.
    channel : int
        The output channel whose kernel is drawn, or −1: all kernels, in colour.
    colour : bool
        ``pixels`` are (N, k, k, 3): red, green and blue weights as such.
    pixels : ndarray (N, k, k) or (N, k, k, 3) uint8
        Symmetric around 0: 0 stands for ``low`` = −``high``, 254 for ``high``, 127 for 0. N may be 0 (``channel`` −1
        and not three input channels: draw the matrix).
    low, high : ndarray (N,) float32
        True values at both ends, a picture.
    channels : ndarray (N,) int32
        Channel number of each picture, in the order of drawing: output channels, or input channels of one kernel.
    towers : ndarray (N,) int32
        To which of the groups each picture belongs. AlexNet's first convolution has one group, but its channels are
        divided between the towers that follow: 0 and 1 here as well.
    tower_count : int
        1 where nothing is divided.
    norms : ndarray (C_out,) float32
        Root of the sum of squares of each output channel's kernel, by channel number.
    colourfulness : ndarray (C_out,) float32
        Share of a colour kernel's squares that is no grey: 0 grey, 1 colour only; empty where not ``colour``.
    bias : ndarray (C_out,) float32
        Empty where there is none.
    matrix : ndarray (C_out, C_in) uint8
        What each output channel (in the order of ``matrix_rows``) takes of each input channel: for 1×1 kernels the
        weights themselves, symmetric as above; else the norms of the k×k slices from 0 to ``matrix_high``. Empty where
        it would hold more than two million numbers.
    matrix_rows : ndarray (C_out,) int32
        Output channel of each row of ``matrix``: by number, or by falling norm within each tower.
    matrix_low, matrix_high : float
        What 0 and 254 stand for.
    """

    trace: str
    layer: str
    kind: str
    shape: tuple[int, int, int, int]
    groups: int
    channel: int
    colour: bool
    order: KernelOrder
    pixels: np.ndarray
    low: np.ndarray
    high: np.ndarray
    channels: np.ndarray
    towers: np.ndarray
    tower_count: int
    norms: np.ndarray
    colourfulness: np.ndarray
    bias: np.ndarray
    matrix: np.ndarray
    matrix_rows: np.ndarray
    matrix_low: float
    matrix_high: float


class DepthRequest(Request, frozen=True, tag="depth"):
    """Cut the network after each step of the main path and say what is there; answered after a pass of the mirror."""

    trace: str


class DepthCut(msgspec.Struct, frozen=True):
    """What the network holds after one step of its main path.

    Attributes
    ----------
    depth : int
        Convolutions and linear layers on the longest way to here.
    field_px : int
        Side of the receptive field in input pixels, not larger than the input.
    mean_map : ndarray (H, W) float32
        Mean over the channels of the magnitude of the activations.
    strongest_map : ndarray (H, W) float32
        The map of ``strongest``, the channel with the largest mean magnitude.
    mirror_similarity : float
        Cosine between this activation and that of the mirrored picture, place by place: 1 where the layer does not
        notice that the picture was mirrored, near 0 where every value changed.
    """

    step: str
    label: str
    layer: str
    shape: tuple[int, ...]
    depth: int
    parameters: int
    field_px: int
    statistics: Statistics
    strongest: int
    mean_map: np.ndarray
    strongest_map: np.ndarray
    mirror_similarity: float


class DepthResult(Reply, frozen=True, tag="depth"):
    """The cuts in the order of the data, the input first."""

    trace: str
    cuts: tuple[DepthCut, ...]


Requests = MicroscopeRequest | KernelsRequest | DepthRequest
Replies = MicroscopeResult | KernelsResult | DepthResult
