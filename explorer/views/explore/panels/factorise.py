"""Small kernels: receptive fields, the kernels, the counts, and the responses on one scale."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.factorise import VARIANTS, FactoriseShow
from explorer.views.explore.panels.kit.field_chain import FieldChains
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.segmented import Segmented

_MOST_KERNELS = 4


class FactoriseView(PanelView):
    """Draws a factorisation.

    Signals
    -------
    variant_chosen : str
    """

    variant_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.title, self.sentence = Sentence(role="strong"), Sentence()
        self.variants = Segmented()
        self.chains = FieldChains()
        self.kernels = tuple(MapPicture() for _ in range(_MOST_KERNELS))
        self.counts = Table()
        self.responses = tuple(MapPicture() for _ in range(4))
        self.variants.chosen.connect(self.variant_chosen)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.variants)
        self._upper, self._lower, self._row = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        right = QVBoxLayout()
        for kernel in self.kernels:
            self._row.addWidget(kernel, 1)
        right.addLayout(self._row, 1)
        right.addWidget(self.counts)
        self._upper.addWidget(self.chains, 3)
        self._upper.addLayout(right, 5)
        for response in self.responses:
            self._lower.addWidget(response, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(head)
        self._whole.addLayout(self._upper, 5)
        self._whole.addLayout(self._lower, 4)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(16))
        for row in (self._upper, self._lower, self._row):
            row.setSpacing(look.pad(24))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where room is scarce, receptive fields and counts are left."""
        few = scarce(self, self._look)
        for index, kernel in enumerate(self.kernels):
            kernel.setVisible(not few and index < self._count)
        for part in (self.title, self.sentence, *self.responses):
            part.setVisible(not few)
        self._whole.setStretch(2, 0 if few else 4)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.factorise"))
        self.variants.set_name(tr("factorise.variant"))
        self.variants.set_items(tuple((key, tr(f"factorise.variant.{key}")) for key in VARIANTS))

    def show_factorisation(self, show: FactoriseShow) -> None:
        """Draw another factorisation."""
        self.title.show_text(show.title)
        self.sentence.show_text(show.sentence)
        self.variants.set_current(show.variant)
        self.chains.show_chains(show.chains)
        self.counts.show_table(show.counts)
        for index, picture in enumerate(self.kernels):
            if index < len(show.kernels):
                picture.show_map(show.kernels[index])
        self._count = len(show.kernels)
        self._fit()
        for picture, response in zip(self.responses, show.responses, strict=True):
            picture.show_map(response)
