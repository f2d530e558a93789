"""The network map: what a click hits, what is lit and open, and that whole networks fit."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.text import Translator
from explorer.views import theme
from explorer.views.explore.network_map import NetworkMap
from tests.views import graphs

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def network_map(qtbot: QtBot) -> NetworkMap:
    view = NetworkMap()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(264, 920)
    view.show()
    view.show_graph(graphs.googlenet(), "GoogLeNet", frozenset({"aux1"}))
    return view


def centre(rect: QRectF) -> QPoint:
    return rect.center().toPoint()


def test_a_click_on_any_row_names_its_step(network_map: NetworkMap, qtbot: QtBot) -> None:
    rows = network_map.rows
    for step in graphs.googlenet().steps:
        with qtbot.waitSignal(network_map.step_chosen) as chosen:
            qtbot.mouseClick(rows.viewport(), LEFT, pos=centre(rows.row_rect(step.name)))
        assert chosen.args == [step.name]


@pytest.mark.parametrize("head", ["aux1", "aux2"])
def test_a_click_on_a_pill_names_the_auxiliary_head(network_map: NetworkMap, qtbot: QtBot, head: str) -> None:
    rows = network_map.rows
    with qtbot.waitSignal(network_map.step_chosen) as chosen:
        qtbot.mouseClick(rows.viewport(), LEFT, pos=centre(rows.row_rect(head)))
    assert chosen.args == [head]


def test_a_pill_stands_right_of_the_step_it_reads(network_map: NetworkMap) -> None:
    pill, row = network_map.rows.row_rect("aux2"), network_map.rows.row_rect("4d")
    assert pill.left() > row.right() and pill.center().y() == row.center().y()
    assert pill.right() < network_map.width()


def test_a_click_beside_the_rows_names_nothing(network_map: NetworkMap, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(network_map.step_chosen):
        qtbot.mouseClick(network_map.rows.viewport(), LEFT, pos=QPoint(262, 300))


def test_the_arrow_opens_and_closes_a_block_without_going_there(network_map: NetworkMap, qtbot: QtBot) -> None:
    rows = network_map.rows
    below = rows.row_rect("3b").top()
    with qtbot.assertNotEmitted(network_map.step_chosen), qtbot.waitSignal(network_map.block_toggled) as toggled:
        qtbot.mouseClick(rows.viewport(), LEFT, pos=centre(rows.chevron_rect("3a")))
    assert toggled.args == ["3a"]
    tops = [rows.row_rect(f"3a.{key}").top() for key in graphs.BRANCHES]
    assert tops == sorted(tops) and rows.row_rect("3a").bottom() < tops[0]
    assert rows.row_rect("3b").top() > tops[-1] > below
    qtbot.mouseClick(rows.viewport(), LEFT, pos=centre(rows.chevron_rect("3a")))
    assert rows.row_rect("3b").top() == below
    with pytest.raises(KeyError):
        rows.row_rect("3a.1x1")


def test_walking_into_a_block_opens_it_and_leaving_closes_it(network_map: NetworkMap) -> None:
    network_map.show_position("4b.3x3")
    assert network_map.rows.is_open("4b")
    network_map.show_position("4c")
    assert not network_map.rows.is_open("4b")


def test_a_block_that_the_person_opened_stays_open(network_map: NetworkMap) -> None:
    network_map.rows.toggle("4b")
    network_map.show_position("4b.3x3")
    network_map.show_position("fc")
    assert network_map.rows.is_open("4b")


def test_the_position_is_filled_with_the_accent_and_no_other_row_is(network_map: NetworkMap) -> None:
    network_map.show_position("4a")
    image = network_map.rows.viewport().grab().toImage()

    def fill(step: str) -> QColor:
        rect = network_map.rows.row_rect(step)
        return image.pixelColor(round(rect.left()) + 6, round(rect.top()) + 4)

    assert [step.name for step in graphs.googlenet().steps if fill(step.name) == theme.DARK.accent] == ["4a"]


def test_the_bars_of_the_module_on_screen_have_the_branches_colours(network_map: NetworkMap) -> None:
    network_map.show_position("4a")
    image = network_map.rows.viewport().grab().toImage()
    rect = network_map.rows.row_rect("4a")
    seen = [
        image.pixelColor(x, round(rect.bottom()) + 5).name() for x in range(round(rect.left()), round(rect.right()))
    ]
    places = [seen.index(BRANCH_COLOURS[key].lower()) for key in graphs.BRANCHES]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("graph", "height"),
    # The map's height in windows of 720 and of 1080 pixels.
    [(graphs.googlenet(), 575), (graphs.plain(22), 575), (graphs.plain(24), 920), (graphs.residual(18), 575)],
    ids=["googlenet-720", "vgg16-720", "24-rows-1080", "resnet50-720"],
)
def test_a_whole_network_fits_without_scrolling(network_map: NetworkMap, graph: graphs.LayerGraph, height: int) -> None:
    network_map.resize(240, height)
    network_map.show_graph(graph, graph.net, frozenset())
    assert network_map.rows.verticalScrollBar().maximum() == 0
    rects = [network_map.rows.row_rect(step.name) for step in graph.steps]
    assert all(upper.bottom() < lower.top() for upper, lower in itertools.pairwise(rects))
    assert rects[-1].bottom() <= network_map.rows.viewport().height()
    assert min(rect.height() for rect in rects) >= theme.DARK.caption_px + 6


def test_a_long_network_scrolls_to_the_position(network_map: NetworkMap) -> None:
    network_map.show_graph(graphs.plain(80), "long", frozenset())
    network_map.show_position("conv79")
    assert network_map.rows.viewport().rect().contains(centre(network_map.rows.row_rect("conv79")))
    network_map.show_position("conv0")
    assert network_map.rows.row_rect("conv0").top() >= 0


def test_a_shortcut_is_drawn_beside_its_block(network_map: NetworkMap) -> None:
    network_map.show_graph(graphs.residual(3), "residual", frozenset())
    network_map.show_position("block1")
    image = network_map.rows.viewport().grab().toImage()
    row = network_map.rows.row_rect("block1")
    y = round(row.center().y())
    beside = [image.pixelColor(x, y) for x in range(round(row.right()) + 2, network_map.width() - 2)]
    assert theme.DARK.accent in beside


def test_another_network_forgets_the_position_and_the_open_blocks(network_map: NetworkMap) -> None:
    network_map.rows.toggle("3a")
    network_map.show_graph(graphs.plain(5), "plain", frozenset())
    network_map.show_position("3a")
    network_map.show_graph(graphs.googlenet(), "GoogLeNet", frozenset())
    assert not network_map.rows.is_open("3a")


def test_the_map_says_its_name_and_its_position_to_a_screen_reader(network_map: NetworkMap) -> None:
    network_map.show_position("4a")
    assert network_map.rows.accessibleName() == "Network map"
    assert network_map.rows.accessibleDescription() == "inception 4a"
