"""How the network map is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.layers import LayerGraph, Step
from explorer.views.explore.map_rows import MapRow, RowSizes, branches_of, shape_text
from explorer.views.theme import Look
from explorer.views.widgets.paint import (
    draw_box,
    draw_chevron,
    draw_focus,
    draw_text,
    mixed,
    text_width,
    with_alpha,
)

LEFT_PX = 24
"""Left edge of the rows; the arrows of blocks stand in the margin."""

_INDENT_PX = 14
_ARC_PX = 13
_PILL_EDGE_PX = 10
_MOST_PICTURES = 400


@dataclass(frozen=True)
class Places:
    """Where everything that can be clicked stands, in the map's own coordinates, and the arcs beside it."""

    rows: dict[str, QRectF]
    chevrons: dict[str, QRectF]
    pills: dict[str, QRectF]
    bars: dict[str, tuple[QRectF, ...]] = field(default_factory=dict)
    arcs: tuple[tuple[float, float, str], ...] = ()

    @classmethod
    def of(cls, graph: LayerGraph, rows: tuple[MapRow, ...], sizes: RowSizes, look: Look, width: int) -> Places:
        """Place the rows of a map ``width`` wide."""
        font = look.font("caption")
        pill_px = {side.name: max(text_width(font, side.label) + look.pad(20), look.pad(44)) for side in graph.sides}
        if pill_px:
            right = width - _PILL_EDGE_PX - max(pill_px.values()) - 9
        else:
            right = width - (LEFT_PX + 8 if graph.shortcuts else LEFT_PX)
        places = cls({}, {}, {}, {})
        main: dict[str, MapRow] = {}
        for row in rows:
            left = LEFT_PX + row.depth * _INDENT_PX
            rect = QRectF(left, round(row.top), round(right) - left, round(row.height))
            places.rows[row.step.name] = rect
            if row.step.children:
                places.chevrons[row.step.name] = QRectF(left - 22, rect.top(), 22, rect.height())
            if row.depth:
                continue
            main[row.step.name] = row
            places.bars[row.step.name] = _bars(rect, len(branches_of(row.step)))
            for head in graph.heads:
                if head.after == row.step.name and head.name in pill_px:
                    wide = round(pill_px[head.name])
                    places.pills[head.name] = QRectF(width - _PILL_EDGE_PX - wide, rect.top(), wide, rect.height())
        return cls(places.rows, places.chevrons, places.pills, places.bars, _arcs(graph, rows, main, sizes))

    def holds(self, step: str) -> bool:
        return step in self.rows or step in self.pills

    def rect_of(self, step: str) -> QRectF:
        return self.pills[step] if step in self.pills else self.rows[step]


def _bars(rect: QRectF, count: int) -> tuple[QRectF, ...]:
    if not count:
        return ()
    gap, inset = 6.0, 6.0
    wide = (rect.width() - 2 * inset - gap * (count - 1)) / count
    return tuple(
        QRectF(rect.left() + inset + index * (wide + gap), rect.bottom() + 3, wide, 4) for index in range(count)
    )


def _arcs(
    graph: LayerGraph, rows: tuple[MapRow, ...], main: dict[str, MapRow], sizes: RowSizes
) -> tuple[tuple[float, float, str], ...]:
    """Return for every shortcut where it leaves, where it joins again, and the block around which it runs."""
    arcs = []
    order = [row.step.name for row in rows if row.depth == 0]
    for start, end in graph.shortcuts:
        if start not in main or end not in main:
            continue
        first = start if start == end else order[order.index(start) + 1]
        inside = [row for row in rows if main[end].top <= row.top]
        last = main[end]
        for row in inside[1:]:
            if row.depth == 0:
                break
            last = row
        arcs.append((main[first].top - sizes.gap / 2, last.bottom + sizes.gap / 2, end))
    return tuple(arcs)


@dataclass(frozen=True)
class MapState:
    """All that is drawn; ``lit`` is the visible row of the position and ``main_index`` its place on the main path."""

    graph: LayerGraph
    rows: tuple[MapRow, ...]
    places: Places
    opened: frozenset[str]
    untrained: frozenset[str]
    lit: str
    main_index: int
    hovered: tuple[str, str] | None
    focused: bool


class RowPictures:
    """Rows as they were drawn before: a step changes two of them, and text is slow to draw.

    To be cleared when the network, the look or the width is another.
    """

    def __init__(self) -> None:
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    def clear(self) -> None:
        self._pictures.clear()

    def find(self, key: tuple[object, ...], draw: Callable[[], QPixmap]) -> QPixmap:
        """Return the picture of a row in a state, drawn now where it is new."""
        picture = self._pictures.get(key)
        if picture is None:
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            picture = self._pictures[key] = draw()
        return picture


class MapPainter:
    """Draws one map."""

    def __init__(self, painter: QPainter, look: Look, state: MapState, pictures: RowPictures) -> None:
        self._painter = painter
        self._look = look
        self._state = state
        self._pictures = pictures
        self._path = self._inside()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def paint(self) -> None:
        main = {step.name: index for index, step in enumerate(self._state.graph.steps)}
        for arc in self._state.places.arcs:
            self._arc(*arc, passed=main[arc[2]] < self._state.main_index)
        outer = ""
        for row in self._state.rows:
            outer = outer if row.depth else row.step.name
            self._place(row, passed=row.depth == 0 and main[row.step.name] < self._state.main_index)
        for name in self._state.places.pills:
            self._pill(name)
        lit = self._state.lit
        if self._state.focused and lit in self._state.places.rows:
            draw_focus(self._painter, self._state.places.rows[lit].adjusted(-3, -3, 3, 3), self._look, 9)

    def _hovers(self, part: str, name: str) -> bool:
        return self._state.hovered == (part, name)

    def _place(self, row: MapRow, *, passed: bool) -> None:
        """Put a row's picture where it belongs: from the margin with the arrow to its right edge, its bars included."""
        name = row.step.name
        rect = self._state.places.rows[name]
        bars = self._state.places.bars.get(name, ())
        bottom = max([rect.bottom(), *(bar.bottom() + 1 for bar in bars)])
        strip = QRectF(0, rect.top(), rect.right() + 1, bottom - rect.top())
        ratio = self._painter.device().devicePixelRatioF()
        lit, opened = name == self._state.lit, name in self._state.opened
        hovered = self._state.hovered if self._state.hovered and self._state.hovered[1] == name else None
        key = (name, strip.width(), strip.height(), ratio, lit, passed, opened, hovered, name in self._path)

        def draw() -> QPixmap:
            picture = QPixmap(round(strip.width() * ratio), round(strip.height() * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(self._look.panel)
            onto, self._painter = self._painter, QPainter(picture)
            self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._painter.translate(-strip.topLeft())
            self._row(row, passed=passed)
            self._painter.end()
            self._painter = onto
            return picture

        self._painter.drawPixmap(strip.topLeft(), self._pictures.find(key, draw))

    def _row(self, row: MapRow, *, passed: bool) -> None:
        look, painter, step = self._look, self._painter, row.step
        rect = self._state.places.rows[step.name]
        lit = step.name == self._state.lit
        radius = 7.0 if row.depth == 0 else 6.0
        if lit:
            draw_box(painter, rect, fill=look.accent, radius=radius)
        else:
            fill = mixed(look.raised, look.text, 0.08) if self._hovers("row", step.name) else look.raised
            edge = mixed(look.line, look.accent, 0.4) if passed else mixed(look.raised, look.line, 0.5)
            draw_box(
                painter,
                rect,
                fill=fill if row.depth == 0 or self._hovers("row", step.name) else None,
                line=edge,
                radius=radius,
            )
        if row.depth and row.step.branch:
            edge_colour = QColor(BRANCH_COLOURS.get(row.step.branch, look.line.name()))
            draw_box(painter, QRectF(rect.left(), rect.top() + 4, 3, rect.height() - 8), fill=edge_colour, radius=1.5)
        self._row_texts(step, rect, lit=lit, inner=row.depth > 0)
        if step.children:
            self._chevron(step.name)
        for key, bar in zip(branches_of(step), self._state.places.bars.get(step.name, ()), strict=False):
            colour = QColor(BRANCH_COLOURS.get(key, look.line.name()))
            bright = lit or step.name in self._path
            draw_box(painter, bar, fill=colour if bright else mixed(colour, look.panel, 0.24), radius=2)

    def _inside(self) -> frozenset[str]:
        lit = self._state.lit
        return frozenset(step.name for step in self._state.graph.path(lit)) if lit else frozenset()

    def _row_texts(self, step: Step, rect: QRectF, *, lit: bool, inner: bool) -> None:
        look, painter, graph = self._look, self._painter, self._state.graph
        inset = 10.0 if inner else 11.0
        room = rect.adjusted(inset, 0, -inset, 0)
        label_font = look.font("caption_strong" if lit else "caption")
        shape_font = look.font("caption")
        label_px = text_width(label_font, step.label)
        shape = self._shape_that_fits(graph, step, room.width() - label_px - 5)
        shape_px = text_width(shape_font, shape)
        if shape:
            colour = with_alpha(look.on_accent, 0.9) if lit else look.muted
            draw_text(painter, room, shape, shape_font, colour, "right")
        label_room = QRectF(room.left(), room.top(), room.width() - (shape_px + 5 if shape else 0), room.height())
        colour = look.on_accent if lit else look.muted if inner else look.text
        draw_text(painter, label_room, step.label, label_font, colour)

    def _shape_that_fits(self, graph: LayerGraph, step: Step, room: float) -> str:
        if not graph.has_layer(step.output):
            return ""
        shape = graph.layer(step.output).shape
        font = self._look.font("caption")
        wishes = [shape_text(shape, with_channels=step.kind != "input"), shape_text(shape, with_channels=False)]
        return next((wish for wish in wishes if text_width(font, wish) <= room), "")

    def _chevron(self, name: str) -> None:
        look = self._look
        rect = self._state.places.chevrons[name]
        colour = look.text if self._hovers("chevron", name) else look.faint
        way = "down" if name in self._state.opened else "right"
        centre = QPointF(rect.right() - 9, rect.center().y())
        draw_chevron(self._painter, centre, look.caption_px * 0.6, "down" if way == "down" else "right", colour)

    def _pill(self, name: str) -> None:
        look, painter, graph = self._look, self._painter, self._state.graph
        rect = self._state.places.pills[name]
        host = next(head.after for head in graph.heads if head.name == name)
        row = self._state.places.rows[host]
        lit = name in self._path
        painter.setPen(QPen(look.line, 1.0))
        painter.drawLine(QPointF(row.right(), rect.center().y()), QPointF(rect.left(), rect.center().y()))
        untrained = name in self._state.untrained
        edge = look.accent if lit else look.muted
        fill = look.accent if lit else mixed(look.panel, look.text, 0.08) if self._hovers("pill", name) else look.panel
        draw_box(painter, rect, fill=fill, line=edge, radius=rect.height() / 2, dashed=untrained and not lit)
        colour = look.on_accent if lit else look.muted if untrained else look.text
        label = graph.step(name).label
        draw_text(painter, rect, label, look.font("caption"), colour, "centre")

    def _arc(self, top: float, bottom: float, block: str, *, passed: bool) -> None:
        look, painter = self._look, self._painter
        near = self._state.places.rows[block].right() + 3
        lit = block in self._path
        colour = look.accent if lit else mixed(look.muted, look.accent, 0.6) if passed else look.faint
        bend = min(_ARC_PX, (bottom - top) / 2)
        path = QPainterPath(QPointF(near - 1, top))
        path.cubicTo(QPointF(near + bend, top), QPointF(near + bend, top), QPointF(near + bend, top + bend))
        path.lineTo(QPointF(near + bend, bottom - bend))
        path.cubicTo(QPointF(near + bend, bottom), QPointF(near + bend, bottom), QPointF(near, bottom))
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        head = QPainterPath(QPointF(near + 4, bottom - 3))
        head.lineTo(QPointF(near, bottom))
        head.lineTo(QPointF(near + 4, bottom + 3))
        painter.drawPath(head)
