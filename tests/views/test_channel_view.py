"""A channel large: values in their cells, one place marked in map and picture, a histogram that adds up."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.messages.explore import ChannelResult, Statistics
from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.ports import CardRow, ChannelShow
from explorer.views import theme
from explorer.views.explore.channel_view import ChannelView


def show_of(values: np.ndarray, low: float, high: float, preview: np.ndarray | None = None) -> ChannelShow:
    counts, edges = np.histogram(values, 32)
    statistics = Statistics(0, 1, 0.5, 0.2, 0.1)
    result = ChannelResult("t", "layer", 7, values, statistics, counts, edges.astype(np.float32))
    rows = (CardRow("range", "0 … 1"), CardRow("mean", "0.5"), CardRow("zeros", "10 %"))
    crop = Crop(0.5, 0.0, 0.5)
    return ChannelShow(
        result, colour_table("magma"), low, high, "channel 7", rows, 480, "#009E73", "196 values", preview, crop
    )


@pytest.fixture
def view(qtbot: QtBot) -> ChannelView:
    view = ChannelView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(1000, 700)
    view.show()
    return view


@pytest.mark.parametrize(("side", "size"), [(14, (1000, 700)), (6, (660, 430)), (112, (1000, 700)), (224, (660, 430))])
def test_each_cell_has_the_colour_of_its_value(view: ChannelView, side: int, size: tuple[int, int]) -> None:
    # Vertical bands, so that shrinking a large map by averaging does not change the inside of a band.
    values = np.repeat(np.linspace(0, 2, 2), side // 2)[None, :].repeat(side, 0).astype(np.float32)
    view.resize(*size)
    view.show_channel(show_of(values, 0.0, 2.0))
    image, table = view.map.grab().toImage(), colour_table("magma")
    rect = view.map.picture_rect()
    for share, index in ((0.06, 0), (0.94, 254)):
        # The corner of a cell: figures stand in the middle.
        colour = image.pixelColor(int(rect.width() * share), int(rect.height() / max(side, 14)) + 1)
        assert np.abs(np.array(colour.getRgb()[:3]) - table[index]).max() <= 1


@pytest.mark.parametrize("source", ["map", "picture"])
def test_pointing_marks_the_same_place_in_map_picture_and_histogram(
    view: ChannelView, qtbot: QtBot, source: str
) -> None:
    values = np.arange(14 * 14, dtype=np.float32).reshape(14, 14)
    preview = np.zeros((40, 80, 3), np.uint8)
    view.show_channel(show_of(values, 0.0, 195.0, preview))
    view.grab()
    canvas = getattr(view, source)
    with qtbot.waitSignal(view.hovered) as hovered:
        qtbot.mouseMove(canvas, canvas.cell_rect((4, 11)).center().toPoint())
    assert hovered.args == [(7, 4, 11)]
    assert view.map.marked == view.picture.marked == (4, 11)
    mark = view.histogram.x_of(float(values[4, 11]))
    plot = view.histogram.plot_rect()
    assert mark == pytest.approx(plot.left() + plot.width() * 67 / 195, abs=0.01)


def test_the_picture_beside_the_map_is_what_the_network_saw(view: ChannelView) -> None:
    preview = np.zeros((40, 80, 3), np.uint8)
    preview[:, 40:] = (200, 30, 60)
    view.show_channel(show_of(np.ones((14, 14), np.float32), 0.0, 1.0, preview))
    view.grab()
    image = view.picture.grab().toImage()
    rect = view.picture.picture_rect()
    # The crop is the right half, and fills the square from edge to edge.
    assert image.pixelColor(3, 3).getRgb()[:3] == (200, 30, 60)
    assert image.pixelColor(int(rect.width()) - 3, int(rect.height()) - 3).getRgb()[:3] == (200, 30, 60)
    assert view.picture.picture_rect().size() == view.map.picture_rect().size()


def test_figures_stand_in_large_cells_only(view: ChannelView) -> None:
    def colours_inside(side: int) -> int:
        view.show_channel(show_of(np.full((side, side), 1.0, np.float32), 0.0, 2.0))
        view.grab()
        cell = view.map.cell_rect((2, 2)).toAlignedRect()
        image = view.map.grab(cell).toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})

    assert colours_inside(6) > 2
    assert colours_inside(56) == 1


def test_a_bar_of_zeros_is_cut_and_says_how_many_they_are(view: ChannelView) -> None:
    values = np.zeros((14, 14), np.float32)
    values.flat[:60] = np.linspace(0.5, 1.0, 60)
    view.show_channel(show_of(values, 0.0, 1.0))
    heights, cut = view.histogram.heights()
    assert cut and heights.argmax() == 0
    # The others keep their proportions.
    counts = np.histogram(values, 32)[0][1:]
    np.testing.assert_allclose(heights[1:] / heights[1:].max(), counts / counts.max())


def test_buttons_go_to_the_neighbours_and_stop_at_the_ends(view: ChannelView, qtbot: QtBot) -> None:
    view.show_channel(msgspec.structs.replace(show_of(np.ones((4, 4), np.float32), 0, 1), channels=9))
    for button, expected in ((view.previous, 6), (view.next, 8)):
        with qtbot.waitSignal(view.channel_chosen) as chosen:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert chosen.args == [expected]
    view.show_channel(msgspec.structs.replace(show_of(np.ones((4, 4), np.float32), 0, 1), channels=8))
    assert not view.next.isEnabled() and view.previous.isEnabled()


def test_values_that_are_not_finite_do_not_break_the_view(view: ChannelView) -> None:
    values = np.array([[np.nan, 1.0], [np.inf, 0.0]], np.float32)
    counts, edges = np.array([1, 1]), np.array([0, 0.5, 1], np.float32)
    result = ChannelResult("t", "layer", 0, values, Statistics(0, 1, 0.5, 0.2, 0.1), counts, edges)
    view.show_channel(ChannelShow(result, colour_table("magma"), 0.0, 1.0, "channel 0", (), 1))
    assert not view.grab().isNull()
    assert view.map.cell_at(QPointF(1, 1)) == (0, 0) and view.map.cell_at(QPointF(QPoint(5000, 1))) is None
