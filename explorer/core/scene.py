"""The scene: all that is needed to put the same screen up again."""

from __future__ import annotations

from typing import Literal

import msgspec

View = Literal["maps", "branches", "channel"]
Scaling = Literal["channel", "layer", "symmetric"]
Order = Literal["index", "mean", "max", "variance"]

VIEWS: tuple[View, ...] = ("maps", "branches", "channel")
SCALINGS: tuple[Scaling, ...] = ("channel", "layer", "symmetric")
ORDERS: tuple[Order, ...] = ("index", "mean", "max", "variance")
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

    def patched(self, **changes: object) -> Scene:
        """Return the scene with some fields replaced."""
        return msgspec.structs.replace(self, **changes)


FIRST_SCENE = Scene(layer="conv1")
"""What is on screen at the very first start."""
