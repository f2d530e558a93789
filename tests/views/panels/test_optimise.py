"""The view of the wished image."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.optimise import OptimiseShow
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, Line, LinesShow
from explorer.views import theme
from explorer.views.explore.panels.optimise import OptimiseView


def show(*, running: bool) -> OptimiseShow:
    return OptimiseShow(
        title="title",
        pixels=np.full((16, 16, 3), (30, 90, 160), np.uint8),
        caption="step 4",
        running=running,
        fraction=0.25 if running else None,
        seed="seed 3",
        values=BarsShow((BarShow("image", 1.0, "1", strong=True),), "values"),
        curve=LinesShow(("0", "4"), (Line("image", (0.0, 1.0)),), "by step"),
        sentence="sentence",
    )


def test_shows_the_image_and_tells_what_is_wanted(qtbot: QtBot) -> None:
    view, tr = OptimiseView(), Translator("ko")
    qtbot.addWidget(view)
    view.retranslate(tr)
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    view.show_image(show(running=True))
    assert view.toggle.text() == tr("optimise.stop")
    assert view.progress.fraction == 0.25
    centre = view.image.picture_rect().center().toPoint()
    assert view.image.grab().toImage().pixelColor(centre).getRgb()[:3] == (30, 90, 160)
    assert view.image.picture_rect().height() > 300
    with qtbot.waitSignal(view.toggled):
        view.toggle.click()
    for button, signal, by in ((view.more, view.seed_moved, 1), (view.head.previous, view.channel_moved, -1)):
        with qtbot.waitSignal(signal) as told:
            button.click()
        assert told.args == [by]
    view.show_image(show(running=False))
    assert view.toggle.text() == tr("optimise.start")
    assert view.progress.fraction is None
