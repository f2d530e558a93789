"""Network in network: class maps, mixing by 1×1, and the perceptron at a pixel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.pooling import VARIANTS, PoolingShow
from explorer.views.explore.panels.kit.map_grid import MapGrid
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.perceptron import Perceptron
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.segmented import Segmented


class PoolingView(PanelView):
    """Draws one of the three pictures.

    Signals
    -------
    variant_chosen : str
    """

    variant_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variants: tuple[str, ...] = VARIANTS
        self.title, self.sentence = Sentence(role="strong"), Sentence()
        self.variants = Segmented()
        self.maps = tuple(MapPicture() for _ in range(5))
        self.table = Table()
        self.inputs, self.outputs, self.whole = MapGrid(), MapGrid(), MapGrid()
        self.matrix = MapPicture()
        self.perceptron = Perceptron()
        self.variants.chosen.connect(self.variant_chosen)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.variants)
        pages = (QWidget(self), QWidget(self))
        first, self._row, self._mix = QVBoxLayout(pages[0]), QHBoxLayout(), QHBoxLayout(pages[1])
        for one in self.maps:
            self._row.addWidget(one, 1)
        first.addLayout(self._row, 1)
        first.addWidget(self.table)
        for part, share in ((self.inputs, 6), (self.matrix, 9), (self.outputs, 3), (self.whole, 3)):
            self._mix.addWidget(part, share)
        # In its place before it gets pages: it shows the first one at once.
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(head)
        self._pages = QStackedLayout()
        self._whole.addLayout(self._pages, 1)
        self._whole.addWidget(self.sentence)
        for page, layout in zip(pages, (first, self._mix), strict=True):
            layout.setContentsMargins(0, 0, 0, 0)
            self._pages.addWidget(page)
        self._pages.addWidget(self.perceptron)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(16))
        for row in (self._row, self._mix):
            row.setSpacing(look.pad(24))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where room is scarce, the pictures are left; each class map has its average below it."""
        few = scarce(self, self._look)
        for part in (self.title, self.sentence, self.table):
            part.setVisible(not few)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.pooling"))
        self.variants.set_name(tr("pooling.variant"))
        self._name_variants()

    def _name_variants(self) -> None:
        self.variants.set_items(tuple((key, self._tr(f"pooling.variant.{key}")) for key in self._variants))

    def show_pooling(self, show: PoolingShow) -> None:
        """Draw another picture."""
        self._variants = show.variants
        self._name_variants()
        self.variants.set_current(show.variant)
        self.title.show_text(show.title)
        self.sentence.show_text(show.sentence)
        for index, picture in enumerate(self.maps):
            picture.setVisible(index < len(show.maps))
            if index < len(show.maps):
                picture.show_map(show.maps[index])
        if show.table is not None:
            self.table.show_table(show.table)
        if show.mix is not None:
            self.inputs.show_maps(show.mix.inputs)
            self.matrix.show_map(show.mix.matrix)
            self.outputs.show_maps(show.mix.outputs)
            self.whole.show_maps(show.mix.whole)
        self.perceptron.show_columns(show.mlp)
        self._pages.setCurrentIndex(VARIANTS.index(show.variant))
