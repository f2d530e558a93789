"""The time line: dots that can be clicked and dragged to, and the buttons beside them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.views import theme
from explorer.views.explore.time_line import TimeLine

LEFT = Qt.MouseButton.LeftButton
LABELS = tuple(f"layer {number}" for number in range(19))


@pytest.fixture
def line(qtbot: QtBot) -> TimeLine:
    line = TimeLine()
    qtbot.addWidget(line)
    line.retranslate(Translator("en"))
    line.set_look(theme.DARK)
    line.resize(1100, 84)
    line.show()
    line.show_labels(LABELS)
    line.show_index(0, LABELS[0])
    return line


def test_a_click_goes_to_the_nearest_dot(line: TimeLine, qtbot: QtBot) -> None:
    spacing = (line.track.dot_centre(1) - line.track.dot_centre(0)).x()
    for index in (0, 7, 18):
        with qtbot.waitSignal(line.index_chosen) as chosen:
            dot = line.track.dot_centre(index).toPoint()
            qtbot.mouseClick(line.track, LEFT, pos=dot + QPoint(round(0.3 * spacing) if index < 18 else 0, 20))
        assert chosen.args == [index]


def test_dragging_walks_over_every_dot_once(line: TimeLine, qtbot: QtBot) -> None:
    seen: list[int] = []
    line.index_chosen.connect(seen.append)
    start, end = line.track.dot_centre(2).toPoint(), line.track.dot_centre(6).toPoint()
    qtbot.mousePress(line.track, LEFT, pos=start)
    for x in range(start.x(), end.x() + 1, 5):
        qtbot.mouseMove(line.track, QPoint(x, end.y()))
    qtbot.mouseMove(line.track, end)
    qtbot.mouseRelease(line.track, LEFT, pos=end)
    assert seen == [2, 3, 4, 5, 6]
    qtbot.mouseMove(line.track, line.track.dot_centre(10).toPoint())
    assert seen == [2, 3, 4, 5, 6]


def test_dragging_beyond_the_ends_stays_at_the_ends(line: TimeLine, qtbot: QtBot) -> None:
    seen: list[int] = []
    line.index_chosen.connect(seen.append)
    qtbot.mousePress(line.track, LEFT, pos=line.track.dot_centre(17).toPoint())
    qtbot.mouseMove(line.track, QPoint(line.track.width() + 300, 10))
    qtbot.mouseMove(line.track, QPoint(-300, 10))
    qtbot.mouseRelease(line.track, LEFT, pos=QPoint(0, 10))
    assert seen == [17, 18, 0]


def test_only_what_lies_behind_is_in_the_accent_colour(line: TimeLine) -> None:
    line.show_index(9, LABELS[9])
    image = line.track.grab().toImage()
    colours = [image.pixelColor(line.track.dot_centre(index).toPoint()) for index in range(19)]
    assert [colour == theme.DARK.accent for colour in colours] == [index <= 9 for index in range(19)]


def test_buttons_and_speed_say_what_was_pressed(line: TimeLine, qtbot: QtBot) -> None:
    for button, signal in (
        (line.back_button, line.previous),
        (line.forward_button, line.next),
        (line.play_button, line.play_toggled),
        (line.speed_chip, line.speed_clicked),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)


def test_the_play_button_says_what_it_will_do(line: TimeLine) -> None:
    assert line.play_button.accessibleName() == "play the forward pass"
    line.show_playing(True)
    assert (line.play_button.accessibleName(), line.play_button.glyph) == ("pause", "pause")
    line.retranslate(Translator("ko"))
    assert line.play_button.accessibleName() == "멈춤"


def test_an_empty_time_line_can_be_drawn_and_clicked(line: TimeLine, qtbot: QtBot) -> None:
    line.show_labels(())
    line.grab()
    with qtbot.assertNotEmitted(line.index_chosen):
        qtbot.mouseClick(line.track, LEFT, pos=QPoint(100, 30))
