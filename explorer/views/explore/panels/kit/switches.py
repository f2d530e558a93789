"""A row of things that can be switched on and off one by one."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.presenters.explore.panels.shows import Choice
from explorer.views.theme import Look
from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed, text_width


class Switch(Pressable):
    """A word with a tick that stands for on and a cross for off: shape and colour say it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice("", "")
        self.setCheckable(True)

    def show_choice(self, choice: Choice) -> None:
        """Show a switch; what is shown changes only by this."""
        self._choice = choice
        self.setChecked(choice.on)
        self.setEnabled(choice.enabled)
        self.label(choice.label, choice.hint)
        self.updateGeometry()
        self.update()

    @property
    def choice(self) -> Choice:
        return self._choice

    def nextCheckState(self) -> None:
        """Do nothing: the presenter answers a click."""

    def sizeHint(self) -> QSize:
        look = self._look
        width = text_width(look.font("text"), self._choice.label) + look.text_px + look.pad(32)
        return QSize(math.ceil(width), look.control_px())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, rect = QPainter(self), self._look, QRectF(self.rect())
        on = self._choice.on
        fill = mixed(look.ground, look.accent, 0.22) if on else self._ground()
        draw_box(painter, rect, fill=fill, line=look.accent if on else look.line)
        side = look.text_px * 0.62
        centre = QPointF(look.pad(12) + side / 2, rect.center().y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = look.faint if not self.isEnabled() else look.accent if on else look.muted
        painter.setPen(QPen(colour, max(2.0, side / 6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        half = side / 2
        if on:
            elbow = QPointF(centre.x() - half * 0.2, centre.y() + half * 0.7)
            painter.drawPolyline([centre + QPointF(-half, 0), elbow, centre + QPointF(half, -half * 0.8)])
        else:
            reach = half * 0.7
            painter.drawLine(centre + QPointF(-reach, -reach), centre + QPointF(reach, reach))
            painter.drawLine(centre + QPointF(-reach, reach), centre + QPointF(reach, -reach))
        text = rect.adjusted(look.pad(20) + side, 0, -look.pad(4), 0)
        ink = look.text if self.isEnabled() else look.faint
        draw_text(painter, text, self._choice.label, look.font("text"), ink)
        if self.hasFocus():
            draw_focus(painter, rect, look)


class Switches(QWidget):
    """A row of switches.

    Signals
    -------
    toggled : str
        Key of the switch that was pressed.
    """

    toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[Switch] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)

    def set_look(self, look: Look) -> None:
        for button in self._buttons:
            button.set_look(look)
        self._row.setSpacing(look.pad(8))

    def show_choices(self, choices: tuple[Choice, ...], look: Look) -> None:
        """Show other switches, in that look."""
        while len(self._buttons) < len(choices):
            button = Switch(self)
            button.clicked.connect(lambda _checked=False, which=button: self.toggled.emit(which.choice.key))
            self._row.insertWidget(len(self._buttons), button)
            self._buttons.append(button)
        for index, button in enumerate(self._buttons):
            button.setVisible(index < len(choices))
            if index < len(choices):
                button.set_look(look)
                button.show_choice(choices[index])

    @property
    def buttons(self) -> tuple[Switch, ...]:
        """The switches on screen."""
        return tuple(button for button in self._buttons if not button.isHidden())
