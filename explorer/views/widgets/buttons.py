"""Buttons: round ones with a glyph, and one with a word."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_arrow, draw_box, draw_focus, draw_text, mixed, text_width, with_alpha

Glyph = Literal["previous", "next", "play", "pause", "close", "sun", "moon", "help"]

_PRESS_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Pressable(QAbstractButton):
    """Base of our buttons.

    A click does not take the focus, so that Space goes on playing the network; with the focus, reached by Tab, Space
    and Enter press the button although the window has shortcuts on them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def label(self, text: str, hint: str = "") -> None:
        """Give the button its name for screen readers, and its tool tip."""
        self.setAccessibleName(text)
        self.setToolTip(hint or text)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _PRESS_KEYS:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _ground(self) -> QColor:
        """Return the fill for the present state: raised, lighter under the pointer, darker while pressed."""
        look = self._look
        if self.isDown():
            return mixed(look.raised, look.text, 0.14)
        return mixed(look.raised, look.text, 0.07) if self.underMouse() and self.isEnabled() else look.raised


class IconButton(Pressable):
    """A round button with a glyph; ``filled`` ones are in the accent colour, ``bare`` ones have no outline."""

    def __init__(
        self,
        glyph: Glyph,
        diameter_px: int = 34,
        *,
        filled: bool = False,
        bare: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._glyph = glyph
        self._diameter_px = diameter_px
        self._filled = filled
        self._bare = bare

    def set_glyph(self, glyph: Glyph) -> None:
        if glyph != self._glyph:
            self._glyph = glyph
            self.update()

    @property
    def glyph(self) -> Glyph:
        return self._glyph

    def sizeHint(self) -> QSize:
        side = self._look.pad(self._diameter_px)
        return QSize(side, side)

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        rect = QRectF(self.rect())
        side = min(rect.width(), rect.height())
        if self._filled:
            shade = 0.16 if self.isDown() else 0.08 if self.underMouse() else 0.0
            fill = mixed(look.accent, look.text if look.name == "dark" else look.ground, shade)
            draw_box(painter, rect, fill=fill, radius=side / 2)
        elif not self._bare:
            draw_box(painter, rect, fill=self._ground(), line=look.line, radius=side / 2)
        elif self.underMouse():
            draw_box(painter, rect, fill=mixed(look.panel, look.text, 0.1), radius=side / 2)
        colour = look.on_accent if self._filled else look.muted if self._bare else look.text
        draw_glyph(painter, rect, self._glyph, colour if self.isEnabled() else look.faint, look)
        if self.hasFocus():
            draw_focus(painter, rect.adjusted(-0.5, -0.5, 0.5, 0.5), look, side / 2)


class TextButton(Pressable):
    """A small button with a word: filled for the one thing to do next, ``quiet`` (outlined) for all others."""

    def __init__(self, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self._quiet = quiet

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.label(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        look = self._look
        width = text_width(look.font("caption_strong"), self.text()) + 2 * look.pad(14)
        return QSize(math.ceil(width), look.caption_px + look.pad(17))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        rect = QRectF(self.rect())
        shade = 0.16 if self.isDown() else 0.08 if self.underMouse() else 0.0
        if self._quiet:
            draw_box(painter, rect, fill=mixed(look.raised, look.text, shade), line=look.line, radius=6)
        else:
            draw_box(painter, rect, fill=mixed(look.accent, look.text, shade), radius=6)
        ink = look.text if self._quiet else look.on_accent
        draw_text(painter, rect, self.text(), look.font("caption_strong"), ink, "centre")
        if self.hasFocus():
            focus = look.accent if self._quiet else look.on_accent
            draw_box(painter, rect.adjusted(2, 2, -2, -2), line=focus, radius=4, width=1.5)


def draw_glyph(painter: QPainter, rect: QRectF, glyph: Glyph, colour: QColor, look: Look) -> None:
    """Draw a glyph in the middle of ``rect``, a third of its height."""
    centre, size = rect.center(), rect.height() / 3
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if glyph in ("previous", "next", "play"):
        draw_arrow(painter, centre, size, "left" if glyph == "previous" else "right", colour)
    elif glyph == "pause":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        bar = round(size * 0.3)
        for left in (centre.x() - size * 0.42, centre.x() + size * 0.42 - bar):
            painter.drawRoundedRect(QRectF(left, centre.y() - size / 2, bar, size), bar / 4, bar / 4)
    elif glyph == "help":
        draw_text(painter, rect, "?", look.font("strong"), colour, "centre")
    else:
        _draw_outline(painter, centre, size, glyph, colour)
    painter.restore()


def _draw_outline(painter: QPainter, centre: QPointF, size: float, glyph: Glyph, colour: QColor) -> None:
    pen = QPen(colour, max(1.5, size / 7), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = size / 2
    if glyph == "close":
        arm = half * 0.75
        painter.drawLine(centre + QPointF(-arm, -arm), centre + QPointF(arm, arm))
        painter.drawLine(centre + QPointF(arm, -arm), centre + QPointF(-arm, arm))
    elif glyph == "sun":
        painter.setBrush(with_alpha(colour, 0.25))
        painter.drawEllipse(centre, half * 0.55, half * 0.55)
        for eighth in range(8):
            way = QPointF(math.cos(eighth * math.pi / 4), math.sin(eighth * math.pi / 4))
            painter.drawLine(centre + way * half * 1.0, centre + way * half * 1.3)
    else:
        moon = QPainterPath()
        moon.addEllipse(centre, half * 1.05, half * 1.05)
        bite = QPainterPath()
        bite.addEllipse(centre + QPointF(half * 0.5, -half * 0.45), half * 0.95, half * 0.95)
        painter.drawPath(moon.subtracted(bite))
