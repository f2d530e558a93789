"""A heat map over the picture, the map beside it, and what it is asked about: Grad-CAM and saliency."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.heat import OPACITIES, HeatShow
from explorer.presenters.gan.ports import Control
from explorer.views.explore.panels.kit.chooser import Chooser
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.overlay import OverlayPicture
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.explore.value_bar import ValueBarView
from explorer.views.gan.slider import Slider
from explorer.views.theme import Look
from explorer.views.widgets.segmented import Segmented


class HeatView(PanelView):
    """Draws a :class:`HeatShow`.

    Signals
    -------
    head_chosen, class_chosen, searched, variant_chosen : str
    opacity_chosen : int, bool
        Place on the slider, and whether that is the end of the movement.
    """

    head_chosen = Signal(str)
    class_chosen = Signal(str)
    searched = Signal(str)
    variant_chosen = Signal(str)
    opacity_chosen = Signal(int, bool)

    def __init__(self, name_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self.title = Sentence(role="strong")
        self.picture = OverlayPicture()
        self.bar = ValueBarView()
        self.variants = Segmented()
        self.beside = MapPicture()
        self.opacity = Slider()
        self.sentence = Sentence(muted=True)
        self.chooser = Chooser()
        self.chooser.head_chosen.connect(self.head_chosen)
        self.chooser.class_chosen.connect(self.class_chosen)
        self.chooser.searched.connect(self.searched)
        self.variants.chosen.connect(self.variant_chosen)
        self.opacity.slid.connect(self.opacity_chosen)
        self._lay_out()
        self.bar.hide()
        self.variants.hide()

    def _lay_out(self) -> None:
        self._left, self._right, self._body = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self._left.addWidget(self.picture)
        self._left.addWidget(self.bar)
        self._left.addStretch(1)
        self._right.addWidget(self.variants)
        self._right.addWidget(self.chooser, 4)
        self._right.addWidget(self.opacity)
        self._right.addWidget(self.beside, 3)
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
        self._left.setSpacing(look.pad(8))
        self._right.setSpacing(look.pad(12))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr(self._name_key))
        self.picture.setAccessibleName(tr(self._name_key))
        self.variants.set_name(tr("heat.variant"))
        self.chooser.retranslate(tr)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Give the picture the height of the view, but never more than the larger part of its width."""
        look = self._look
        scarce = self.height() < 24 * look.text_px
        self.sentence.setVisible(not scarce and bool(self.sentence.text))
        self.beside.setVisible(not scarce and self._has_map)
        lines = self.title.heightForWidth(self.width()) + look.pad(12)
        if self.sentence.isVisibleTo(self):
            lines += self.sentence.heightForWidth(self.width()) + look.pad(12)
        tall = self.height() - lines - (look.text_px + look.pad(21))
        side = max(96, min(tall, round(self.width() * 0.62)))
        self.picture.setFixedSize(side, side)

    @property
    def _has_map(self) -> bool:
        return bool(self.beside.title)

    def show_heat(self, show: HeatShow) -> None:
        """Draw another heat map."""
        self.title.show_text(show.title)
        self.picture.show_picture(show.picture)
        self.picture.show_heat(show.heat, show.opacity, smooth=show.smooth)
        self.bar.show_bar(show.bar)
        if show.beside is not None:
            self.beside.show_map(show.beside)
        self.beside.setVisible(show.beside is not None)
        self.sentence.show_text(show.sentence, show.tone)
        self.variants.setVisible(bool(show.variants))
        self.variants.set_items(show.variants)
        self.variants.set_current(show.variant)
        place = min(range(len(OPACITIES)), key=lambda index: abs(OPACITIES[index] - show.opacity))
        name = self._tr("heat.opacity")
        control = Control("opacity", name, "slider", show.opacity_text, place, len(OPACITIES), hint=name)
        self.opacity.show_control(control)
        self.chooser.show_chooser(show.chooser)
        self.setAccessibleDescription(f"{show.title}. {show.sentence}")
        self._fit()
