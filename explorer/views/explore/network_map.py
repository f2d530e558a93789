"""The network map: the main path from input to output, its blocks, its auxiliary heads and its shortcuts."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QVBoxLayout, QWidget

from explorer.core.layers import LayerGraph, Step
from explorer.core.text import Translator
from explorer.views.explore.map_painter import MapPainter, MapState, Places, RowPictures
from explorer.views.explore.map_rows import MapRow, lay_out, sizes_for
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text

Target = tuple[Literal["row", "chevron", "pill"], str]


class NetworkMap(QWidget):
    """The whole network as a column of rows; the step on screen is lit.

    Signals
    -------
    step_chosen : str
        Name of the step that was clicked.
    block_toggled : str
        Name of the block whose arrow was clicked; the map has opened or closed it already.
    """

    step_chosen = Signal(str)
    block_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._title = ""
        self.rows = MapRows(self)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.rows)
        self.rows.step_chosen.connect(self.step_chosen)
        self.rows.block_toggled.connect(self.block_toggled)
        self.set_look(self._look)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._layout.setContentsMargins(0, self._title_px(), 0, 0)
        self.rows.set_look(look)
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self.rows.setAccessibleName(tr("map.name"))
        self.rows.set_texts(tr("map.untrained"))

    def show_graph(self, graph: LayerGraph, title: str, untrained: frozenset[str]) -> None:
        """Show another network; ``untrained`` names the heads that were never trained."""
        self._title = title
        self.rows.show_graph(graph, untrained)
        self.update()

    def show_position(self, step: str) -> None:
        """Light the step, open the blocks that hold it, and bring it into view."""
        self.rows.show_position(step)

    def _title_px(self) -> int:
        return self._look.caption_px + self._look.pad(34)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        place = QRectF(24, look.pad(16), self.width() - 40, look.caption_px + look.pad(14))
        draw_text(painter, place, self._title, look.font("caption_strong"), look.muted)


class MapRows(QAbstractScrollArea):
    """The rows of the map, with a slim scroll bar where they do not all fit."""

    step_chosen = Signal(str)
    block_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._graph: LayerGraph | None = None
        self._untrained: frozenset[str] = frozenset()
        self._position = ""
        self._opened: frozenset[str] = frozenset()
        self._followed: frozenset[str] = frozenset()
        self._rows: tuple[MapRow, ...] = ()
        self._places: Places | None = None
        self._pictures = RowPictures()
        self._hovered: Target | None = None
        self._untrained_word = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._pictures.clear()
        self._lay_out()

    def set_texts(self, untrained_word: str) -> None:
        self._untrained_word = untrained_word

    def show_graph(self, graph: LayerGraph, untrained: frozenset[str]) -> None:
        if graph is self._graph and untrained == self._untrained:
            return
        other = self._graph is None or self._graph.net != graph.net
        self._graph, self._untrained = graph, untrained
        self._pictures.clear()
        if other:
            self._opened = self._followed = frozenset()
            self._position = ""
            self._hovered = None
            self.verticalScrollBar().setValue(0)
        elif self._position and not self._knows(self._position):
            self._position = ""
        self._lay_out()

    def show_position(self, step: str) -> None:
        if self._graph is None or not self._knows(step):
            return
        self._position = step
        above = frozenset(outer.name for outer in self._graph.path(step)[:-1])
        # Blocks that were opened only because the class walked in close again behind it.
        self._followed = above - self._opened
        self._lay_out()
        self._reveal(step)
        self.setAccessibleDescription(self._graph.step(step).label)

    def toggle(self, block: str) -> None:
        """Open or close a block as a click on its arrow does."""
        if block in self._opened or block in self._followed:
            self._opened -= {block}
            self._followed -= {block}
        else:
            self._opened |= {block}
        self._lay_out()
        self.block_toggled.emit(block)

    def is_open(self, block: str) -> bool:
        return block in self._opened or block in self._followed

    def row_rect(self, step: str) -> QRectF:
        """Return where a visible step's row or pill stands in the viewport.

        Raises
        ------
        KeyError
            Where the step is not visible, because a block is closed or the network has no such step.
        """
        if self._places is None:
            raise KeyError(step)
        return self._places.rect_of(step).translated(0, -self.verticalScrollBar().value())

    def chevron_rect(self, step: str) -> QRectF:
        """Return where a visible block's arrow stands in the viewport; raises KeyError as :meth:`row_rect`."""
        if self._places is None:
            raise KeyError(step)
        return self._places.chevrons[step].translated(0, -self.verticalScrollBar().value())

    def _knows(self, step: str) -> bool:
        try:
            return self._graph is not None and bool(self._graph.path(step))
        except KeyError:
            return False

    def _lay_out(self) -> None:
        if self._graph is None:
            return
        # The density follows from the closed map, so that opening a block does not move the rows above it.
        sizes = sizes_for(self._graph, self._look.caption_px, self.height())
        self._rows, total = lay_out(self._graph, self._opened | self._followed, sizes)
        self._places = Places.of(self._graph, self._rows, sizes, self._look, self.width())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, round(total) - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(sizes.row + sizes.gap))
        self.viewport().update()

    def _reveal(self, step: str) -> None:
        if self._places is None:
            return
        rect = self._places.rect_of(self._lit() or step)
        bar, margin = self.verticalScrollBar(), 2.2 * rect.height()
        if rect.top() - margin < bar.value():
            bar.setValue(round(rect.top() - margin))
        elif rect.bottom() + margin > bar.value() + self.viewport().height():
            bar.setValue(round(rect.bottom() + margin - self.viewport().height()))

    def _lit(self) -> str:
        """Return the visible row or pill that stands for the position: itself, or the closed block that holds it."""
        if self._graph is None or self._places is None or not self._position:
            return ""
        path = self._graph.path(self._position)
        return next((step.name for step in reversed(path) if self._places.holds(step.name)), "")

    def _target(self, position: QPointF) -> Target | None:
        if self._places is None:
            return None
        point = position + QPointF(0, self.verticalScrollBar().value())
        for name, rect in self._places.chevrons.items():
            if rect.contains(point):
                return ("chevron", name)
        for name, rect in self._places.pills.items():
            if rect.contains(point):
                return ("pill", name)
        for name, rect in self._places.rows.items():
            if rect.contains(point):
                return ("row", name)
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        if self._position:
            self._reveal(self._position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        target = self._target(event.position())
        if target is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if target[0] == "chevron":
            self.toggle(target[1])
        else:
            self.step_chosen.emit(target[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._target(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(self._target(QPointF(event.pos()))), self.viewport())
            return True
        return bool(super().viewportEvent(event))

    def _hover(self, target: Target | None) -> None:
        if target != self._hovered:
            self._hovered = target
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if target else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def _tip(self, target: Target | None) -> str:
        if target is None or self._graph is None or target[0] == "chevron":
            return ""
        step: Step = self._graph.step(target[1])
        shape = self._graph.layer(step.output).shape if self._graph.has_layer(step.output) else ()
        size = " × ".join(f"{length:,}" for length in shape)
        note = self._untrained_word if step.name in self._untrained else ""
        return "\n".join(part for part in (step.label, size, note) if part)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        ground: QColor = self._look.panel
        painter.fillRect(self.viewport().rect(), ground)
        if self._graph is None or self._places is None:
            return
        painter.translate(0, -self.verticalScrollBar().value())
        state = MapState(
            graph=self._graph,
            rows=self._rows,
            places=self._places,
            opened=self._opened | self._followed,
            untrained=self._untrained,
            lit=self._lit(),
            main_index=self._graph.main_index(self._position) if self._position else -1,
            hovered=self._hovered,
            focused=self.hasFocus(),
        )
        MapPainter(painter, self._look, state, self._pictures).paint()
