"""Head and class to ask about: the heads in a row, a field to find a class, the classes as bars."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.explore.panels.asking import ChooserShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.theme import Look
from explorer.views.widgets.segmented import Segmented


class Chooser(QWidget):
    """Shows what can be asked about.

    Signals
    -------
    head_chosen, class_chosen : str
    searched : str
        What is looked for among the classes.
    """

    head_chosen = Signal(str)
    class_chosen = Signal(str)
    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads = Segmented()
        self.note = Sentence(role="caption", muted=True)
        self.field = QLineEdit()
        self.classes = Bars()
        self.heads.chosen.connect(self.head_chosen)
        self.classes.clicked.connect(self.class_chosen)
        self.field.textEdited.connect(self.searched)
        self.field.returnPressed.connect(self._take_first)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        for part in (self.heads, self.note, self.field):
            self._rows.addWidget(part)
        self._rows.addWidget(self.classes, 1)
        self._keys: tuple[str, ...] = ()
        self.field.hide()
        self.note.hide()

    def set_look(self, look: Look) -> None:
        spread_look(self, look)
        self.field.setFont(look.font())
        self._rows.setSpacing(look.pad(8))

    def retranslate(self, tr: Translator) -> None:
        self.heads.set_name(tr("asking.head"))
        self.field.setPlaceholderText(tr("asking.find"))
        self.field.setAccessibleName(tr("asking.find"))

    def show_chooser(self, show: ChooserShow) -> None:
        """Show other heads and classes."""
        self.heads.set_items(show.heads)
        self.heads.set_current(show.head)
        self.heads.setVisible(len(show.heads) > 1)
        self.note.show_text(show.note)
        self.note.setVisible(bool(show.note))
        self.field.setVisible(show.search is not None)
        if show.search is not None and self.field.text() != show.search:
            self.field.setText(show.search)
        self._keys = tuple(row.key for row in show.classes.rows if not row.strong)
        self.classes.show_bars(show.classes)

    def _take_first(self) -> None:
        """Enter in the field: take the likeliest class that was found."""
        if self._keys and self.field.text():
            self.class_chosen.emit(self._keys[0])
