"""A panel of Explore that is not on screen hears nothing: neither clicks nor keys."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from explorer.core.scene import Lens
from explorer.panels.shelf import PanelShelf
from explorer.presenters.explore.panels.asking import AskingPresenter
from explorer.views.explore.panels.heat import HeatView
from tests.presenters.explore.panels.situations import Desk, scene_at
from tests.presenters.explore.panels.test_heat import run


def test_clicks_reach_a_presenter_only_while_its_panel_is_on_screen(qtbot: QtBot) -> None:
    desk = Desk(run(), scene_at("4a", "gradcam"))
    shelf = PanelShelf(lambda: desk.services)
    presenter, view = shelf.presenter("gradcam"), shelf.widget("gradcam")
    assert isinstance(presenter, AskingPresenter) and isinstance(view, HeatView)
    qtbot.addWidget(view)
    desk.presenter = presenter

    def click() -> Lens:
        view.class_chosen.emit("dog")
        view.head_chosen.emit("aux2")
        return desk.scene.lens

    untouched = desk.scene.lens
    assert click() == untouched, "nobody has told it where the class stands"
    desk.show()
    assert click() != untouched
    presenter.retire()
    desk.scene = desk.scene.patched(lens=untouched)
    assert click() == untouched, "another view is on screen"
    desk.show()
    assert click() != untouched
