"""The view of the depth: a click on a cut, or on the plot, goes there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.text import Translator
from explorer.presenters.explore.panels.depth import DepthShow
from explorer.presenters.explore.panels.shows import Line, LinesShow, MapsShow, TableShow, plain_map
from explorer.views import theme
from explorer.views.explore.panels.depth import DepthView


def test_clicks_tell_where_to_go(qtbot: QtBot) -> None:
    view = DepthView()
    qtbot.addWidget(view)
    view.retranslate(Translator("ko"))
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    strip = MapsShow(np.zeros((9, 48, 48), np.uint8), colour_table("magma"), selected=2, title="strip")
    one = plain_map(np.eye(6, dtype=np.float32), "magma", "mean")
    lines = LinesShow(
        ("a", "b"), (Line("field", (0.1, 1.0)), Line("zeros", (0.5, 0.4), "dots")), "plot", keys=("a", "b")
    )
    view.show_depth(DepthShow("title", strip, one, one, TableShow((), (("depth", "3"),)), lines))
    with qtbot.waitSignal(view.cut_chosen) as signal:
        at = view.strip.map_rect(7).center().toPoint()
        qtbot.mouseClick(view.strip, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [7]
    with qtbot.waitSignal(view.step_chosen) as signal:
        qtbot.mouseClick(view.lines, Qt.MouseButton.LeftButton, pos=view.lines.point(0, 0.5).toPoint())
    assert signal.args == ["a"]
