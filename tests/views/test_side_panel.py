"""Verdict and layer card: bars as long as the probabilities, nothing invented for untrained heads, and all in sight."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.ports import CardRow, HeadVerdict, VerdictRow
from explorer.views import theme
from explorer.views.explore.side_panel import SidePanel

CLASSES = ("cat", "frog", "dog", "deer", "bird")
SHARES = ((0.831, 0.1, 0.05, 0.01, 0.009), (0.2, 0.6, 0.1, 0.06, 0.04), (0.25, 0.05, 0.1, 0.1, 0.5))
CARD = tuple(CardRow(f"quantity {number}", f"{number} px", f"hint {number}") for number in range(9))


def head(name: str, shares: tuple[float, ...]) -> HeadVerdict:
    rows = tuple(
        VerdictRow(label, share, f"{100 * share:.1f} %", share == max(shares))
        for label, share in zip(CLASSES, shares, strict=True)
    )
    return HeadVerdict(name, name, f"after {name}", rows)


HEADS = tuple(head(name, shares) for name, shares in zip(("main", "aux2", "aux1"), SHARES, strict=True))


@pytest.fixture
def panel(qtbot: QtBot) -> SidePanel:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.retranslate(Translator("en"))
    panel.set_look(theme.DARK)
    panel.resize(372, 920)
    panel.show()
    panel.show_card("This layer", CARD)
    panel.show_verdict(HEADS)
    return panel


def runs(image: QImage, colour: QColor) -> list[int]:
    """Return the longest run of a colour in every band of lines that has one, from top to bottom."""
    found, inside = [], False
    for y in range(image.height()):
        longest = run = 0
        for x in range(image.width()):
            run = run + 1 if image.pixelColor(x, y) == colour else 0
            longest = max(longest, run)
        if longest >= 8:
            found = [*found[:-1], max(found[-1], longest)] if inside else [*found, longest]
        inside = longest >= 8
    return found


def test_the_first_class_bar_of_every_head_is_as_long_as_its_probability(panel: SidePanel) -> None:
    bars = runs(panel.verdict.grab().toImage(), theme.DARK.accent)
    expected = [max(shares) for shares in SHARES]
    assert len(bars) == 3
    unit = bars[0] / expected[0]
    assert [round(bar / unit, 1) for bar in bars] == [round(share, 1) for share in expected]
    # A probability of 1 would fill the bar, and the bar ends before the percentages.
    assert unit < panel.verdict.width()


def test_an_untrained_head_shows_no_bar_and_says_why(panel: SidePanel) -> None:
    note = "untrained: its weights are random"
    panel.show_verdict((HeadVerdict("main", "main", "after fc", (), note),))
    assert runs(panel.verdict.grab().toImage(), theme.DARK.accent) == []
    assert note in panel.verdict.accessibleDescription()


def test_a_low_window_shows_the_whole_card_and_every_heads_first_class(panel: SidePanel, qtbot: QtBot) -> None:
    panel.resize(320, 575)
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() == 0)
    bottom = panel.card.mapTo(panel, panel.card.rect().bottomLeft()).y()
    assert bottom <= panel.viewport().height()
    assert len(runs(panel.verdict.grab().toImage(), theme.DARK.accent)) == 3


def test_a_high_window_shows_all_classes_again(panel: SidePanel, qtbot: QtBot) -> None:
    tall = panel.verdict.height()
    panel.resize(320, 575)
    qtbot.waitUntil(lambda: panel.verdict.height() < tall)
    panel.resize(372, 920)
    qtbot.waitUntil(lambda: panel.verdict.height() == tall)


def test_at_projector_size_only_the_verdict_is_left(panel: SidePanel) -> None:
    panel.set_look(theme.look("dark", present=True))
    assert panel.card.isHidden() and not panel.verdict.isHidden()


def test_the_card_is_told_to_a_screen_reader(panel: SidePanel) -> None:
    assert panel.card.accessibleName() == "This layer"
    assert "quantity 3: 3 px" in panel.card.accessibleDescription()
    assert "aux2: cat 20.0 %, frog 60.0 %" in panel.verdict.accessibleDescription()
