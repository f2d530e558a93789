"""The Compare workspace: the table over the plot and what the selected network says."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.compare.lineups import LINEUPS
from explorer.presenters.compare.ports import CompareShow
from explorer.presenters.ports import HeadVerdict, PictureShow
from explorer.views.compare.accuracy_plot import AccuracyPlot
from explorer.views.compare.net_table import NetTable
from explorer.views.explore.picture_thumb import PictureThumb
from explorer.views.explore.verdict import Verdict
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import TextButton
from explorer.views.widgets.paint import draw_text
from explorer.views.widgets.segmented import Segmented
from explorer.views.workspace import Workspace

_LEAST_LOWER_LINES = 8
"""Plot and answers need the height of so many lines of text."""


class CompareView(Workspace):
    """See :class:`explorer.presenters.compare.ports.ComparePort`.

    Signals
    -------
    open_clicked
        The selected network is to be opened in Explore.
    picture_clicked
    """

    open_clicked = Signal()
    picture_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: CompareShow | None = None
        self.lineups = Segmented(self)
        self.table = NetTable(self)
        self.plot = AccuracyPlot(self)
        self.verdict = Verdict(self)
        self.thumb = PictureThumb(self)
        self.open_button = TextButton(self)
        self.open_button.clicked.connect(lambda _checked=False: self.open_clicked.emit())
        self.thumb.clicked.connect(lambda _checked=False: self.picture_clicked.emit())

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.lineups, self.table, self.plot, self.verdict, self.thumb, self.open_button):
            part.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("compare.name"))
        for part in (self.table, self.plot, self.verdict, self.thumb):
            part.retranslate(tr)
        self.lineups.set_name(tr("compare.lineup"))
        self.lineups.set_items(
            tuple((name, tr(f"compare.lineup.{name}")) for name in LINEUPS),
            {name: tr(f"compare.lineup.{name}.hint") for name in LINEUPS},
        )
        self.open_button.setText(tr("compare.open"))
        self.open_button.label(tr("compare.open"), tr("compare.open.hint"))
        self._arrange()
        self.update()

    # ComparePort

    def show_comparison(self, show: CompareShow) -> None:
        self._show = show
        self.lineups.set_current(show.lineup)
        self.table.show_rows(show)
        self.plot.show_points(show)
        self.verdict.show_verdict(
            (HeadVerdict("main", show.top_title, "", show.top, show.top_note),) if show.top_title else ()
        )
        self._arrange()
        self.update()

    def show_picture(self, show: PictureShow) -> None:
        self.thumb.show_picture(show)
        self._arrange()

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _edge(self) -> int:
        return self._look.pad(16 if self.width() < 1400 else 24)

    def _head_px(self) -> int:
        return self._look.heading_px + self._look.pad(30)

    def _arrange(self) -> None:
        look, edge = self._look, self._edge()
        width = self.width() - 2 * edge
        top = self._head_px()
        self.lineups.resize(self.lineups.sizeHint())
        self.lineups.move(self.width() - edge - self.lineups.width(), (top - self.lineups.height()) // 2)
        # In a high window the rows take more room, up to half of it.
        least = self.table.sizeHint().height()
        table_px = min(max(least, round(0.5 * self.height())), max(1, self.height() - top - edge))
        self.table.setGeometry(edge, top, width, table_px)
        lower = top + table_px + look.pad(16)
        room = max(1, self.height() - lower - edge)
        # At projector size a low window has room for the table alone.
        alone = room < _LEAST_LOWER_LINES * look.text_px
        for part in (self.plot, self.verdict, self.thumb, self.open_button):
            part.setVisible(not alone)
        if alone:
            self.table.setGeometry(edge, top, width, max(1, self.height() - top - edge))
            return
        side = max(look.pad(320), round(0.3 * width))
        thumb_px = min(room, look.pad(150 if width < 1400 else 200))
        hint = self.thumb.sizeHint()
        thumb = min(round(thumb_px * hint.width() / hint.height()), round(0.16 * width))
        thumb_px = round(thumb * hint.height() / hint.width())
        self.plot.setGeometry(edge, lower, max(1, width - side - thumb - 2 * look.pad(24)), room)
        left = self.plot.geometry().right() + look.pad(24)
        button = self.open_button.sizeHint()
        self.verdict.setFixedWidth(side)
        self.verdict.move(left, lower)
        self.open_button.setGeometry(left, lower + room - button.height(), button.width(), button.height())
        self.thumb.setGeometry(edge + width - thumb, lower, thumb, thumb_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, edge = self._look, self._edge()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.ground)
        title = QRectF(edge, 0, self.width() - 2 * edge, self._head_px())
        width = draw_text(painter, title, self._tr("compare.title"), look.font("heading"), look.text)
        status = self._show.status if self._show is not None else ""
        taken = self.lineups.width() + look.pad(16)
        rest = title.adjusted(width + look.pad(16), 1, -taken, 1)
        draw_text(painter, rest, status, look.font("text"), look.muted)
