"""The ensemble: ten crops with their votes, the average beside them."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.ensemble import EnsembleShow, VoteShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.paint import draw_box

VOTES = 10


class VotePicture(MapPicture):
    """A crop, framed where its vote is the average's: the frame is thick for yes, absent for no."""

    def __init__(self) -> None:
        super().__init__()
        self._agrees = False

    def show_vote(self, vote: VoteShow, *, short: bool) -> None:
        """Show a crop and its answer; ``short`` leaves out where it was cut and how sure the answer is."""
        self._agrees = vote.agrees
        title, caption = ("", vote.label) if short else (vote.title, vote.answer)
        self.show_picture(vote.thumbnail, title=title, caption=caption)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._agrees:
            rect = QRectF(self.picture_rect())
            draw_box(QPainter(self), rect, line=self._look.good, radius=2, width=3.0)


class EnsembleView(PanelView):
    """Draws the votes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[VoteShow, ...] = ()
        self.title, self.sentence = Sentence(role="strong"), Sentence(role="strong")
        self.votes = tuple(VotePicture() for _ in range(VOTES))
        self.average = Bars()
        self._grid = QGridLayout()
        for index, vote in enumerate(self.votes):
            self._grid.addWidget(vote, index // 5, index % 5)
            vote.hide()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.title)
        self._whole.addLayout(self._grid, 5)
        self._whole.addWidget(self.average, 3)
        self._whole.addWidget(self.sentence)
        self._whole.addStretch(0)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(16))
        self._grid.setSpacing(look.pad(16))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """At projector size on a small screen words give way to the pictures of the votes."""
        few = scarce(self, self._look)
        for index, picture in enumerate(self.votes):
            picture.setVisible(index < len(self._shown))
            if index < len(self._shown):
                picture.show_vote(self._shown[index], short=few)
        some = bool(self._shown)
        self.title.setVisible(not (few and some))
        self.average.setVisible(some and not few)
        # Without votes the sentence stands right below the title.
        self._whole.setStretch(1, 5 if some else 0)
        self._whole.setStretch(4, 0 if some else 1)

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.ensemble"))

    def show_ensemble(self, show: EnsembleShow) -> None:
        """Draw the votes so far."""
        self.title.show_text(show.title)
        self._shown = show.votes
        self.average.show_bars(show.average)
        self.sentence.show_text(show.sentence, show.tone)
        self._fit()
