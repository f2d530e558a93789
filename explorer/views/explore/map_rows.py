"""Where the rows of the network map stand: plain numbers, so that they can be tested without a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from explorer.core.layers import LayerGraph, Step


@dataclass(frozen=True)
class RowSizes:
    """Heights of the map's rows in logical pixels.

    ``bars`` is what the branch bars under an inception module need; ``inner`` and ``inner_gap`` are for the rows of an
    open block; ``top`` and ``bottom`` are margins.
    """

    row: float
    gap: float
    bars: float
    inner: float
    inner_gap: float
    top: float = 2.0
    bottom: float = 12.0

    @classmethod
    def roomy(cls, text_px: int) -> RowSizes:
        return cls(row=text_px + 14, gap=9, bars=10, inner=text_px + 11, inner_gap=3)

    @classmethod
    def dense(cls, text_px: int) -> RowSizes:
        return cls(row=text_px + 8, gap=2, bars=6, inner=text_px + 7, inner_gap=2)

    def closed_height(self, graph: LayerGraph) -> float:
        """Return how high the map is while all blocks are closed."""
        bars = sum(bool(branches_of(step)) for step in graph.steps)
        count = len(graph.steps)
        return self.top + self.bottom + count * self.row + max(0, count - 1) * self.gap + bars * self.bars


@dataclass(frozen=True)
class MapRow:
    """One row: ``depth`` 0 is the main path; ``head`` names the auxiliary head in which it lies, if any."""

    step: Step
    depth: int
    top: float
    height: float
    head: str = ""

    @property
    def bottom(self) -> float:
        return self.top + self.height


def sizes_for(graph: LayerGraph, text_px: int, room_px: float) -> RowSizes:
    """Return the roomiest sizes with which the closed map fits ``room_px``; the densest where none does."""
    roomy, dense = RowSizes.roomy(text_px), RowSizes.dense(text_px)
    need, least = roomy.closed_height(graph), dense.closed_height(graph)
    if need <= room_px or need <= least:
        return roomy
    share = min(1.0, (need - room_px) / (need - least))

    def between(name: str) -> float:
        wide, narrow = getattr(roomy, name), getattr(dense, name)
        return float(wide + (narrow - wide) * share)

    return replace(roomy, **{name: between(name) for name in ("row", "gap", "bars", "inner", "inner_gap")})


def branches_of(step: Step) -> tuple[str, ...]:
    """Return the branch keys of an inception module in its own order, empty for other steps."""
    if step.kind != "inception":
        return ()
    return tuple(child.branch for child in step.children if child.branch)


def lay_out(graph: LayerGraph, opened: frozenset[str], sizes: RowSizes) -> tuple[tuple[MapRow, ...], float]:
    """Return the visible rows from top to bottom, and the height of them all."""
    rows: list[MapRow] = []
    top = sizes.top
    sides = {side.name: side for side in graph.sides}
    for index, step in enumerate(graph.steps):
        top += sizes.gap if index else 0.0
        rows.append(MapRow(step, 0, top, sizes.row))
        top += sizes.row + (sizes.bars if branches_of(step) else 0.0)
        heads = [head.name for head in graph.heads if head.after == step.name and head.name in sides]
        inner = [(row, depth, "") for row, depth in _open_rows(step, opened, 1)]
        for name in heads:
            inner += [(row, depth, name) for row, depth in _open_rows(sides[name], opened, 1)]
        for child, depth, head in inner:
            top += sizes.inner_gap
            rows.append(MapRow(child, depth, top, sizes.inner, head))
            top += sizes.inner
    return tuple(rows), top + sizes.bottom


def _open_rows(step: Step, opened: frozenset[str], depth: int) -> Iterator[tuple[Step, int]]:
    if step.name not in opened:
        return
    for child in step.children:
        yield child, depth
        yield from _open_rows(child, opened, depth + 1)


def shape_text(shape: tuple[int, ...], *, with_channels: bool = True) -> str:
    """Return a shape as it stands in the map: ``256·28²``, ``96·27×25``, ``1024``."""
    if len(shape) != 3 or shape[1:] == (1, 1):
        return str(shape[0])
    channels, height, width = shape
    side = f"{height}²" if height == width else f"{height}×{width}"
    return f"{channels}·{side}" if with_channels else side
