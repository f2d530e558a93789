"""The views of the crops and of their vote."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.explore.panels.crops import CropsShow
from explorer.presenters.explore.panels.ensemble import EnsembleShow, VoteShow
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, MapShow, MapsShow
from explorer.views import theme
from explorer.views.explore.panels.crops import CropsView
from explorer.views.explore.panels.ensemble import EnsembleView


def crops(*, playing: bool) -> CropsShow:
    places = MapShow(np.zeros((32, 32), np.float32), 0.0, 1.0, colour_table("magma"), "places", mark=(1, 2))
    thumbnails = MapsShow(np.zeros((3, 48, 48, 3), np.uint8), colour_table("grey"), columns=16, title="3 cut")
    picture, variant = np.zeros((256, 256, 3), np.uint8), np.zeros((224, 224, 3), np.uint8)
    box = Crop(0.1, 0.05, 0.875)
    return CropsShow("title", picture, box, "row 1", variant, "224", places, thumbnails, "sentence", playing)


def test_a_click_on_a_place_and_the_button_tell(qtbot: QtBot) -> None:
    view = CropsView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    view.show_crops(crops(playing=False))
    with qtbot.waitSignal(view.place_chosen) as signal:
        at = view.places.cell_rect(20, 11).center().toPoint()
        qtbot.mouseClick(view.places, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [(20, 11)]
    with qtbot.waitSignal(view.play_clicked):
        view.play.click()
    view.show_crops(crops(playing=True))
    assert view.play.accessibleName() == "Stop cutting (Space)"
    box = view.picture.box_rect(Crop(0.1, 0.05, 0.875))
    assert view.picture.picture_rect().contains(box)


def test_votes_come_one_by_one_and_the_sentence_moves_up_without_any(qtbot: QtBot) -> None:
    view = EnsembleView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.LIGHT)
    view.resize(700, 480)
    view.show()
    vote = VoteShow(np.zeros((96, 96, 3), np.uint8), "top left", "cat", "cat 90 %", agrees=True)
    bars = BarsShow((BarShow("cat", 0.9, "90 %", strong=True),), "average", 1.0)
    for count in (1, 7, 10):
        view.show_ensemble(EnsembleShow("title", (vote,) * count, bars, "sentence"))
        assert sum(picture.isVisible() for picture in view.votes) == count
    below = view.sentence.y()
    view.show_ensemble(EnsembleShow("title", (), BarsShow(()), "untrained", "warning"))
    qtbot.waitUntil(lambda: view.sentence.y() < below / 2)
    assert not view.average.isVisible()
