"""The menu under a chip."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtWidgets import QWidget

from explorer.presenters.ports import MenuEntry
from explorer.views.theme import Look
from explorer.views.widgets.entry_list import EntryList
from explorer.views.widgets.overlay import Overlay

_EDGE_PX = 8


class PopupMenu(Overlay):
    """Entries on a card under the widget that was clicked; never blocks.

    Signals
    -------
    chosen : str, str
        The anchor's name and the key of the entry.
    """

    chosen = Signal(str, str)

    dim = 0.0

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._anchor = ""
        self._below = QRect()
        self.entries = EntryList(self)
        self.entries.picked.connect(self._on_entry_picked)

    @property
    def anchor(self) -> str:
        """Name of the widget under which the menu is, or was last, open."""
        return self._anchor

    def set_look(self, look: Look) -> None:
        self.entries.set_look(look)
        super().set_look(look)

    def popup(self, anchor: str, below: QRect, entries: tuple[MenuEntry, ...]) -> None:
        """Open under ``below``, in the parent's coordinates; an open menu of the same anchor shows the new entries."""
        self._anchor, self._below = anchor, below
        self.entries.set_entries(entries)
        self.open()

    def focus_target(self) -> QWidget:
        return self.entries

    def card_rect(self) -> QRect:
        content = self.entries.content_size()
        room = self.rect().adjusted(_EDGE_PX, 0, -_EDGE_PX, -_EDGE_PX)
        top = self._below.bottom() + 7
        height = min(content.height() + 13, room.bottom() - top)
        scrolls = height < content.height() + 13
        width = max(content.width() + 12 + (10 if scrolls else 0), self._below.width(), self._look.pad(200))
        width = min(width, room.width())
        left = max(room.left(), min(self._below.left(), room.right() - width))
        return QRect(left, top, width, height)

    def arrange(self) -> None:
        card = self.card_rect()
        self.entries.setGeometry(QRect(card.topLeft(), QSize(card.size())).adjusted(6, 6, -6, -6))

    def _on_entry_picked(self, key: str) -> None:
        self.dismiss()
        self.chosen.emit(self._anchor, key)
