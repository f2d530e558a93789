"""The view of small kernels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.factorise import FactoriseShow, chains_of
from explorer.presenters.explore.panels.shows import TableShow, signed_map
from explorer.views import theme
from explorer.views.explore.panels.factorise import FactoriseView
from tests.presenters.explore.panels.test_factorise import result


def test_draws_as_many_kernels_as_there_are(qtbot: QtBot) -> None:
    view = FactoriseView()
    qtbot.addWidget(view)
    tr = Translator("en")
    view.retranslate(tr)
    view.set_look(theme.LIGHT)
    view.resize(700, 480)
    view.show()
    one = signed_map(np.eye(5, dtype=np.float32), "5 × 5")
    chains = chains_of(result("7x7", 7, ((3, 3),) * 3), tr)
    counts = TableShow(("", "7 × 7", "3×3"), (("weights", "49", "27"),))
    view.show_factorisation(FactoriseShow("7x7", "title", chains, (one,) * 4, counts, (one,) * 4, "sentence"))
    assert [kernel.isVisible() for kernel in view.kernels] == [True] * 4
    assert view.chains.cell_px() >= 4
    view.show_factorisation(FactoriseShow("5x5", "title", chains, (one,) * 3, counts, (one,) * 4, "sentence"))
    assert [kernel.isVisible() for kernel in view.kernels] == [True] * 3 + [False]
    with qtbot.waitSignal(view.variant_chosen) as signal:
        qtbot.mouseClick(view.variants, Qt.MouseButton.LeftButton, pos=view.variants.segment_centre("1xn"))
    assert signal.args == ["1xn"]
