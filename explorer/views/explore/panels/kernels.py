"""Kernels: all of them at the left, in colour or as a matrix; the chosen one at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.kernels import KernelsShow
from explorer.views.explore.panels.kit.map_grid import MapGrid
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.segmented import Segmented


class KernelsView(PanelView):
    """Draws the weights of a layer.

    Signals
    -------
    kernel_chosen : int, int
        Tower, and place in its grid.
    row_chosen : int
        Row of the matrix.
    order_chosen, scaling_chosen : str
    """

    kernel_chosen = Signal(int, int)
    row_chosen = Signal(int)
    order_chosen = Signal(str)
    scaling_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Sentence(role="strong")
        self.order, self.scaling = Segmented(), Segmented()
        self.towers = (MapGrid(), MapGrid())
        self.matrix = MapPicture()
        self.kernel = MapGrid()
        self.facts = Table()
        for number, grid in enumerate(self.towers):
            grid.clicked.connect(lambda position, tower=number: self.kernel_chosen.emit(tower, position))
        self.matrix.clicked.connect(lambda cell: self.row_chosen.emit(cell[0]))
        self.order.chosen.connect(self.order_chosen)
        self.scaling.chosen.connect(self.scaling_chosen)
        self._lay_out()

    def _lay_out(self) -> None:
        self._head, self._body, self._left, self._right = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        self._head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        self._head.addWidget(self.order)
        self._head.addWidget(self.scaling)
        for grid in (*self.towers, self.matrix):
            self._left.addWidget(grid, 1)
        self._right.addWidget(self.kernel, 3)
        self._right.addWidget(self.facts, 2)
        self._body.addLayout(self._left, 5)
        self._body.addLayout(self._right, 4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._head)
        whole.addLayout(self._body, 1)
        for part in (*self.towers, self.matrix, self.kernel):
            part.hide()

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        for layout in (self._body, self._left, self._right):
            layout.setSpacing(look.pad(24))
        self._head.setSpacing(look.pad(12))

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.kernels"))
        self.order.set_name(tr("kernels.order"))
        self.order.set_items((("index", tr("kernels.order.index")), ("norm", tr("kernels.order.norm"))))
        self.scaling.set_name(tr("kernels.scaling"))
        self.scaling.set_items((("channel", tr("kernels.scaling.channel")), ("layer", tr("kernels.scaling.layer"))))

    def show_kernels(self, show: KernelsShow) -> None:
        """Draw other kernels."""
        self.title.show_text(show.title)
        self.order.set_current(show.order)
        self.scaling.set_current(show.scaling)
        for number, grid in enumerate(self.towers):
            grid.setVisible(number < len(show.grids))
            if number < len(show.grids):
                grid.show_maps(show.grids[number])
        self.matrix.setVisible(show.matrix is not None)
        if show.matrix is not None:
            self.matrix.show_map(show.matrix)
        self.kernel.setVisible(show.kernel is not None)
        if show.kernel is not None:
            self.kernel.show_maps(show.kernel)
        self._fit()
        if show.facts is not None:
            self.facts.show_table(show.facts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where room is scarce, the pictures are left."""
        few = scarce(self, self._look)
        self.title.setVisible(not few)
        self.facts.setVisible(not few)

    def columns(self) -> int:
        """Return how many kernels stand in a row."""
        return self.towers[0].columns()
