"""The wall by keyboard alone: choose a channel, show it large, zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.app import Application
from tests.e2e.conftest import Start, settle

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def press(application: Application, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(application.window, key, modifier)


def test_channel_is_chosen_and_opened_by_keyboard(start: Start, qtbot: QtBot) -> None:
    application = start()
    explore = application.explore
    explore.go_to("inception4a")
    settle(qtbot, application)
    placing = application.view.stage.wall.placing
    assert placing is not None
    # The first press marks the first channel, the others move the mark.
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down):
        press(application, key, SHIFT)
    press(application, Qt.Key.Key_Return)
    settle(qtbot, application)
    assert explore.shown is not None
    assert (explore.shown.view, explore.shown.channel) == ("channel", placing.layout.columns + 1)
    press(application, Qt.Key.Key_Right, SHIFT)
    settle(qtbot, application)
    assert (explore.shown.view, explore.shown.channel) == ("channel", placing.layout.columns + 2)
    press(application, Qt.Key.Key_M)
    settle(qtbot, application)
    assert (explore.shown.step.name, explore.shown.view) == ("inception4a", "maps")


def test_enter_without_a_choice_shows_the_scenes_channel(start: Start, qtbot: QtBot) -> None:
    application = start()
    press(application, Qt.Key.Key_Return)
    settle(qtbot, application)
    assert application.explore.shown is not None
    assert (application.explore.shown.view, application.explore.shown.channel) == ("channel", 0)


def test_keys_zoom_the_wall(start: Start) -> None:
    application = start()
    wall = application.view.stage.wall

    def scale() -> float:
        assert wall.placing is not None
        return wall.placing.scale

    fitted = scale()
    # Without Shift: which keyboards need it for + is the platform's to know, and the offscreen one knows none.
    press(application, Qt.Key.Key_Plus)
    press(application, Qt.Key.Key_Equal)
    larger = scale()
    assert larger > fitted
    press(application, Qt.Key.Key_Minus)
    assert fitted < scale() < larger
    press(application, Qt.Key.Key_0)
    assert scale() == fitted


def test_a_pixel_is_forgotten_where_the_next_layer_has_no_such(start: Start, qtbot: QtBot) -> None:
    application = start()
    explore = application.explore
    press(application, Qt.Key.Key_X)
    settle(qtbot, application)
    explore.turn(pixel=(40, 40))
    settle(qtbot, application)
    press(application, Qt.Key.Key_M)
    press(application, Qt.Key.Key_End)
    press(application, Qt.Key.Key_X)
    settle(qtbot, application)
    assert explore.shown is not None
    assert (explore.shown.step.name, explore.shown.view) == ("fc", "microscope")
    assert application.complaint == ""
    assert explore.scene.lens.pixel is None
    press(application, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    press(application, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert explore.scene.lens.pixel == (40, 40)


def test_the_next_picture_is_compared_too(start: Start, qtbot: QtBot) -> None:
    application = start()
    press(application, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    press(application, Qt.Key.Key_V)
    first = application.explore.scene.picture
    press(application, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: application.explore.scene.picture != first, timeout=30_000)
    qtbot.waitUntil(lambda: application.settled, timeout=60_000)
    assert application.workspaces.name == "compare"
    assert application.explore.trace is not None
    assert application.explore.trace.picture_name != first.name


def test_the_palette_leads_to_every_view(start: Start, qtbot: QtBot) -> None:
    application = start()
    for name, view in (("switch off", "ablation"), ("kernels", "kernels"), ("2,048", "crops")):
        press(application, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        sheet = application.window.palette_sheet
        QTest.keyClicks(sheet.field, name)
        QTest.keyClick(sheet.field, Qt.Key.Key_Return)
        settle(qtbot, application)
        assert application.explore.shown is not None
        assert application.explore.shown.view == view
