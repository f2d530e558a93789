"""What a presenter needs of the views: plain values in, named signals out.

Texts in these structs are ready to be shown: the presenter has translated them and put units to the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec
import numpy as np

from explorer.core.layers import LayerGraph
from explorer.core.messages.explore import BranchesResult, ChannelResult, Wall
from explorer.core.scene import Crop


class VerdictRow(msgspec.Struct, frozen=True):
    """One class in one head: ``fraction`` is its probability, 0 … 1; ``first`` marks the head's own top class.

    ``full`` is the name with all its synonyms, where ``label`` is only the first of them.
    """

    label: str
    fraction: float
    text: str
    first: bool
    full: str = ""


class HeadVerdict(msgspec.Struct, frozen=True):
    """What one head says; ``rows`` is empty and ``note`` says why where the head was never trained."""

    head: str
    title: str
    where: str
    rows: tuple[VerdictRow, ...]
    note: str = ""


class CardRow(msgspec.Struct, frozen=True):
    """One line of the layer card; ``hint`` explains the quantity on hover."""

    label: str
    value: str
    hint: str = ""


class HoverCard(msgspec.Struct, frozen=True):
    """What stands beside the pointer on the wall; ``colour`` is a branch's ``#rrggbb`` or empty."""

    title: str
    lines: tuple[str, ...]
    colour: str = ""
    tag: str = ""


class StageHead(msgspec.Struct, frozen=True):
    """The line above the stage.

    ``crumbs`` are the steps from the outermost to the current one as ``(step name, label)``; ``badge`` says how the
    network on screen differs from its paper, with ``badge_hint`` as the long form. ``views`` are those of the switch;
    ``more`` says whether there are others behind its last button.
    """

    crumbs: tuple[tuple[str, str], ...]
    subtitle: str
    views: tuple[str, ...]
    view: str
    badge: str = ""
    badge_hint: str = ""
    more: bool = False


class ValueBar(msgspec.Struct, frozen=True):
    """The true range of the colours: texts at both ends (and at 0 where ``zero`` is a fraction along the bar)."""

    low: str
    high: str
    caption: str
    colours: np.ndarray
    zero: float | None = None


class WallShow(msgspec.Struct, frozen=True):
    """A wall and how to colour it.

    ``colours`` is the map, (256, 3) uint8; ``channel_colours`` gives the branch colour of every channel,
    (C, 3) uint8 by channel number, or None.
    """

    wall: Wall
    colours: np.ndarray
    channel_colours: np.ndarray | None = None
    selected: int | None = None


class BranchLane(msgspec.Struct, frozen=True):
    """Texts of one lane of the branch view."""

    key: str
    title: str
    path: str
    channels: str
    energy: str


class BranchesShow(msgspec.Struct, frozen=True):
    """The four lanes of an inception module."""

    result: BranchesResult
    colours: np.ndarray
    lanes: tuple[BranchLane, ...]
    reads: str
    feeds: str
    concatenation: str
    note: str = ""


class ChannelShow(msgspec.Struct, frozen=True):
    """A large feature map, one of ``channels``, its histogram and its statistics.

    ``low`` and ``high`` are the values of the map's first and last colour; ``overlay`` is the picture's preview, of
    which the network saw ``crop``.
    """

    result: ChannelResult
    colours: np.ndarray
    low: float
    high: float
    title: str
    rows: tuple[CardRow, ...]
    channels: int
    colour: str = ""
    histogram_caption: str = ""
    preview: np.ndarray | None = None
    crop: Crop | None = None


class PictureShow(msgspec.Struct, frozen=True):
    """The picture on which the network runs: ``preview`` (H, W, 3) uint8 and the square that the network sees."""

    preview: np.ndarray
    crop: Crop
    caption: str


class ChipState(msgspec.Struct, frozen=True):
    """What the chips of the top bar say. ``trained`` colours the dot of the weights chip."""

    net: str
    trained: bool
    weights: str
    picture: str
    device: str
    device_title: str


class MenuEntry(msgspec.Struct, frozen=True):
    """One line of a menu; an empty ``key`` is a heading. ``note`` stands muted at the right."""

    key: str
    label: str
    note: str = ""
    checked: bool = False
    enabled: bool = True
    thumbnail: np.ndarray | None = None


class Banner(msgspec.Struct, frozen=True):
    """One sentence that says what happened and one that says what to do.

    ``fraction`` (0 … 1, or -1 for unknown length) shows progress; ``action`` is a button's label.
    """

    kind: Literal["info", "good", "warning", "error", "progress"]
    text: str
    hint: str = ""
    fraction: float | None = None
    action: str = ""


class ExplorePort(Protocol):
    """The Explore workspace as its presenter sees it."""

    def show_graph(self, graph: LayerGraph, title: str, untrained: frozenset[str]) -> None: ...
    def show_position(self, step: str) -> None: ...
    def show_stage_head(self, head: StageHead) -> None: ...
    def show_wall(self, show: WallShow) -> None: ...
    def show_branches(self, show: BranchesShow) -> None: ...
    def show_channel(self, show: ChannelShow) -> None: ...
    def show_input(self, show: PictureShow) -> None: ...
    def show_panel(self, view: str) -> None:
        """Turn the stage to a panel, which its own presenter fills."""

    def show_value_bar(self, bar: ValueBar | None) -> None: ...
    def show_controls(self, scaling: str, order: str, colour_map: str) -> None: ...
    def show_hover(self, card: HoverCard | None) -> None: ...
    def show_receptive_field(self, box: tuple[float, float, float, float] | None) -> None:
        """Mark ``(top, left, bottom, right)``, fractions of the crop, on the picture; None removes the mark."""

    def show_picture(self, show: PictureShow) -> None: ...
    def show_verdict(self, heads: tuple[HeadVerdict, ...]) -> None: ...
    def show_card(self, title: str, rows: tuple[CardRow, ...]) -> None: ...
    def show_playing(self, playing: bool, speed: str) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def stage_aspect(self) -> float:
        """Width over height of the room for a wall."""

    def when_painted(self, work: Callable[[], None]) -> None:
        """Do something once what was pushed so far is on screen: work that can wait must not delay it."""


class Clock(Protocol):
    """Calls back on the window's thread."""

    def every(self, interval_ms: int, tick: Callable[[], None]) -> None: ...
    def stop(self) -> None: ...
