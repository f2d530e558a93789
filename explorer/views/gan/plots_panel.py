"""The plots at the right, one under the other over the same steps, and the figures under them."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.plots import PlotShow
from explorer.presenters.ports import CardRow
from explorer.views.gan.figures import Figures
from explorer.views.theme import DARK, Look
from explorer.views.widgets.plot import Plot
from explorer.views.widgets.segmented import Segmented

_LEAST_LINES = 7
"""A plot needs the height of so many lines of small print."""

_AFTER_MS = 20
_BETWEEN_MS = 33
"""One plot is redrawn at a time, and not together with the plane, so that no turn of the event loop takes long."""


class PlotsPanel(QWidget):
    """Plots that share their cursor, with the switches of their scale.

    Signals
    -------
    cursor_moved : float or None
    log_toggled, smoothing_toggled
    """

    cursor_moved = Signal(object)
    log_toggled = Signal()
    smoothing_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self.plots: list[Plot] = []
        self._shows: tuple[PlotShow, ...] = ()
        self._waiting: deque[int] = deque()
        self._turns = QTimer(self)
        self._turns.setSingleShot(True)
        self._turns.timeout.connect(self._on_turn)
        self.scale, self.smooth = Segmented(self), Segmented(self)
        self.figures = Figures(self)
        self._rows = QVBoxLayout(self)
        switches = QHBoxLayout()
        switches.addWidget(self.scale)
        switches.addStretch(1)
        switches.addWidget(self.smooth)
        self._rows.addLayout(switches)
        self._rows.addWidget(self.figures)
        self.scale.chosen.connect(lambda key: self.log_toggled.emit() if key != self.scale.current else None)
        self.smooth.chosen.connect(lambda key: self.smoothing_toggled.emit() if key != self.smooth.current else None)

    def set_look(self, look: Look) -> None:
        self._look = look
        edge = look.pad(16)
        self._rows.setContentsMargins(edge, look.pad(14), edge, look.pad(10))
        self._rows.setSpacing(look.pad(8))
        for switch in (self.scale, self.smooth):
            switch.set_look(look)
            switch.setVisible(not look.present)
        self.figures.set_look(look)
        for plot in self.plots:
            plot.set_look(look)
        self._choose()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("gan_view.plots"))
        self.scale.set_name(tr("gan_view.scale"))
        self.scale.set_items(
            (("linear", tr("gan_view.scale.linear")), ("log", tr("gan_view.scale.log"))),
            {"log": tr("gan_view.scale.log.hint") + "  L"},
        )
        self.smooth.set_name(tr("gan_view.smoothing"))
        self.smooth.set_items(
            (("raw", tr("gan_view.smoothing.raw")), ("mean", tr("gan_view.smoothing.mean"))),
            {"mean": tr("gan_view.smoothing.hint") + "  K"},
        )

    def show_plots(self, shows: tuple[PlotShow, ...]) -> None:
        """Show these plots, one after the other."""
        if len(shows) != len(self.plots):
            self._build(len(shows))
        self._shows = shows
        # Whoever waits keeps its place, so that every plot has its turn although there is always something newer.
        self._waiting.extend(index for index in range(len(shows)) if index not in self._waiting)
        if self.isVisible():
            self._turns.start(_AFTER_MS)
        else:
            self.finish()

    @property
    def finished(self) -> bool:
        """Whether no plot waits for its turn."""
        return not self._waiting

    def finish(self) -> None:
        """Draw at once all that waits for its turn."""
        while self._waiting:
            self._draw_next()
        self._turns.stop()

    def show_scales(self, *, log: bool, window: int) -> None:
        self.scale.set_current("log" if log else "linear")
        self.smooth.set_current("mean" if window > 1 else "raw")
        for plot in self.plots:
            plot.set_log(log)
            plot.set_smoothing(window)

    def show_cursor(self, step: float | None) -> None:
        for plot in self.plots:
            plot.show_cursor(step)

    def show_figures(self, rows: tuple[CardRow, ...]) -> None:
        self.figures.show_rows(rows)

    def _build(self, count: int) -> None:
        for plot in self.plots:
            plot.deleteLater()
        self.plots = []
        self._waiting.clear()
        for index in range(count):
            plot = Plot(self)
            plot.set_look(self._look)
            plot.cursor_moved.connect(self._on_cursor)
            self.plots.append(plot)
            # Equal curves, equal heights; the last one also has the axis of the steps.
            self._rows.insertWidget(1 + index, plot, 6 if index < count - 1 else 7)
        self._choose()

    def _choose(self) -> None:
        """Show as many plots as can be read, the first ones first; the last of them has the axis of the steps."""
        room = self.height() - self.figures.sizeHint().height()
        shown = max(1, min(len(self.plots), room // (_LEAST_LINES * self._look.caption_px)))
        for index, plot in enumerate(self.plots):
            plot.set_steps_axis(index == shown - 1)
            plot.setVisible(index < shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose()

    def _on_cursor(self, step: float | None) -> None:
        self.show_cursor(step)
        self.cursor_moved.emit(step)

    def _on_turn(self) -> None:
        if self._waiting:
            self._draw_next()
        if self._waiting:
            self._turns.start(_BETWEEN_MS)

    def _draw_next(self) -> None:
        index = self._waiting.popleft()
        self.plots[index].show_plot(self._shows[index])

    def hideEvent(self, event: QHideEvent) -> None:
        self._turns.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.panel)
