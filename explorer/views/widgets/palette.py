"""The palette (Ctrl+K): type a few letters of an action's or a layer's name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import MenuEntry
from explorer.views.theme import Look
from explorer.views.widgets.entry_list import EntryList
from explorer.views.widgets.overlay import Overlay

_MOST_ROWS = 60
_ROWS_SHOWN = 9


class Palette(Overlay):
    """A text field and what it finds.

    Signals
    -------
    picked : str
        Key of the entry that was run.
    """

    picked = Signal(str)

    dim = 0.25

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._source: Callable[[], tuple[MenuEntry, ...]] = tuple
        self._all: tuple[MenuEntry, ...] = ()
        self._nothing = ""
        self.field = PaletteField(self)
        self.found = EntryList(self)
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.field.textChanged.connect(self._on_field_changed)
        self.field.moved.connect(self.found.step)
        self.field.accepted.connect(self.found.pick_current)
        self.found.picked.connect(self._on_found_picked)

    def set_look(self, look: Look) -> None:
        self.field.setFont(look.font("text"))
        self.found.set_look(look)
        super().set_look(look)

    def retranslate(self, tr: Translator) -> None:
        self.field.setPlaceholderText(tr("palette.placeholder"))
        self.setAccessibleName(tr("palette.name"))
        self.field.setAccessibleName(tr("palette.name"))
        self.found.setAccessibleName(tr("palette.found"))
        self._nothing = tr("palette.nothing")

    def set_source(self, source: Callable[[], tuple[MenuEntry, ...]]) -> None:
        """Set who is asked, each time the palette opens, for all that can be found."""
        self._source = source

    def open(self) -> None:
        self._all = self._source()
        self.field.clear()
        self._on_field_changed("")
        super().open()

    def focus_target(self) -> QWidget:
        return self.field

    def card_rect(self) -> QRect:
        look = self._look
        width = min(look.pad(560), self.width() - 48)
        row = look.text_px + look.pad(17)
        height = look.control_px() + look.pad(28) + _ROWS_SHOWN * row
        top = min(96, self.height() // 8)
        return QRect((self.width() - width) // 2, top, width, min(height, self.height() - top - 16))

    def arrange(self) -> None:
        card, look = self.card_rect(), self._look
        edge = look.pad(10)
        tall = look.control_px() + 4
        self.field.setGeometry(card.left() + edge, card.top() + edge, card.width() - 2 * edge, tall)
        top = card.top() + edge + tall + look.pad(8)
        self.found.setGeometry(card.left() + edge, top, card.width() - 2 * edge, card.bottom() - top - look.pad(8))

    def _on_field_changed(self, text: str) -> None:
        found = ranked(text, self._all)[:_MOST_ROWS]
        self.found.set_entries(found or (MenuEntry("", self._nothing),))

    def _on_found_picked(self, key: str) -> None:
        self.dismiss()
        self.picked.emit(key)


class PaletteField(QLineEdit):
    """A text field that passes ↑ ↓ and Enter on, and leaves no plain key to the window's shortcuts."""

    moved = Signal(int)
    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.moved.emit(move)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


def ranked(text: str, entries: tuple[MenuEntry, ...]) -> tuple[MenuEntry, ...]:
    """Return the entries that match, the best first; all of them, as they are, for an empty text."""
    if not text.strip():
        return entries
    scored = [(score(text, entry), order, entry) for order, entry in enumerate(entries) if entry.key]
    found = [(points, order, entry) for points, order, entry in scored if points is not None]
    return tuple(entry for _, _, entry in sorted(found, key=lambda item: item[:2]))


def score(text: str, entry: MenuEntry) -> int | None:
    """Return how far an entry is from what was typed, 0 for the same; None where it does not match.

    Upper and lower case and blanks do not matter. A name that begins with the text beats a word in it that does, that
    beats a place inside, and that beats letters that only come in the same order. The note is searched too.
    """
    wanted = "".join(text.lower().split())
    best: int | None = None
    for handicap, name in ((0, entry.label), (40, entry.note)):
        folded = "".join(name.lower().split())
        if not folded:
            continue
        points = _distance(wanted, folded, name.lower())
        if points is not None and (best is None or points + handicap < best):
            best = points + handicap
    return best


def _distance(wanted: str, folded: str, name: str) -> int | None:
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in name.replace("·", " ").replace("›", " ").split()):
        return 2
    at = folded.find(wanted)
    if at >= 0:
        return 10 + min(at, 9)
    gaps, last = 0, -1
    for letter in wanted:
        found = folded.find(letter, last + 1)
        if found < 0:
            return None
        gaps += found - last - 1
        last = found
    # Letters strewn all over a long name are chance.
    return 20 + gaps if gaps <= 12 else None
