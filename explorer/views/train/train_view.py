"""The Train workspace: what is trained, its curves, what it makes of one picture, and the bar below."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.plots import PlotShow
from explorer.presenters.ports import MenuEntry
from explorer.presenters.train.ports import (
    PAGES,
    PLOTS,
    BatchShow,
    ConfusionShow,
    GradientsShow,
    Page,
    PlotKey,
    ProgressShow,
    SetupShow,
    WatchedShow,
)
from explorer.views.theme import DARK, Look
from explorer.views.train.batch_page import BatchPage
from explorer.views.train.confusion_page import ConfusionPage
from explorer.views.train.gradient_bars import GradientBars
from explorer.views.train.progress_bar import TrainBar
from explorer.views.train.setup_panel import SetupPanel
from explorer.views.train.watched_page import WatchedPage
from explorer.views.widgets.plot import Plot
from explorer.views.widgets.popup_menu import PopupMenu
from explorer.views.widgets.segmented import Segmented
from explorer.views.workspace import Workspace

SMOOTHING = 15
"""Steps over which the thick line averages; the raw line stays below it."""

_RULE_PX = 1
_SMALL_PX = 760
_MAIN_PLOTS: tuple[PlotKey, ...] = ("loss", "accuracy")


class TrainView(Workspace):
    """See :class:`explorer.presenters.train.ports.TrainPort`.

    Signals
    -------
    page_chosen, run_chosen : str
    """

    page_chosen = Signal(str)
    run_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._present = False
        self.setup = SetupPanel(self)
        self.plots: dict[PlotKey, Plot] = {key: Plot(self) for key in PLOTS}
        self.gradients = GradientBars(self)
        self.switch = Segmented(self)
        self.watched = WatchedPage(self)
        self.batch = BatchPage(self)
        self.confusion = ConfusionPage(self)
        self.bar = TrainBar(self)
        self.runs_menu = PopupMenu(self)
        self.switch.chosen.connect(self.page_chosen)
        self.runs_menu.chosen.connect(lambda _anchor, key: self.run_chosen.emit(key))
        for key, plot in self.plots.items():
            plot.set_smoothing(SMOOTHING if key in ("loss", "accuracy", "gradient") else 1)
            plot.set_log(key == "gradient")
            plot.cursor_moved.connect(self._share_cursor)

    def _share_cursor(self, step: float | None) -> None:
        for plot in self.plots.values():
            plot.show_cursor(step)

    # What the window asks

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (*self._parts(), *self.plots.values(), self.switch, self.runs_menu):
            part.set_look(look)
        self._arrange()
        self.update()

    def _parts(self) -> tuple[SetupPanel | GradientBars | WatchedPage | BatchPage | ConfusionPage | TrainBar, ...]:
        return self.setup, self.gradients, self.watched, self.batch, self.confusion, self.bar

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("train_view.name"))
        for part in self._parts():
            part.retranslate(tr)
        self.switch.set_name(tr("train_view.page"))
        words = tuple((page, tr(f"train_view.page.{page}")) for page in PAGES)
        self.switch.set_items(words, {page: tr(f"train_view.page.{page}.hint") for page in PAGES})
        self.runs_menu.setAccessibleName(tr("train_view.runs"))
        self._arrange()

    def set_present(self, present: bool) -> None:
        self._present = present
        self.setup.setVisible(not present)
        self._arrange()

    def banner_room(self) -> QRect:
        return self.rect().adjusted(0, 0, 0, -(self.height() - self.bar.y()))

    # TrainPort

    def show_setup(self, show: SetupShow) -> None:
        self.setup.show_setup(show)

    def show_plots(self, plots: dict[PlotKey, PlotShow]) -> None:
        for key, show in plots.items():
            self.plots[key].show_plot(show)

    def show_gradients(self, show: GradientsShow) -> None:
        self.gradients.show_gradients(show)

    def show_watched(self, show: WatchedShow) -> None:
        self.watched.show_watched(show)

    def show_batch(self, show: BatchShow) -> None:
        self.batch.show_batch(show)

    def show_confusion(self, show: ConfusionShow) -> None:
        self.confusion.show_confusion(show)

    def show_page(self, page: Page) -> None:
        self.switch.set_current(page)
        for key, widget in (("picture", self.watched), ("batch", self.batch), ("confusion", self.confusion)):
            widget.setVisible(key == page)

    def show_progress(self, show: ProgressShow) -> None:
        self.bar.show_progress(show)

    def show_runs(self, entries: tuple[MenuEntry, ...]) -> None:
        button = self.setup.runs_button
        below = QRect(button.mapTo(self, QPoint(0, -button.height())), button.size())
        below.moveTop(self._look.pad(24))
        self.runs_menu.popup("runs", below, entries)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        look, width, height = self._look, self.width(), self.height()
        bar_px = look.pad(88)
        upper = max(1, height - bar_px - _RULE_PX)
        setup_px = 0 if self.setup.isHidden() else max(look.pad(248), min(look.pad(300), round(0.17 * width)))
        side_px = max(look.pad(304), min(look.pad(440), round(0.24 * width)))
        self.setup.setGeometry(0, 0, setup_px, upper)
        left = setup_px + _RULE_PX if setup_px else 0
        side_left = width - side_px
        self._arrange_middle(QRect(left, 0, max(1, side_left - _RULE_PX - left), upper))
        edge = look.pad(16)
        switch = self.switch.sizeHint()
        # At projector size its words may be wider than the column; M, N and C turn the pages there.
        self.switch.setVisible(switch.width() <= side_px - 2 * edge)
        self.switch.setGeometry(side_left + edge, look.pad(12), switch.width(), switch.height())
        top = look.pad(12) + (0 if self.switch.isHidden() else switch.height() + look.pad(16))
        page = QRect(side_left + edge, top, side_px - 2 * edge, max(1, upper - top - look.pad(12)))
        for widget in (self.watched, self.batch, self.confusion):
            widget.setGeometry(page)
        self.bar.setGeometry(0, upper + _RULE_PX, width, bar_px)

    def _arrange_middle(self, room: QRect) -> None:
        """Two rows of plots, and the gradients below; a small projector has loss and accuracy over them."""
        edge, gap = self._look.pad(16), self._look.pad(12)
        inner = room.adjusted(edge, gap, -edge, -gap)
        gradients_px = round(0.3 * inner.height())
        plot_px = (inner.height() - gradients_px - 2 * gap) // 2
        plot_width = (inner.width() - gap) // 2
        small = self._present and inner.height() < _SMALL_PX
        for key in PLOTS:
            self.plots[key].setVisible(not small or key in _MAIN_PLOTS)
        if small:
            gradients_px = (inner.height() - gap) // 2
            plot_px = inner.height() - gradients_px - gap
        for index, key in enumerate(_MAIN_PLOTS if small else PLOTS):
            row, column = divmod(index, 2)
            x, y = inner.left() + column * (plot_width + gap), inner.top() + row * (plot_px + gap)
            self.plots[key].setGeometry(x, y, plot_width, plot_px)
        self.gradients.setGeometry(inner.left(), inner.bottom() - gradients_px + 1, inner.width(), gradients_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.ground)
        painter.fillRect(0, self.bar.y() - _RULE_PX, self.width(), _RULE_PX, look.line)
        side = self.watched.x() - look.pad(16)
        painter.fillRect(side, 0, self.width() - side, self.bar.y() - _RULE_PX, look.panel)
        for x in (self.setup.width(), side - _RULE_PX):
            painter.fillRect(x, 0, _RULE_PX, self.bar.y() - _RULE_PX, look.line)
