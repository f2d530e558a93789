"""Switching off: the switches above, channels and heads side by side, what is off anywhere below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.ablation import AblationShow
from explorer.presenters.explore.panels.pairs import PairsShow
from explorer.presenters.explore.panels.shows import BarsShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.pairs import Pairs
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.switches import Switches
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import TextButton
from explorer.views.widgets.segmented import Segmented

_MOST_OFF = 3
"""So many things that are off have a switch of their own below; the others come back with the button for all."""


class AblationView(PanelView):
    """Draws the experiment.

    Signals
    -------
    toggled : str
        Name of what is switched.
    restored
        Everything is to be on again.
    fill_chosen, channel_chosen, row_chosen : str
    """

    toggled = Signal(str)
    restored = Signal()
    fill_chosen = Signal(str)
    channel_chosen = Signal(str)
    row_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show: AblationShow | None = None
        self._ranked = False
        self.title = Sentence(role="strong")
        self.fills = Segmented()
        self.here = Switches()
        self.channels = Bars()
        self.note = Sentence(role="caption", muted=True)
        self.pairs = Pairs()
        self.off_title = Sentence(role="caption_strong")
        self.off = Switches()
        self.restore = TextButton(quiet=True)
        self.sentence = Sentence(muted=True)
        self.fills.chosen.connect(self.fill_chosen)
        self.here.toggled.connect(self.toggled)
        self.off.toggled.connect(self.toggled)
        self.restore.clicked.connect(lambda _checked=False: self.restored.emit())
        self.channels.clicked.connect(self.channel_chosen)
        self.pairs.clicked.connect(self.row_chosen)
        self._lay_out()
        self.restore.hide()

    def _lay_out(self) -> None:
        self._head, self._body, self._left, self._foot = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self._head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        self._head.addWidget(self.fills, 0, Qt.AlignmentFlag.AlignRight)
        self._left.addWidget(self.channels, 1)
        self._left.addWidget(self.note)
        self._body.addLayout(self._left, 2)
        self._body.addWidget(self.pairs, 3)
        self._foot.addWidget(self.off, 1)
        self._foot.addWidget(self.restore)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(self._head)
        self._whole.addWidget(self.here)
        self._whole.addLayout(self._body, 1)
        self._whole.addWidget(self.off_title)
        self._whole.addLayout(self._foot)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._body.setSpacing(look.pad(32))
        self._left.setSpacing(look.pad(4))
        for row in (self._head, self._foot):
            row.setSpacing(look.pad(12))
        if self._show is not None:
            self.show_ablation(self._show)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.ablation"))
        self.fills.set_name(tr("ablation.fill"))
        self.restore.set_text(tr("ablation.restore.all"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        scarce = self.height() < 24 * self._look.text_px
        # At projector size on a small screen the heads are what matters.
        self.title.setVisible(not scarce)
        self.fills.setVisible(not scarce)
        self.channels.setVisible(not scarce and self._ranked)
        self.sentence.setVisible(not scarce)
        self.note.setVisible(not scarce and bool(self.note.text))
        self.off_title.setVisible(not scarce)
        # An empty column must not keep its share of the room.
        self._body.setStretch(0, 2 if self._ranked and not scarce else 0)

    def show_ablation(self, show: AblationShow) -> None:
        """Show other switches."""
        self._show = show
        self.title.show_text(show.title)
        self.fills.set_items(show.fills)
        self.fills.set_current(show.fill)
        self.here.show_choices(show.here, self._look)
        self.here.setVisible(bool(show.here))
        self.off_title.show_text(show.off_title)
        # The newest first: it is what the class has just seen.
        self.off.show_choices(show.off[::-1][:_MOST_OFF], self._look)
        self.off.setVisible(bool(show.off))
        self.restore.setVisible(bool(show.off))
        self.sentence.show_text(show.sentence, show.tone)
        self.setAccessibleDescription(f"{show.title}. {show.off_title}: {', '.join(one.label for one in show.off)}")
        self._fit()

    def show_channels(self, bars: BarsShow, note: str) -> None:
        """Show the channels of the layer by what they contribute; the heads get the room where there are none."""
        self._ranked = bool(bars.rows)
        self.channels.show_bars(bars)
        self.note.show_text(note)
        self._fit()

    def show_pairs(self, pairs: PairsShow) -> None:
        """Show what the heads say."""
        self.pairs.show_pairs(pairs)
