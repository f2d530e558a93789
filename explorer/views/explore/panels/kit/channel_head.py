"""The first line of a panel about one channel: buttons to its neighbours, and a title."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.theme import Look
from explorer.views.widgets.buttons import IconButton


class ChannelHead(QWidget):
    """Previous, next, title.

    Signals
    -------
    moved : int
        To a neighbouring channel: −1 or 1.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.previous, self.next = IconButton("previous", 28), IconButton("next", 28)
        self.title = Sentence(role="strong")
        self.previous.clicked.connect(lambda _checked=False: self.moved.emit(-1))
        self.next.clicked.connect(lambda _checked=False: self.moved.emit(1))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.previous)
        self._row.addWidget(self.next)
        self._row.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)

    def set_look(self, look: Look) -> None:
        """Take on distances; the buttons and the title take on their own look."""
        self._row.setSpacing(look.pad(12))

    def retranslate(self, tr: Translator) -> None:
        self.previous.label(tr("stage.channel.previous"))
        self.next.label(tr("stage.channel.next"))
