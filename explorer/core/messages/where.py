"""Where a network looks, and what it says when something is hidden from it or switched off."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from explorer.core.messages.base import Reply, Request
from explorer.core.messages.explore import Prediction
from explorer.core.scene import Crop

Fill = Literal["zero", "mean"]
"""What stands in the place of something switched off: 0, or each channel's mean over its map."""

BoxFill = Literal["grey", "mean"]
"""The colour of a box over the picture: middle grey, or the mean colour of what the network sees."""

SaliencyKind = Literal["gradient", "input_gradient"]


class AblationRequest(Request, frozen=True, tag="ablation"):
    """Ask what the heads say with things switched off.

    ``off``: names of steps (a module, a branch, a unit), of layers, or ``name#channel`` for one channel; empty
    brings the undisturbed predictions.
    """

    trace: str
    off: tuple[str, ...] = ()
    fill: Fill = "zero"


class GradCamRequest(Request, frozen=True, tag="gradcam"):
    """Ask which places of a layer speak for a class.

    ``layer``: a layer with maps before the head, or empty for the last one. ``target``: a class name of the trace's
    ``classes``, or empty for the head's own first.
    """

    trace: str
    layer: str = ""
    head: str = "main"
    target: str = ""


class SaliencyRequest(Request, frozen=True, tag="saliency"):
    """Ask which pixels of the input a class's logit depends on; ``head`` and ``target`` as for Grad-CAM."""

    trace: str
    head: str = "main"
    target: str = ""
    kind: SaliencyKind = "gradient"


class OcclusionRequest(Request, frozen=True, tag="occlusion"):
    """Ask what the heads say with a box over the picture; ``box`` in fractions of the network's input."""

    trace: str
    box: Crop
    fill: BoxFill = "grey"


class SweepRequest(Request, frozen=True, tag="sweep"):
    """Ask how much a box at each place takes away from a class.

    ``size`` and ``stride`` in fractions of the network's input; a stride of 0 is half the size. Answered by
    :class:`SweepPart` again and again, then by a :class:`SweepResult`.
    """

    trace: str
    head: str = "main"
    target: str = ""
    size: float = 0.2
    stride: float = 0.0
    fill: BoxFill = "grey"


class StopRequest(Request, frozen=True, tag="stop"):
    """Give up long work of a kind, whoever asked for it; answered by Dropped, as what is given up is."""

    newest_wins: ClassVar[bool] = False

    work: Literal["sweep", "patches", "optimise"]


class SwitchedOff(msgspec.Struct, frozen=True):
    """One thing that is off.

    Attributes
    ----------
    name : str
        As it was asked for.
    step : str
        The step that it is or belongs to; empty where there is none.
    layer : str
        The layer whose output is replaced.
    channel : int
        −1 for all channels.
    """

    name: str
    step: str
    layer: str
    channel: int


class AblationResult(Reply, frozen=True, tag="ablated"):
    """Predictions with everything on (``before``) and with ``off`` switched off (``after``), a head each."""

    trace: str
    off: tuple[SwitchedOff, ...]
    fill: Fill
    before: tuple[Prediction, ...]
    after: tuple[Prediction, ...]
    seconds: float


class GradCamResult(Reply, frozen=True, tag="gradcam"):
    """Grad-CAM of one class at one layer.

    Attributes
    ----------
    target, index, probability : str, int, float
        The class, its number, and what the head gives it.
    values : ndarray (H, W) float32
        The map at the layer's own resolution, ≥ 0; spread it over the whole input bilinearly.
    low, high : float
        Its true range.
    weights : ndarray (C,) float32
        Each channel's weight: the mean over its map of the logit's gradient.
    seconds : float
        For the backward pass and the map.
    """

    trace: str
    layer: str
    head: str
    target: str
    index: int
    probability: float
    values: np.ndarray
    low: float
    high: float
    weights: np.ndarray
    seconds: float


class SaliencyResult(Reply, frozen=True, tag="saliency"):
    """Dependence of one class's logit on the input.

    Attributes
    ----------
    values : ndarray (S, S) float32
        ``gradient``: the largest |d logit / d input| of the three colours, ≥ 0. ``input_gradient``: the sum over the
        colours of input × gradient, of either sign: scale it symmetrically.
    low, high : float
        Its true range.
    """

    trace: str
    head: str
    target: str
    index: int
    probability: float
    kind: SaliencyKind
    values: np.ndarray
    low: float
    high: float
    seconds: float


class OcclusionResult(Reply, frozen=True, tag="occluded"):
    """What the heads say with a box over the picture.

    Attributes
    ----------
    box : Crop
        As it was used: moved inside and to whole pixels of the network's input.
    colour : tuple of int
        Red, green, blue of the box, 0 … 255.
    before, after : tuple of Prediction
        Without and with the box.
    """

    trace: str
    box: Crop
    fill: BoxFill
    colour: tuple[int, int, int]
    before: tuple[Prediction, ...]
    after: tuple[Prediction, ...]
    seconds: float


class SweepPart(Reply, frozen=True, tag="sweep_part"):
    """The sweep so far: ``done`` of ``total`` places; ``values`` as in :class:`SweepResult`, NaN where unknown."""

    final: ClassVar[bool] = False

    trace: str
    head: str
    target: str
    values: np.ndarray
    done: int
    total: int


class SweepResult(Reply, frozen=True, tag="sweep"):
    """How much of a class's probability a box takes away.

    Attributes
    ----------
    values : ndarray (S, S) float32
        For each pixel of the input the mean, over the boxes that cover it, of the probability without the box less
        that with it: positive where the network needs what is there.
    low, high : float
        Its true range; scale it symmetrically.
    size_px, stride_px : int
        Side of the box and distance of two places, in pixels of the network's input.
    """

    trace: str
    head: str
    target: str
    index: int
    probability: float
    values: np.ndarray
    low: float
    high: float
    size_px: int
    stride_px: int
    fill: BoxFill
    seconds: float


Requests = AblationRequest | GradCamRequest | SaliencyRequest | OcclusionRequest | SweepRequest | StopRequest
Replies = AblationResult | GradCamResult | SaliencyResult | OcclusionResult | SweepPart | SweepResult
