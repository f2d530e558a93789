"""The kernels' view: clicks tell which kernel, the switches tell what is wanted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.text import Translator
from explorer.presenters.explore.panels.kernels import KernelsShow
from explorer.presenters.explore.panels.shows import MapsShow, TableShow, plain_map
from explorer.views import theme
from explorer.views.explore.panels.kernels import KernelsView


def made(qtbot: QtBot) -> KernelsView:
    view = KernelsView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.LIGHT)
    view.resize(800, 480)
    view.show()
    return view


def test_clicks_tell_tower_and_place(qtbot: QtBot) -> None:
    view = made(qtbot)
    pixels = np.random.default_rng(0).integers(0, 255, (6, 5, 5, 3)).astype(np.uint8)
    grids = tuple(MapsShow(pixels, colour_table("magma"), title=f"tower {number}") for number in (1, 2))
    view.show_kernels(KernelsShow("6 kernels", "index", "channel", grids, facts=TableShow((), (("norm", "1"),))))
    assert view.matrix.isHidden()
    with qtbot.waitSignal(view.kernel_chosen) as signal:
        at = view.towers[1].map_rect(4).center().toPoint()
        qtbot.mouseClick(view.towers[1], Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [1, 4]
    centre = view.towers[0].map_rect(2).center().toPoint()
    shown = np.array(view.towers[0].grab().toImage().pixelColor(centre).getRgb()[:3])
    assert np.abs(shown.astype(int) - pixels[2, 2, 2].astype(int)).max() <= 2


def test_a_click_on_the_matrix_tells_its_row(qtbot: QtBot) -> None:
    view = made(qtbot)
    show = KernelsShow("6 kernels", "norm", "layer", matrix=plain_map(np.eye(9, dtype=np.float32), "magma", "norms"))
    view.show_kernels(show)
    assert view.order.current == "norm"
    with qtbot.waitSignal(view.row_chosen) as signal:
        at = view.matrix.cell_rect(7, 2).center().toPoint()
        qtbot.mouseClick(view.matrix, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [7]
    with qtbot.waitSignal(view.order_chosen) as signal:
        qtbot.mouseClick(view.order, Qt.MouseButton.LeftButton, pos=view.order.segment_centre("index"))
    assert signal.args == ["index"]
