"""What Compare shows, and what its view must offer."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from explorer.presenters.compare.lineups import LineupName
from explorer.presenters.ports import PictureShow, VerdictRow

Column = Literal["net", "answer", "depth", "parameters", "macs", "memory", "time", "accuracy"]
COLUMNS: tuple[Column, ...] = ("net", "answer", "depth", "parameters", "macs", "memory", "time", "accuracy")


class Cell(msgspec.Struct, frozen=True):
    """One number: as text, as a bar, and with its fine print.

    ``fraction`` is the bar's length, 0 … 1 of the column's largest (None: no bar), of which ``share`` is filled in the
    first colour (the convolutions' part of the parameters); ``spread`` are the quartiles on the same scale.
    """

    text: str
    note: str = ""
    fraction: float | None = None
    share: float | None = None
    spread: tuple[float, float] | None = None


class CompareRow(msgspec.Struct, frozen=True):
    """One network; ``cells`` by column, None while it has not run yet."""

    net: str
    title: str
    trained: bool
    cells: dict[str, Cell] | None


class Point(msgspec.Struct, frozen=True):
    """A network in the plot: ``x`` is a count, ``y`` the top-1 accuracy in percent."""

    net: str
    label: str
    x: float
    y: float


class CompareShow(msgspec.Struct, frozen=True):
    """Everything on screen.

    ``measure`` is what the plot's x axis counts: ``parameters`` or ``macs``. ``top`` are the five strongest classes of
    the selected network, or ``top_note`` says why there are none.
    """

    rows: tuple[CompareRow, ...]
    lineup: LineupName
    sort: Column
    descending: bool
    selected: str
    points: tuple[Point, ...]
    measure: Literal["parameters", "macs"]
    top_title: str
    top: tuple[VerdictRow, ...]
    top_note: str
    status: str


class ComparePort(Protocol):
    """The workspace's view."""

    def show_comparison(self, show: CompareShow) -> None: ...
    def show_picture(self, show: PictureShow) -> None: ...
