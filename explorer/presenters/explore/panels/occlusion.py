"""Occlusion: a grey box over the picture, what the heads then say, and a sweep of the box over all places."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure
from explorer.core.messages.where import (
    OcclusionRequest,
    OcclusionResult,
    StopRequest,
    SweepPart,
    SweepRequest,
    SweepResult,
)
from explorer.core.scene import Crop
from explorer.core.units import percent
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.asking import AskingPresenter, seen_picture
from explorer.presenters.explore.panels.pairs import PairsShow, pairs_of, points
from explorer.presenters.explore.panels.panel import Services
from explorer.presenters.explore.panels.shows import MapShow, signed_map
from explorer.presenters.ports import ValueBar

FIRST_BOX = Crop(0.375, 0.375, 0.25)
SIDES = (0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65)
"""Sides of the box that + and − go through, as fractions of the network's input."""

STEP = 0.04
"""So far Shift and an arrow move the box."""

GREY = (128, 128, 128)
SWEEP = "occlusion sweep"


class OcclusionShow(msgspec.Struct, frozen=True):
    """The picture (S, S, 3) uint8, the line above, and the sentence below."""

    title: str
    picture: np.ndarray
    sentence: str
    tone: str = ""


class SweepShow(msgspec.Struct, frozen=True):
    """The sweep: its map so far, its bar, and how far it has come.

    ``fraction`` is 0 … 1 while it runs, else None; ``text`` says what the map is or how far it is.
    """

    heat: MapShow | None = None
    bar: ValueBar | None = None
    fraction: float | None = None
    text: str = ""


class OcclusionPort(Protocol):
    """The view of the occlusion."""

    def show_occlusion(self, show: OcclusionShow) -> None: ...
    def show_box(self, box: Crop, colour: tuple[int, int, int]) -> None: ...
    def show_pairs(self, pairs: PairsShow) -> None: ...
    def show_sweep(self, show: SweepShow) -> None: ...


class OcclusionPresenter(AskingPresenter):
    """The box follows the hand at once; the heads follow as fast as the network answers.

    While a box is dragged one question is under way at a time, and the next is about where the box then is: so the
    bars move all the time, and never lag behind by more than one answer. The scene has the box once it is let go.
    """

    follows_layer = False

    def __init__(self, services: Services, view: OcclusionPort) -> None:
        super().__init__(services)
        self._view = view
        self._box = FIRST_BOX
        self._grip: tuple[float, float] | None = None
        self._colour = GREY
        self._flying: OcclusionRequest | None = None
        self._answered: OcclusionResult | None = None
        self._asked_box: Crop | None = None
        self._swept: SweepResult | None = None
        self._swept_for: SweepRequest | None = None
        self._sweeping: SweepRequest | None = None

    @property
    def waiting(self) -> bool:
        return super().waiting or self._flying is not None or self._sweeping is not None

    def refresh(self) -> None:
        situation = self.situation
        if self._grip is None:
            self._box = inside(situation.lens.box or FIRST_BOX)
        self._view.show_occlusion(
            OcclusionShow(
                title=self.tr("occlusion.title"),
                picture=seen_picture(situation.trace),
                sentence=self.tr("occlusion.hint"),
            )
        )
        self._view.show_box(self._box, self._colour)
        if self._answered is not None and self._answered.trace == situation.trace.trace:
            self._show_answer(self._answered)
        self._follow()
        self._refresh_sweep()

    def retire(self) -> None:
        self._stop_sweep()
        self._grip = self._flying = self._answered = self._swept = None
        super().retire()

    # The box

    def press(self, x: float, y: float) -> None:
        """Take the box where it is, or put it under the pointer."""
        box = self._box
        if not (box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.width):
            self._place(Crop(x - box.width / 2, y - box.width / 2, box.width))
        self._grip = x - self._box.x, y - self._box.y

    def drag(self, x: float, y: float) -> None:
        """Move the box with the pointer."""
        if self._grip is not None:
            self._place(Crop(x - self._grip[0], y - self._grip[1], self._box.width))

    def release(self) -> None:
        """Let go: the scene has the box from now on."""
        if self._grip is not None:
            self._grip = None
            self.services.turn(box=self._box)

    def move(self, dx: int, dy: int) -> bool:
        box = self._box
        self.services.turn(box=inside(Crop(box.x + STEP * dx, box.y + STEP * dy, box.width)), remember=False)
        return True

    def zoom(self, by: int) -> bool:
        """Make the box larger or smaller around its middle."""
        box = self._box
        nearest = min(range(len(SIDES)), key=lambda index: abs(SIDES[index] - box.width))
        side = SIDES[min(max(nearest + by, 0), len(SIDES) - 1)]
        shift = (box.width - side) / 2
        self.services.turn(box=inside(Crop(box.x + shift, box.y + shift, side)))
        return True

    def _place(self, box: Crop) -> None:
        self._box = inside(box)
        self._view.show_box(self._box, self._colour)
        self._follow()

    def _follow(self) -> None:
        """Ask about the box where it is, unless a question is still under way."""
        trace = self.situation.trace.trace
        request = OcclusionRequest(trace, self._box)
        answered = self._answered
        if answered is not None and (answered.trace, self._asked_box) == (trace, self._box):
            return
        if self._flying is not None and self._flying.trace == trace:
            return
        self._flying = request
        self.services.submit(request, lambda reply: self._on_reply(request, reply))

    def _on_reply(self, request: OcclusionRequest, reply: AnyReply) -> None:
        if self._flying is not request:
            return
        self._flying = None
        if not self.shown or request.trace != self.situation.trace.trace:
            return
        if isinstance(reply, OcclusionResult):
            self._answered, self._asked_box, self._colour = reply, request.box, reply.colour
            self._view.show_box(self._box, self._colour)
            self._show_answer(reply)
            self._follow()
        elif isinstance(reply, Failure):
            self.services.fail(reply)

    def _show_answer(self, result: OcclusionResult) -> None:
        question = self.question()
        asked = (question.head, question.target)
        self._view.show_pairs(pairs_of(self.situation.trace, result.before, result.after, self.tr, question=asked))

    def choose_row(self, key: str) -> None:
        """Ask the sweep about the class of a line, ``head:class``."""
        head, _, target = key.partition(":")
        self.services.turn(head=head, target=target)

    # The sweep

    def open(self) -> bool:
        """Start the sweep, or give it up."""
        self.services.turn(variant="" if self.situation.lens.variant == SWEEP else SWEEP)
        return True

    def toggle_sweep(self) -> None:
        self.open()

    def _refresh_sweep(self) -> None:
        question = self.question()
        if self.situation.lens.variant != SWEEP or not question.head:
            self._stop_sweep()
            self._swept = None
            self._view.show_sweep(SweepShow(text=self.tr("occlusion.sweep.hint")))
            return
        side = self.situation.lens.box.width if self.situation.lens.box is not None else FIRST_BOX.width
        request = SweepRequest(self.situation.trace.trace, question.head, question.target, min(max(side, SIDES[0]), 1))
        swept = self._swept
        if swept is not None and self._swept_for == request:
            self._show_map(swept.values, swept.target, None)
            return
        if self._sweeping == request:
            return
        self._sweeping, self._swept = request, None
        self._view.show_sweep(SweepShow(fraction=0.0, text=self.tr("occlusion.sweep.running", share=percent(0))))
        self.services.submit(request, lambda reply: self._on_swept(request, reply))

    def _stop_sweep(self) -> None:
        if self._sweeping is not None:
            self._sweeping = None
            self.services.submit(StopRequest("sweep"), lambda _: None)

    def _on_swept(self, request: SweepRequest, reply: AnyReply) -> None:
        if self._sweeping is not request or not self.shown:
            return
        if isinstance(reply, SweepPart):
            self._show_map(reply.values, reply.target, reply.done / reply.total)
            return
        self._sweeping = None
        if isinstance(reply, SweepResult):
            self._swept, self._swept_for = reply, request
            self._show_map(reply.values, reply.target, None)
        elif isinstance(reply, Failure):
            self.services.fail(reply)

    def _show_map(self, values: np.ndarray, target: str, fraction: float | None) -> None:
        tr = self.tr
        heat = signed_map(values, tr("occlusion.sweep.map", label=class_name(target, tr)))
        bar = ValueBar(points(heat.low), points(heat.high), tr("occlusion.sweep.bar"), heat.colours, 0.5)
        running = "" if fraction is None else tr("occlusion.sweep.running", share=percent(fraction))
        text = running or tr("occlusion.sweep.says", label=class_name(target, tr))
        self._view.show_sweep(SweepShow(heat, bar, fraction, text))


def inside(box: Crop) -> Crop:
    """Return the box moved into the picture, its side within what makes sense."""
    side = min(max(box.width, SIDES[0]), 1.0)
    return Crop(min(max(box.x, 0.0), 1.0 - side), min(max(box.y, 0.0), 1.0 - side), side)
