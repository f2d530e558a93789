"""The bottom bar: single steps, play, slow motion, rate, the time line, and export."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import RunShow
from explorer.views.gan.moments import Moments
from explorer.views.gan.toggle import Toggle
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton
from explorer.views.widgets.chip import Chip

ACTIONS = ("step_d", "play", "step_g", "step_both", "slow", "restart", "rate", "export")


class RunBar(QWidget):
    """Signals
    -------
    pressed : str
        One of ``ACTIONS``.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show = RunShow(False, False, "")
        self.step_d, self.step_g, self.step_both = Chip(self), Chip(self), Chip(self)
        self.play = IconButton("play", 44, filled=True)
        self.slow = Toggle(self)
        self.restart = Chip(self)
        self.rate = Chip(self, menu=True)
        self.export = Chip(self, menu=True)
        self.moments = Moments(self)
        self._layout = QHBoxLayout(self)
        self._buttons: dict[str, Chip | IconButton | Toggle] = {
            "step_d": self.step_d,
            "play": self.play,
            "step_g": self.step_g,
            "step_both": self.step_both,
            "slow": self.slow,
            "restart": self.restart,
            "rate": self.rate,
        }
        for button in self._buttons.values():
            self._layout.addWidget(button)
        self._layout.addWidget(self.moments, 1)
        self._buttons["export"] = self.export
        self._layout.addWidget(self.export)
        for name, button in self._buttons.items():
            button.clicked.connect(lambda _checked=False, name=name: self.pressed.emit(name))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._layout.setContentsMargins(look.pad(16), look.pad(8), look.pad(16), look.pad(8))
        self._layout.setSpacing(look.pad(8))
        for part in (*self._buttons.values(), self.moments):
            part.set_look(look)
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        for name, key, keys in (("step_d", "D", "D"), ("step_g", "G", "G"), ("step_both", "D+G", "→")):
            chip = self._buttons[name]
            assert isinstance(chip, Chip)
            chip.set_parts(key, name=tr(f"gan_view.{name}"), hint=f"{tr(f'gan_view.{name}')}  {keys}")
        self.restart.set_parts("↺", name=tr("gan_view.restart"), hint=tr("gan_view.restart") + "  R")
        self.export.set_parts(tr("gan_view.export"), name="", hint=tr("gan_view.export.hint") + "  Ctrl S")
        self.slow.set_word(tr("gan_view.slow"), tr("gan_view.slow.hint") + "  S")
        self.moments.retranslate(tr)
        self.show_run(self._show)

    def show_run(self, show: RunShow) -> None:
        """Show whether it plays, and how fast."""
        self._show = show
        self.play.set_glyph("pause" if show.playing else "play")
        name = self._tr("gan_view.pause" if show.playing else "gan_view.play")
        self.play.label(name, f"{name}  {self._tr('key.Space')}")
        self.slow.set_on(show.slow)
        self.rate.set_parts(show.rate, name=self._tr("gan_view.rate"), hint=self._tr("gan_view.rate.hint") + "  [ ]")

    def height_for(self, *, low: bool) -> int:
        return self._look.pad(76 if low else 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.panel)
