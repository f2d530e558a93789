"""What the window asks of a workspace."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget


class Workspace(QWidget):
    """One of the window's workspaces.

    Signals
    -------
    banner_room_changed
        What :meth:`banner_room` returns is another place now.
    """

    banner_room_changed = Signal()

    def banner_room(self) -> QRect:
        """Return the part, in the workspace's own coordinates, at whose bottom a banner may stand."""
        return self.rect()
