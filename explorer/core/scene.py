"""The scene: all that is needed to put the same screen up again."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from explorer.core.gan_scene import GanScene
from explorer.core.train_scene import TrainScene

Workspace = Literal["explore", "compare", "train", "gan"]
View = Literal[
    "maps",
    "branches",
    "channel",
    "kernels",
    "microscope",
    "gradcam",
    "saliency",
    "occlusion",
    "ablation",
    "residual",
    "pooling",
    "towers",
    "crops",
    "ensemble",
    "factorise",
    "depth",
    "patches",
    "optimise",
    "feeds",
    "facts",
]
Scaling = Literal["channel", "layer", "symmetric"]
Order = Literal["index", "mean", "max", "variance", "class"]

WORKSPACES: tuple[Workspace, ...] = ("explore", "compare", "train", "gan")
VIEWS: tuple[View, ...] = get_args(View)
BASIC_VIEWS: tuple[View, ...] = ("maps", "branches", "channel")
"""Views that the stage itself draws; every other one is a panel."""
SCALINGS: tuple[Scaling, ...] = ("channel", "layer", "symmetric")
ORDERS: tuple[Order, ...] = get_args(Order)
SPEEDS: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)


class Crop(msgspec.Struct, frozen=True):
    """A square of the upright picture, as fractions: ``x`` and ``width`` of its width, ``y`` of its height.

    The side in pixels is ``width * picture width``; the square lies inside the picture.
    """

    x: float
    y: float
    width: float


class PictureSource(msgspec.Struct, frozen=True):
    """Where a picture came from.

    Attributes
    ----------
    kind : str
        ``sample`` (``name`` is the file in resources/images), ``file`` (``name`` is the absolute path) or ``bytes``
        (pasted or dragged from a browser: ``name`` is what to call it, ``key`` finds its bytes in the session's
        folder).
    """

    kind: Literal["sample", "file", "bytes"]
    name: str
    key: str = ""


class Lens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the views inside a layer are turned to; each view reads the fields that it needs.

    Attributes
    ----------
    pixel : (int, int) or None
        Row and column of the output value under the microscope; None: the strongest.
    head, target : str
        Whose logit is asked about: a head, and the name of a class (empty: the head's own first).
    off : tuple of str
        What is switched off: names of steps or layers, or ``layer#channel`` for one channel.
    fill : str
        What stands in its place: ``zero`` or ``mean``.
    box : Crop or None
        The grey square of the occlusion, in fractions of the network's input.
    folder : str
        Where pictures are searched for strong patches.
    seed : int
        Of the optimised image.
    variant : str
        Which of its variants a view shows, in the view's own words.
    """

    pixel: tuple[int, int] | None = None
    head: str = "main"
    target: str = ""
    off: tuple[str, ...] = ()
    fill: Literal["zero", "mean"] = "zero"
    box: Crop | None = None
    folder: str = ""
    seed: int = 0
    variant: str = ""


FIRST_PICTURE = PictureSource("sample", "chelsea.png")


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One frozen struct a screen: user actions, undo, bookmarks, the session and ``shot`` are patches to it.

    Attributes
    ----------
    net, weights : str
        Names in the catalog; an empty ``weights`` means the best that is present.
    size : int
        Side of the network's input in pixels; 0 means what the weights were trained for.
    layer : str
        Name of a step; empty means the input.
    channel : int
        Channel of the large view, in the network's own numbering.
    device : str
        ``auto``, ``cpu``, ``cuda:0`` …
    train, gan : TrainScene, GanScene or None
        What the other workspaces are set to, once somebody was there.
    """

    net: str = "googlenet"
    weights: str = ""
    picture: PictureSource = FIRST_PICTURE
    crop: Crop | None = None
    size: int = 0
    layer: str = ""
    view: View = "maps"
    channel: int = 0
    scaling: Scaling = "channel"
    order: Order = "index"
    colour_map: str = "magma"
    speed: float = 1.0
    device: str = "auto"
    workspace: Workspace = "explore"
    lens: Lens = Lens()
    train: TrainScene | None = None
    gan: GanScene | None = None

    def patched(self, **changes: object) -> Scene:
        """Return the scene with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def runs_like(self, other: Scene) -> bool:
        """Return whether the run of one scene serves the other, too."""
        fields = ("net", "weights", "picture", "crop", "size", "device")
        return all(getattr(self, name) == getattr(other, name) for name in fields)


FIRST_SCENE = Scene(layer="conv1")
"""What is on screen at the very first start."""
