"""What is trained: presets with a sentence on what to look at, and everything that can be set."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.train.ports import Field, SetupShow
from explorer.views.explore.drop_button import DropButton
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import TextButton
from explorer.views.widgets.paint import draw_text

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class SetupPanel(QWidget):
    """The left column.

    Signals
    -------
    preset_chosen : str
    field_changed : str, str
        Key of a field and its new value.
    runs_clicked
        The list of runs is wanted.
    """

    preset_chosen = Signal(str)
    field_changed = Signal(str, str)
    runs_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: SetupShow | None = None
        self._buttons: dict[str, DropButton] = {}
        self._texts: list[tuple[QRectF, str, bool]] = []
        self.preset = DropButton(self)
        self.preset.chosen.connect(self.preset_chosen)
        self.runs_button = TextButton(self, quiet=True)
        self.runs_button.clicked.connect(lambda _checked=False: self.runs_clicked.emit())

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.preset, self.runs_button, *self._buttons.values()):
            part.set_look(look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("train_view.setup"))
        self.runs_button.setText(tr("train_view.runs"))
        self.runs_button.label(tr("train_view.runs"), tr("train_view.runs.hint"))
        self._arrange()

    def show_setup(self, show: SetupShow) -> None:
        if show == self._show:
            return
        self._show = show
        presets = [(key, title, title) for key, title in show.presets]
        if not show.preset:
            presets.append(("", self._tr("train_view.own_title"), ""))
        self.preset.set_choices(self._tr("train_view.preset"), tuple(presets))
        self.preset.set_current(show.preset)
        for field in self._fields(show):
            self._show_field(field)
        self._arrange()

    def button(self, key: str) -> DropButton:
        """Return the button of a field."""
        return self._buttons[key]

    def _fields(self, show: SetupShow) -> list[Field]:
        return [*show.fields, *(field for _, fields in show.lanes for field in fields)]

    def _show_field(self, field: Field) -> None:
        button = self._buttons.get(field.key)
        if button is None:
            button = self._buttons[field.key] = DropButton(self)
            button.set_look(self._look)
            button.chosen.connect(lambda value, key=field.key: self.field_changed.emit(key, value))
            button.show()
        button.set_choices(field.label, tuple((key, word, word) for key, word in field.choices))
        button.set_current(field.value)
        button.setEnabled(field.enabled)
        if field.hint:
            button.setToolTip(field.hint)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        show, look = self._show, self._look
        self._texts = []
        if show is None:
            return
        edge, width = look.pad(16), self.width() - 2 * look.pad(16)
        row = look.caption_px + look.pad(17)
        top = look.pad(12)
        top = self._write(self._tr("train_view.preset"), top, row, strong=True)
        self.preset.setGeometry(edge - look.pad(8), top, width + look.pad(16), row)
        top += row + look.pad(4)
        about_px = self._height_of(show.about, width)
        self._texts.append((QRectF(edge, top, width, about_px), show.about, False))
        top += about_px + look.pad(12)
        for field in show.fields:
            top = self._place(field, edge, top, width, row)
        for title, fields in show.lanes:
            top = self._write(title, top + look.pad(6), row, strong=True)
            shown = [field for field in fields if field.enabled]
            for field in fields:
                self._buttons[field.key].setVisible(field.enabled)
            for field in shown:
                top = self._place(field, edge, top, width, row)
        top += look.pad(8)
        size = self.runs_button.sizeHint()
        last = self.height() - size.height() - look.pad(12)
        self.runs_button.setGeometry(edge, last, size.width(), size.height())
        for line in show.facts:
            height = self._height_of(line, width)
            if top + height > last - look.pad(4):
                break
            self._texts.append((QRectF(edge, top, width, height), line, False))
            top += height + look.pad(2)
        self.update()

    def _height_of(self, text: str, width: int) -> int:
        metrics = QFontMetrics(self._look.font("caption"))
        return metrics.boundingRect(0, 0, max(1, width), 2000, int(_WRAP), text).height()

    def _write(self, text: str, top: int, row: int, *, strong: bool) -> int:
        edge = self._look.pad(16)
        self._texts.append((QRectF(edge, top, self.width() - 2 * edge, row), text, strong))
        return top + row

    def _place(self, field: Field, edge: int, top: int, width: int, row: int) -> int:
        button = self._buttons[field.key]
        wide = min(button.sizeHint().width(), width * 2 // 3)
        button.setGeometry(edge + width + self._look.pad(8) - wide, top, wide, row)
        self._texts.append((QRectF(edge, top, width - wide, row), field.label, False))
        return top + row

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        single = look.caption_px + look.pad(17)
        for rect, text, strong in self._texts:
            font = look.font("caption_strong" if strong else "caption")
            colour = look.text if strong else look.muted
            if rect.height() <= single and QFontMetrics(font).horizontalAdvance(text) <= rect.width():
                draw_text(painter, rect, text, font, colour)
            else:
                painter.setFont(font)
                painter.setPen(colour)
                painter.drawText(rect, int(_WRAP), text)
