"""The view of a heat map: the picture is not tinted where the heat is 0; every choice is told."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.text import Translator
from explorer.presenters.explore.panels.asking import ChooserShow
from explorer.presenters.explore.panels.heat import HeatShow, heat_map, range_bar
from explorer.presenters.explore.panels.shows import BarShow, BarsShow
from explorer.views import theme
from explorer.views.explore.panels.heat import HeatView


def show(opacity: float = 1.0) -> HeatShow:
    values = np.zeros((4, 4), np.float32)
    values[0, 3] = 2.0
    heat = heat_map(values, 0.0, 2.0, "magma", "map")
    bars = BarsShow(tuple(BarShow(name, 0.5, "50 %", name == "cat", key=name) for name in ("cat", "dog")), longest=1.0)
    chooser = ChooserShow((("main", "main"), ("aux2", "aux2")), "main", "", bars, "")
    return HeatShow(
        title="title",
        picture=np.full((40, 40, 3), (10, 120, 200), np.uint8),
        heat=heat,
        smooth=False,
        beside=heat,
        bar=range_bar(heat, ""),
        opacity=opacity,
        opacity_text="100 %",
        chooser=chooser,
        sentence="sentence",
        variants=(("a", "first"), ("b", "second")),
        variant="a",
    )


def made(qtbot: QtBot) -> HeatView:
    view = HeatView("stage.view.gradcam")
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    return view


def test_the_picture_is_untouched_where_the_heat_is_0(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_heat(show())
    image, rect = view.picture.grab().toImage(), view.picture.picture_rect()
    assert rect.width() > 300

    def colour(column: float, row: float) -> tuple[int, ...]:
        at = QPointF(rect.left() + column * rect.width() / 4, rect.top() + row * rect.height() / 4)
        return image.pixelColor(at.toPoint()).getRgb()[:3]

    assert colour(0.5, 3.5) == (10, 120, 200)
    assert colour(3.5, 0.5) == tuple(colour_table("magma")[255])


def test_choices_are_told(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_heat(show())
    with qtbot.waitSignal(view.head_chosen) as signal:
        heads = view.chooser.heads
        qtbot.mouseClick(heads, Qt.MouseButton.LeftButton, pos=heads.segment_centre("aux2"))
    assert signal.args == ["aux2"]
    with qtbot.waitSignal(view.class_chosen) as signal:
        bars = view.chooser.classes
        at = QPointF(10, bars.title_px() + 1.5 * bars.row_px()).toPoint()
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == ["dog"]
    with qtbot.waitSignal(view.variant_chosen) as signal:
        qtbot.mouseClick(view.variants, Qt.MouseButton.LeftButton, pos=view.variants.segment_centre("b"))
    assert signal.args == ["b"]
    with qtbot.waitSignal(view.opacity_chosen) as signal:
        qtbot.keyClick(view.opacity, Qt.Key.Key_Home)
    assert signal.args == [0, True]


def test_enter_in_the_field_takes_the_first_class_that_was_found(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_heat(show())
    with qtbot.waitSignal(view.searched):
        qtbot.keyClicks(view.chooser.field, "d")
    with qtbot.waitSignal(view.class_chosen) as signal:
        qtbot.keyClick(view.chooser.field, Qt.Key.Key_Return)
    assert signal.args == ["dog"]
