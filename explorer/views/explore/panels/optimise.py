"""The wished image: the image growing at the left; values and their curve at the right."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.optimise import OptimiseShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.channel_head import ChannelHead
from explorer.views.explore.panels.kit.lines import Lines
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.progress_line import ProgressLine
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import IconButton, TextButton
from explorer.views.widgets.paint import text_width


class OptimiseView(PanelView):
    """Draws the image.

    Signals
    -------
    toggled
        It is to start, or to stop.
    seed_moved, channel_moved : int
        To a neighbouring seed or channel: −1 or 1.
    """

    toggled = Signal()
    seed_moved = Signal(int)
    channel_moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self.head = ChannelHead()
        self.less, self.more = IconButton("previous", 28), IconButton("next", 28)
        self.seed = Sentence()
        self.image = MapPicture()
        self.toggle = TextButton()
        self.progress = ProgressLine()
        self.values = Bars()
        self.curve = Lines()
        self.sentence = Sentence(muted=True)
        self.head.moved.connect(self.channel_moved)
        self.less.clicked.connect(lambda _checked=False: self.seed_moved.emit(-1))
        self.more.clicked.connect(lambda _checked=False: self.seed_moved.emit(1))
        self.toggle.clicked.connect(lambda _checked=False: self.toggled.emit())
        self._lay_out()

    def _lay_out(self) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        self._body, self._right, self._row = QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        for part in (self.toggle, self.less, self.seed, self.more):
            self._row.addWidget(part, 0, middle)
        self._row.addStretch(1)
        self._right.addLayout(self._row)
        self._right.addWidget(self.progress)
        self._right.addWidget(self.values, 2)
        self._right.addWidget(self.curve, 3)
        self._right.addStretch(0)
        self._body.addWidget(self.image)
        self._body.addLayout(self._right, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.head)
        self._whole.addLayout(self._body, 1)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._row.setSpacing(look.pad(8))
        self._body.setSpacing(look.pad(24))
        self._right.setSpacing(look.pad(12))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.optimise"))
        self.head.retranslate(tr)
        self.less.label(tr("optimise.seed.less"))
        self.more.label(tr("optimise.seed.more"))
        self._name_toggle()

    def _name_toggle(self) -> None:
        self.toggle.set_text(self._tr("optimise.stop" if self._running else "optimise.start"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Give the image the height of the view, but never more than the larger part of its width."""
        look = self._look
        self.seed.setFixedWidth(math.ceil(text_width(look.font(), self.seed.text)) + 2)
        scarce = self.height() < 24 * look.text_px
        self.curve.setVisible(not scarce)
        self.sentence.setVisible(not scarce)
        title_px = self.head.title.heightForWidth(self.width() - look.pad(92))
        room = self.height() - max(look.pad(28), title_px) - look.pad(12)
        if not scarce:
            room -= self.sentence.heightForWidth(self.width()) + look.pad(12)
        self.image.setFixedWidth(max(96, min(room - self.image.caption_px(), round(self.width() * 0.6))))

    def show_image(self, show: OptimiseShow) -> None:
        """Show the image as it is by now."""
        self._running = show.running
        self.head.title.show_text(show.title)
        self.seed.show_text(show.seed)
        self.image.setVisible(show.pixels is not None)
        if show.pixels is not None:
            self.image.show_picture(show.pixels, caption=show.caption)
        self.progress.show_fraction(show.fraction, show.caption)
        self.values.setVisible(bool(show.values.rows))
        self.values.show_bars(show.values)
        self.curve.show_lines(show.curve)
        self.sentence.show_text(show.sentence, show.tone)
        self._name_toggle()
        self.setAccessibleDescription(f"{show.title}. {show.sentence}")
        self._fit()
