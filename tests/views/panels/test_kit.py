"""The parts of panels: colours are those of the values, clicks find what lies under them, figures are readable."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.core.colour import DIVERGING_MAP, colour_table
from explorer.presenters.explore.panels.shows import (
    BarShow,
    BarsShow,
    Choice,
    Line,
    LinesShow,
    MapShow,
    MapsShow,
    TableShow,
    levels,
    plain_map,
    signed_map,
)
from explorer.views import theme
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.lines import Lines
from explorer.views.explore.panels.kit.map_grid import MapGrid
from explorer.views.explore.panels.kit.map_picture import MapPicture, _scaled
from explorer.views.explore.panels.kit.overlay import OverlayPicture
from explorer.views.explore.panels.kit.sentence import Sentence
from explorer.views.explore.panels.kit.switches import Switches
from explorer.views.explore.panels.kit.table import Table
from explorer.views.widgets.paint import text_width


def shown(qtbot: QtBot, widget: QWidget, size: tuple[int, int]) -> None:
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.show()


def click(qtbot: QtBot, widget: QWidget, at: QPointF) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at.toPoint())


def test_signed_map_has_zero_in_the_middle_of_the_colours(qtbot: QtBot) -> None:
    picture = MapPicture()
    shown(qtbot, picture, (300, 340))
    picture.show_map(signed_map(np.array([[-2.0, 0.0], [1.0, 2.0]], np.float32), "title", "caption"))
    image, table = picture.grab().toImage(), colour_table(DIVERGING_MAP)
    for cell, index in (((0, 0), 0), ((0, 1), 128), ((1, 1), 255)):
        colour = image.pixelColor(picture.cell_rect(*cell).center().toPoint())
        assert np.abs(np.array(colour.getRgb()[:3]) - table[index].astype(int)).max() <= 2


def test_click_on_a_map_tells_the_cell(qtbot: QtBot) -> None:
    picture = MapPicture()
    shown(qtbot, picture, (300, 340))
    picture.show_map(plain_map(np.eye(14, dtype=np.float32), "magma", "title"))
    with qtbot.waitSignal(picture.clicked) as signal:
        click(qtbot, picture, picture.cell_rect(3, 11).center())
    assert signal.args == [(3, 11)]
    assert picture.cell_at(QPointF(299, 2)) is None


@pytest.mark.parametrize("side", [3, 7, 11])
def test_figures_of_a_kernel_are_written(qtbot: QtBot, side: int) -> None:
    picture = MapPicture()
    shown(qtbot, picture, (400, 400))
    values = np.full((side, side), -0.123, np.float32)
    picture.show_map(signed_map(values))
    bare = picture.grab().toImage()
    picture.show_map(signed_map(values, figures=True))
    cell = picture.cell_rect(1, 1).toRect()
    assert picture.grab().toImage().copy(cell) != bare.copy(cell)


def test_grid_has_one_picture_a_map_and_finds_it_again(qtbot: QtBot) -> None:
    grid = MapGrid()
    shown(qtbot, grid, (500, 300))
    values = np.zeros((10, 4, 4), np.float32)
    values[7] = 1.0
    table = colour_table("magma")
    grid.show_maps(MapsShow(levels(values, 0.0, 1.0), table, selected=2))
    image = grid.grab().toImage()
    for position, index in ((6, 0), (7, 255)):
        colour = image.pixelColor(grid.map_rect(position).center().toPoint())
        assert np.abs(np.array(colour.getRgb()[:3]) - table[index].astype(int)).max() <= 1
    with qtbot.waitSignal(grid.clicked) as signal:
        click(qtbot, grid, grid.map_rect(7).center())
    assert signal.args == [7]


def test_bars_keep_the_last_line_and_tell_the_key(qtbot: QtBot) -> None:
    bars = Bars(keep_last=True)
    shown(qtbot, bars, (300, 120))
    rows = tuple(BarShow(f"channel {index}", 1.0 - index, str(index), key=str(index)) for index in range(12))
    bars.show_bars(BarsShow((*rows, BarShow("rest", 0.5, "0.5")), "title"))
    assert bars.shown()[-1].label == "rest"
    assert len(bars.shown()) < 13
    with qtbot.waitSignal(bars.clicked) as signal:
        click(qtbot, bars, QPointF(20, bars.title_px() + 1.5 * bars.row_px()))
    assert signal.args == ["1"]


def test_table_tells_the_row(qtbot: QtBot) -> None:
    table = Table()
    shown(qtbot, table, (300, 200))
    table.show_table(TableShow(("layer", "nodes"), (("conv1", "290,400"), ("conv2", "186,624")), keys=("a", "b")))
    with qtbot.waitSignal(table.clicked) as signal:
        click(qtbot, table, QPointF(20, 2.5 * table.row_px()))
    assert signal.args == ["b"]


def test_lines_put_larger_values_higher(qtbot: QtBot) -> None:
    lines = Lines()
    shown(qtbot, lines, (400, 200))
    lines.show_lines(LinesShow(("a", "b", "c"), (Line("ratio", (0.5, 2.0, float("inf"))),), keys=("a", "b", "c")))
    assert lines.point(1, 2.0).y() < lines.point(0, 0.5).y()
    with qtbot.waitSignal(lines.clicked) as signal:
        click(qtbot, lines, lines.point(1, 1.0))
    assert signal.args == ["b"]


def test_switch_tells_but_changes_only_when_told(qtbot: QtBot) -> None:
    switches = Switches()
    shown(qtbot, switches, (400, 60))
    switches.show_choices((Choice("x", "shortcut", on=True), Choice("f", "branch", on=True)), theme.DARK)
    button = switches.buttons[1]
    with qtbot.waitSignal(switches.toggled) as signal:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert signal.args == ["f"]
    assert button.isChecked()
    button.setFocus()
    with qtbot.waitSignal(switches.toggled):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_sentence_is_as_high_as_its_lines(qtbot: QtBot) -> None:
    sentence = Sentence()
    shown(qtbot, sentence, (200, 20))
    assert sentence.heightForWidth(200) == 0
    sentence.show_text("A sentence that is longer than two hundred pixels and needs more than one line.")
    assert sentence.heightForWidth(200) > 2 * theme.DARK.text_px
    assert sentence.heightForWidth(200) > sentence.heightForWidth(800)


def test_overlay_tells_fractions(qtbot: QtBot) -> None:
    overlay = OverlayPicture()
    shown(qtbot, overlay, (400, 400))
    overlay.show_picture(np.zeros((100, 100, 3), np.uint8))
    with qtbot.waitSignal(overlay.pressed) as signal:
        click(qtbot, overlay, QPointF(100, 300))
    assert signal.args == pytest.approx([0.25, 0.75], abs=0.01)


@pytest.mark.parametrize(("values", "decimals", "texts", "factor"), [
    ([0.0642, -0.00034, 0.1], 1, [".6", "0", "1.0"], "× 10⁻¹"),
    ([0.0642, -0.0234, 0.101], 0, ["6", "\u22122", "10"], "× 10⁻²"),
    ([1.84, -9.96, np.nan], 1, ["1.8", "\u221210.0", "–"], ""),
    ([0.0, 0.0, 0.0], 1, ["0", "0", "0"], ""),
    ([2500.0, 10.0, -300.0], 0, ["25", "0", "\u22123"], "× 10²"),
])  # fmt: skip
def test_figures_over_a_power_of_ten(values: list[float], decimals: int, texts: list[str], factor: str) -> None:
    assert _scaled(np.array([values], np.float32), decimals) == ([texts], factor)


def test_levels_and_values_have_the_same_colours(qtbot: QtBot) -> None:
    values = np.array([[-2.0, -0.5, np.nan], [0.0, 1.1, 2.0]], np.float32)
    spread = np.where(np.isnan(values), 255, np.round((np.nan_to_num(values) + 2) / 4 * 254)).astype(np.uint8)
    table = colour_table(DIVERGING_MAP)
    images = []
    for show in (MapShow(values, -2.0, 2.0, table), MapShow(np.zeros((0, 0)), -2.0, 2.0, table, levels=spread)):
        picture = MapPicture()
        shown(qtbot, picture, (300, 200))
        picture.show_map(show)
        image = picture.grab().toImage()
        centres = [picture.cell_rect(row, column).center().toPoint() for row in (0, 1) for column in (0, 1, 2)]
        images.append(np.array([image.pixelColor(centre).getRgb()[:3] for centre in centres]).astype(int))
    assert np.abs(images[0] - images[1]).max() <= 3


@pytest.mark.parametrize("caption", ["", "a caption that takes the whole line"])
@pytest.mark.parametrize("title", ["a", "a title that takes the whole line"])
def test_the_factor_of_the_figures_is_never_written_over_other_words(qtbot: QtBot, title: str, caption: str) -> None:
    picture = MapPicture()
    shown(qtbot, picture, (130, 260))
    picture.show_map(signed_map(np.full((5, 5), -0.000123, np.float32), title, caption, figures=True))
    picture.grab()
    rect = picture.picture_rect()
    place, font = picture._factor_rect(rect), theme.DARK.font("caption")
    assert picture._factor
    left = place.right() - text_width(font, picture._factor)
    if place.top() < rect.top():
        assert left >= text_width(theme.DARK.font("caption_strong"), title)
    elif place.top() < rect.bottom() + picture.caption_px():
        assert left >= text_width(font, caption)
    assert place.bottom() <= picture.height()


def test_a_grid_keeps_its_texture_while_the_maps_are_the_same(qtbot: QtBot) -> None:
    grid = MapGrid()
    shown(qtbot, grid, (200, 200))
    pixels = np.zeros((4, 5, 5), np.uint8)
    show = MapsShow(pixels, colour_table("magma"), selected=0)
    grid.show_maps(show)
    dark = grid.grab().toImage().pixelColor(grid.map_rect(3).center().toPoint())
    texture = grid._image
    grid.show_maps(msgspec.structs.replace(show, selected=2))
    grid.grab()
    assert grid._image is texture
    grid.show_maps(msgspec.structs.replace(show, pixels=pixels + 254))
    assert grid.grab().toImage().pixelColor(grid.map_rect(3).center().toPoint()) != dark
