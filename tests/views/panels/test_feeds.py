"""The view of the feeds: a click on either side follows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.feeds import FeedsShow
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, plain_map
from explorer.views import theme
from explorer.views.explore.panels.feeds import FeedsView


def test_a_click_on_either_side_follows(qtbot: QtBot) -> None:
    view = FeedsView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    bars = BarsShow(tuple(BarShow(str(n), 1 - n, str(1 - n), key=f"4a#{n}") for n in range(4)), "title")
    view.show_feeds(FeedsShow("title", bars, bars, "note", "note", "", "sentence"))
    view.show_map(plain_map(np.eye(6, dtype=np.float32), "magma", "map"))
    assert view.trail.isHidden()
    for side, row in ((view.feeders, 0), (view.readers, 3)):
        with qtbot.waitSignal(view.followed) as signal:
            at = QPointF(10, side.title_px() + (row + 0.5) * side.row_px()).toPoint()
            qtbot.mouseClick(side, Qt.MouseButton.LeftButton, pos=at)
        assert signal.args == [f"4a#{row}"]
    assert view.feeders.geometry().right() < view.map.x() < view.readers.x()
