"""The strongest patches: the channel's own map at the left, the patches of a folder at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.patches import PatchesShow
from explorer.presenters.explore.panels.shows import MapShow
from explorer.views.explore.panels.kit.channel_head import ChannelHead
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.patch_grid import PatchGrid
from explorer.views.explore.panels.kit.progress_line import ProgressLine
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import TextButton


class PatchesView(PanelView):
    """Draws the patches.

    Signals
    -------
    folder_wanted
        Another folder is to be chosen.
    toggled
        The reading is to be given up, or to go on.
    picture_chosen : str
        Path of the picture of a patch.
    channel_moved : int
        To a neighbouring channel: −1 or 1.
    """

    folder_wanted = Signal()
    toggled = Signal()
    picture_chosen = Signal(str)
    channel_moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ""
        self.head = ChannelHead()
        self.folder = Sentence(role="caption", muted=True)
        self.choose, self.toggle = TextButton(quiet=True), TextButton(quiet=True)
        self.progress = ProgressLine()
        self.map = MapPicture()
        self.grid = PatchGrid()
        self.sentence = Sentence(muted=True)
        self.head.moved.connect(self.channel_moved)
        self.choose.clicked.connect(lambda _checked=False: self.folder_wanted.emit())
        self.toggle.clicked.connect(lambda _checked=False: self.toggled.emit())
        self.grid.clicked.connect(self.picture_chosen)
        self._lay_out()

    def _lay_out(self) -> None:
        self._body, self._left = QHBoxLayout(), QVBoxLayout()
        self._left.addWidget(self.map, 1)
        self._left.addWidget(self.folder)
        self._left.addWidget(self.choose)
        self._left.addWidget(self.progress)
        self._left.addWidget(self.toggle)
        self._left.addStretch(0)
        self._body.addLayout(self._left, 2)
        self._body.addWidget(self.grid, 5)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.head)
        self._whole.addLayout(self._body, 1)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._body.setSpacing(look.pad(24))
        self._left.setSpacing(look.pad(8))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.patches"))
        self.head.retranslate(tr)
        self.choose.set_text(tr("patches.choose"))
        self._name_toggle()

    def _name_toggle(self) -> None:
        if self._state == "resume":
            self.toggle.set_text(self._tr("patches.resume"))
        else:
            self.toggle.set_text(self._tr("patches.cancel"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        scarce = self.height() < 24 * self._look.text_px
        self.map.setVisible(not scarce)
        self.sentence.setVisible(not scarce)
        self.folder.setVisible(not scarce)

    def show_patches(self, show: PatchesShow) -> None:
        """Show what was found so far."""
        self._state = show.state
        self.head.title.show_text(show.title)
        self.folder.show_text(show.folder)
        self.grid.show_patches(show.patches)
        self.progress.show_fraction(show.fraction, show.sentence)
        self.toggle.setVisible(bool(show.state))
        self._name_toggle()
        self.sentence.show_text(show.sentence, show.tone)
        self.setAccessibleDescription(f"{show.title}. {show.sentence}")

    def show_map(self, show: MapShow) -> None:
        """Show the channel's map of the picture on screen."""
        self.map.show_map(show)
