"""The view of residual blocks: switches, plot and the button tell what the person wants."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.residual import ResidualShow
from explorer.presenters.explore.panels.shows import Choice, Line, LinesShow, TableShow, signed_map
from explorer.views import theme
from explorer.views.explore.panels.residual import ResidualView


def test_everything_can_be_pressed(qtbot: QtBot) -> None:
    view = ResidualView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(700, 500)
    view.show()
    wall = signed_map(np.eye(20, dtype=np.float32), "x", "norm 1")
    ratios = LinesShow(("a", "b"), (Line("ratio", (0.5, 1.0)),), "plot", keys=("a", "b"))
    switches = (Choice("shortcut", "shortcut", on=False), Choice("residual", "F(x)", on=True))
    view.show_blocks(
        ResidualShow("block a", (wall,) * 4, TableShow((), (("ratio", "0.5"),)), ratios, switches, "cut: a")
    )
    view.show_change(TableShow(("", "before", "after"), (("cat", "1", "0"),)), "It now says dog.", "warning")
    with qtbot.waitSignal(view.part_toggled) as signal:
        view.switches.buttons[1].click()
    assert signal.args == ["residual"]
    with qtbot.waitSignal(view.block_chosen) as signal:
        at = view.ratios.point(1, 0.6).toPoint()
        qtbot.mouseClick(view.ratios, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == ["b"]
    with qtbot.waitSignal(view.joined):
        view.join.click()
    rights = [one.geometry().right() for one in view.walls]
    assert rights == sorted(rights)
    assert rights[-1] <= view.width()
