"""What the window asks of a workspace."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.views.actions import ACTIONS, ActionSpec
from explorer.views.theme import Look


class Workspace(QWidget):
    """One of the window's workspaces.

    Signals
    -------
    banner_room_changed
        What :meth:`banner_room` returns is another place now.

    Attributes
    ----------
    key_actions : tuple of ActionSpec
        What the key sheet and the palette list while it is on screen.
    """

    key_actions: tuple[ActionSpec, ...] = ACTIONS

    banner_room_changed = Signal()

    def set_look(self, look: Look) -> None:
        """Take on colours and type sizes."""
        raise NotImplementedError

    def retranslate(self, tr: Translator) -> None:
        """Take on a language."""
        raise NotImplementedError

    def set_present(self, present: bool) -> None:
        """Leave only what a projector needs, or come back; the look brings the size."""

    def banner_room(self) -> QRect:
        """Return the part, in the workspace's own coordinates, at whose bottom a banner may stand."""
        return self.rect()
