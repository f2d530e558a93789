"""Feeds: what feeds the pinned channel at the left, its map in the middle, what it feeds at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.feeds import FeedsShow
from explorer.presenters.explore.panels.shows import MapShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look


class FeedsView(PanelView):
    """Draws the pinned channel between its feeders and its readers.

    Signals
    -------
    followed : str
        ``step#channel`` at the other end of a bar.
    """

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Sentence(role="strong")
        self.trail = Sentence(role="caption", muted=True)
        self.feeders, self.readers = Bars(), Bars()
        self.feeders_note, self.readers_note = (Sentence(role="caption", muted=True) for _ in range(2))
        self.map = MapPicture()
        self.sentence = Sentence(muted=True)
        self.feeders.clicked.connect(self.followed)
        self.readers.clicked.connect(self.followed)
        self._lay_out()

    def _lay_out(self) -> None:
        self._body, self._left, self._right = QHBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for column, bars, note in (
            (self._left, self.feeders, self.feeders_note),
            (self._right, self.readers, self.readers_note),
        ):
            column.addWidget(bars, 1)
            column.addWidget(note)
        self._body.addLayout(self._left, 3)
        self._body.addWidget(self.map, 3)
        self._body.addLayout(self._right, 4)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.title)
        self._whole.addWidget(self.trail)
        self._whole.addLayout(self._body, 1)
        self._whole.addWidget(self.sentence)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._body.setSpacing(look.pad(24))
        for column in (self._left, self._right):
            column.setSpacing(look.pad(8))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.feeds"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """At projector size the map gives way to the bars, which are what the view is about."""
        scarce = self.height() < 24 * self._look.text_px
        self.map.setVisible(not scarce or self.width() > 40 * self._look.text_px)
        for part in (self.sentence, self.feeders_note, self.readers_note):
            part.setVisible(not scarce)

    def show_feeds(self, show: FeedsShow) -> None:
        """Show another pin."""
        self.title.show_text(show.title)
        self.trail.show_text(show.trail)
        self.trail.setVisible(bool(show.trail))
        self.feeders.show_bars(show.feeders)
        self.readers.show_bars(show.readers)
        self.feeders_note.show_text(show.feeders_note)
        self.readers_note.show_text(show.readers_note)
        self.sentence.show_text(show.sentence)
        self.setAccessibleDescription(f"{show.title}. {show.feeders_note} {show.readers_note}")
        self._fit()

    def show_map(self, show: MapShow) -> None:
        """Show the pinned channel's map."""
        self.map.show_map(show)
