"""The view of the towers: boxes stand beside their rows, a click on a row goes there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, TableShow
from explorer.presenters.explore.panels.towers import TowersShow
from explorer.views import theme
from explorer.views.explore.panels.towers import TowersView


def test_boxes_stand_beside_their_rows(qtbot: QtBot) -> None:
    view = TowersView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    rows = tuple((f"conv{index}", "1", "2") for index in range(1, 6))
    layers = TableShow(("", "nodes", "parameters"), rows, keys=tuple("abcde"), chosen=0)
    bars = BarsShow((BarShow("convolutions", 1.0, "1"), BarShow("fully connected", 25.0, "25")), "where")
    reads = ("input", "own", "both", "own", "own")
    view.show_towers(TowersShow("title", layers, bars, "ratio", reads=reads))
    qtbot.waitUntil(lambda: view.diagram.width() > 50)
    assert view.diagram.isVisible()
    middle = view.diagram.box_rect(2, 0).center().y() + view.diagram.y()
    with qtbot.waitSignal(view.layer_chosen) as signal:
        at = QPoint(20, round(middle) - view.layers.y())
        qtbot.mouseClick(view.layers, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == ["c"]
    view.show_towers(TowersShow("title", layers, bars, "ratio", reads=("",) * 5))
    assert not view.diagram.isVisible()
