"""The view of the patches: pixels as they are, a click or a key opens the picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.patches import PatchesShow, PatchShow
from explorer.views import theme
from explorer.views.explore.panels.patches import PatchesView


def show(count: int, state: str = "", fraction: float | None = None) -> PatchesShow:
    patches = tuple(
        PatchShow(
            np.full((10, 14, 3), (20 * index, 80, 120), np.uint8), str(index), f"{index}.png", f"/{index}", "hint"
        )
        for index in range(count)
    )
    return PatchesShow("title", "folder", patches, fraction, state, "sentence")  # type: ignore[arg-type]


def made(qtbot: QtBot) -> PatchesView:
    view = PatchesView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.LIGHT)
    view.resize(700, 480)
    view.show()
    return view


def test_nine_patches_have_their_pixels_and_do_not_overlap(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_patches(show(9))
    buttons = view.grid.buttons
    assert len(buttons) == 9
    for index, button in enumerate(buttons):
        colour = button.grab().toImage().pixelColor(button.picture_rect().center().toPoint()).getRgb()[:3]
        assert colour == (20 * index, 80, 120)
        assert view.grid.rect().contains(button.geometry())
        assert not any(button.geometry().intersects(other.geometry()) for other in buttons[:index])
    view.show_patches(show(4))
    assert len(view.grid.buttons) == 4
    assert view.grid.buttons[0].width() > 100


def test_click_and_enter_tell_the_path(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_patches(show(9))
    with qtbot.waitSignal(view.picture_chosen) as signal:
        qtbot.mouseClick(view.grid.buttons[4], Qt.MouseButton.LeftButton)
    assert signal.args == ["/4"]
    with qtbot.waitSignal(view.picture_chosen) as signal:
        qtbot.keyClick(view.grid.buttons[7], Qt.Key.Key_Return)
    assert signal.args == ["/7"]


def test_the_button_says_what_it_does(qtbot: QtBot) -> None:
    view, tr = made(qtbot), Translator("en")
    view.show_patches(show(0, "cancel", 0.5))
    assert view.progress.fraction == 0.5
    assert view.toggle.text() == tr("patches.cancel")
    view.show_patches(show(1, "resume"))
    assert view.toggle.text() == tr("patches.resume")
    assert view.progress.fraction is None
    view.show_patches(show(1))
    assert view.toggle.isHidden()
    with qtbot.waitSignal(view.folder_wanted):
        view.choose.click()


def test_where_all_would_be_tiny_the_weakest_are_left_out(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_patches(show(9))
    view.set_look(theme.look("dark", present=True))
    view.resize(560, 340)
    view.layout().activate()
    buttons = view.grid.buttons
    assert 1 <= len(buttons) < 9
    assert [button.path for button in buttons] == [f"/{index}" for index in range(len(buttons))]
    assert all(view.grid.rect().contains(button.geometry()) for button in buttons)
