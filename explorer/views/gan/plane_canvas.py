"""The plane: points, verdict, manifold and arrows under the pointer, and a hand that may draw real points."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import PlaneShow
from explorer.presenters.ports import HoverCard
from explorer.views.explore.hover_card import HoverCardView
from explorer.views.gan.colours import gan_colours
from explorer.views.gan.geometry import to_plane
from explorer.views.gan.plane_layers import Place, lines, paint_plane, polygon
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, with_alpha

_BRUSH_POINTS = 6
_BRUSH_SPREAD = 0.03
"""A stroke of the mouse leaves a little cloud of points, in units of the plane."""


class PlaneCanvas(QWidget):
    """Shows a :class:`PlaneShow` in the largest square that fits.

    Signals
    -------
    hovered : (float, float) or None
        Place of the plane under the pointer.
    drew : tuple of (float, float)
        Real points that a stroke has left, while drawing.
    """

    hovered = Signal(object)
    drew = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: PlaneShow | None = None
        self._knot: tuple[int, int] | None = None
        self._pointer = QPoint()
        self._pressed = False
        self._random = np.random.default_rng(0)
        self.card = HoverCardView(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.card.set_look(look)
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("gan_view.plane"))

    def show_plane(self, show: PlaneShow) -> None:
        """Show another moment of the plane."""
        self._show = show
        self.setCursor(Qt.CursorShape.CrossCursor if show.drawing else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_hover(self, card: HoverCard | None, knot: tuple[int, int] | None) -> None:
        """Say what is under the pointer, and follow a knot of the manifold from its noise to its place."""
        self._knot = knot
        self.card.show_card(card, self._pointer)
        self.setAccessibleDescription("" if card is None else self.card.accessibleName())
        self.update()

    def square(self) -> QRectF:
        """Return where the plane stands."""
        side = float(max(1, min(self.width(), self.height())))
        return QRectF(round((self.width() - side) / 2), round((self.height() - side) / 2), side, side)

    def place(self) -> Place | None:
        return None if self._show is None else Place(self.square(), self._show.frame.extent)

    # Mouse

    def _on_plane(self, position: QPointF) -> tuple[float, float] | None:
        place = self.place()
        if place is None or not place.square.contains(position):
            return None
        square = place.square
        return to_plane(position.x(), position.y(), place.bounds, (square.left(), square.top(), square.width()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        at = self._on_plane(event.position())
        if self._pressed and at is not None:
            self._stroke(at)
            return
        self.card.place(self._pointer)
        self.hovered.emit(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        drawing = self._show is not None and self._show.drawing
        at = self._on_plane(event.position())
        if drawing and at is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = True
            self._stroke(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = False

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)

    def _stroke(self, at: tuple[float, float]) -> None:
        cloud = self._random.normal(at, _BRUSH_SPREAD, (_BRUSH_POINTS, 2))
        self.drew.emit(tuple((round(float(x), 4), round(float(y), 4)) for x, y in cloud))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.ground)
        show, square = self._show, self.square()
        if show is None:
            return
        paint_plane(painter, square, show, look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if "manifold" in show.layers and show.frame.manifold_noise is not None and show.phase is None:
            self._paint_noise(painter, show)
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
        if self.hasFocus():
            draw_focus(painter, square, look, 2)

    def _paint_noise(self, painter: QPainter, show: PlaneShow) -> None:
        """Draw the grid as it lies in the space of noise, and the followed knot in both places."""
        noise, manifold = show.frame.manifold_noise, show.frame.manifold
        place = self.place()
        if noise is None or manifold is None or place is None or noise.shape[-1] > 2:
            return
        look, colours = self._look, gan_colours(self._look)
        side = max(72.0, place.square.width() * 0.17)
        box = QRectF(place.square.right() - side - 8, place.square.top() + 8, side, side)
        draw_box(painter, box, fill=with_alpha(look.panel, 0.88), line=look.line, radius=6)
        flat = noise if noise.shape[-1] == 2 else np.concatenate((noise, np.zeros_like(noise)), -1)
        reach = float(np.abs(flat).max()) or 1.0
        label = look.caption_px * 1.3
        inner = Place(box.adjusted(10, 8, -10, -12 - label + 8).toRect().toRectF(), (-reach, reach, -reach, reach))
        shown = QRectF(inner.square.center().x() - inner.square.height() / 2, inner.square.top(), 0, 0)
        shown.setSize(inner.square.size().boundedTo(inner.square.size().transposed()))
        inner = Place(shown, inner.bounds)
        knots = inner.pixels(flat)
        painter.setPen(QPen(with_alpha(colours.fake, 0.7), 1))
        for line in (*knots, *(np.swapaxes(knots, 0, 1) if len(knots) > 1 else ())):
            painter.drawPolyline(polygon(line))
        foot = QRectF(box.left(), box.bottom() - label - 1, box.width(), label)
        draw_text(painter, foot, self._tr("gan_view.noise_space"), look.font("caption"), look.muted, "centre")
        if self._knot is None or self._knot[0] >= len(knots) or self._knot[1] >= knots.shape[1]:
            return
        ends = np.stack((knots[self._knot], place.pixels(manifold)[self._knot]))
        if not np.isfinite(ends).all():
            return
        painter.setPen(QPen(look.text, 1.5, Qt.PenStyle.DashLine))
        painter.drawLines(lines(ends[None]))
        painter.setPen(QPen(look.text, 1.5))
        painter.setBrush(colours.fake)
        for end in ends:
            painter.drawEllipse(QPointF(*end), 5, 5)
