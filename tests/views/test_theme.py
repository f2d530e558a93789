"""What is written can be read from the last row."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from explorer.views import theme
from explorer.views.theme import Look

# Web Content Accessibility Guidelines 2.1: 1.4.3 for text, 1.4.11 for signs.
TEXT_CONTRAST, SIGN_CONTRAST = 4.5, 3.0
GROUNDS = ("ground", "panel", "raised")


def luminance(colour: QColor) -> float:
    """Return the relative luminance as WCAG 2.1 defines it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: QColor, second: QColor) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_published() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_stands_out_from_every_ground(look: Look, ground: str) -> None:
    for name in ("text", "muted", "accent", "good", "warning", "bad"):
        assert contrast(getattr(look, name), getattr(look, ground)) >= TEXT_CONTRAST, name
    assert contrast(look.faint, getattr(look, ground)) >= SIGN_CONTRAST


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_text_stands_out_from_the_accent(look: Look) -> None:
    assert contrast(look.on_accent, look.accent) >= TEXT_CONTRAST
