"""The wished image: made by climbing, step by step, to what a channel answers to most."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure
from explorer.core.messages.study import OptimisePart, OptimiseRequest, OptimiseResult
from explorer.core.messages.where import StopRequest
from explorer.core.units import significant
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, Line, LinesShow
from explorer.presenters.explore.walk import branch_of_channel

STOPPED = "optimise stopped"
STEPS = 128
CURVE_POINTS = 24


class OptimiseShow(msgspec.Struct, frozen=True):
    """The image so far.

    Attributes
    ----------
    pixels : ndarray (S, S, 3) uint8 or None
        None before the start.
    fraction : float or None
        0 … 1 while it is being made.
    values : BarsShow
        The channel's mean activation for noise, for the picture on screen and for the image.
    curve : LinesShow
        The mean activation step by step.
    """

    title: str
    pixels: np.ndarray | None
    caption: str
    running: bool
    fraction: float | None
    seed: str
    values: BarsShow
    curve: LinesShow
    sentence: str
    tone: str = ""


class OptimisePort(Protocol):
    """The view of the wished image."""

    def show_image(self, show: OptimiseShow) -> None: ...


class OptimisePresenter(PanelPresenter):
    """Begins when it comes on screen and with every channel that the class goes to, and stops when it is told.

    The work is done while the engine has nothing else to do; leaving the view gives it up.
    """

    def __init__(self, services: Services, view: OptimisePort) -> None:
        super().__init__(services)
        self._view = view
        self._asked_for: OptimiseRequest | None = None
        self._running = False
        self._forget()

    def _forget(self) -> None:
        self._pixels: np.ndarray | None = None
        self._climbed: list[tuple[int, float]] = []
        self._result: OptimiseResult | None = None

    @property
    def waiting(self) -> bool:
        return super().waiting or self._running

    def refresh(self) -> None:
        situation = self.situation
        state, lens = situation.state, situation.lens
        request = OptimiseRequest(situation.trace.trace, state.layer.name, state.channel, lens.seed, STEPS)
        if lens.variant == STOPPED:
            self._stop()
        if request != self._asked_for:
            # Another place, other noise, or begun again.
            self._stop()
            self._forget()
            self._asked_for = None
            if lens.variant != STOPPED:
                self._asked_for, self._running = request, True
                self.services.submit(request, lambda reply: self._on_reply(request, reply))
        self._show()

    def retire(self) -> None:
        self._stop()
        self._asked_for = None
        self._forget()
        super().retire()

    def _on_reply(self, request: OptimiseRequest, reply: AnyReply) -> None:
        if request != self._asked_for or not self._running or not self.shown:
            return
        if isinstance(reply, OptimisePart):
            self._pixels = reply.pixels
            self._climbed.append((reply.step, reply.value))
        else:
            self._running = False
            if isinstance(reply, OptimiseResult):
                self._pixels, self._result = reply.pixels, reply
                self._climbed = [(step, float(value)) for step, value in enumerate(reply.values)]
            elif isinstance(reply, Failure):
                self.services.fail(reply)
        self._show()

    def _stop(self) -> None:
        if self._running:
            self._running = False
            self.services.submit(StopRequest("optimise"), lambda _: None)

    # What the person does

    def toggle(self) -> None:
        """Stop where it is, or begin again."""
        if self._running:
            self.services.turn(variant=STOPPED)
            return
        self._asked_for = None
        self.services.turn(variant="")

    def change_seed(self, by: int) -> None:
        """Begin with other noise."""
        self.services.turn(seed=max(0, self.situation.lens.seed + by))

    def step(self, by: int) -> None:
        """Go to a neighbouring channel."""
        state = self.situation.state
        self.services.patch(channel=(state.channel + by) % state.layer.channels)

    def move(self, dx: int, dy: int) -> bool:
        self.step(dx or dy)
        return True

    def zoom(self, by: int) -> bool:
        self.change_seed(by)
        return True

    def open(self) -> bool:
        self.toggle()
        return True

    # Words

    def _show(self) -> None:
        tr, situation = self.tr, self.situation
        done = self._climbed[-1][0] if self._climbed else 0
        place = {"channel": situation.state.channel, "layer": layer_label(situation.trace.graph, self._layer)}
        title = tr("optimise.title", **place)
        if any(head.layer == self._layer for head in situation.trace.graph.heads):
            label = class_name(situation.trace.classes[situation.state.channel], tr)
            title = tr("optimise.title.class", label=label)
        self._view.show_image(
            OptimiseShow(
                title=title,
                pixels=self._pixels,
                caption=tr("optimise.step", step=done, steps=STEPS) if self._climbed else "",
                running=self._running,
                fraction=done / STEPS if self._running else None,
                seed=tr("optimise.seed", seed=situation.lens.seed),
                values=self._values(),
                curve=self._curve(),
                sentence=self._sentence(done),
                tone="good" if self._result is not None and self._result.value > self._result.natural else "",
            )
        )

    @property
    def _layer(self) -> str:
        return self.situation.state.layer.name

    def _sentence(self, done: int) -> str:
        tr, result = self.tr, self._result
        if self._running:
            return tr("optimise.running")
        if result is None:
            return tr("optimise.stopped", step=done) if self._climbed else tr("optimise.hint")
        values = {"value": significant(result.value), "natural": significant(result.natural)}
        if result.natural > 0 and result.value > result.natural:
            return tr("optimise.times", times=significant(result.value / result.natural), **values)
        return tr("optimise.compared", **values)

    def _values(self) -> BarsShow:
        tr, state = self.tr, self.situation.state
        if not self._climbed:
            return BarsShow(())
        colour = BRANCH_COLOURS.get(branch_of_channel(self.situation.trace.graph, state.layer, state.channel), "")
        rows = [BarShow(tr("optimise.noise"), self._climbed[0][1], significant(self._climbed[0][1]))]
        if self._result is not None:
            rows.append(BarShow(tr("optimise.natural"), self._result.natural, significant(self._result.natural)))
        last = self._climbed[-1][1]
        rows.append(BarShow(tr("optimise.image"), last, significant(last), strong=True, colour=colour))
        return BarsShow(tuple(rows), tr("optimise.values"))

    def _curve(self) -> LinesShow:
        tr, climbed = self.tr, self._climbed
        if len(climbed) < 2:
            return LinesShow((), ())
        every = np.unique(np.linspace(0, len(climbed) - 1, CURVE_POINTS).round().astype(int))
        shown = [climbed[index] for index in every]
        lines = [Line(tr("optimise.image"), tuple(value for _, value in shown))]
        if self._result is not None:
            lines.append(Line(tr("optimise.natural"), (self._result.natural,) * len(shown), "dashed"))
        return LinesShow(tuple(str(step) for step, _ in shown), tuple(lines), tr("optimise.curve"))
