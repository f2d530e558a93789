"""A plot over training steps: several named curves, smoothing, a logarithmic scale, and a cursor to share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.core.units import significant
from explorer.presenters.plots import Curve, PlotShow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.contrast import seen_on
from explorer.views.widgets.curves import nearest_index
from explorer.views.widgets.paint import draw_focus, draw_text, text_width

if TYPE_CHECKING:
    from explorer.views.widgets.plot_canvas import PlotCanvas

_TOLD_APART = 2
"""So many curves are known by their lines alone, where the same ones have names in the plot beside."""

_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Plot(QWidget):
    """Title, legend with values, and the curves; see :class:`explorer.presenters.plots.PlotShow`.

    The legend names the values at the cursor, or the newest where there is no cursor. With the focus, the arrow keys
    move the cursor.

    Signals
    -------
    cursor_moved : float or None
        The step under the pointer, for every other plot and the time line.
    """

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show = PlotShow("")
        self._cursor: float | None = None
        self._log = False
        self._window = 1
        self._span: tuple[float, float] | None = None
        self._steps_axis = True
        self._canvas: PlotCanvas | None = None
        self._names: list[tuple[QRectF, Curve]] = []
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What it shows

    def set_look(self, look: Look) -> None:
        self._look = look
        if self._canvas is not None:
            self._canvas.set_look(look)
        self._arrange()
        self._redraw()

    def show_plot(self, show: PlotShow) -> None:
        """Show these curves in place of the ones before."""
        self._show = show
        self._announce()
        self._redraw()

    def show_cursor(self, step: float | None) -> None:
        """Move the cursor line; None takes it away."""
        if step == self._cursor:
            return
        self._cursor = step
        if self._canvas is not None:
            self._canvas.show_cursor(step)
        self._announce()
        self.update(self._head())

    def set_log(self, log: bool) -> None:
        """Show the values on a logarithmic scale; values that are not positive are gaps there."""
        if log != self._log:
            self._log = log
            self._redraw()

    def set_smoothing(self, window: int) -> None:
        """Draw the mean over the last ``window`` steps over the raw line; 1 draws the raw line alone."""
        if window != self._window:
            self._window = window
            self._redraw()

    def set_span(self, span: tuple[float, float] | None) -> None:
        """Show these steps on the axis; None: all that have values."""
        self._span = span

    def set_steps_axis(self, shown: bool) -> None:
        """Leave the axis of the steps out where another plot below has it."""
        self._steps_axis = shown
        if self._canvas is not None:
            self._canvas.show_steps_axis(shown)

    @property
    def log(self) -> bool:
        return self._log

    @property
    def cursor_step(self) -> float | None:
        return self._cursor

    def values(self) -> dict[str, float]:
        """Return what the legend says: the value of every curve at the cursor, or the newest."""
        result = {}
        for curve in self._show.curves:
            index = nearest_index(curve.x, self._cursor) if self._cursor is not None else curve.x.size - 1
            if index >= 0:
                result[curve.key] = float(curve.y[index])
        return result

    # Drawing

    def _redraw(self) -> None:
        self.update(self._head() if self._has_values() else self.rect())
        if self._canvas is not None and self.isVisible():
            self._canvas.setVisible(self._has_values())
            self._canvas.draw(self._show, log=self._log, window=self._window, span=self._span)

    def _has_values(self) -> bool:
        return any(curve.x.size for curve in self._show.curves)

    def _announce(self) -> None:
        self.setAccessibleName(self._show.title)
        said = self.values()
        words = [f"{c.label} {significant(said[c.key])}" for c in self._show.curves if c.key in said]
        self.setAccessibleDescription(", ".join(words))

    def _head(self) -> QRect:
        return QRect(0, 0, self.width(), self._head_px())

    def _head_px(self) -> int:
        return math.ceil(self._look.caption_px * 1.7)

    def _arrange(self) -> None:
        if self._canvas is not None:
            # Two pixels are left around it for the focus ring.
            top = self._head_px()
            self._canvas.setGeometry(2, top, max(1, self.width() - 4), max(1, self.height() - top - 2))

    def showEvent(self, event: QShowEvent) -> None:
        if self._canvas is None:
            # pyqtgraph takes a third of a second to import, which the window's start must not pay.
            from explorer.views.widgets.plot_canvas import PlotCanvas  # noqa: PLC0415

            self._canvas = PlotCanvas(self._look, self._on_hover, self)
            self._canvas.show_steps_axis(self._steps_axis)
            self._canvas.show_cursor(self._cursor)
            self._arrange()
        super().showEvent(event)
        self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        self._redraw()

    def _on_hover(self, at: float | None) -> None:
        step = None if at is None else self._snapped(at)
        self.show_cursor(step)
        self.cursor_moved.emit(step)

    def _snapped(self, at: float) -> float | None:
        """Return the step nearest to a place on the axis that has values."""
        places = [
            (abs(float(c.x[i]) - at), float(c.x[i])) for c in self._show.curves if (i := nearest_index(c.x, at)) >= 0
        ]
        return min(places)[1] if places else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_hint(event)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        longest = max((curve.x for curve in self._show.curves), key=lambda x: x.size, default=np.zeros(0))
        if move is None or longest.size == 0:
            super().keyPressEvent(event)
            return
        here = nearest_index(longest, self._cursor) if self._cursor is not None else longest.size - 1
        step = float(longest[max(0, min(longest.size - 1, here + move * max(1, longest.size // 100)))])
        self.show_cursor(step)
        self.cursor_moved.emit(step)

    def _show_hint(self, event: QHelpEvent) -> None:
        for place, curve in self._names:
            if place.contains(event.pos()) and curve.hint:
                QToolTip.showText(event.globalPos(), curve.hint, self)
                return
        QToolTip.hideText()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, show = self._look, self._show
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(self._head())
        title = f"{show.title} ({show.unit})" if show.unit else show.title
        line.adjust(look.pad(4), 0, 0, 0)
        said, gap = self.values(), look.pad(10)
        values = [significant(said[c.key]) if c.key in said else "" for c in show.curves]
        strong = look.font("caption_strong")

        def named(digits: int) -> list[str]:
            return [f"{c.label} {significant(said[c.key], digits)}" if c.key in said else c.label for c in show.curves]

        # The values are what one looks for. Where there is no room for all, the title becomes its unit, then the names
        # of one or two curves give way (their lines tell them apart) or the values are rounded, then the title.
        ways = [(title, named(3))]
        if show.unit:
            ways.append((show.unit, named(3)))
        if all(values) and len(values) <= _TOLD_APART:
            ways.append((title, values))
        ways += [(show.unit, named(2)), ("", named(2))]
        for title, texts in ways:
            place = line.adjusted(0, 0, -sum(self._name_px(text) + gap for text in texts), 0)
            if place.width() >= text_width(strong, title):
                break
        left = line.left() + (draw_text(painter, place, title, strong, look.muted) + gap if title else 0)
        self._names = []
        for curve, text in zip(show.curves, texts, strict=True):
            left = self._paint_name(painter, curve, text, left) + gap
        if show.empty and not self._has_values():
            room = QRectF(self.rect()).adjusted(0, line.height(), 0, 0)
            draw_text(painter, room, show.empty, look.font("caption"), look.muted, "centre")
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look)

    def _name_px(self, text: str) -> float:
        look = self._look
        return look.caption_px * 1.1 + look.pad(6) + text_width(look.font("caption"), text) + 1

    def _paint_name(self, painter: QPainter, curve: Curve, text: str, left: float) -> float:
        look, line = self._look, QRectF(self._head())
        font = look.font("caption")
        wide = look.caption_px * 1.1
        place = QRectF(left, 0, max(0.0, min(self._name_px(text), line.right() - left)), line.height())
        colour = seen_on(curve.colour, look)
        # A piece of the very line, so that dashes say it as well as the colour.
        painter.setPen(QPen(colour, 3, Qt.PenStyle.DotLine if curve.dashed else Qt.PenStyle.SolidLine))
        y = line.center().y()
        painter.drawLine(QRectF(left, y, wide, 0).topLeft(), QRectF(left, y, wide, 0).topRight())
        draw_text(painter, place.adjusted(wide + look.pad(6), 0, 0, 0), text, font, look.text)
        self._names.append((place, curve))
        return place.right()

    def hint_at(self, position: QPoint) -> str:
        """Return the definition of the curve whose name is at a place of the legend; empty where there is none."""
        return next((curve.hint for place, curve in self._names if place.contains(position)), "")
