"""The key sheet and the palette of the GAN workspace tell what the keys mean there."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.gan.actions import PANEL_ACTIONS
from explorer.views.actions import ACTIONS
from explorer.views.gan.gan_view import GanView
from explorer.views.gan.keys import GAN_ACTIONS, KEYS
from explorer.views.main_window import MainWindow
from explorer.views.workspace import Workspace


@pytest.mark.parametrize("language", ["en", "ko"])
def test_sheet_and_palette_follow_the_workspace(qtbot: QtBot, language: str) -> None:
    window, tr = MainWindow(), Translator(language)
    qtbot.addWidget(window)
    window.retranslate(tr)
    window.set_workspace(GanView())
    told = window.key_sheet.accessibleDescription()
    for name, key in (("step_g", "G"), ("gradients", "A"), ("restart", "R"), ("rate_most", "F, 0"), ("draw", "X")):
        assert f"{tr(f'action.gan.{name}')}: {key}" in told
    assert tr("action.view_gradcam") not in told and tr("action.theme") in told
    entries = {entry.key: entry.label for entry in window._palette_source()}
    assert entries["action:lapse"] == tr("action.gan.lapse") and "action:view_gradcam" not in entries
    window.set_workspace(Workspace())
    assert tr("action.view_gradcam") in window.key_sheet.accessibleDescription()
    assert "action:lapse" not in {entry.key for entry in window._palette_source()}


def test_every_key_of_the_workspace_is_listed_once() -> None:
    listed = [spec.id for spec in GAN_ACTIONS]
    assert len(listed) == len(set(listed))
    assert {name for _, name in KEYS} | set(PANEL_ACTIONS.values()) <= set(listed)
    keys = [key for spec in GAN_ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))
    # What the palette runs comes back as an action of the window: no id may mean another action there.
    assert all(PANEL_ACTIONS.get(name, name) == name for name in listed)
    assert all(spec in ACTIONS or spec.text_key.startswith("action.gan.") for spec in GAN_ACTIONS)
