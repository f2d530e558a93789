"""The view of network in network turns to the picture that it is given."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.text import Translator
from explorer.presenters.explore.panels.pooling import Edge, MixShow, MlpColumn, PoolingShow, Unit
from explorer.presenters.explore.panels.shows import MapsShow, TableShow, signed_map
from explorer.views import theme
from explorer.views.explore.panels.pooling import PoolingView


def test_each_variant_has_its_page(qtbot: QtBot) -> None:
    view = PoolingView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(700, 460)
    view.show()
    one = signed_map(np.eye(5, dtype=np.float32), "cat", "average 1")
    table = TableShow(("", "average"), tuple((f"class {index}", "1") for index in range(5)))
    variants = ("maps", "mix", "mlp")
    view.show_pooling(PoolingShow("maps", variants, "title", "sentence", (one,) * 5, table))
    assert view.table.isVisible() and not view.matrix.isVisible()
    assert view.maps[0].picture_rect().width() > 40
    grid = MapsShow(np.zeros((4, 6, 6), np.uint8), colour_table("magma"), columns=1, title="maps")
    view.show_pooling(PoolingShow("mix", variants, "title", "sentence", mix=MixShow(grid, one, grid, grid)))
    assert view.matrix.isVisible() and not view.table.isVisible()
    units = tuple(Unit(index, "1", 1.0) for index in range(3))
    columns = (MlpColumn("a", units, ()), MlpColumn("b", units, (Edge(0, 2, -1.0, "hint"),)))
    view.show_pooling(PoolingShow("mlp", variants, "title", "sentence", mlp=columns))
    assert view.perceptron.isVisible()
    assert view.perceptron.unit_centre(1, 2).y() > view.perceptron.unit_centre(1, 0).y()
    with qtbot.waitSignal(view.variant_chosen) as signal:
        qtbot.mouseClick(view.variants, Qt.MouseButton.LeftButton, pos=view.variants.segment_centre("mix"))
    assert signal.args == ["mix"]
