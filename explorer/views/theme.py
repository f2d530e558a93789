"""Colours, fonts and the style sheet: one look, light or dark, at normal or at projector size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from explorer.core.resources import resource

Role = Literal["caption", "caption_strong", "text", "strong", "heading", "heading2"]

FAMILY = "Pretendard"

RADIUS_PX = 8
"""Corner radius of chips, cards and menus."""


@dataclass(frozen=True)
class Look:
    """All that custom painting needs to know; sizes are in logical pixels.

    Text is ``text`` or ``muted``, or one of the colours that mean something. ``faint`` is for lines and signs, and for
    what cannot be used now.

    ``present`` is the projector size: the smallest text is 24 pt there.
    """

    name: Literal["dark", "light"]
    ground: QColor
    panel: QColor
    raised: QColor
    line: QColor
    text: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    on_accent: QColor
    good: QColor
    warning: QColor
    bad: QColor
    caption_px: int = 13
    text_px: int = 15
    heading_px: int = 22
    present: bool = False

    def font(self, role: Role = "text") -> QFont:
        """Return the font of a role: two sizes and two weights, and one heading. Figures are tabular."""
        sizes = {"heading": self.heading_px, "heading2": self.text_px + 3}
        size_px = self.caption_px if role.startswith("caption") else sizes.get(role, self.text_px)
        # A copy, which the caller may change; it shares what Qt has already found out about the font.
        return QFont(_font(size_px, role in ("caption_strong", "strong", "heading", "heading2")))

    def row_px(self) -> int:
        """Return the height of one line of a list, on the 4-px half grid."""
        return -(-(self.text_px + 11) // 4) * 4

    def pad(self, pixels: int) -> int:
        """Return a distance at this look's size: distances grow less than the text does."""
        return round(pixels * 1.5) if self.present else pixels

    def control_px(self) -> int:
        """Return the height of chips, buttons and text fields."""
        return self.text_px + 2 * self.pad(9) + 1


@lru_cache
def _font(size_px: int, strong: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(size_px)
    if strong:
        font.setWeight(QFont.Weight.DemiBold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _look(name: Literal["dark", "light"], colours: dict[str, str]) -> Look:
    tokens: dict[str, Any] = {key: QColor(value) for key, value in colours.items()}
    return Look(name, **tokens)


DARK = _look(
    "dark",
    {
        "ground": "#0f1115",
        "panel": "#161920",
        "raised": "#1c2029",
        "line": "#272c37",
        "text": "#e9ebf0",
        "muted": "#8d95a5",
        "faint": "#6a7384",
        "accent": "#6ea8fe",
        "on_accent": "#0f1115",
        "good": "#2fbf71",
        "warning": "#E69F00",
        "bad": "#ff6b5e",
    },
)

LIGHT = _look(
    "light",
    {
        "ground": "#f4f5f7",
        "panel": "#ffffff",
        "raised": "#eef0f4",
        "line": "#d9dde5",
        "text": "#1b1f27",
        "muted": "#5c6575",
        "faint": "#7a8393",
        "accent": "#1a5fd0",
        "on_accent": "#ffffff",
        "good": "#157a45",
        "warning": "#8f5a00",
        "bad": "#c62f22",
    },
)


def look(name: str, *, present: bool = False) -> Look:
    """Return the look of that name, at projector size for ``present``."""
    base = LIGHT if name == "light" else DARK
    # 24 pt at 96 dpi are 32 px.
    return replace(base, caption_px=32, text_px=34, heading_px=44, present=True) if present else base


def load_fonts() -> None:
    """Register the shipped fonts, so that Latin and Hangul look the same on every machine."""
    for path in sorted(resource("fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def apply(app: QApplication, look: Look) -> None:
    """Give the application the look's palette, font and style sheet."""
    palette = QPalette()
    role = QPalette.ColorRole
    for colour_role, colour in (
        (role.Window, look.ground),
        (role.Base, look.panel),
        (role.AlternateBase, look.raised),
        (role.Button, look.raised),
        (role.Text, look.text),
        (role.WindowText, look.text),
        (role.ButtonText, look.text),
        (role.PlaceholderText, look.muted),
        (role.ToolTipBase, look.raised),
        (role.ToolTipText, look.text),
        (role.Highlight, look.accent),
        (role.HighlightedText, look.on_accent),
        (role.Link, look.accent),
        (role.Mid, look.line),
        (role.Dark, look.line),
        (role.Light, look.raised),
    ):
        palette.setColor(colour_role, colour)
    for disabled in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, disabled, look.faint)
    app.setPalette(palette)
    app.setFont(look.font())
    app.setStyleSheet(style_sheet(look))


def style_sheet(look: Look) -> str:
    """Return the one style sheet: menus, tool tips, scroll bars and text fields."""
    text, line, raised, panel = look.text.name(), look.line.name(), look.raised.name(), look.panel.name()
    accent, faint, on_accent = look.accent.name(), look.faint.name(), look.on_accent.name()
    return f"""
    QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 6px 8px;
        font-size: {look.caption_px}px; }}
    QMenu {{ background: {panel}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 6px; }}
    QMenu::item {{ padding: 6px 16px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
    QMenu::item:disabled {{ color: {faint}; }}
    QMenu::separator {{ height: 1px; background: {line}; margin: 6px 8px; }}
    QLineEdit {{ background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 5px 8px;
        selection-background-color: {accent}; selection-color: {on_accent}; }}
    QLineEdit:focus {{ border-color: {accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; min-height: 32px; }}
    QScrollBar::handle:vertical:hover {{ background: {faint}; }}
    QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {line}; border-radius: 4px; min-width: 32px; }}
    QScrollBar::handle:horizontal:hover {{ background: {faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def minimum_window() -> QSize:
    """Return the smallest window in which everything is readable."""
    return QSize(1280, 720)
