"""AlexNet counted: layers at the left, parameters and normalisation at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.towers import TowersShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.kit.tower_diagram import TowerDiagram
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look


class TowersView(PanelView):
    """Draws the counts.

    Signals
    -------
    layer_chosen : str
    """

    layer_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_norms = self._has_change = False
        self.title, self.ratio, self.sentence = Sentence(role="strong"), Sentence(), Sentence()
        self.layers, self.norms, self.change = Table(), Table(), Table()
        self.diagram = TowerDiagram(self.layers)
        self.diagram.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.parameters = Bars()
        self.layers.clicked.connect(self.layer_chosen)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.title)
        self._table = QHBoxLayout()
        self._table.addWidget(self.layers, 1)
        self._table.addWidget(self.diagram)
        self._whole.addLayout(self._table)
        self._whole.addWidget(self.parameters)
        self._whole.addWidget(self.ratio)
        self._row = QHBoxLayout()
        self._row.addWidget(self.norms, 1)
        self._row.addWidget(self.change, 1)
        self._whole.addLayout(self._row)
        self._whole.addWidget(self.sentence)
        self._whole.addStretch(1)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._table.setSpacing(look.pad(32))
        self._row.setSpacing(look.pad(32))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        bars = self.parameters
        bars.setFixedHeight(bars.sizeHint().height())
        few = scarce(self, self._look)
        for part in (self.title, bars, self.ratio, self.sentence):
            part.setVisible(not few)
        self.norms.setVisible(self._has_norms and not few)
        self.change.setVisible(self._has_change and not few)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.towers"))

    def show_towers(self, show: TowersShow) -> None:
        """Draw another network's counts."""
        self.title.show_text(show.title)
        self.layers.show_table(show.layers)
        self.diagram.show_reads(show.reads, show.title)
        self.parameters.show_bars(show.parameters)
        self.ratio.show_text(show.ratio)
        self._has_norms, self._has_change = show.norms is not None, show.change is not None
        if show.norms is not None:
            self.norms.show_table(show.norms)
        if show.change is not None:
            self.change.show_table(show.change)
        self.sentence.show_text(show.sentence, show.tone)
        self._fit()
