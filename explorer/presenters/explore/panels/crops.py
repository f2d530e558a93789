"""Data augmentation by crops: the 2,048 variants of a picture, being cut."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import colour_table
from explorer.core.messages.classics import CropsRequest, CropsResult
from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.core.units import TIMES
from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.presenters.explore.panels.shows import MapShow, MapsShow
from explorer.presenters.play import Play

_TAG = "crops"
COUNT = 2048
SHOWN = 64
"""So many variants are cut one after another."""

_THUMBNAIL_PX = 48


def shown_indices() -> tuple[int, ...]:
    """Return the variants that are cut: a grid over all places, each beside its mirror image."""
    rows, columns = (np.linspace(0, 31, count).round().astype(int).tolist() for count in (4, 8))
    return tuple((row * 32 + column) * 2 + mirrored for row in rows for column in columns for mirrored in (0, 1))


class CropsShow(msgspec.Struct, frozen=True):
    """One variant and those cut before.

    Attributes
    ----------
    picture : ndarray (256, 256, 3) uint8
    box : Crop
        Where the variant is cut, in fractions of the picture.
    variant : ndarray (224, 224, 3) uint8
    places : MapShow
        All 32 × 32 places; those cut so far are bright, the present one is outlined.
    thumbnails : MapsShow
        The variants cut so far.
    """

    title: str
    picture: np.ndarray
    box: Crop
    caption: str
    variant: np.ndarray
    variant_title: str
    places: MapShow
    thumbnails: MapsShow
    sentence: str
    playing: bool = False


class CropsPort(Protocol):
    """The view of the crops."""

    def show_crops(self, show: CropsShow) -> None: ...


class CropsPresenter(PanelPresenter):
    """Asks for the picture and the thumbnails once; cutting needs nobody.

    All shown variants are there from the beginning; playing begins again with none.
    """

    follows_layer = False

    def __init__(self, services: Services, view: CropsPort) -> None:
        super().__init__(services)
        self._view = view
        self._play = Play(services.clock())
        self._speed = 1.0
        self._result: CropsResult | None = None
        self._cut: list[int] = []

    def refresh(self) -> None:
        trace = self.situation.trace.trace
        if self._play.playing and self.situation.scene.speed != self._speed:
            self._start()
        if self._result is not None and self._result.trace == trace:
            self._show()
            return
        self._cut = list(shown_indices())
        self.ask(CropsRequest(trace, shown_indices(), _THUMBNAIL_PX), CropsResult, self._on_result)

    def _on_result(self, result: CropsResult) -> None:
        self._result = result
        self._show()

    def index(self) -> int:
        """Return the variant that the lens is turned to."""
        tag, _, number = self.situation.lens.variant.partition(" ")
        return min(int(number), COUNT - 1) if tag == _TAG and number.isdecimal() else 0

    def _show(self) -> None:
        if self._result is None or not self.shown:
            return
        index = self.index()
        if index not in self._cut:
            self._cut.append(index)
        show = describe(self._result, index, self._cut, self.situation.scene.colour_map, self.tr)
        self._view.show_crops(msgspec.structs.replace(show, playing=self._play.playing))

    def retire(self) -> None:
        self._play.stop()
        self._result = None
        super().retire()

    # What the person does

    def turn_to(self, index: int, *, remember: bool = True) -> None:
        """Cut another variant."""
        self.services.turn(remember=remember, variant=f"{_TAG} {index}")

    def choose_place(self, place: tuple[int, int]) -> None:
        """Cut at another place, mirrored as before."""
        self.turn_to((place[0] * 32 + place[1]) * 2 + self.index() % 2)

    def move(self, dx: int, dy: int) -> bool:
        place, mirrored = divmod(self.index(), 2)
        row, column = divmod(place, 32)
        row, column = min(max(row + dy, 0), 31), min(max(column + dx, 0), 31)
        self.turn_to((row * 32 + column) * 2 + mirrored)
        return True

    def open(self) -> bool:
        """Mirror the variant."""
        self.turn_to(self.index() ^ 1)
        return True

    def play(self) -> bool:
        """Cut one variant after another, or stop."""
        if self._play.playing:
            self._play.stop()
            self._show()
        elif self._result is not None:
            self._cut = []
            self._start()
            self._on_tick()
        return True

    def _start(self) -> None:
        self._speed = self.situation.scene.speed
        # Four times as fast as a step through a network.
        self._play.start(4 * self._speed, self._on_tick)

    def _on_tick(self) -> None:
        left = [index for index in shown_indices() if index not in self._cut]
        if not left or not self.shown:
            self._play.stop()
            self._show()
            return
        self.turn_to(left[0], remember=False)


def cut_out(result: CropsResult, index: int) -> np.ndarray:
    """Return a variant, (crop, crop, 3) uint8."""
    top, left, mirrored = result.places[index].tolist()
    variant = result.picture[top : top + result.crop_px, left : left + result.crop_px]
    return variant[:, ::-1] if mirrored else variant


def describe(result: CropsResult, index: int, cut: list[int], colours: str, tr: Translator) -> CropsShow:
    """Return a variant in words and pictures."""
    top, left, mirrored = result.places[index].tolist()
    whole, side = result.picture.shape[0], result.crop_px
    values = np.zeros((32, 32), np.float32)
    for one in cut:
        row, column, _ = result.places[one].tolist()
        values[row, column] = 1.0
    known = {int(number): place for place, number in enumerate(result.indices)}
    shown = [one for one in cut if one in known][-SHOWN:]
    pixels = result.thumbnails[[known[one] for one in shown]]
    if not shown:
        pixels = np.zeros((0, _THUMBNAIL_PX, _THUMBNAIL_PX, 3), np.uint8)
    key = "crops.variant.mirrored" if mirrored else "crops.variant"
    return CropsShow(
        title=tr("crops.title", number=f"{index + 1:,}", count=f"{result.count:,}"),
        picture=result.picture,
        box=Crop(left / whole, top / whole, side / whole),
        caption=tr("crops.place", row=top, column=left),
        variant=np.ascontiguousarray(cut_out(result, index)),
        variant_title=tr(key, size=f"{side} {TIMES} {side}"),
        places=MapShow(values, 0.0, 1.6, colour_table(colours), tr("crops.places"), mark=(top, left)),
        thumbnails=MapsShow(
            pixels,
            colour_table("grey"),
            tuple(tr("crops.number", number=f"{one + 1:,}") for one in shown),
            shown.index(index) if index in shown else None,
            16,
            tr("crops.cut", count=len(cut)),
        ),
        sentence=tr("crops.says", count=f"{result.count:,}"),
    )
