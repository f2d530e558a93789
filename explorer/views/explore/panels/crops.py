"""Crops: the picture with the square, the variant cut from it, all places, and the variants so far."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.crops import CropsShow
from explorer.views.explore.panels.kit.map_grid import MapGrid
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.overlay import OverlayPicture
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import IconButton


class CropsView(PanelView):
    """Draws a variant being cut.

    Signals
    -------
    place_chosen : object
        ``(top, left)`` among the 32 × 32 places.
    play_clicked
    """

    place_chosen = Signal(object)
    play_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.title, self.sentence = Sentence(role="strong"), Sentence()
        self.play = IconButton("play", 32)
        self.picture = OverlayPicture()
        self.variant, self.places = MapPicture(), MapPicture()
        self.thumbnails = MapGrid()
        self.play.clicked.connect(self.play_clicked)
        self.places.clicked.connect(self.place_chosen)
        head = QHBoxLayout()
        head.addWidget(self.play)
        head.addSpacing(8)
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout()
        for part in (self.picture, self.variant, self.places):
            self._row.addWidget(part, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(head)
        self._whole.addLayout(self._row, 5)
        self._whole.addWidget(self.thumbnails, 4)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(16))
        self._row.setSpacing(look.pad(24))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        few = scarce(self, self._look)
        self.thumbnails.setVisible(not few)
        self.sentence.setVisible(not few)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.crops"))
        self._name_play()

    def _name_play(self) -> None:
        self.play.set_glyph("pause" if self._playing else "play")
        self.play.label(self._tr("crops.pause" if self._playing else "crops.play"))

    def show_crops(self, show: CropsShow) -> None:
        """Draw another variant."""
        self._playing = show.playing
        self._name_play()
        self.title.show_text(show.title)
        self.picture.show_picture(show.picture, self._tr("crops.picture"), show.caption)
        self.picture.show_boxes(((show.box, None, True),))
        self.variant.show_picture(show.variant, title=show.variant_title)
        self.places.show_map(show.places)
        self.thumbnails.show_maps(show.thumbnails)
        self.sentence.show_text(show.sentence)
