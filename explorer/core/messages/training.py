"""Classifiers that learn while they are watched: the window pulls frames, and tells the run what to do.

Every request but the runs, the moments and the export is answered by a :class:`TrainFrame`. A run begins paused, reads
its data (``phase`` is ``reading``), and can then be played.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from explorer.core.messages.base import Detail, Reply, Request
from explorer.core.messages.explore import Prediction
from explorer.core.train_scene import TrainScene, Variant

Phase = Literal["reading", "training", "done", "stopped"]
Part = Literal["gradients", "batch", "fixed", "confusion"]
CURVES = ("loss_main", "loss_aux2", "loss_aux1", "accuracy", "rate", "first_gradient")
"""Columns of :class:`LaneCurves`: losses of the heads, share of the batch named rightly, learning rate, and the norm of
the first layer's gradient. NaN where the net has no such head."""
MEASURED = ("main", "aux2", "aux1")
"""Columns of :attr:`LaneCurves.measured`."""


class StartTraining(Request, frozen=True, tag="train_start"):
    """Build the nets and begin to read the data; the run is paused at step 0.

    Attributes
    ----------
    picture : ndarray (N,) uint8 or None
        Bytes of the picture that is watched while the nets learn; None takes a validation picture.
    device : str
        ``cpu``, ``cuda:0``, ``auto`` …
    """

    scene: TrainScene
    picture: np.ndarray | None = None
    device: str = "auto"


class ContinueTraining(Request, frozen=True, tag="train_continue"):
    """Take a listed run up again where its last checkpoint stands; paused."""

    run: str
    picture: np.ndarray | None = None
    device: str = "auto"


class TrainControl(Request, frozen=True, tag="train_control"):
    """Do something; every one is done, in order.

    ``play``, ``pause``; ``step``: one step of each lane, or all up to ``step`` where that is given; ``stop``: write a
    checkpoint and end (it can be continued from the list); ``rewind``: back to the kept moment ``step``, from where it
    can go on; ``measure``: measure the validation pictures now, not only when the epoch ends.
    """

    newest_wins: ClassVar[bool] = False

    do: Literal["play", "pause", "step", "stop", "rewind", "measure"]
    step: int = 0


class TrainWatch(Request, frozen=True, tag="train_watch"):
    """Watch this picture (bytes as uint8; None for validation picture ``number``) and this layer's maps.

    ``layer`` is a name of the lane's net as in its graph; empty for the first convolution.
    """

    newest_wins: ClassVar[bool] = False

    picture: np.ndarray | None = None
    number: int = 0
    layer: str = ""


class TrainFrameRequest(Request, frozen=True, tag="train_frame"):
    """Return how it stands; parts that are not wanted are None.

    ``since`` and ``era`` are the step and era of the last frame: its curves come from there on (``era`` -1: all).
    """

    since: int = 0
    era: int = -1
    want: tuple[Part, ...] = ("gradients", "batch", "fixed", "confusion")


class TrainMomentRequest(Request, frozen=True, tag="train_moment"):
    """Return what a kept moment looked like, without going back to it."""

    step: int


class TrainExport(Request, frozen=True, tag="train_export"):
    """Write a lane's weights of a kept moment (-1: now) as a file that Explore can open."""

    newest_wins: ClassVar[bool] = False

    lane: int = 0
    step: int = -1


class RunsRequest(Request, frozen=True, tag="train_runs"):
    """List the runs of this machine; answered without a run, too."""


class TrainTrouble(msgspec.Struct, frozen=True):
    """Why it paused by itself: ``error.<kind>`` with its details, as for a Failure."""

    kind: str
    details: dict[str, Detail] = {}


class DataInfo(msgspec.Struct, frozen=True):
    """The data: ``name`` as people write it, pictures to learn from and to check with, side in pixels."""

    name: str
    classes: tuple[str, ...]
    train: int
    validation: int
    side_px: int
    unreadable: int = 0


class LaneCurves(msgspec.Struct, frozen=True):
    """What happened since the frame before.

    Attributes
    ----------
    steps : ndarray (N,) int64
        A row each step, or each few steps once there are many.
    values : ndarray (N, 6) float32
        In the order of CURVES.
    measured_steps : ndarray (M,) int64
        Steps after which the validation pictures were measured.
    measured : ndarray (M, 3) float32
        Share of the validation pictures that each head names rightly, 0 … 1, in the order of MEASURED; NaN where
        there is no such head.
    """

    steps: np.ndarray
    values: np.ndarray
    measured_steps: np.ndarray
    measured: np.ndarray


class LayerGradients(msgspec.Struct, frozen=True):
    """Of the last step, a value a layer with weights, from the input to the output.

    Attributes
    ----------
    layers : tuple of str
        Names of the modules, such as ``inception3a.branch2.0.conv``; heads come last.
    norms : ndarray (L,) float32
        Euclidean norm of the gradient of the layer's kernels.
    ratios : ndarray (L,) float32
        Norm of the last change of the kernels over the norm of the kernels; about 0.001 is healthy.
    """

    layers: tuple[str, ...]
    norms: np.ndarray
    ratios: np.ndarray


class BatchFrame(msgspec.Struct, frozen=True):
    """Pictures of the last batch, as the net got them (N, S, S, 3) uint8, N at most 32; labels and answers (N,)."""

    pixels: np.ndarray
    labels: np.ndarray
    answers: np.ndarray


class FixedFrame(msgspec.Struct, frozen=True):
    """The watched picture.

    Attributes
    ----------
    picture : ndarray (S, S, 3) uint8
        What the net got.
    label : int
        Its true class, -1 where unknown.
    heads : tuple of Prediction
        Of main, aux2 and aux1.
    layer : str
        The layer whose maps are shown.
    maps : ndarray (K, H, W) float32
        Its first 16 feature maps.
    """

    picture: np.ndarray
    label: int
    heads: tuple[Prediction, ...]
    layer: str
    maps: np.ndarray


class LaneFrame(msgspec.Struct, frozen=True):
    """How one of the nets stands.

    Attributes
    ----------
    form : str
        ``small`` where the net has its form for small pictures; ``deviations`` are text keys.
    layers : tuple of str
        Layers whose maps can be watched.
    loss : dict
        Head to its loss in the last step; ``accuracy`` is the share of the last batch that was named rightly.
    best : float
        Highest measured accuracy of the main head so far, 0 … 1; -1 before the first.
    confusion : ndarray (C, C) int64 or None
        Validation pictures by true class (row) and answer (column), as last measured.
    """

    variant: Variant
    title: str
    form: str
    deviations: tuple[str, ...]
    parameters: int
    layers: tuple[str, ...]
    loss: dict[str, float]
    accuracy: float
    rate: float
    best: float
    curves: LaneCurves
    gradients: LayerGradients | None = None
    batch: BatchFrame | None = None
    fixed: FixedFrame | None = None
    confusion: np.ndarray | None = None


class TrainFrame(Reply, frozen=True, tag="train_frame"):
    """How it stands.

    Attributes
    ----------
    run : str
        Name under which it is listed; its folder's name.
    era : int
        Rises with each rewind: older curves are void, and these are all there are.
    reading, to_read : int
        Pictures read and to be read, while ``phase`` is ``reading``; bytes are not known while data is fetched.
    measuring : float
        How far measuring the validation pictures has come, 0 … 1; -1 while it does not.
    epoch : int
        Whole epochs done, of ``scene.epochs``.
    seconds_left : float
        Of the whole training at the present pace; -1 where unknown.
    memory_mb : float
        Of the process (or of the graphics card where it trains on one), 10⁶ bytes.
    kept : ndarray (K,) int64
        Steps to which it can be rewound, oldest first.
    """

    proves_health: ClassVar[bool] = True

    run: str
    scene: TrainScene
    phase: Phase
    playing: bool
    era: int
    step: int
    total_steps: int
    epoch: int
    device: str
    precision: str
    kept: np.ndarray
    lanes: tuple[LaneFrame, ...] = ()
    data: DataInfo | None = None
    reading: int = 0
    to_read: int = 0
    measuring: float = -1.0
    steps_per_second: float = 0.0
    pictures_per_second: float = 0.0
    seconds_left: float = -1.0
    memory_mb: float = 0.0
    trouble: TrainTrouble | None = None


class LaneMoment(msgspec.Struct, frozen=True):
    """A lane at a kept moment."""

    gradients: LayerGradients | None
    fixed: FixedFrame | None
    confusion: np.ndarray | None


class TrainMoment(Reply, frozen=True, tag="train_moment"):
    """A kept moment: the one at or before the step that was asked for."""

    step: int
    lanes: tuple[LaneMoment, ...]


class TrainExported(Reply, frozen=True, tag="train_exported"):
    """``file`` can be given as ``weights`` of ``net`` to :class:`~explorer.core.messages.explore.TraceRequest`."""

    net: str
    file: str


class RunInfo(msgspec.Struct, frozen=True):
    """A run of this machine: ``changed`` in seconds since 1970; ``best`` a lane's, 0 … 1, -1 before the first."""

    run: str
    scene: TrainScene
    step: int
    total_steps: int
    finished: bool
    changed: float
    best: tuple[float, ...]


class RunsResult(Reply, frozen=True, tag="train_runs"):
    """The runs, the one that changed last first."""

    runs: tuple[RunInfo, ...]


Requests = (
    StartTraining
    | ContinueTraining
    | TrainControl
    | TrainWatch
    | TrainFrameRequest
    | TrainMomentRequest
    | TrainExport
    | RunsRequest
)
Replies = TrainFrame | TrainMoment | TrainExported | RunsResult
