"""The curves themselves, on pyqtgraph.

This module takes a third of a second to import, so only :class:`explorer.views.widgets.plot.Plot` imports it, when it
is first shown.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.units import significant
from explorer.presenters.plots import Curve, PlotShow
from explorer.views.theme import Look
from explorer.views.widgets.contrast import seen_on
from explorer.views.widgets.curves import (
    finite_or_nan,
    log_marks,
    logarithms,
    strided,
    thinned,
    trailing_mean,
    value_range,
    values_within,
)
from explorer.views.widgets.paint import with_alpha

_FEW = 200
"""A curve of fewer points is drawn as thick as a smoothed one; on a longer one that would blot, and cost time."""


class PlotCanvas(pg.GraphicsView):  # type: ignore[misc]
    """Axes, curves, cursor and reference line.

    It is put together from pyqtgraph's parts: its own plot widget brings menus and forms that are windows of their own
    and stay when it goes.

    Parameters
    ----------
    on_hover : callable
        Called with the step under the pointer, or None when it leaves.
    """

    def __init__(self, look: Look, on_hover: Callable[[float | None], None], parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._look = look
        self._on_hover = on_hover
        self._lines: dict[str, tuple[pg.PlotCurveItem, pg.PlotCurveItem]] = {}
        self._show: PlotShow | None = None
        for part in (self, self.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMouseTracking(True)
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._values, self._steps = pg.AxisItem("left"), pg.AxisItem("bottom")
        self._linear_marks = self._values.tickValues
        self._values.tickValues = self._value_marks
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(0, 2, 2, 0)
        layout.setSpacing(0)
        self.setCentralItem(layout)
        layout.addItem(self._values, 0, 0)
        layout.addItem(self._box, 0, 1)
        layout.addItem(self._steps, 1, 1)
        for axis in (self._values, self._steps):
            axis.linkToView(self._box)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.setZValue(5)
        self._cursor.hide()
        self._reference = pg.InfiniteLine(angle=0, movable=False)
        self._reference.setZValue(-5)
        self._reference.hide()
        for line in (self._cursor, self._reference):
            self._box.addItem(line, ignoreBounds=True)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.setBackground(look.panel)
        for axis in (self._values, self._steps):
            axis.setPen(QPen(look.line, 1))
            axis.setTextPen(look.muted)
            axis.setTickFont(look.font("caption"))
            # Ticks are thinned by their number, not by the size of their figures.
            axis.setTickDensity(min(1.0, 13 / look.caption_px))
            axis.setStyle(tickLength=-4, tickTextOffset=5, maxTickLevel=0)
        self._values.setWidth(round(look.caption_px * 3.4))
        self._values.tickStrings = self._value_texts
        self._steps.setHeight(self._steps_px() if self._steps.isVisible() else 0)
        self._steps.tickStrings = _step_texts
        self._cursor.setPen(_pen(look.text, 1.0))
        self._reference.setPen(_pen(look.muted, 1.0, Qt.PenStyle.DashLine))

    def _steps_px(self) -> int:
        return round(self._look.caption_px * 1.6)

    def show_steps_axis(self, shown: bool) -> None:
        self._steps.setVisible(shown)
        self._steps.setHeight(self._steps_px() if shown else 0)

    def draw(self, show: PlotShow, *, log: bool, window: int, span: tuple[float, float] | None) -> None:
        """Draw the curves; ``window`` is how many steps are averaged, ``span`` the steps that are in sight."""
        self._show = show
        self._log = log
        columns = max(50, self.width())
        for key in set(self._lines) - {curve.key for curve in show.curves}:
            for line in self._lines.pop(key):
                self._box.removeItem(line)
        seen: list[np.ndarray] = []
        for curve in show.curves:
            seen.extend(self._draw_curve(curve, columns, window))
        steps = [curve.x for curve in show.curves if curve.x.size]
        first = min((float(x[0]) for x in steps), default=0.0)
        last = max((float(x[-1]) for x in steps), default=1.0)
        low, high = span if span is not None else (first, last)
        self._box.setXRange(low, high if high > low else low + 1, padding=0)
        bottom, top = value_range(seen)
        if show.bounds is not None and not log:
            # Some air, or the outermost marks would be cut in half.
            air = 0.14 * (show.bounds[1] - show.bounds[0])
            bottom, top = show.bounds[0] - air, show.bounds[1] + air
        self._box.setYRange(bottom, top, padding=0)
        self._reference.setVisible(show.reference is not None)
        if show.reference is not None:
            self._reference.setValue(float(np.log10(show.reference)) if log and show.reference > 0 else show.reference)

    def show_cursor(self, step: float | None) -> None:
        self._cursor.setVisible(step is not None)
        if step is not None:
            self._cursor.setValue(step)

    def _draw_curve(self, curve: Curve, columns: int, window: int) -> list[np.ndarray]:
        raw, smooth = self._lines.get(curve.key) or self._new_lines(curve.key)
        values = finite_or_nan(curve.y)
        colour = seen_on(curve.colour, self._look)
        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        window = values_within(curve.x, window)
        smoothed = window > 1
        drawn = [values]
        thick = 3.0 if self._look.present else 1.75
        # The raw line stays in sight under the smoothed one: smoothing must not hide what happened.
        raw.setPen(
            _pen(with_alpha(colour, 0.4), 1.0)
            if smoothed
            else _pen(colour, 1.0 if curve.x.size > _FEW else thick, style)
        )
        # Where there are several values a pixel, the line is a band whose edges need no smoothing.
        self._set(raw, curve.x, values, columns, antialias=curve.x.size <= 2 * columns)
        smooth.setVisible(smoothed)
        if smoothed:
            mean = trailing_mean(values, window)
            smooth.setPen(_pen(colour, thick, style))
            # A mean has no spikes to lose: a value a pixel draws it, and a thick line costs by its points.
            self._set(smooth, *strided(curve.x, mean, columns), columns)
            drawn.append(mean)
        return [logarithms(part) if self._log else part for part in drawn]

    def _new_lines(self, key: str) -> tuple[pg.PlotCurveItem, pg.PlotCurveItem]:
        lines = pg.PlotCurveItem(antialias=True), pg.PlotCurveItem(antialias=True)
        for depth, line in enumerate(lines):
            line.setZValue(depth)
            self._box.addItem(line, ignoreBounds=True)
        self._lines[key] = lines
        return lines

    def _set(
        self, line: pg.PlotCurveItem, x: np.ndarray, y: np.ndarray, columns: int, *, antialias: bool = True
    ) -> None:
        shown_x, shown_y = thinned(x, logarithms(y) if self._log else y, columns)
        line.setData(shown_x, shown_y, connect="finite", antialias=antialias)

    _log = False

    def _value_marks(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if self._log:
            return [(1.0, log_marks(low, high, max(2, int(size / (2.2 * self._look.caption_px)))))]
        marks: list[tuple[float, list[float]]] = self._linear_marks(low, high, size)
        return marks

    def _value_texts(self, values: list[float], scale: float, spacing: float) -> list[str]:
        # What should be 0 is off by rounding.
        shown = [10**value if self._log else 0.0 if abs(value) < spacing / 1e6 else value for value in values]
        texts = [f"{significant(value / 1000)}k" if abs(value) >= 10_000 else significant(value) for value in shown]
        # A mark so near to an end that its text would be cut has none.
        low, high = self._box.viewRange()[1]
        edge = 0.55 * self._look.caption_px / max(1.0, self._box.height()) * (high - low)
        return [text if low + edge <= at <= high - edge else "" for at, text in zip(values, texts, strict=True)]

    # Qt

    def mouseMoveEvent(self, event: object) -> None:
        position: QPointF = event.position()  # type: ignore[attr-defined]
        self._on_hover(float(self._box.mapSceneToView(self.mapToScene(position.toPoint())).x()))

    def leaveEvent(self, event: object) -> None:
        self._on_hover(None)

    def mousePressEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


def _pen(colour: QColor, width_px: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen whose width is in pixels, whatever the axes' scale."""
    pen = QPen(colour, width_px, style)
    pen.setCosmetic(True)
    return pen


def _step_texts(values: list[float], scale: float, spacing: float) -> list[str]:
    return [f"{value:,.0f}" if abs(value - round(value)) < 1e-6 else "" for value in values]
