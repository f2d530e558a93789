"""Painting that all widgets share: boxes, text on a common optical centre, arrows and focus rings."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from explorer.views.theme import RADIUS_PX, Look

Align = Literal["left", "right", "centre"]
Direction = Literal["left", "right", "up", "down"]


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """Return the colour between two: ``share`` 0 is the first, 1 the second."""
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
    )


def with_alpha(colour: QColor, alpha: float) -> QColor:
    """Return the colour with that opacity, 0 … 1."""
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


def draw_box(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: QColor | None = None,
    line: QColor | None = None,
    radius: float = RADIUS_PX,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """Draw a rounded box whose outline lies inside ``rect`` and on whole pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        inner = rect
    else:
        pen = QPen(line, width)
        if dashed:
            pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        half = width / 2
        inner = rect.adjusted(half, half, -half, -half)
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    painter.drawRoundedRect(inner, radius, radius)
    painter.restore()


def draw_hollow_dot(painter: QPainter, centre: QPointF, look: Look) -> None:
    """Draw the sign of untrained weights: hollow and amber, so that the shape says it too."""
    radius = look.text_px * 0.275
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.warning, radius * 0.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, radius * 0.75, radius * 0.75)
    painter.restore()


def draw_focus(painter: QPainter, rect: QRectF, look: Look, radius: float = RADIUS_PX) -> None:
    """Draw the ring that shows where the keyboard is."""
    draw_box(painter, rect, line=look.accent, radius=radius, width=2.0)


def text_width(font: QFont, text: str) -> float:
    """Return the width of one line of text in logical pixels."""
    # A copy, because a font that is a key must not change.
    return _advance(QFont(font), text)


@lru_cache(maxsize=4096)
def _advance(font: QFont, text: str) -> float:
    # Measuring costs as much as drawing, and the same labels are measured at every paint.
    return QFontMetricsF(font).horizontalAdvance(text)


def elided(font: QFont, text: str, width: float) -> str:
    """Return the text, shortened by an ellipsis where it is wider than ``width``."""
    # A text that was measured to fit must not lose its end to rounding.
    return (
        text
        if text_width(font, text) <= width + 0.5
        else QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
    )


def baseline(font: QFont, rect: QRectF) -> float:
    """Return the baseline that puts capitals, figures and Hangul in the middle of ``rect``, on a whole pixel."""
    return round(rect.center().y() + QFontMetricsF(font).capHeight() / 2)


def draw_text(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, align: Align = "left") -> float:
    """Draw one line of text in the middle of ``rect``, elided where it does not fit; return its width."""
    shown = elided(font, text, rect.width())
    width = text_width(font, shown)
    left = {"left": rect.left(), "right": rect.right() - width, "centre": rect.center().x() - width / 2}[align]
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(left, baseline(font, rect)), shown)
    return width


def arrow_path(centre: QPointF, size: float, direction: Direction) -> QPainterPath:
    """Return a filled triangle, ``size`` high, that points that way and is optically centred."""
    half, depth = size / 2, size * 0.84
    x, y = centre.x(), centre.y()
    nose, back = depth * 0.6, depth * 0.4
    corners = {
        "right": ((x - back, y - half), (x + nose, y), (x - back, y + half)),
        "left": ((x + back, y - half), (x - nose, y), (x + back, y + half)),
        "down": ((x - half, y - back), (x, y + nose), (x + half, y - back)),
        "up": ((x - half, y + back), (x, y - nose), (x + half, y + back)),
    }[direction]
    path = QPainterPath(QPointF(*corners[0]))
    for corner in corners[1:]:
        path.lineTo(QPointF(*corner))
    path.closeSubpath()
    return path


def draw_arrow(painter: QPainter, centre: QPointF, size: float, direction: Direction, colour: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A thin round-joined pen takes the sting out of the corners.
    painter.setPen(QPen(colour, size * 0.12, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(colour)
    painter.drawPath(arrow_path(centre, size, direction))
    painter.restore()


def draw_chevron(painter: QPainter, centre: QPointF, size: float, direction: Direction, colour: QColor) -> None:
    """Draw an open arrow head, as on things that unfold."""
    half, depth = size / 2, size / 4
    x, y = centre.x(), centre.y()
    points = {
        "right": ((x - depth, y - half), (x + depth, y), (x - depth, y + half)),
        "left": ((x + depth, y - half), (x - depth, y), (x + depth, y + half)),
        "down": ((x - half, y - depth), (x, y + depth), (x + half, y - depth)),
        "up": ((x - half, y + depth), (x, y - depth), (x + half, y + depth)),
    }[direction]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(colour, max(1.5, size / 6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPolyline([QPointF(*point) for point in points])
    painter.restore()
