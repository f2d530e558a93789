"""Every key has its line on the card, in any window and either size of type."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.views import theme
from explorer.views.actions import ACTIONS, ActionSpec
from explorer.views.gan.keys import GAN_ACTIONS
from explorer.views.widgets.key_sheet import KeySheet


@pytest.mark.parametrize("specs", [ACTIONS, GAN_ACTIONS], ids=["explore", "gan"])
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("present", [False, True], ids=["desk", "projector"])
@pytest.mark.parametrize("size", [(960, 600), (1280, 720), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_key_lies_on_the_card(
    qtbot: QtBot, size: tuple[int, int], present: bool, language: str, specs: tuple[ActionSpec, ...]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(*size)
    sheet = KeySheet(window)
    sheet.retranslate(Translator(language))
    sheet.set_actions(specs)
    sheet.set_look(theme.look("dark", present=present))
    window.show()
    sheet.open()
    card = sheet.card_rect()
    assert window.rect().contains(card)
    lines = list(sheet.line_rects())
    assert len(lines) > 30
    for first, second in pairwise(lines):
        assert card.contains(first.toAlignedRect())
        assert not first.intersects(second)
