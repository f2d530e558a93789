"""The Explore workspace: everything reaches its part, and every part is heard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.ports import ExplorePort, PictureShow
from explorer.views import theme
from explorer.views.explore.explore_view import ExploreView
from tests.views import graphs
from tests.views.walls import levels_of, make_wall, show_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> ExploreView:
    view = ExploreView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(1280, 664)
    view.show()
    view.show_graph(graphs.googlenet(), "GoogLeNet", frozenset())
    view.show_position("input")
    return view


def test_it_has_everything_that_the_presenter_needs() -> None:
    needed = [name for name in vars(ExplorePort) if name.startswith(("show_", "stage_"))]
    assert len(needed) >= 16
    assert [name for name in needed if not callable(getattr(ExploreView, name, None))] == []


def test_map_and_time_line_show_the_same_position(view: ExploreView) -> None:
    for step, index in (("input", 0), ("4a", 9), ("4a.3x3", 9), ("aux1", 9), ("fc", 18)):
        view.show_position(step)
        track = view.bottom.time_line.track
        image = track.grab().toImage()
        behind = [image.pixelColor(track.dot_centre(dot).toPoint()) == theme.DARK.accent for dot in range(19)]
        assert behind.count(True) == index + 1
        assert view.map.rows.accessibleDescription() == graphs.googlenet().step(step).label


def test_the_time_line_names_the_way_into_a_block(view: ExploreView) -> None:
    view.show_position("4a.3x3")
    assert view.bottom.time_line.track.accessibleDescription() == "inception 4a › 3x3"


def test_a_click_on_the_map_a_dot_and_the_picture_is_heard(view: ExploreView, qtbot: QtBot) -> None:
    rows, track = view.map.rows, view.bottom.time_line.track
    with qtbot.waitSignal(view.step_chosen) as chosen:
        qtbot.mouseClick(rows.viewport(), LEFT, pos=rows.row_rect("3b").center().toPoint())
    assert chosen.args == ["3b"]
    with qtbot.waitSignal(view.index_chosen) as index:
        qtbot.mouseClick(track, LEFT, pos=track.dot_centre(4).toPoint())
    assert index.args == [4]
    with qtbot.waitSignal(view.picture_clicked):
        qtbot.mouseClick(view.bottom.thumb, LEFT)
    for button, signal in (
        (view.bottom.time_line.back_button, view.previous),
        (view.bottom.time_line.forward_button, view.next),
        (view.bottom.time_line.play_button, view.play_toggled),
        (view.bottom.time_line.speed_chip, view.speed_clicked),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)


def test_the_receptive_field_is_marked_on_the_picture(view: ExploreView) -> None:
    view.show_picture(PictureShow(np.full((90, 90, 3), 100, np.uint8), Crop(0, 0, 1), "grey.png"))
    view.show_receptive_field((0.25, 0.25, 0.75, 0.75))
    field = view.bottom.thumb.field_rect()
    assert field is not None
    image = view.bottom.thumb.grab().toImage()
    assert image.pixelColor(round(field.left()) + 1, round(field.center().y())) == QColor("white")


@pytest.mark.parametrize(("width", "height"), [(1280, 664), (1920, 1024)])
def test_the_stage_gets_most_of_the_window(view: ExploreView, width: int, height: int) -> None:
    view.resize(width, height)
    view.grab()
    assert view.stage.width() >= 0.55 * width and view.stage.height() >= 0.85 * height
    assert view.map.width() + view.stage.width() + view.side.width() + 2 == width


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_presenting_hides_the_map_and_has_type_of_24_points(
    view: ExploreView, width: int, height: int, language: str
) -> None:
    look = theme.look("dark", present=True)
    view.retranslate(Translator(language))
    view.set_look(look)
    view.set_present(True)
    view.resize(width, height)
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    view.grab()
    # 24 pt at 96 dpi.
    assert min(look.caption_px, look.text_px) >= 32
    assert view.map.isHidden() and view.side.card.isHidden()
    assert view.stage.width() >= 0.6 * width
    for part in (view.stage, view.side, view.bottom):
        assert view.rect().contains(part.geometry())


def test_the_banners_room_is_the_stage_above_its_last_line(view: ExploreView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.banner_room_changed):
        view.show_wall(show_of(make_wall(levels_of(24, 14))))
    room = view.banner_room()
    foot = view.stage.foot.mapTo(view, QPoint(0, 0)).y()
    assert view.stage.geometry().contains(room) and room.bottom() <= foot


def test_nothing_breaks_before_a_network_is_known(qtbot: QtBot) -> None:
    view = ExploreView()
    qtbot.addWidget(view)
    view.show_position("conv1")
    view.show_receptive_field((0, 0, 1, 1))
    view.show_verdict(())
    view.show_card("", ())
    view.grab()
    assert view.stage_aspect() > 0
