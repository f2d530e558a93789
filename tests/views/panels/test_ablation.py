"""The view of switching off: every click tells its name; what is off can be switched on again below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.ablation import AblationShow
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, Choice
from explorer.views import theme
from explorer.views.explore.panels.ablation import AblationView
from tests.views.panels.test_occlusion import pairs


def show(*off: str) -> AblationShow:
    here = tuple(Choice(name, name, name not in off) for name in ("4a", "4a.1x1", "4a#3"))
    return AblationShow(
        title="title",
        here=here,
        off=tuple(Choice(name, name, False) for name in off),
        off_title=f"off: {len(off)}",
        fills=(("zero", "zero"), ("mean", "mean")),
        fill="zero",
        sentence="sentence",
    )


def made(qtbot: QtBot, *off: str) -> AblationView:
    view = AblationView()
    qtbot.addWidget(view)
    view.retranslate(Translator("ko"))
    view.set_look(theme.DARK)
    view.resize(700, 480)
    view.show()
    view.show_ablation(show(*off))
    view.show_pairs(pairs())
    view.show_channels(BarsShow(tuple(BarShow(f"channel {n}", -n, str(n), key=str(n)) for n in range(5))), "note")
    return view


def test_switches_tell_their_names(qtbot: QtBot) -> None:
    view = made(qtbot)
    assert view.restore.isHidden()
    with qtbot.waitSignal(view.toggled) as signal:
        view.here.buttons[1].click()
    assert signal.args == ["4a.1x1"]
    with qtbot.waitSignal(view.fill_chosen) as signal:
        qtbot.mouseClick(view.fills, Qt.MouseButton.LeftButton, pos=view.fills.segment_centre("mean"))
    assert signal.args == ["mean"]
    with qtbot.waitSignal(view.channel_chosen) as signal:
        at = QPointF(10, view.channels.title_px() + 2.5 * view.channels.row_px()).toPoint()
        qtbot.mouseClick(view.channels, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == ["2"]


def test_what_is_off_comes_back_by_one_click(qtbot: QtBot) -> None:
    view = made(qtbot, "3b", "4a.1x1")
    assert [button.choice.on for button in view.here.buttons] == [True, False, True]
    assert [button.choice.key for button in view.off.buttons] == ["4a.1x1", "3b"]
    with qtbot.waitSignal(view.toggled) as signal:
        view.off.buttons[1].click()
    assert signal.args == ["3b"]
    with qtbot.waitSignal(view.restored):
        view.restore.click()


def test_without_a_ranking_the_heads_get_the_room(qtbot: QtBot) -> None:
    view = made(qtbot)
    narrow = view.pairs.width()
    view.show_channels(BarsShow(()), "")
    view.layout().activate()
    assert view.channels.isHidden()
    assert view.pairs.width() > narrow
