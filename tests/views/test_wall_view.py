"""The wall as a person sees it: colours on screen, what lies under the pointer, zoom, marks."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from pytestqt.qtbot import QtBot

from explorer.core.colour import BRANCH_COLOURS, colour_table, rgb
from explorer.views import theme
from explorer.views.explore.wall_view import WallView
from tests.views.walls import levels_of, make_wall, show_of

NO_BUTTON, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> WallView:
    view = WallView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    with qtbot.waitExposed(view):
        view.show()
    # As in the window, where something else has the keyboard: its ring lies over the edge.
    view.clearFocus()
    return view


def screen(view: WallView) -> np.ndarray:
    """Return what is on screen, (H, W, 3) uint8."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def pixel_of(view: WallView, position: int, row: float, column: float) -> QPoint:
    """Return a pixel inside a value, by the widget's own placing."""
    placing = view.placing
    assert placing is not None
    top, left, tall, wide = placing.box(position)
    layout = placing.layout
    return QPoint(int(left + (column + 0.5) / layout.width * wide), int(top + (row + 0.5) / layout.height * tall))


def wheel(view: WallView, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, 120 * notches), NO_BUTTON,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(event)


@pytest.mark.parametrize("notches", [0, 3, 8])
@pytest.mark.parametrize(("count", "side"), [(24, 14), (60, 1), (6, 56)])
def test_each_value_has_the_colour_of_its_level_and_answers_to_the_pointer(
    view: WallView, count: int, side: int, notches: int
) -> None:
    levels = levels_of(count, side)
    view.show_wall(show_of(make_wall(levels)))
    wheel(view, QPoint(300, 200), notches)
    shown, table = screen(view), colour_table("magma").astype(int)
    checked = 0
    for y, x in np.random.default_rng(1).integers(0, (400, 600), (300, 2)):
        hit = view.value_at(x + 0.5, y + 0.5)
        if hit is None:
            continue
        level = int(levels[hit])
        expected = table[round(level * 255 / 254)]
        place = view._hit(x + 0.5, y + 0.5)
        assert place is not None
        cell = view._value_rect(place)
        if cell.width() >= 30:
            # There is a figure in the middle of a large cell: look at its corner, where that is on screen.
            y, x = max(0, round(cell.top()) + 2), max(0, round(cell.left()) + 2)
        assert np.abs(shown[y, x] - expected).max() <= 1, (hit, level)
        checked += 1
    assert checked > 100


def test_values_that_share_a_pixel_are_averaged_within_their_map(view: WallView) -> None:
    levels = np.random.default_rng(4).choice(np.array([0, 200], np.uint8), (4, 256, 256))
    view.show_wall(show_of(make_wall(levels, aspect=1.5)))
    view.resize(300, 200)
    view.grab()
    on_screen = view.texture.levels
    assert on_screen is not None
    data = on_screen[on_screen != 255]
    # Taking every third value would keep the spread of 100; a mean of at least four halves it. Mixed with the ground,
    # some would be brighter than all values.
    assert abs(float(data.mean()) - 100) < 3 and float(data.std()) < 55 and data.max() <= 200


def test_an_order_shows_the_networks_own_channel_numbers(view: WallView, qtbot: QtBot) -> None:
    order = np.random.default_rng(2).permutation(30)
    view.show_wall(show_of(make_wall(levels_of(30, 14), order=order)))
    with qtbot.waitSignal(view.hovered) as hovered:
        qtbot.mouseMove(view, pixel_of(view, 17, 3, 9))
    assert hovered.args == [(int(order[17]), 3, 9)]
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.mouseClick(view, LEFT, pos=pixel_of(view, 17, 3, 9))
    assert chosen.args == [int(order[17])]


@pytest.mark.parametrize("at", [(300, 200), (130, 90), (470, 330)])
def test_zooming_keeps_the_value_under_the_pointer(view: WallView, at: tuple[int, int]) -> None:
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    placing = view.placing
    assert placing is not None
    before = placing.to_wall(at[1], at[0])
    for _ in range(10):
        wheel(view, QPoint(*at), 1)
    after = view.placing
    assert after is not None and after.scale > 5 * placing.scale
    now = after.to_wall(at[1], at[0])
    # Whole device pixels cost at most half a pixel of the screen a step.
    assert np.hypot(now[0] - before[0], now[1] - before[1]) < 1.0


def test_zoom_ends_at_64_px_a_value_and_at_the_whole_wall(view: WallView) -> None:
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    fitted = view.placing
    wheel(view, QPoint(300, 200), 60)
    assert view.placing is not None and view.placing.value_size == pytest.approx(64, abs=0.5)
    wheel(view, QPoint(10, 10), -60)
    assert view.placing == fitted


def test_dragging_never_loses_the_wall(view: WallView, qtbot: QtBot) -> None:
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    wheel(view, QPoint(300, 200), 4)
    for _ in range(12):
        qtbot.mousePress(view, LEFT, pos=QPoint(20, 20))
        qtbot.mouseMove(view, QPoint(300, 200))
        qtbot.mouseMove(view, QPoint(590, 390))
        qtbot.mouseRelease(view, LEFT, pos=QPoint(590, 390))
    placing = view.placing
    assert placing is not None
    top, left, bottom, right = placing.visible(400, 600)
    assert bottom - top >= 200 and right - left >= 300


def test_a_drag_is_no_click_and_a_second_click_shows_the_whole_wall(view: WallView, qtbot: QtBot) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    fitted = view.placing
    wheel(view, QPoint(300, 200), 4)
    qtbot.mousePress(view, LEFT, pos=QPoint(300, 200))
    qtbot.mouseMove(view, QPoint(260, 180))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(260, 180))
    qtbot.mouseClick(view, LEFT, pos=QPoint(300, 200))
    qtbot.mouseDClick(view, LEFT, pos=QPoint(300, 200))
    assert view.placing == fitted and chosen == []


def test_a_new_layer_of_the_same_layout_keeps_the_zoom_and_any_other_fits(view: WallView) -> None:
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    wheel(view, QPoint(200, 150), 5)
    zoomed = view.placing
    view.show_wall(show_of(make_wall(levels_of(24, 14, seed=5))))
    assert view.placing == zoomed
    view.show_wall(show_of(make_wall(levels_of(48, 14))))
    fresh = view.placing
    view.fit()
    assert view.placing == fresh


def test_another_colour_map_repaints_without_touching_the_samples(view: WallView) -> None:
    wall = make_wall(levels_of(24, 14))
    view.show_wall(show_of(wall))
    before, samples = screen(view), view.texture.levels
    view.show_wall(show_of(wall, "viridis"))
    after = screen(view)
    assert view.texture.levels is samples
    point = pixel_of(view, 5, 2, 2)
    level = int(wall.pixels[wall.layout.box(5)[0] + 2, wall.layout.box(5)[1] + 2])
    assert (
        np.abs(after[point.y(), point.x()] - colour_table("viridis")[round(level * 255 / 254)].astype(int)).max() <= 1
    )
    assert (before != after).any()


def test_pointing_reuses_the_painted_texture(view: WallView, qtbot: QtBot) -> None:
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    view.grab()
    placing = view.placing
    assert placing is not None
    first = view.texture.image(placing, *view.viewport_px())
    qtbot.mouseMove(view, pixel_of(view, 3, 3, 3))
    view.grab()
    second = view.texture.image(placing, *view.viewport_px())
    assert first is not None and second is not None and first[0] is second[0]


def test_dead_channels_are_marked_by_a_shape(view: WallView) -> None:
    levels = levels_of(24, 14)
    levels[[4, 9]] = 0
    levels[7] = 0
    # Channel 7 is black on this picture's scale, but not dead: it must not be marked.
    view.show_wall(show_of(make_wall(levels, dead=(4, 9))))
    shown, placing = screen(view), view.placing
    assert placing is not None
    for channel, marked in ((4, True), (9, True), (7, False)):
        top, left, tall, wide = placing.box(channel)
        tile = shown[top : top + tall, left : left + wide]
        assert (tile.max(axis=2) > 90).any() == marked


@pytest.mark.parametrize("name", ["dark", "light"])
def test_branch_colours_stand_under_the_maps_and_cover_no_value(view: WallView, name: str) -> None:
    keys = ("1x1", "3x3", "5x5", "pool")
    colours = np.repeat(np.array([rgb(BRANCH_COLOURS[key]) for key in keys], np.uint8), 6, axis=0)
    levels = np.full((24, 14, 14), 120, np.uint8)
    view.set_look(theme.look(name))
    order = np.random.default_rng(3).permutation(24)
    view.show_wall(show_of(make_wall(levels, order=order), channel_colours=colours))
    shown, placing = screen(view), view.placing
    assert placing is not None
    plain = colour_table("magma")[round(120 * 255 / 254)]
    for position, channel in enumerate(order):
        top, left, tall, wide = placing.box(position)
        assert (np.abs(shown[top : top + tall, left : left + wide].astype(int) - plain) <= 1).all()
        strip = shown[top + tall : top + tall + 2, left : left + wide]
        assert (strip == colours[channel]).all()


def test_the_keyboard_selects_and_opens(view: WallView, qtbot: QtBot) -> None:
    wall = make_wall(levels_of(24, 14))
    view.show_wall(show_of(wall, selected=0))
    view.move_selection(1, 0)
    view.move_selection(0, 1)
    view.move_selection(-9, 0)
    with qtbot.waitSignal(view.chosen) as chosen:
        view.open_selection()
    placing = view.placing
    assert placing is not None and chosen.args == [placing.layout.columns]


def test_a_room_of_another_shape_lays_the_maps_out_again(view: WallView, qtbot: QtBot) -> None:
    levels = levels_of(60, 14)
    view.show_wall(show_of(make_wall(levels, aspect=1.5)))
    view.resize(900, 120)
    view.grab()
    placing = view.placing
    assert placing is not None
    # The wall that was made, 10 columns of 6 rows, would have tiles of at most 120 / 6 px here.
    assert placing.tile[0] > 21
    with qtbot.waitSignal(view.hovered) as hovered:
        qtbot.mouseMove(view, pixel_of(view, 41, 5, 6))
    assert hovered.args == [(41, 5, 6)]


@pytest.mark.skipif(sys.getrefcount(None) > 2**30, reason="None is immortal: its count says nothing")
def test_repainting_keeps_no_references(view: WallView) -> None:
    view.show_wall(show_of(make_wall(levels_of(24, 14), dead=(3,)), selected=2))
    view.grab()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(200):
        view.grab()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert max(abs(new - old) for new, old in zip(after, before, strict=True)) < 50
