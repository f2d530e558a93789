"""The layers of the plane, painted from arrays: each function draws one of them and knows nothing of widgets.

They may be called on any thread, for films are painted off the window's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from explorer.core.messages.gan import PhaseFrame, PlaneFrame
from explorer.presenters.gan.ports import PlaneShow
from explorer.views.gan.colours import GanColours, gan_colours
from explorer.views.gan.geometry import Bounds, areas, arrow_lines, cells, contour, to_pixels
from explorer.views.theme import Look
from explorer.views.widgets.paint import mixed, with_alpha

MOST_ARROWS = 64
"""More arrows than these only hide each other."""

_SMALL_PX = 520
"""On a smaller plane every second line of the manifold is left out: they would only run together."""

_SHADES = 6
"""Different opacities of the manifold's cells: few brushes, for a path each is quick and a brush a cell is not."""


@dataclass(frozen=True)
class Place:
    """The square on screen, in pixels, and the part of the plane that it shows."""

    square: QRectF
    bounds: Bounds

    def pixels(self, points: np.ndarray) -> np.ndarray:
        place = (self.square.left(), self.square.top(), self.square.width())
        return to_pixels(np.asarray(points, np.float64), self.bounds, place)

    @property
    def point_px(self) -> float:
        """Diameter of a point."""
        return max(4.0, min(11.0, self.square.width() / 92))


def paint_plane(painter: QPainter, square: QRectF, show: PlaneShow, look: Look) -> None:
    """Paint everything that is on: ground, verdict, manifold, points, arrows."""
    frame, colours = show.frame, gan_colours(look)
    place = Place(square, frame.extent)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(square)
    painter.fillRect(square, colours.ground)
    if "verdict" in show.layers and frame.heat is not None:
        paint_verdict(painter, place, frame.heat, colours)
        paint_half_line(painter, place, frame.heat, colours)
    if show.drawing:
        paint_grid_lines(painter, place, look)
    if "manifold" in show.layers and frame.manifold is not None:
        paint_manifold(painter, place, frame.manifold, colours)
    points = show.phase if show.phase is not None else None
    if points is not None:
        paint_phase_points(painter, place, points, frame, colours)
    else:
        paint_real(painter, place, drawn_points(show), colours)
        paint_fake(painter, place, frame.fake, colours)
        if "gradients" in show.layers and frame.arrows is not None:
            paint_arrows(painter, place, frame.fake, frame.arrows, colours)
    painter.restore()


def drawn_points(show: PlaneShow) -> np.ndarray:
    """Return the real points: while somebody draws, the drawn ones."""
    return np.asarray(show.drawn, np.float64).reshape(-1, 2) if show.drawing else show.frame.real


def verdict_image(heat: np.ndarray, colours: GanColours) -> QImage:
    """Return D's verdict as a picture: purple ground where D says fake, green where real, neutral at 1/2."""
    values = np.nan_to_num(np.asarray(heat, np.float32), nan=0.5)
    levels = np.ascontiguousarray(np.clip(np.round(values * 255), 0, 255).astype(np.uint8))
    image = QImage(levels.data, levels.shape[1], levels.shape[0], levels.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(list(colours.verdict_table))
    # The conversion also makes the picture own its bytes.
    return image.convertToFormat(QImage.Format.Format_RGB32)


def paint_verdict(painter: QPainter, place: Place, heat: np.ndarray, colours: GanColours) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place.square, verdict_image(heat, colours))
    painter.restore()


def paint_half_line(painter: QPainter, place: Place, heat: np.ndarray, colours: GanColours) -> None:
    """Draw where D cannot tell: its verdict is 1/2."""
    pieces = contour(np.asarray(heat)[::-1], 0.5)
    left, right, bottom, top = place.bounds
    points = np.stack((left + pieces[..., 0] * (right - left), bottom + pieces[..., 1] * (top - bottom)), -1)
    # Flat ends cost a quarter of round ones, and at this width nobody sees the joints.
    painter.setPen(QPen(colours.half, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLines(lines(place.pixels(points)))


def paint_manifold(painter: QPainter, place: Place, manifold: np.ndarray, colours: GanColours) -> None:
    """Draw G's grid of noise: cells of equal probability, the darker the smaller, for there fakes are dense."""
    knots = place.pixels(manifold)
    if not np.isfinite(knots).all():
        return
    edge = QPen(with_alpha(colours.fake, 0.6), 1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if len(knots) == 1:
        painter.setPen(QPen(with_alpha(colours.fake, 0.8), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(polygon(knots[0]))
        return
    # Fills of every second knot look the same under the lines and cost a quarter.
    quads = cells(knots[_every_second(len(knots))][:, _every_second(knots.shape[1])])
    density = 1.0 / np.maximum(areas(quads), 1.0)
    alpha = np.clip(0.06 + 0.5 * density / max(float(np.quantile(density, 0.9)), 1e-9), 0.06, 0.5)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    levels = np.ceil(alpha * 2 * _SHADES).astype(int)
    for level in np.unique(levels):
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        for quad in quads[levels == level]:
            path.addPolygon(polygon(quad))
        painter.setBrush(with_alpha(colours.fake, level / (2 * _SHADES)))
        painter.drawPath(path)
    painter.restore()
    painter.setPen(edge)
    if place.square.width() < _SMALL_PX:
        knots = knots[_every_second(len(knots))][:, _every_second(knots.shape[1])]
    for line in (*knots, *np.swapaxes(knots, 0, 1)):
        painter.drawPolyline(polygon(line))


def _every_second(count: int) -> np.ndarray:
    """Return every second place, and the last."""
    return np.unique(np.append(np.arange(0, count, 2), count - 1))


def paint_real(painter: QPainter, place: Place, real: np.ndarray, colours: GanColours, alpha: float = 0.9) -> None:
    """Draw real points as discs."""
    _paint_dots(painter, place.pixels(real), place.point_px, with_alpha(colours.real, alpha))


def paint_fake(painter: QPainter, place: Place, fake: np.ndarray, colours: GanColours, alpha: float = 0.95) -> None:
    """Draw fakes as diamonds: the shape says it where the colour is not seen."""
    at = place.pixels(fake)
    at = at[np.isfinite(at).all(1)]
    turned = np.stack((at[:, 0] + at[:, 1], at[:, 1] - at[:, 0]), 1) / np.sqrt(2)
    painter.save()
    # Square pens on a painter turned by 45 degrees are diamonds, and a call for all is far quicker than a path each.
    painter.rotate(45)
    pen = QPen(with_alpha(colours.fake, alpha), place.point_px * 0.86, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    painter.drawPoints(polygon(turned))
    painter.restore()


def paint_arrows(painter: QPainter, place: Place, fake: np.ndarray, arrows: np.ndarray, colours: GanColours) -> None:
    """Draw which way each fake would have to go for G's loss to fall."""
    fake = fake[: len(arrows)]
    stride = max(1, len(fake) // MOST_ARROWS)
    start = place.pixels(fake[::stride])
    way = np.asarray(arrows[::stride], np.float64) * np.array([1.0, -1.0])
    pieces = lines(arrow_lines(start, way, place.square.width() / 14))
    painter.setPen(QPen(colours.g, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLines(pieces)


def paint_phase_points(
    painter: QPainter, place: Place, phase: PhaseFrame, frame: PlaneFrame, colours: GanColours
) -> None:
    """Draw the batch of a step in slow motion over the paled points of before; judged ones grow with D's certainty."""
    paint_real(painter, place, frame.real, colours, 0.18)
    if phase.real is not None:
        paint_real(painter, place, phase.real, colours)
    if phase.fake is not None:
        paint_fake(painter, place, phase.fake, colours)
        if phase.arrows is not None:
            paint_arrows(painter, place, phase.fake, phase.arrows, colours)
    else:
        paint_fake(painter, place, frame.fake, colours, 0.25)


def paint_grid_lines(painter: QPainter, place: Place, look: Look) -> None:
    """Draw quiet lines at every half unit, to draw by."""
    painter.setPen(QPen(mixed(look.line, look.ground, 0.3), 1))
    left, right, bottom, top = place.bounds
    marks = np.arange(np.ceil(left * 2) / 2, right + 1e-9, 0.5)
    across = np.stack(
        (np.stack((marks, np.full_like(marks, bottom)), 1), np.stack((marks, np.full_like(marks, top)), 1)), 1
    )
    painter.drawLines(lines(place.pixels(across)))
    painter.drawLines(lines(place.pixels(across[..., ::-1])))


def polygon(points: np.ndarray) -> QPolygonF:
    """Return (N, 2) pixels as Qt's polygon."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def lines(pieces: np.ndarray) -> list[QLineF]:
    """Return (N, 2, 2) pixels as Qt's lines."""
    return [QLineF(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pieces.tolist()]


def _paint_dots(painter: QPainter, at: np.ndarray, diameter: float, colour: QColor) -> None:
    at = at[np.isfinite(at).all(1)]
    painter.setPen(QPen(colour, diameter, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(polygon(at))
