"""The crop on the picture: dragged, resized, never outside, and painted where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.core.scene import Crop
from explorer.presenters.ports import PictureShow
from explorer.views.explore.input_view import InputView, stretched

LEFT = Qt.MouseButton.LeftButton
WIDTH, HEIGHT = 300, 200


@pytest.fixture
def view(qtbot: QtBot) -> InputView:
    view = InputView()
    qtbot.addWidget(view)
    view.resize(700, 520)
    view.show()
    view.show_input(PictureShow(np.full((HEIGHT, WIDTH, 3), 200, np.uint8), Crop(0.2, 0.1, 0.4), "sees 96 px"))
    view.grab()
    return view


def drag(view: InputView, qtbot: QtBot, start: QPointF, end: QPointF) -> list[tuple[Crop, bool]]:
    told: list[tuple[Crop, bool]] = []
    view.crop_moved.connect(lambda crop, final: told.append((crop, final)))
    qtbot.mousePress(view, LEFT, pos=start.toPoint())
    qtbot.mouseMove(view, ((start + end) / 2).toPoint())
    qtbot.mouseMove(view, end.toPoint())
    qtbot.mouseRelease(view, LEFT, pos=end.toPoint())
    return told


def test_dragging_inside_moves_the_square_and_tells_live_and_at_the_end(view: InputView, qtbot: QtBot) -> None:
    start = view.crop_rect().center()
    told = drag(view, qtbot, start, start + QPointF(70, 35))
    scale = view.picture_rect().width() / WIDTH
    assert [final for _, final in told] == [False, False, True]
    crop = told[-1][0]
    assert crop.x == pytest.approx(0.2 + 70 / scale / WIDTH, abs=0.005)
    assert crop.y == pytest.approx(0.1 + 35 / scale / HEIGHT, abs=0.005)
    assert crop.width == pytest.approx(0.4)


def test_dragging_far_stops_at_the_pictures_edge(view: InputView, qtbot: QtBot) -> None:
    start = view.crop_rect().center()
    crop = drag(view, qtbot, start, start + QPointF(5000, 5000))[-1][0]
    assert crop.x + crop.width == pytest.approx(1.0)
    assert crop.y * HEIGHT + crop.width * WIDTH == pytest.approx(HEIGHT)


def test_a_corner_resizes_and_the_opposite_one_stays(view: InputView, qtbot: QtBot) -> None:
    before = view.crop_rect()
    crop = drag(view, qtbot, before.bottomRight(), before.bottomRight() - QPointF(60, 60))[-1][0]
    assert crop.width < 0.4
    assert (crop.x, crop.y) == (pytest.approx(0.2), pytest.approx(0.1))


def test_a_click_beside_the_square_or_without_a_move_changes_nothing(view: InputView, qtbot: QtBot) -> None:
    centre = view.crop_rect().center()
    assert drag(view, qtbot, centre, centre) == []
    outside = view.picture_rect().bottomRight() - QPointF(5, 5)
    assert drag(view, qtbot, outside, outside - QPointF(40, 0)) == []


def test_a_reply_of_the_network_does_not_pull_the_square_from_the_hand(view: InputView, qtbot: QtBot) -> None:
    centre = view.crop_rect().center()
    qtbot.mousePress(view, LEFT, pos=centre.toPoint())
    qtbot.mouseMove(view, (centre + QPointF(40, 0)).toPoint())
    held = view.crop
    view.show_input(PictureShow(np.full((HEIGHT, WIDTH, 3), 200, np.uint8), Crop(0.2, 0.1, 0.4), "sees 96 px"))
    assert view.crop == held
    qtbot.mouseRelease(view, LEFT, pos=(centre + QPointF(40, 0)).toPoint())


def test_the_picture_is_untouched_inside_the_square_and_dimmed_around_it(view: InputView) -> None:
    image = view.grab().toImage()
    inside = view.crop_rect().center().toPoint()
    outside = view.picture_rect().bottomRight().toPoint() - QPoint(6, 6)
    assert image.pixelColor(inside).getRgb()[:3] == (200, 200, 200)
    assert image.pixelColor(outside).red() < 120


@given(
    st.floats(0, 1), st.floats(0, 1), st.floats(0.05, 1), st.sampled_from([(0, 0), (0, 1), (1, 0), (1, 1)]),
    st.floats(-900, 900), st.floats(-900, 900),
)  # fmt: skip
def test_a_stretched_square_lies_inside_the_picture_and_keeps_its_anchor(
    x: float, y: float, width: float, corner: tuple[int, int], dx: float, dy: float
) -> None:
    side = min(width * WIDTH, HEIGHT)
    left, top = x * (WIDTH - side), y * (HEIGHT - side)
    crop = stretched(Crop(left / WIDTH, top / HEIGHT, side / WIDTH), corner, dx, dy, WIDTH, HEIGHT)
    new_side = crop.width * WIDTH
    new_left, new_top = crop.x * WIDTH, crop.y * HEIGHT
    assert new_left >= -1e-6 and new_top >= -1e-6
    assert new_left + new_side <= WIDTH + 1e-6 and new_top + new_side <= HEIGHT + 1e-6
    anchor_x, anchor_y = (left if corner[0] else left + side), (top if corner[1] else top + side)
    # A square of at least 8 px cannot keep an anchor that is nearer than that to the edge it grows towards.
    if new_side > 8.5:
        assert (new_left if corner[0] else new_left + new_side) == pytest.approx(anchor_x, abs=1e-6)
        assert (new_top if corner[1] else new_top + new_side) == pytest.approx(anchor_y, abs=1e-6)
