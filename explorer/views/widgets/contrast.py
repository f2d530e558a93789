"""Colours with a fixed meaning, seen on any ground: Okabe and Ito chose theirs for paper."""

from __future__ import annotations

from PySide6.QtGui import QColor

from explorer.views.theme import Look
from explorer.views.widgets.paint import mixed

LINE_CONTRAST = 4.5
"""What a thin line needs against its ground to be seen from the last row."""


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast ratio of two colours, 1 … 21.

    References
    ----------
    Web Content Accessibility Guidelines 2.1, section 1.4.3.
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen_on(colour: QColor | str, look: Look, wanted: float = LINE_CONTRAST) -> QColor:
    """Return the colour, on a dark ground lightened as far as it must be; on a light one it stays as it is."""
    base = QColor(colour)
    if look.name != "dark":
        return base
    for share in range(0, 70, 5):
        result = mixed(base, QColor("white"), share / 100)
        if contrast(result, look.panel) >= wanted:
            break
    return result


def _luminance(colour: QColor) -> float:
    parts = [
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
