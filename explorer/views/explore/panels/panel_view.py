"""What every panel on the stage is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.views.theme import DARK, Look


class PanelView(QWidget):
    """A page of the stage: draws what its presenter pushes and tells what the person does by signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()

    def set_look(self, look: Look) -> None:
        """Take on colours and type sizes."""
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        """Take on a language; texts that the presenter pushed come again from there."""
        self._tr = tr
        self.update()
