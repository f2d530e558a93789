"""Residual blocks: x, F(x) and their sum on one scale, the ratio along the network, and cutting either."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from explorer.core.colour import DIVERGING_MAP, colour_table
from explorer.core.messages.explore import Wall
from explorer.core.messages.ideas import CutRequest, CutResult, ResidualBlock, ResidualRequest, ResidualResult
from explorer.core.text import Translator
from explorer.core.units import significant
from explorer.presenters.explore.panels.changes import change_sentence, change_table
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.presenters.explore.panels.shows import Choice, Line, LinesShow, MapShow, TableShow

PARTS = ("shortcut", "residual")


class ResidualShow(msgspec.Struct, frozen=True):
    """One block and the whole row of blocks.

    Attributes
    ----------
    walls : tuple of MapShow
        x, F(x), x + F(x) and its ReLU, all on one scale.
    ratios : LinesShow
        ‖F(x)‖ / ‖x‖ of every block.
    switches : tuple of Choice
        Shortcut and residual branch of the block, on or off.
    off : str
        What is cut anywhere, in words; empty for nothing.
    """

    title: str
    walls: tuple[MapShow, ...]
    norms: TableShow
    ratios: LinesShow
    switches: tuple[Choice, ...]
    off: str = ""


class ResidualPort(Protocol):
    """The view of the residual blocks."""

    def show_blocks(self, show: ResidualShow) -> None: ...
    def show_change(self, table: TableShow | None, sentence: str, tone: str) -> None:
        """Show what cutting does; no table and no sentence where nothing is cut."""


class ResidualPresenter(PanelPresenter):
    """Asks for the blocks and, where something is cut, for what the heads then say."""

    def __init__(self, services: Services, view: ResidualPort) -> None:
        super().__init__(services)
        self._view = view
        self._blocks = Kept(services, ResidualResult, self._on_result)
        self._cut = Kept(services, CutResult, self._on_cut)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._blocks.waiting or self._cut.waiting

    def refresh(self) -> None:
        situation = self.situation
        self._blocks.want(ResidualRequest(situation.trace.trace, situation.state.step.name, aspect=1.0))
        cuts = self.cuts()
        if cuts:
            self._cut.want(CutRequest(situation.trace.trace, cuts))
        else:
            self._cut.forget()
            self._view.show_change(None, self.tr("residual.cut.hint"), "")

    def cuts(self) -> tuple[str, ...]:
        """Return what is cut: those entries of the lens that are blocks of this network."""
        names = {step.name for outer in self.situation.trace.graph.steps for step in outer.walk()}
        split = [(entry, *entry.rpartition(":")) for entry in self.situation.lens.off]
        return tuple(entry for entry, block, _, part in split if block in names and part in PARTS)

    def _on_result(self, result: ResidualResult) -> None:
        self._view.show_blocks(describe(result, self.cuts(), self.tr))

    def _on_cut(self, result: CutResult) -> None:
        trace, main = self.situation.trace, result.heads[0]
        self._view.show_change(change_table(trace, main, self.tr), *change_sentence(trace, main, self.tr))

    def retire(self) -> None:
        self._blocks.forget()
        self._cut.forget()
        super().retire()

    # What the person does

    def toggle(self, part: str) -> None:
        """Cut the shortcut or the residual branch of the block on screen, or join it again."""
        blocks = self._blocks.answer
        if blocks is None:
            return
        entry, off = f"{blocks.step}:{part}", self.situation.lens.off
        kept = tuple(other for other in off if other != entry)
        self.services.turn(off=kept if entry in off else (*off, entry))

    def join_all(self) -> None:
        """Switch everything on again that is cut."""
        cuts = set(self.cuts())
        self.services.turn(off=tuple(entry for entry in self.situation.lens.off if entry not in cuts))

    def go(self, step: str) -> None:
        """Go to another block."""
        self.services.patch(layer=step)

    def move(self, dx: int, dy: int) -> bool:
        result = self._blocks.answer
        if result is None:
            return True
        names = [block.step for block in result.blocks]
        target = names.index(result.step) + (dx or dy)
        if 0 <= target < len(names):
            self.go(names[target])
        return True

    def open(self) -> bool:
        """Cut the shortcut of the block, or join it again."""
        self.toggle("shortcut")
        return True


def wall_map(wall: Wall, title: str, caption: str = "") -> MapShow:
    """Return a whole wall as one picture, on the wall's own scale; the ground is transparent."""
    low, high = float(wall.low[0]), float(wall.high[0])
    nothing = np.zeros((0, 0), np.float32)
    return MapShow(nothing, low, high, colour_table(DIVERGING_MAP), title, caption, levels=wall.pixels)


def describe(result: ResidualResult, cuts: tuple[str, ...], tr: Translator) -> ResidualShow:
    """Return a block in words and pictures."""
    index = next(place for place, block in enumerate(result.blocks) if block.step == result.step)
    block = result.blocks[index]
    first = tr("residual.x.projected") if block.projection else tr("residual.x")
    titles = (first, tr("residual.f"), tr("residual.sum"), tr("residual.relu"))
    norms = (block.shortcut_norm, block.residual_norm, block.added_norm, block.output_norm)
    walls = tuple(
        wall_map(wall, title, tr("residual.norm", value=significant(norm)))
        for wall, title, norm in zip(result.walls, titles, norms, strict=True)
    )
    count = len(result.blocks)
    title = tr("residual.title", block=block.label, place=index + 1, count=count, high=significant(result.high))
    return ResidualShow(
        title=title,
        walls=walls,
        norms=_norms(block, tr),
        ratios=_ratios(result, index, tr),
        switches=_switches(block, cuts, tr),
        off=tr("residual.off", names=", ".join(_cut_name(result, entry, tr) for entry in cuts)) if cuts else "",
    )


def _norms(block: ResidualBlock, tr: Translator) -> TableShow:
    rows = (
        (tr("residual.ratio"), significant(block.ratio)),
        (tr("residual.cosine"), significant(block.cosine)),
    )
    return TableShow((), rows, strong=(0,))


def _ratios(result: ResidualResult, index: int, tr: Translator) -> LinesShow:
    return LinesShow(
        labels=tuple(block.label for block in result.blocks),
        lines=(Line(tr("residual.ratio"), tuple(block.ratio for block in result.blocks)),),
        title=tr("residual.plot"),
        chosen=index,
        keys=tuple(block.step for block in result.blocks),
    )


def _switches(block: ResidualBlock, cuts: tuple[str, ...], tr: Translator) -> tuple[Choice, ...]:
    return tuple(
        Choice(part, tr(f"residual.{part}"), f"{block.step}:{part}" not in cuts, tr(f"residual.{part}.hint"))
        for part in PARTS
    )


def _cut_name(result: ResidualResult, entry: str, tr: Translator) -> str:
    step, _, part = entry.rpartition(":")
    label = next((block.label for block in result.blocks if block.step == step), step)
    return tr("residual.cut.name", block=label, part=tr(f"residual.{part}"))
