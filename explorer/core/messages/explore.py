"""A picture through a network, and questions about what its layers said."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np

from explorer.core.layers import LayerGraph
from explorer.core.maplayout import WallLayout
from explorer.core.messages.base import Reply, Request
from explorer.core.messages.weights import WeightsInfo
from explorer.core.scene import Crop, Order, Scaling


class TraceRequest(Request, frozen=True, tag="trace"):
    """Run a network on a picture and keep every layer's output.

    ``picture_key`` is the SHA-256 of the picture's bytes; ``picture`` holds the bytes, as uint8, unless this engine
    has seen the key before. ``wall`` is what the window will show first; its ``trace`` is not known yet and ignored.
    """

    net: str
    weights: str
    picture_key: str
    picture_name: str
    picture: np.ndarray | None = None
    crop: Crop | None = None
    size: int = 0
    device: str = "auto"
    wall: WallRequest | None = None


class WallRequest(Request, frozen=True, tag="wall"):
    """Draw all channels of a layer.

    ``head`` and ``target`` (a class; empty: the head's own first) matter for the order ``class``.
    """

    trace: str
    layer: str
    scaling: Scaling = "channel"
    order: Order = "index"
    aspect: float = 1.5
    head: str = "main"
    target: str = ""


class WallsAheadRequest(Request, frozen=True, tag="walls_ahead"):
    """Draw further layers like ``like`` while nothing else is to be done, and send each as it is ready.

    A window that has the next wall at hand before it is asked for shows it within the same paint.
    """

    like: WallRequest
    layers: tuple[str, ...]


class BranchesRequest(Request, frozen=True, tag="branches"):
    """Draw the branches of an inception module, each as a wall of its own."""

    trace: str
    step: str
    scaling: Scaling = "channel"
    order: Order = "index"
    aspect: float = 0.75


class ValuesRequest(Request, frozen=True, tag="values"):
    """Return the values of one feature map (for hovering)."""

    trace: str
    layer: str
    channel: int


class ChannelRequest(Request, frozen=True, tag="channel"):
    """Return one feature map with its statistics and histogram."""

    trace: str
    layer: str
    channel: int


class ThumbnailRequest(Request, frozen=True, tag="thumbnail"):
    """Decode a picture and return it small; every one is answered."""

    newest_wins: ClassVar[bool] = False

    key: str
    picture: np.ndarray
    side: int = 96


class Prediction(msgspec.Struct, frozen=True):
    """What a head says: class probabilities (N,) float32, or None where the head was never trained."""

    head: str
    trained: bool
    probabilities: np.ndarray | None


class TraceResult(Reply, frozen=True, tag="traced"):
    """A network ran on a picture.

    Attributes
    ----------
    trace : str
        Key by which walls and channels of this run are asked for.
    preview : ndarray (H, W, 3) uint8
        The upright picture, at most 512 px on its longer side.
    picture_size : tuple of int
        Width and height of the upright picture in pixels.
    crop : Crop
        The square that the network saw.
    seconds : float
        The forward pass alone.
    layer_ms : dict
        Layer name to milliseconds in that pass.
    deviations : tuple of str
        Text keys of what differs from the paper in what is on screen.
    wall : WallResult or None
        What was asked for with the run, so that the first paint needs no second question.
    """

    proves_health: ClassVar[bool] = True

    trace: str
    net: str
    title: str
    weights: WeightsInfo
    graph: LayerGraph
    device: str
    input_size: int
    seconds: float
    layer_ms: dict[str, float]
    classes: tuple[str, ...]
    predictions: tuple[Prediction, ...]
    picture_key: str
    picture_name: str
    preview: np.ndarray
    picture_size: tuple[int, int]
    crop: Crop
    deviations: tuple[str, ...] = ()
    wall: WallResult | None = None


class Statistics(msgspec.Struct, frozen=True):
    """Statistics of an activation; ``zeros`` is the fraction that is exactly zero."""

    min: float
    max: float
    mean: float
    std: float
    zeros: float


class Wall(msgspec.Struct, frozen=True):
    """All channels of a layer as one picture.

    Attributes
    ----------
    pixels : ndarray (H, W) uint8
        0 … 254 is data, 255 the ground between the maps.
    channels : ndarray (C,) int32
        Channel number at each position of the wall.
    low, high : ndarray (C,) float32
        The values that pixel 0 and pixel 254 stand for, by channel number.
    dead : ndarray (C,) bool
        Channels that are zero everywhere, by channel number.
    """

    layer: str
    layout: WallLayout
    pixels: np.ndarray
    channels: np.ndarray
    low: np.ndarray
    high: np.ndarray
    dead: np.ndarray
    statistics: Statistics


class WallResult(Reply, frozen=True, tag="wall"):
    """``wall`` answers a :class:`WallRequest` for the trace of that key.

    ``order`` is the one that was used: ``index`` where ``class`` was asked for and no trained head reads the layer.
    """

    trace: str
    wall: Wall
    scaling: Scaling
    order: Order


class Branch(msgspec.Struct, frozen=True):
    """One branch of an inception module.

    Attributes
    ----------
    key : str
        ``1x1 3x3 5x5 pool``.
    step : str
        The branch's step.
    stages : tuple of Wall
        Its walls in the order of the data, the reduce step first and the output last.
    first_channel : int
        Where its channels begin in the concatenation.
    energy : float
        Its share of the sum of squares of the module's output, 0 … 1.
    """

    key: str
    step: str
    stages: tuple[Wall, ...]
    first_channel: int
    energy: float


class BranchesResult(Reply, frozen=True, tag="branches"):
    """The four branches of a module, and what it reads and feeds."""

    trace: str
    step: str
    branches: tuple[Branch, ...]
    scaling: Scaling
    order: Order


class ValuesResult(Reply, frozen=True, tag="values"):
    """``values`` is the feature map (H, W) float32."""

    trace: str
    layer: str
    channel: int
    values: np.ndarray


class ChannelResult(Reply, frozen=True, tag="channel"):
    """One feature map large.

    Attributes
    ----------
    values : ndarray (H, W) float32
    counts : ndarray (B,) int64
        Histogram of the values between ``edges[0]`` and ``edges[-1]``.
    edges : ndarray (B + 1,) float32
    """

    trace: str
    layer: str
    channel: int
    values: np.ndarray
    statistics: Statistics
    counts: np.ndarray
    edges: np.ndarray


class WallAhead(Reply, frozen=True, tag="wall_ahead"):
    """One of the walls of a :class:`WallsAheadRequest`."""

    final: ClassVar[bool] = False

    layer: str
    result: WallResult


class AheadEnd(Reply, frozen=True, tag="ahead_end"):
    """All walls of a :class:`WallsAheadRequest` were sent."""


class ThumbnailResult(Reply, frozen=True, tag="thumbnail"):
    """``pixels`` is the upright picture's centre square (side, side, 3) uint8."""

    key: str
    pixels: np.ndarray


Requests = (
    TraceRequest | WallRequest | WallsAheadRequest | BranchesRequest | ValuesRequest | ChannelRequest | ThumbnailRequest
)
Replies = (
    TraceResult | WallResult | WallAhead | AheadEnd | BranchesResult | ValuesResult | ChannelResult | ThumbnailResult
)
