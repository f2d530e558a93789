"""The colours of the GAN workspace, with one meaning everywhere: real green, fake purple, D blue, G vermilion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor

from explorer.views.theme import DARK, LIGHT, Look
from explorer.views.widgets.contrast import seen_on
from explorer.views.widgets.paint import mixed

REAL = "#009E73"
FAKE = "#CC79A7"
D = "#0072B2"
G = "#D55E00"

_TINT = 0.34
"""Share of green or purple in the ground where D is sure."""


@dataclass(frozen=True)
class GanColours:
    """Colours for one look; ``verdict_table`` are 256 colours (ARGB numbers) from *D says fake* to *D says real*."""

    real: QColor
    fake: QColor
    d: QColor
    g: QColor
    ground: QColor
    half: QColor
    verdict_table: tuple[int, ...]

    def verdict(self, score: float) -> QColor:
        """Return the colour that frames a picture with that score: purple, neutral, green."""
        if score != score:
            return self.half
        share = 2 * abs(min(max(score, 0.0), 1.0) - 0.5)
        return mixed(self.half, self.real if score > 0.5 else self.fake, share)

    def role(self, role: str) -> QColor:
        return self.d if role == "d" else self.g


def gan_colours(look: Look) -> GanColours:
    """Return the colours for a look."""
    return _colours(look.name)


@cache
def _colours(name: str) -> GanColours:
    look = DARK if name == "dark" else LIGHT
    # On the tinted ground the points need more contrast than thin lines on the panel do.
    real = seen_on(REAL, look, 6.5)
    fake = seen_on(FAKE, look, 7.5)
    ground = look.ground if name == "dark" else look.panel
    neutral = mixed(look.ground, look.panel, 0.6) if name == "dark" else look.panel
    table = []
    for level in range(256):
        score = level / 255
        tint = QColor(REAL) if score > 0.5 else QColor(FAKE)
        table.append(mixed(neutral, tint, _TINT * 2 * abs(score - 0.5)).rgba())
    half = mixed(look.muted, look.text, 0.4)
    return GanColours(real, fake, seen_on(D, look), seen_on(G, look), ground, half, tuple(table))
