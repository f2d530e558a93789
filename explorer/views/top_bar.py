"""The top bar: the name of the program, and chips that say and change what is on screen."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import ChipState
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton, Pressable
from explorer.views.widgets.chip import Chip, Dot
from explorer.views.widgets.paint import draw_text, text_width
from explorer.views.widgets.segmented import Segmented

ANCHORS = ("net", "weights", "picture", "device")
"""Chips that open a menu."""

LANGUAGE_WORDS = (("en", "EN"), ("ko", "한"))

_PICTURE_LIMIT_PX = 140


class TopBar(QWidget):
    """Wordmark at the left, chips at the right; in narrow windows the chips leave out their notes, least needed first.

    Signals
    -------
    menu_requested : str
        One of ``ANCHORS``: that chip was pressed.
    action_triggered : str
        Id of an action whose button was pressed: ``language theme present keys``.
    """

    menu_requested = Signal(str)
    action_triggered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._state: ChipState | None = None
        self.chips = {
            "net": Chip(self, menu=True),
            "weights": Chip(self),
            "picture": Chip(self),
            "device": Chip(self, note_first=True),
        }
        self.workspaces = Segmented(self)
        self.workspaces.hide()
        self._workspace_names: tuple[str, ...] = ()
        self.language = Segmented(self)
        self.language.set_items(LANGUAGE_WORDS)
        self.theme_button = IconButton("sun", 34, parent=self)
        self.present_chip = Chip(self)
        self.help_button = IconButton("help", 34, parent=self)
        for anchor, chip in self.chips.items():
            chip.setEnabled(False)
            chip.clicked.connect(lambda _checked=False, name=anchor: self.menu_requested.emit(name))
        self.workspaces.chosen.connect(lambda name: self.action_triggered.emit(f"workspace_{name}"))
        self.language.chosen.connect(self._on_language_chosen)
        self.theme_button.clicked.connect(lambda _checked=False: self.action_triggered.emit("theme"))
        self.present_chip.clicked.connect(lambda _checked=False: self.action_triggered.emit("present"))
        self.help_button.clicked.connect(lambda _checked=False: self.action_triggered.emit("keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (*self._row(), self.workspaces, *self.chips.values()):
            part.set_look(look)
        self.theme_button.set_glyph("sun" if look.name == "dark" else "moon")
        self._show_texts()
        self.setFixedHeight(self.sizeHint().height())
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("top.name"))
        self.workspaces.set_name(tr("top.workspace"))
        self._show_workspaces()
        self.language.set_name(tr("top.language"))
        self.language.set_current(tr.language)
        self.language.setToolTip(tr("action.language") + "  Ctrl L")
        self.help_button.label(tr("top.keys"), tr("action.keys") + "  ?")
        self._show_texts()
        self._arrange()

    def set_workspaces(self, names: tuple[str, ...]) -> None:
        """Offer these workspaces; a single one needs no choice."""
        self._workspace_names = names
        self._show_workspaces()
        self.workspaces.set_current(names[0])
        self.workspaces.setVisible(len(names) > 1)
        self._arrange()

    def show_workspace(self, name: str) -> None:
        """Mark the workspace on screen; the chips stay where they say something of it."""
        self.workspaces.set_current(name)
        for anchor, chip in self.chips.items():
            chip.setVisible(name == "explore" or (name == "compare" and anchor in ("picture", "device")))
        self._arrange()

    def _show_workspaces(self) -> None:
        tr = self._tr
        words = tuple((name, tr(f"top.workspace.{name}")) for name in self._workspace_names)
        self.workspaces.set_items(words, {name: tr(f"top.workspace.{name}.hint") for name in self._workspace_names})

    def show_chips(self, chips: ChipState) -> None:
        self._state = chips
        for chip in self.chips.values():
            chip.setEnabled(True)
        self._show_texts()
        self._arrange()

    def anchor_rect(self, anchor: str) -> QRect:
        """Return where a chip stands, in the bar's own coordinates."""
        return self.chips[anchor].geometry()

    def sizeHint(self) -> QSize:
        return QSize(1280, self._look.control_px() + self._look.pad(22))

    def _on_language_chosen(self, language: str) -> None:
        if language != self.language.current:
            self.action_triggered.emit("language")

    def _show_texts(self, *, device_title: bool = True) -> None:
        tr, state = self._tr, self._state
        self.present_chip.set_parts(tr("top.present"), "F5", hint=tr("action.present") + "  F5")
        other = "light" if self._look.name == "dark" else "dark"
        self.theme_button.label(tr(f"top.theme.{other}"), tr(f"top.theme.{other}") + "  Ctrl ,")
        names = {anchor: tr(f"top.{anchor}") for anchor in ANCHORS}
        hints = {anchor: tr(f"top.{anchor}.hint") for anchor in ANCHORS}
        chips = self.chips
        if state is None:
            for anchor, chip in chips.items():
                chip.set_parts(names[anchor], name="", hint="")
            return
        chips["net"].set_parts(state.net, name=names["net"], hint=hints["net"])
        word = tr("chip.trained") if state.trained else tr("chip.untrained")
        dot: Dot = "good" if state.trained else "hollow"
        chips["weights"].set_parts(word, state.weights, dot, name=names["weights"], hint=hints["weights"])
        chips["picture"].set_parts(state.picture, tr("top.picture.note"), name=names["picture"], hint=hints["picture"])
        title = state.device_title
        if title and device_title:
            chips["device"].set_parts(title, state.device, name=names["device"], hint=hints["device"])
        else:
            hint = "\n".join(part for part in (title, hints["device"]) if part)
            chips["device"].set_parts(state.device, name=names["device"], hint=hint)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _row(self) -> tuple[Pressable | Segmented, ...]:
        chips = (chip for chip in self.chips.values() if not chip.isHidden())
        return (*chips, self.language, self.theme_button, self.present_chip, self.help_button)

    def _gap_px(self) -> int:
        return self._look.pad(16) if self.width() >= 1600 else self._look.pad(8)

    def _needed_px(self) -> int:
        gap = self._gap_px()
        return sum(part.sizeHint().width() + gap for part in self._row()) - gap

    def _arrange(self) -> None:
        look = self._look
        edge = look.pad(24)
        left = edge + self._mark_px() + look.pad(24)
        if not self.workspaces.isHidden():
            tabs = self.workspaces.sizeHint()
            self.workspaces.setGeometry(left, (self.height() - 1 - tabs.height()) // 2, tabs.width(), tabs.height())
            left += tabs.width() + look.pad(24)
        room = self.width() - edge - left
        chips = self.chips
        for chip in (*chips.values(), self.present_chip):
            chip.set_compact(False)
        self._show_texts()
        shorter: tuple[Callable[[], None], ...] = (
            lambda: chips["picture"].set_compact(True),
            lambda: self._show_texts(device_title=False),
            lambda: chips["picture"].set_compact(True, _PICTURE_LIMIT_PX),
            lambda: self.present_chip.set_compact(True),
            lambda: chips["weights"].set_compact(True),
            lambda: chips["net"].set_compact(True, _PICTURE_LIMIT_PX),
        )
        for shorten in shorter:
            if self._needed_px() <= room:
                break
            shorten()
        right, tall = self.width() - edge, look.control_px()
        for part in reversed(self._row()):
            size = part.sizeHint()
            height = min(size.height(), tall)
            part.setGeometry(right - size.width(), (self.height() - 1 - height) // 2, size.width(), height)
            right -= size.width() + self._gap_px()

    def _mark_px(self) -> int:
        font = self._look.font("heading2")
        return math.ceil(text_width(font, "Layer") + text_width(font, "walk"))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, font = self._look, self._look.font("heading2")
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.line)
        place = QRectF(look.pad(24), 0, self.width(), self.height() - 1)
        wide = draw_text(painter, place, "Layer", font, look.text)
        draw_text(painter, place.translated(wide, 0), "walk", font, look.accent)
