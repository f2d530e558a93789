"""What channels want, how they rank, what feeds them; networks side by side; the lecture's numbers checked."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from explorer.core.messages.base import Detail, Reply, Request
from explorer.core.messages.weights import WeightsInfo
from explorer.core.scene import Order

Basis = Literal["pixels", "fourier"]
"""In which numbers an image is optimised: its pixels, or its Fourier coefficients with equal weight a frequency."""

Verdict = Literal["agrees", "differs"]


class PatchesRequest(Request, frozen=True, tag="patches"):
    """Ask for the pictures of a folder that excite a channel most.

    Answered by :class:`~explorer.core.messages.base.Progress` (what: ``patches``) and :class:`PatchesPart` while the
    folder is being read, then by a :class:`PatchesResult`. What was read stays on disk, so that asking again goes on
    where it was given up, and another channel of the same layer is there at once.
    """

    trace: str
    layer: str
    channel: int
    folder: str
    count: int = 9


class OptimiseRequest(Request, frozen=True, tag="optimise"):
    """Ask for an image that excites a channel; answered by :class:`OptimisePart`, then :class:`OptimiseResult`.

    A newer one gives the running one up, so one with ``steps=0`` only stops it.
    """

    trace: str
    layer: str
    channel: int
    seed: int = 0
    steps: int = 128
    basis: Basis = "fourier"


class CompareRequest(Request, frozen=True, tag="compare"):
    """Send the trace's picture through other networks; a :class:`ComparePart` each, then a :class:`CompareResult`.

    ``nets``: names of the catalog; empty for all of it. Each runs with the weights of the given name, or, where none is
    given, with the best that are here, at the size that these were made for.
    """

    trace: str
    nets: tuple[str, ...] = ()
    weights: str = ""


class RankingRequest(Request, frozen=True, tag="ranking"):
    """Ask for the channels of a layer in an order; ``head`` and ``target`` (empty: its first) matter for ``class``."""

    trace: str
    layer: str
    order: Order = "class"
    head: str = "main"
    target: str = ""


class FeedsRequest(Request, frozen=True, tag="feeds"):
    """Ask what feeds a channel and what it feeds, the ``count`` strongest of each."""

    trace: str
    layer: str
    channel: int
    count: int = 12


class FactsRequest(Request, frozen=True, tag="facts"):
    """Ask for the lecture's and the paper's claims about a network of the catalog, checked."""

    net: str


class Patch(msgspec.Struct, frozen=True):
    """A place in a picture that a channel answers to.

    Attributes
    ----------
    picture, path : str
        File name and whole path.
    value : float
        The channel's largest activation in that picture.
    row, column : int
        Where in the map.
    box : tuple of int
        Receptive field, ``(top, left, bottom, right)`` in pixels of the network's input, clipped to it.
    pixels : ndarray (h, w, 3) uint8
        What the network saw there.
    """

    picture: str
    path: str
    value: float
    row: int
    column: int
    box: tuple[int, int, int, int]
    pixels: np.ndarray


class PatchesPart(Reply, frozen=True, tag="patches_part"):
    """The strongest patches among the first ``done`` of ``total`` pictures."""

    final: ClassVar[bool] = False

    trace: str
    layer: str
    channel: int
    patches: tuple[Patch, ...]
    done: int
    total: int


class PatchesResult(Reply, frozen=True, tag="patches"):
    """The strongest patches, strongest first; ``unreadable`` of the ``total`` pictures could not be read."""

    trace: str
    layer: str
    channel: int
    folder: str
    patches: tuple[Patch, ...]
    total: int
    unreadable: int


class OptimisePart(Reply, frozen=True, tag="optimise_part"):
    """The image after ``step`` of ``steps``: ``pixels`` (S, S, 3) uint8, and the channel's answer to it."""

    final: ClassVar[bool] = False

    trace: str
    layer: str
    channel: int
    step: int
    steps: int
    pixels: np.ndarray
    value: float


class OptimiseResult(Reply, frozen=True, tag="optimised"):
    """An image optimised to excite a channel.

    Attributes
    ----------
    pixels : ndarray (S, S, 3) uint8
    values : ndarray (steps + 1,) float32
        The channel's mean activation before each step and after the last.
    value, start, natural : float
        Mean activation of the channel for the image, for the noise at the start, and for the trace's picture.
    """

    trace: str
    layer: str
    channel: int
    seed: int
    basis: Basis
    pixels: np.ndarray
    values: np.ndarray
    value: float
    start: float
    natural: float


class Guess(msgspec.Struct, frozen=True):
    """A class and its probability."""

    label: str
    probability: float


class Published(msgspec.Struct, frozen=True):
    """A published accuracy on ImageNet's validation pictures, one centre crop.

    ``top1`` in percent. ``reference`` says who measured it; ``key`` of the text that says how (empty: nothing to say).
    """

    top1: float
    reference: str
    key: str = ""


class NetRow(msgspec.Struct, frozen=True):
    """One network's line of the comparison.

    Attributes
    ----------
    top : tuple of Guess
        The main head's five strongest; empty where it is untrained.
    depth, depth_with_pools : int
        Layers with parameters on the longest way to the main head, without and with pooling layers.
    parameters, convolution_parameters, linear_parameters, macs : int
        Of what the main head needs, with the classes that it has here.
    activation_bytes : int
        All activations of one picture, float32.
    standard_size, standard_parameters, standard_macs : int
        Input size, parameters and multiply-adds in the form for ImageNet (1,000 classes), which ``published`` speaks
        of: what to plot it against.
    times_ms : ndarray (runs,) float32
        Each measured forward pass; empty where it could not run.
    median_ms, lower_ms, upper_ms : float
        Median and quartiles of ``times_ms``.
    published : Published or None
    small : bool
        Whether it ran in the form for small pictures, which differs from the published one.
    failure, details : str, dict
        Error key where it could not run, such as ``net_out_of_memory``; the costs are right all the same.
    """

    net: str
    title: str
    year: int
    reference: str
    weights: WeightsInfo
    input_size: int
    device: str
    top: tuple[Guess, ...]
    depth: int
    depth_with_pools: int
    parameters: int
    convolution_parameters: int
    linear_parameters: int
    macs: int
    activation_bytes: int
    standard_size: int
    standard_parameters: int
    standard_macs: int
    times_ms: np.ndarray
    median_ms: float
    lower_ms: float
    upper_ms: float
    published: Published | None
    small: bool = False
    failure: str = ""
    details: dict[str, Detail] = {}


class ComparePart(Reply, frozen=True, tag="compare_part"):
    """One more row: ``done`` of ``total``."""

    final: ClassVar[bool] = False

    trace: str
    row: NetRow
    done: int
    total: int


class CompareResult(Reply, frozen=True, tag="compare"):
    """All rows, in the order of the catalog."""

    trace: str
    device_title: str
    rows: tuple[NetRow, ...]


class RankingResult(Reply, frozen=True, tag="ranking"):
    """The channels of a layer in an order.

    Attributes
    ----------
    channels : ndarray (C,) int32
        Channel numbers, first the highest.
    values : ndarray (C,) float32
        By channel number, what they are ordered by. For ``class``: the sum over the map of activation × gradient of
        the class's logit (positive: speaks for it).
    dead : ndarray (C,) bool
        By channel number, whether it is 0 everywhere.
    target, index : str, int
        The class, for ``class``; else empty and −1.
    """

    trace: str
    layer: str
    order: Order
    channels: np.ndarray
    values: np.ndarray
    dead: np.ndarray
    head: str
    target: str
    index: int


class Feed(msgspec.Struct, frozen=True):
    """One channel that feeds the pinned one, or is fed by it.

    Attributes
    ----------
    layer, channel : str, int
        The other channel; of a layer that can be shown as a step.
    step : str
        That step.
    contribution : float
        What passes at the pinned channel's strongest place (feeders), or at the fed channel's strongest place
        (readers): a signed part of the sum before normalisation and ReLU, exact.
    mean : float
        The same, averaged over the whole map.
    energy : float
        ‖kernel‖ · ‖what it reads‖ as a share of the sum over all candidates, 0 … 1: how much could pass at most.
    """

    layer: str
    channel: int
    step: str
    contribution: float
    mean: float
    energy: float


class FeedsResult(Reply, frozen=True, tag="feeds"):
    """What feeds a channel and what it feeds, each by falling |contribution|.

    Attributes
    ----------
    through, reading : str
        Layers that do the summing: the pinned channel's own convolution (or sum, concatenation, pooling), and the
        first layer that reads it; empty where there is none (the input; the logits).
    row, column : int
        The pinned channel's strongest place.
    value : float
        Its activation there.
    total, bias : float
        The sum of all feeders' contributions at that place, and the bias that is added.
    candidates : int
        How many channels could feed it.
    """

    trace: str
    layer: str
    channel: int
    through: str
    reading: str
    row: int
    column: int
    value: float
    total: float
    bias: float
    candidates: int
    feeders: tuple[Feed, ...]
    readers: tuple[Feed, ...]


class Fact(msgspec.Struct, frozen=True):
    """One claim, checked.

    Attributes
    ----------
    key : str
        ``fact.<key>`` is the claim as a sentence; its placeholder ``{claimed}`` and those of ``details``.
    source : str
        ``lecture`` or ``paper``: ``fact.source.<source>``.
    claimed, computed : str
        Both numbers as people read them, in every language the same.
    verdict : str
    reason : str
        ``fact.because.<reason>`` says why they differ, with the same placeholders and ``{computed}``; empty where they
        agree and nothing needs to be said.
    """

    key: str
    source: Literal["lecture", "paper"]
    claimed: str
    computed: str
    verdict: Verdict
    reason: str = ""
    details: dict[str, Detail] = {}


class FactsResult(Reply, frozen=True, tag="facts"):
    """The claims about a network, in the order of the lecture."""

    net: str
    title: str
    facts: tuple[Fact, ...]


Requests = PatchesRequest | OptimiseRequest | CompareRequest | RankingRequest | FeedsRequest | FactsRequest
Replies = (
    PatchesPart
    | PatchesResult
    | OptimisePart
    | OptimiseResult
    | ComparePart
    | CompareResult
    | RankingResult
    | FeedsResult
    | FactsResult
)
