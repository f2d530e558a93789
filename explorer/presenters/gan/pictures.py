"""The walls of pictures: their order, the walk between two noises, and one sample through time."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure
from explorer.core.messages.gan import (
    GanFrame,
    GanLapse,
    GanLapseRequest,
    GanWalk,
    GanWalkRequest,
    PhaseFrame,
    PictureFrame,
)
from explorer.core.text import Translator
from explorer.core.units import significant
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.gan.ports import GanPort, PicturesShow, StripShow

WALK_STEPS = 33


class PictureDesk:
    """Shows the walls and the strip under them.

    Parameters
    ----------
    fail : callable
        Says what went wrong.
    """

    def __init__(self, view: GanPort, submit: Submit, tr: Translator, fail: Callable[[Failure], None]) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._fail = fail
        self._frame: PictureFrame | None = None
        self._phase: PhaseFrame | None = None
        self._strip: GanWalk | GanLapse | None = None
        self._place = 0
        self.sorted = False
        self.slow = False
        self.marked: tuple[int, ...] = ()

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self._frame, self.marked = None, ()
        self.close_strip()

    def show(self, frame: GanFrame) -> None:
        """Show a frame's pictures."""
        if frame.pictures is None:
            return
        self._frame, self._phase = frame.pictures, frame.phase
        self.refresh()

    def refresh(self) -> None:
        """Show the walls again: order or marks have changed."""
        if self._frame is not None:
            self._view.show_pictures(self.shown())
            self._show_strip()

    def shown(self) -> PicturesShow:
        """Return the walls as they are now."""
        frame = self._frame
        assert frame is not None
        phase = self._phase if self.slow else None
        if phase is not None and phase.fake is not None and phase.fake_scores is not None:
            return self._batch(frame, phase)
        key = "sorted" if self.sorted else "fixed"
        return PicturesShow(
            frame,
            _order(frame.fake_scores, by_score=self.sorted),
            _order(frame.real_scores, by_score=self.sorted),
            self._tr(f"gan_view.wall.fake.{key}"),
            self._tr(f"gan_view.wall.real.{key}"),
            self.marked,
            phase,
        )

    def _batch(self, frame: PictureFrame, phase: PhaseFrame) -> PicturesShow:
        """Return the walls with the very pictures of a step in slow motion."""
        assert phase.fake is not None and phase.fake_scores is not None
        shown = msgspec.structs.replace(frame, fake=phase.fake, fake_scores=phase.fake_scores)
        judged = phase.real is not None and phase.real_scores is not None
        if phase.real is not None and phase.real_scores is not None:
            shown = msgspec.structs.replace(shown, real=phase.real, real_scores=phase.real_scores)
        return PicturesShow(
            shown,
            _order(shown.fake_scores, by_score=self.sorted),
            _order(shown.real_scores, by_score=self.sorted),
            self._tr("gan_view.wall.fake.batch"),
            self._tr("gan_view.wall.real.batch" if judged else "gan_view.wall.real.unseen"),
            (),
            phase,
        )

    def toggle_order(self) -> None:
        """Sort by D's verdict, or lie again as the noise does."""
        self.sorted = not self.sorted
        self.refresh()

    def mark(self, tile: int) -> None:
        """Mark a tile; the last two that were marked are the ends of the walk."""
        if tile in self.marked:
            self.marked = tuple(kept for kept in self.marked if kept != tile)
        else:
            self.marked = (*self.marked, tile)[-2:]
        if len(self.marked) == 2:
            self.walk()
        else:
            self.refresh()

    def walk(self) -> None:
        """Walk between the two marked noises; where fewer are marked, between the first two."""
        if self._frame is None:
            return
        if len(self.marked) < 2:
            others = [tile for tile in range(len(self._frame.fake)) if tile not in self.marked]
            self.marked = (*self.marked, *others)[:2]
        first, second = self.marked
        self.refresh()
        ways = tuple(index / (WALK_STEPS - 1) for index in range(WALK_STEPS))
        self._submit(GanWalkRequest(first, second, ways), self._on_strip)

    def lapse(self) -> None:
        """Show the marked sample, or the first, through time."""
        if self._frame is None:
            return
        self.marked = self.marked[-1:] or (0,)
        self.refresh()
        self._submit(GanLapseRequest(self.marked[0]), self._on_strip)

    def choose_place(self, place: int) -> None:
        """Move along the walk or through time."""
        self._place = place
        self._show_strip()

    def close_strip(self) -> bool:
        """Take the strip away; return whether there was one."""
        there = self._strip is not None
        self._strip = None
        self._view.show_strip(None)
        return there

    def _on_strip(self, reply: AnyReply) -> None:
        if isinstance(reply, Failure):
            self._fail(reply)
        elif isinstance(reply, GanWalk | GanLapse):
            self._strip = reply
            self._place = 0 if isinstance(reply, GanWalk) else max(0, len(reply.made) - 1)
            self._show_strip()

    def _show_strip(self) -> None:
        strip, tr = self._strip, self._tr
        if strip is None:
            return
        if isinstance(strip, GanLapse):
            title = tr("gan_view.lapse", tile=self.marked[0] + 1 if self.marked else 1)
            labels = tuple(tr("gan_view.step_is", step=f"{step:,}") for step in strip.steps.tolist())
        else:
            first, second = (*self.marked, 0, 0)[:2]
            title = tr("gan_view.walk", first=first + 1, second=second + 1)
            last = max(1, len(strip.made) - 1)
            labels = tuple(f"t = {significant(index / last, 2)}" for index in range(len(strip.made)))
        place = min(self._place, max(0, len(strip.made) - 1))
        self._view.show_strip(StripShow(title, strip.made, strip.scores, labels, place))


def _order(scores: np.ndarray, *, by_score: bool) -> np.ndarray:
    """Return tile numbers as they lie, or from the most believed to the least."""
    if not by_score:
        return np.arange(scores.size)
    return np.argsort(-np.nan_to_num(scores, nan=-1.0), kind="stable")
