"""Residual blocks: four walls on one scale, the ratio along the network, and what cutting does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.residual import ResidualShow
from explorer.presenters.explore.panels.shows import TableShow
from explorer.views.explore.panels.kit.lines import Lines
from explorer.views.explore.panels.kit.map_picture import MapPicture
from explorer.views.explore.panels.kit.part import Part, scarce, spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.switches import Switches
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import TextButton
from explorer.views.widgets.paint import draw_text

_SIGNS = ("+", "=", "→")


class Sign(Part):
    """A sign between two pictures, at half their height."""

    def __init__(self, sign: str, beside: MapPicture) -> None:
        super().__init__()
        self._sign, self._beside = sign, beside
        self.setFixedWidth(28)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        self.setFixedWidth(look.pad(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = self._beside.picture_rect()
        place = QRectF(0, rect.top(), self.width(), rect.height())
        look = self._look
        draw_text(QPainter(self), place, self._sign, look.font("heading"), look.muted, "centre")


class ResidualView(PanelView):
    """Draws a residual block.

    Signals
    -------
    part_toggled : str
        ``shortcut`` or ``residual``.
    joined
        Everything is to be on again.
    block_chosen : str
    """

    part_toggled = Signal(str)
    joined = Signal()
    block_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Sentence(role="strong")
        self.walls = tuple(MapPicture() for _ in range(4))
        self.ratios = Lines()
        self.norms = Table()
        self.switches = Switches()
        self.off = Sentence(role="caption", muted=True)
        self.join = TextButton()
        self.table = Table()
        self.sentence = Sentence()
        self.switches.toggled.connect(self.part_toggled)
        self.join.clicked.connect(self.joined)
        self.ratios.clicked.connect(self.block_chosen)
        self._lay_out()
        self.join.hide()
        self.table.hide()

    def _lay_out(self) -> None:
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._upper.setSpacing(0)
        for index, wall in enumerate(self.walls):
            if index:
                self._upper.addWidget(Sign(_SIGNS[index - 1], self.walls[0]))
            self._upper.addWidget(wall, 1)
        self._left.addWidget(self.ratios, 1)
        self._left.addWidget(self.norms)
        row = QHBoxLayout()
        row.addWidget(self.switches, 1)
        row.addWidget(self.join)
        self._right.addLayout(row)
        self._right.addWidget(self.off)
        self._right.addWidget(self.sentence)
        self._right.addWidget(self.table, 1)
        self._right.addStretch(0)
        self._lower.addLayout(self._left, 1)
        self._lower.addLayout(self._right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.title)
        whole.addLayout(self._upper, 11)
        whole.addLayout(self._lower, 10)
        self._whole = whole

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._whole.setSpacing(look.pad(12))
        self._lower.setSpacing(look.pad(32))
        self._right.setSpacing(look.pad(8))
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.residual"))
        self.join.set_text(tr("residual.join"))

    def resizeEvent(self, event: QEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where room is scarce, walls and switches are left; the table of norms gives way even before."""
        few = scarce(self, self._look)
        self.title.setVisible(not few)
        self.ratios.setVisible(not few)
        self._whole.setStretch(2, 5 if few else 10)
        norms = self._look.text_px * 26 < self.height()
        self.norms.setVisible(norms)
        self.norms.setFixedHeight(self.norms.sizeHint().height())

    def show_blocks(self, show: ResidualShow) -> None:
        """Draw another block."""
        self.title.show_text(show.title)
        for wall, what in zip(self.walls, show.walls, strict=True):
            wall.show_map(what)
        self.ratios.show_lines(show.ratios)
        self.norms.show_table(show.norms)
        self.switches.show_choices(show.switches, self._look)
        self.off.show_text(show.off)
        self.off.setVisible(bool(show.off))
        self.join.setVisible(bool(show.off))
        self._fit()

    def show_change(self, table: TableShow | None, sentence: str, tone: str) -> None:
        """Show what cutting does to the prediction."""
        self.sentence.show_text(sentence, tone)
        self.table.setVisible(table is not None)
        if table is not None:
            self.table.show_table(table)
