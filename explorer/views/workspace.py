"""What the window asks of a workspace."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget


class Workspace(QWidget):
    """One of the window's workspaces."""

    def banner_room(self) -> QRect:
        """Return the part, in the workspace's own coordinates, at whose bottom a banner may stand."""
        return self.rect()
