"""Depth: the row of all cuts, the chosen one large, and three numbers along the network."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.depth import DepthShow
from explorer.views.explore.panels.kit.lines import Lines
from explorer.views.explore.panels.kit.map_grid import MapGrid
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look


class DepthView(PanelView):
    """Draws what the network holds after each step.

    Signals
    -------
    cut_chosen : int
        Position in the row.
    step_chosen : str
    """

    cut_chosen = Signal(int)
    step_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Sentence(role="strong")
        self.strip = MapGrid()
        self.mean, self.strongest = MapPicture(), MapPicture()
        self.facts = Table()
        self.lines = Lines()
        self.strip.clicked.connect(self.cut_chosen)
        self.lines.clicked.connect(self.step_chosen)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self.mean, 3)
        self._middle.addWidget(self.strongest, 3)
        self._middle.addWidget(self.facts, 4, Qt.AlignmentFlag.AlignTop)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.title)
        self._whole.addWidget(self.strip, 3)
        self._whole.addLayout(self._middle, 5)
        self._whole.addWidget(self.lines, 4)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(16))
        self._middle.setSpacing(look.pad(24))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where room is scarce, the pictures are left."""
        few = scarce(self, self._look)
        for part in (self.title, self.facts, self.lines):
            part.setVisible(not few)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.depth"))

    def show_depth(self, show: DepthShow) -> None:
        """Draw another cut."""
        self.title.show_text(show.title)
        self.strip.show_maps(show.strip)
        self.mean.show_map(show.mean)
        self.strongest.show_map(show.strongest)
        self.facts.show_table(show.facts)
        self.lines.show_lines(show.lines)
