"""Everything that a key does, in one table: the window's actions, the key sheet and the palette all read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from explorer.core.scene import WORKSPACES
from explorer.core.text import Translator

Group = Literal["walk", "view", "picture", "gan_run", "gan_show", "gan_knobs", "scene", "class"]


@dataclass(frozen=True)
class ActionSpec:
    """One action; its text in the language files is ``text``, or ``action.<id>``.

    ``repeats`` says whether holding the key repeats it; ``listed`` whether sheet and palette show it by itself.
    """

    id: str
    keys: tuple[str, ...]
    group: Group
    repeats: bool = False
    listed: bool = True
    text: str = ""

    @property
    def text_key(self) -> str:
        return self.text or f"action.{self.id}"


ACTIONS: tuple[ActionSpec, ...] = (
    # Page keys come from clickers.
    ActionSpec("step_next", ("Right", "PgDown"), "walk", repeats=True),
    ActionSpec("step_previous", ("Left", "PgUp"), "walk", repeats=True),
    ActionSpec("enter_block", ("Down",), "walk"),
    ActionSpec("leave_block", ("Up",), "walk"),
    ActionSpec("first", ("Home",), "walk"),
    ActionSpec("last", ("End",), "walk"),
    ActionSpec("play", ("Space",), "walk"),
    ActionSpec("slower", ("[",), "walk"),
    ActionSpec("faster", ("]",), "walk"),
    ActionSpec("view_maps", ("M",), "view"),
    ActionSpec("view_branches", ("N",), "view"),
    ActionSpec("view_channel", ("C",), "view"),
    ActionSpec("views", ("V",), "view"),
    ActionSpec("view_microscope", ("X",), "view"),
    ActionSpec("view_kernels", ("K",), "view"),
    ActionSpec("view_gradcam", ("G",), "view"),
    ActionSpec("scaling", ("S",), "view"),
    ActionSpec("order", ("O",), "view"),
    ActionSpec("colours", ("L",), "view"),
    ActionSpec("zoom_in", ("+", "="), "view", repeats=True),
    ActionSpec("zoom_out", ("-",), "view", repeats=True),
    ActionSpec("fit", ("F", "0"), "view"),
    ActionSpec("select_right", ("Shift+Right",), "view", repeats=True, listed=False),
    ActionSpec("select_left", ("Shift+Left",), "view", repeats=True, listed=False),
    ActionSpec("select_down", ("Shift+Down",), "view", repeats=True, listed=False),
    ActionSpec("select_up", ("Shift+Up",), "view", repeats=True, listed=False),
    ActionSpec("open_channel", ("Return", "Enter"), "view"),
    ActionSpec("open_picture", ("Ctrl+O",), "picture"),
    ActionSpec("paste_picture", ("Ctrl+V",), "picture"),
    ActionSpec("next_picture", ("P",), "picture", repeats=True),
    ActionSpec("previous_picture", ("Shift+P",), "picture", repeats=True),
    ActionSpec("find", ("Ctrl+K", "Ctrl+F"), "scene"),
    ActionSpec("undo", ("Ctrl+Z",), "scene", repeats=True),
    ActionSpec("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "scene", repeats=True),
    ActionSpec("bookmark", ("B",), "scene"),
    *(ActionSpec(f"recall_{number}", (str(number),), "scene", listed=False) for number in range(1, 10)),
    *(ActionSpec(f"workspace_{name}", (f"Ctrl+{number}",), "class") for number, name in enumerate(WORKSPACES, 1)),
    ActionSpec("present", ("F11", "F5"), "class"),
    ActionSpec("blank", (".",), "class"),
    ActionSpec("theme", ("Ctrl+,",), "class"),
    ActionSpec("language", ("Ctrl+L",), "class"),
    ActionSpec("keys", ("?", "F1"), "class"),
    ActionSpec("back", ("Esc",), "class"),
    ActionSpec("quit", ("Ctrl+Q",), "class"),
)


def build_actions(window: QWidget, tr: Translator, triggered: Callable[[str], None]) -> dict[str, QAction]:
    """Put all actions on the window and return them by id; ``triggered`` is called with the id.

    The shortcuts hold for the whole window. A text field with the focus keeps the keys that write or move in it: Qt
    offers it every key first (``ShortcutOverride``).
    """
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(spec.repeats)
        action.triggered.connect(lambda _checked=False, name=spec.id: triggered(name))
        window.addAction(action)
        actions[spec.id] = action
    retranslate_actions(actions, tr)
    return actions


def retranslate_actions(actions: dict[str, QAction], tr: Translator) -> None:
    for spec in ACTIONS:
        if spec.id.startswith("recall_"):
            actions[spec.id].setText(tr("action.recall", number=spec.keys[0]))
        else:
            actions[spec.id].setText(tr(spec.text_key))


def key_text(key: str, tr: Translator) -> str:
    """Return a key as it is printed on the keyboard: ``→``, ``PgDn``, ``Ctrl K``."""
    parts = [key] if len(key) == 1 else key.split("+")
    return " ".join(_KEY_CAPS.get(part) or _named(part, tr) for part in parts)


def _named(part: str, tr: Translator) -> str:
    return tr(f"key.{part}") if tr.has(f"key.{part}") else part


_KEY_CAPS = {"Right": "→", "Left": "←", "Down": "↓", "Up": "↑", "PgDown": "PgDn", "Return": "Enter", "-": "−"}


def listed_keys(spec: ActionSpec) -> tuple[str, ...]:
    """Return the keys that the sheet shows: both enter keys are one to a person, and so is + with and without Shift."""
    return tuple(key for key in spec.keys if key not in ("Enter", "="))
