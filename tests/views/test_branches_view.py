"""The branch view: lanes, what a click means, and the bar whose parts are as wide as the lanes have channels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from explorer.core.colour import BRANCH_COLOURS, colour_table
from explorer.core.messages.explore import Branch, BranchesResult
from explorer.core.text import Translator
from explorer.presenters.ports import BranchesShow, BranchLane
from explorer.views import theme
from explorer.views.explore.branches_view import BranchesView
from tests.views.walls import levels_of, make_wall

# Inception 4a, as in the paper's table: outputs and reduce steps.
COUNTS = {"1x1": 192, "3x3": 208, "5x5": 48, "pool": 64}
REDUCES = {"1x1": 0, "3x3": 96, "5x5": 16, "pool": 480}
LEFT = Qt.MouseButton.LeftButton


def show_4a() -> BranchesShow:
    branches, first = [], 0
    for key, count in COUNTS.items():
        stages = [make_wall(levels_of(REDUCES[key], 14, seed=9), 0.75)] if REDUCES[key] else []
        stages.append(make_wall(levels_of(count, 14, seed=count), 0.75))
        branches.append(Branch(key, f"4a.{key}", tuple(stages), first, 0.25))
        first += count
    lanes = tuple(BranchLane(key, key, "1×1 → 3×3", f"{COUNTS[key]} channels", "25 %") for key in COUNTS)
    result = BranchesResult("t", "4a", tuple(branches), "channel", "index")
    return BranchesShow(result, colour_table("magma"), lanes, "reads", "feeds", "concatenated", "note")


@pytest.fixture
def view(qtbot: QtBot) -> BranchesView:
    view = BranchesView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(1000, 700)
    view.show()
    view.show_branches(show_4a())
    view.grab()
    return view


@pytest.mark.parametrize("size", [(1236, 790), (660, 420)])
def test_the_bars_parts_are_as_wide_as_the_lanes_have_channels(view: BranchesView, size: tuple[int, int]) -> None:
    view.resize(*size)
    image = view.grab().toImage()
    parts = view.segments()
    assert parts[0].left() == 0 and parts[-1].right() == size[0]
    for part, (key, count) in zip(parts, COUNTS.items(), strict=True):
        assert abs(part.width() - size[0] * count / 512) <= 1
        colour = image.pixelColor(round(part.left()) + 8, round(part.bottom()) - 4)
        assert colour == QColor(BRANCH_COLOURS[key])


@pytest.mark.parametrize("size", [(1236, 790), (660, 420)])
def test_lanes_show_all_maps_inside_the_card(view: BranchesView, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.grab()
    for lane in view.lanes:
        for wall in lane.walls:
            last = wall.tile_rect(len(wall.wall.channels) - 1)
            assert wall.rect.adjusted(-1, -1, 1, 1).contains(last)
            assert lane.rect().contains(wall.rect.toAlignedRect())
    # The output has more room than the reduce step above it.
    lane = view.lanes[1]
    assert lane.walls[1].rect.height() > 1.8 * lane.walls[0].rect.height()


def test_pointing_says_branch_stage_channel_and_place(view: BranchesView, qtbot: QtBot) -> None:
    lane = view.lanes[1]
    for stage, channel in ((0, 37), (1, 201)):
        tile = lane.walls[stage].tile_rect(channel)
        with qtbot.waitSignal(view.hovered) as hovered:
            qtbot.mouseMove(lane, QPoint(round(tile.left() + tile.width() * 9.5 / 14), round(tile.center().y())))
        step, shown_stage, shown_channel, _, column = hovered.args[0]
        assert (step, shown_stage, shown_channel) == ("4a.3x3", stage, channel) and abs(column - 9) <= 1


def test_a_click_on_an_output_map_opens_the_channel_of_the_concatenation(view: BranchesView, qtbot: QtBot) -> None:
    lane = view.lanes[2]
    with qtbot.waitSignal(view.channel_chosen) as chosen:
        qtbot.mouseClick(lane, LEFT, pos=lane.walls[1].tile_rect(5).center().toPoint())
    assert chosen.args == [192 + 208 + 5]


def test_a_click_on_title_or_reduce_step_enters_the_branch(view: BranchesView, qtbot: QtBot) -> None:
    lane = view.lanes[3]
    for point in (QPoint(30, 20), lane.walls[0].tile_rect(100).center().toPoint()):
        with qtbot.waitSignal(view.step_chosen) as chosen:
            qtbot.mouseClick(lane, LEFT, pos=point)
        assert chosen.args == ["4a.pool"]
    lane.setFocus()
    with qtbot.waitSignal(view.step_chosen):
        qtbot.keyClick(lane, Qt.Key.Key_Return)


def test_lanes_are_named_for_screen_readers(view: BranchesView) -> None:
    assert [lane.accessibleName().split(":")[0] for lane in view.lanes] == list(COUNTS)
    assert "208 channels" in view.lanes[1].accessibleName()


def test_what_is_under_the_pointer_is_the_value_painted_there(view: BranchesView) -> None:
    lane, table = view.lanes[0], colour_table("magma").astype(int)
    levels = levels_of(192, 14, seed=192)
    image = lane.grab().toImage()
    rect, checked = lane.walls[0].rect, 0
    for share_y, share_x in np.random.default_rng(0).random((80, 2)):
        x, y = int(rect.left() + share_x * rect.width()), int(rect.top() + share_y * rect.height())
        place = lane.place_at(QPoint(x, y).toPointF() + QPoint(1, 1).toPointF() / 2)
        if place is None:
            continue
        colour = image.pixelColor(x, y)
        expected = table[round(int(levels[place[2:]]) * 255 / 254)]
        assert abs(colour.red() - expected[0]) <= 1 and abs(colour.blue() - expected[2]) <= 1
        checked += 1
    assert checked > 40
