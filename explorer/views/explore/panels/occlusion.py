"""Occlusion: the picture with the box at the left; the heads before and after, and the sweep, at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.explore.panels.occlusion import OcclusionShow, SweepShow
from explorer.presenters.explore.panels.pairs import PairsShow
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.overlay import OverlayPicture
from explorer.views.explore.panels.kit.pairs import Pairs
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.progress_line import ProgressLine
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.explore.value_bar import ValueBarView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import TextButton


class OcclusionView(PanelView):
    """Draws the occlusion.

    Signals
    -------
    pressed, dragged : float, float
        Where on the picture, as fractions.
    released
    row_chosen : str
        ``head:class`` that the sweep is about.
    sweep_toggled
    """

    pressed = Signal(float, float)
    dragged = Signal(float, float)
    released = Signal()
    row_chosen = Signal(str)
    sweep_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._wanted = False
        self.title = Sentence(role="strong")
        self.picture = OverlayPicture()
        self.pairs = Pairs()
        self.sweep = TextButton(quiet=True)
        self.progress = ProgressLine()
        self.text = Sentence(role="caption", muted=True)
        self.map = MapPicture()
        self.bar = ValueBarView()
        self.sentence = Sentence(muted=True)
        self.picture.setCursor(Qt.CursorShape.OpenHandCursor)
        self.picture.pressed.connect(self.pressed)
        self.picture.dragged.connect(self.dragged)
        self.picture.released.connect(self.released)
        self.pairs.clicked.connect(self.row_chosen)
        self.sweep.clicked.connect(lambda _checked=False: self.sweep_toggled.emit())
        self._lay_out()
        for part in (self.map, self.bar):
            part.hide()

    def _lay_out(self) -> None:
        self._body, self._left, self._right, self._row = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self._left.addWidget(self.picture)
        self._left.addWidget(self.bar)
        self._left.addStretch(1)
        self._row.addWidget(self.sweep)
        self._row.addWidget(self.progress, 1)
        self._right.addWidget(self.pairs, 3)
        self._right.addLayout(self._row)
        self._right.addWidget(self.text)
        self._right.addWidget(self.map, 2)
        self._body.addLayout(self._left)
        self._body.addLayout(self._right, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.title)
        self._whole.addLayout(self._body, 1)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._body.setSpacing(look.pad(24))
        self._whole.setSpacing(look.pad(12))
        for layout in (self._left, self._right):
            layout.setSpacing(look.pad(8))
        self._row.setSpacing(look.pad(12))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.occlusion"))
        self.picture.setAccessibleName(tr("occlusion.hint"))
        self._name_sweep()

    def _name_sweep(self) -> None:
        if self._running:
            self.sweep.set_text(self._tr("occlusion.sweep.cancel"))
        elif self._wanted:
            self.sweep.set_text(self._tr("occlusion.sweep.clear"))
        else:
            self.sweep.set_text(self._tr("occlusion.sweep.start"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Give the picture the height of the view, but leave the bars room for their numbers."""
        look = self._look
        scarce = self.height() < 24 * look.text_px
        self.sentence.setVisible(not scarce)
        self.text.setVisible(not scarce)
        # What it shows lies over the picture as well.
        self.map.setVisible(self._wanted and not scarce)
        lines = self.title.heightForWidth(self.width()) + look.pad(12)
        lines += 0 if scarce else self.sentence.heightForWidth(self.width()) + look.pad(12)
        tall = self.height() - lines - (0 if self.bar.isHidden() else look.text_px + look.pad(21))
        wide = max(self.width() - look.pad(24) - 21 * look.text_px, round(self.width() * 0.45))
        side = max(96, min(tall, wide))
        self.picture.setFixedSize(side, side)

    def show_occlusion(self, show: OcclusionShow) -> None:
        """Draw another picture."""
        self.title.show_text(show.title)
        self.picture.show_picture(show.picture)
        self.sentence.show_text(show.sentence, show.tone)
        self._fit()

    def show_box(self, box: Crop, colour: tuple[int, int, int]) -> None:
        """Draw the box somewhere else."""
        self.picture.show_boxes(((box, QColor(*colour), True),))

    def show_pairs(self, pairs: PairsShow) -> None:
        """Show what the heads say."""
        self.pairs.show_pairs(pairs)

    def show_sweep(self, show: SweepShow) -> None:
        """Show the sweep so far, over the picture and by itself."""
        self._running = show.fraction is not None
        self._wanted = show.heat is not None
        self.picture.show_heat(show.heat, 0.85, smooth=True)
        if show.heat is not None:
            self.map.show_map(show.heat)
        self.bar.show_bar(show.bar)
        self.progress.show_fraction(show.fraction, show.text)
        self.text.show_text(show.text)
        self._name_sweep()
        self._fit()
