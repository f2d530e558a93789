"""Compare as a person uses it: click a title, a row, a point; nothing is cut off in a small window."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.compare.ports import COLUMNS, Cell, CompareRow, CompareShow, Point
from explorer.presenters.ports import PictureShow, VerdictRow
from explorer.views import theme
from explorer.views.compare.compare_view import CompareView
from explorer.views.widgets.paint import text_width

LEFT = Qt.MouseButton.LeftButton
NETS = ("alexnet", "vgg16", "googlenet")


def comparison() -> CompareShow:
    cells = {column: Cell("12.3 M", "of which 1.2 M", 0.5) for column in COLUMNS}
    return CompareShow(
        rows=tuple(CompareRow(net, net, True, cells) for net in NETS),
        lineup="lecture",
        sort="net",
        descending=False,
        selected="vgg16",
        points=tuple(Point(net, net, 10.0 ** (6 + index), 60.0 + 5 * index) for index, net in enumerate(NETS)),
        measure="parameters",
        top_title="VGG-16",
        top=(VerdictRow("cat", 0.75, "75.0 %", True),),
        top_note="",
        status="measured",
    )


@pytest.fixture
def view(qtbot: QtBot) -> CompareView:
    made = CompareView()
    qtbot.addWidget(made)
    made.retranslate(Translator("en"))
    made.set_look(theme.DARK)
    made.resize(1280, 664)
    made.show()
    made.show_picture(PictureShow(np.zeros((60, 80, 3), np.uint8), Crop(0, 0, 0.75), "cat"))
    made.show_comparison(comparison())
    return made


@pytest.mark.parametrize("column", COLUMNS)
def test_a_click_on_a_title_sorts(view: CompareView, qtbot: QtBot, column: str) -> None:
    at = view.table.column_rect(column).center().toPoint()  # type: ignore[arg-type]
    with qtbot.waitSignal(view.table.sort_chosen) as chosen:
        qtbot.mouseClick(view.table, LEFT, pos=at)
    assert chosen.args == [column]


def test_a_click_selects_and_a_double_click_opens(view: CompareView, qtbot: QtBot) -> None:
    at = view.table.row_rect(2).center().toPoint()
    with qtbot.waitSignal(view.table.row_chosen) as chosen:
        qtbot.mouseClick(view.table, LEFT, pos=at)
    assert chosen.args == ["googlenet"]
    with qtbot.waitSignal(view.table.row_opened) as opened:
        qtbot.mouseDClick(view.table, LEFT, pos=at)
    assert opened.args == ["googlenet"]


def test_another_line_up_is_chosen_above_the_table(view: CompareView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.lineups.chosen) as chosen:
        qtbot.mouseClick(view.lineups, LEFT, pos=view.lineups.segment_centre("cifar10"))
    assert chosen.args == ["cifar10"]
    view.show_comparison(msgspec.structs.replace(comparison(), lineup="cifar10"))
    assert view.lineups.current == "cifar10"
    assert "CIFAR-10" in view.plot.accessibleName()


def test_points_stand_where_their_numbers_say(view: CompareView, qtbot: QtBot) -> None:
    places = [view.plot.place(point) for point in comparison().points]
    # Ten times the parameters is the same way to the right; five percent more the same way up.
    assert places[1].x() - places[0].x() == pytest.approx(places[2].x() - places[1].x())
    assert places[0].y() - places[1].y() == pytest.approx(places[1].y() - places[2].y())
    assert places[0].y() > places[1].y()
    with qtbot.waitSignal(view.plot.net_chosen) as chosen:
        qtbot.mouseClick(view.plot, LEFT, pos=places[2].toPoint() + QPoint(3, 3))
    assert chosen.args == ["googlenet"]
    with qtbot.waitSignal(view.plot.measure_clicked):
        qtbot.mouseClick(view.plot, LEFT, pos=QPoint(view.plot.width() // 2, view.plot.height() - 4))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [960, 1280, 1920])
def test_titles_fit_and_parts_do_not_overlap(view: CompareView, language: str, width: int) -> None:
    tr = Translator(language)
    view.retranslate(tr)
    view.resize(width, 664)
    for column in COLUMNS if width >= 1280 else ():
        room = view.table.column_rect(column).width()
        assert text_width(theme.DARK.font("caption_strong"), tr(f"compare.column.{column}")) <= room, column
    parts = [view.lineups, view.table, view.plot, view.verdict, view.thumb]
    for index, part in enumerate(parts):
        assert view.rect().contains(part.geometry()), part
        assert not any(part.geometry().intersects(other.geometry()) for other in parts[index + 1 :]), part
