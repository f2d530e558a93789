"""A quiet button that says what is set and opens a menu of what else could be."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import draw_box, draw_chevron, draw_focus, draw_text, mixed, text_width


class DropButton(Pressable):
    """Shows the current choice; a click or Enter opens the choices above it.

    Signals
    -------
    chosen : str
        Key of the picked choice. What is shown changes only by :meth:`set_current`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[tuple[str, str, str], ...] = ()
        self._current = ""
        self._name = ""
        self._menu = QMenu(self)
        self._actions = QActionGroup(self)
        self._icons: dict[str, QIcon] = {}
        self._actions.triggered.connect(self._on_action)
        self.clicked.connect(self.open_menu)

    def set_choices(self, name: str, choices: tuple[tuple[str, str, str], ...]) -> None:
        """Offer ``(key, word in the button, line in the menu)``; a choice without a line is only ever shown.

        ``name`` says what is being chosen.
        """
        self._name, self._choices = name, choices
        self._rebuild()

    def set_icons(self, icons: dict[str, QIcon]) -> None:
        self._icons = icons
        self._rebuild()

    def set_current(self, key: str) -> None:
        changed, self._current = key != self._current, key
        for action in self._actions.actions():
            action.setChecked(action.data() == key)
        if changed:
            self._announce()

    @property
    def menu(self) -> QMenu:
        return self._menu

    def _rebuild(self) -> None:
        for action in self._actions.actions():
            self._actions.removeAction(action)
        self._menu.clear()
        for key, _, line in self._choices:
            if not line:
                continue
            action = QAction(line, self._menu)
            action.setData(key)
            action.setCheckable(True)
            action.setChecked(key == self._current)
            if key in self._icons:
                action.setIcon(self._icons[key])
                action.setIconVisibleInMenu(True)
            self._actions.addAction(action)
            self._menu.addAction(action)
        self._announce()

    def _announce(self) -> None:
        self.label(f"{self._name}: {self._word()}", self._name)
        self.updateGeometry()
        self.update()

    def _word(self) -> str:
        return next((word for key, word, _ in self._choices if key == self._current), self._current)

    def open_menu(self) -> None:
        """Show the choices; never blocks."""
        if self._choices:
            above = QPoint(0, -self._menu.sizeHint().height() - 4)
            self._menu.popup(self.mapToGlobal(above))

    def _on_action(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))

    def sizeHint(self) -> QSize:
        look = self._look
        width = text_width(look.font("caption"), self._word()) + look.pad(14) + look.caption_px * 0.7
        return QSize(math.ceil(width) + look.pad(8), look.caption_px + look.pad(15))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        rect = QRectF(self.rect())
        lit = self.isEnabled() and (self.underMouse() or self.isDown() or self._menu.isVisible())
        if lit:
            draw_box(painter, rect, fill=mixed(look.ground, look.text, 0.08), radius=6)
        colour = look.text if lit else look.muted if self.isEnabled() else look.faint
        pad, arrow = look.pad(8), look.caption_px * 0.55
        draw_text(painter, rect.adjusted(pad, 0, -pad - arrow, 0), self._word(), look.font("caption"), colour)
        if self.isEnabled():
            centre = QPointF(rect.right() - pad - arrow / 2 + 2, rect.center().y())
            draw_chevron(painter, centre, arrow, "down", colour)
        if self.hasFocus():
            draw_focus(painter, rect, look, 6)
