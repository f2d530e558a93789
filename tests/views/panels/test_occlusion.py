"""The view of the occlusion: the box is grey and stands where it is said, the mouse moves it, bars in pairs."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.explore.panels.occlusion import OcclusionShow, SweepShow
from explorer.presenters.explore.panels.pairs import PairGroup, PairRow, PairsShow
from explorer.presenters.explore.panels.shows import signed_map
from explorer.views import theme
from explorer.views.explore.panels.kit.pairs import Pairs
from explorer.views.explore.panels.occlusion import OcclusionView


def pairs(count: int = 3) -> PairsShow:
    def group(head: str) -> PairGroup:
        rows = tuple(
            PairRow(f"class {index}", 0.9, 0.1, "90.0 %", "10.0 %", "−80.0", index == 1, key=f"{head}:{index}")
            for index in range(count)
        )
        return PairGroup(head, rows)

    return PairsShow((group("main"), group("aux2"), PairGroup("aux1", (), "untrained")), "before", "after")


def made(qtbot: QtBot) -> OcclusionView:
    view = OcclusionView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.LIGHT)
    view.resize(700, 480)
    view.show()
    view.show_occlusion(OcclusionShow("title", np.full((40, 40, 3), 255, np.uint8), "hint"))
    view.show_pairs(pairs())
    return view


def test_the_box_is_grey_and_where_it_was_put(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.show_box(Crop(0.5, 0.25, 0.25), (128, 128, 128))
    image, rect = view.picture.grab().toImage(), view.picture.picture_rect()

    def colour(x: float, y: float) -> tuple[int, ...]:
        at = QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height())
        return image.pixelColor(at.toPoint()).getRgb()[:3]

    assert colour(0.625, 0.375) == (128, 128, 128)
    assert colour(0.4, 0.375) == (255, 255, 255)


def test_the_mouse_drags(qtbot: QtBot) -> None:
    view = made(qtbot)
    rect = view.picture.picture_rect()
    start = QPoint(round(rect.width() / 2), round(rect.top() + rect.height() / 2))
    with qtbot.waitSignal(view.pressed) as signal:
        qtbot.mousePress(view.picture, Qt.MouseButton.LeftButton, pos=start)
    assert signal.args == pytest.approx([0.5, 0.5], abs=0.01)
    with qtbot.waitSignal(view.released):
        qtbot.mouseRelease(view.picture, Qt.MouseButton.LeftButton, pos=start)


def test_the_button_says_what_it_will_do(qtbot: QtBot) -> None:
    view, tr = made(qtbot), Translator("en")
    heat = signed_map(np.ones((8, 8), np.float32))
    for show, key in (
        (SweepShow(), "start"),
        (SweepShow(heat, None, 0.5, "half"), "cancel"),
        (SweepShow(heat), "clear"),
    ):
        view.show_sweep(show)
        assert view.sweep.text() == tr(f"occlusion.sweep.{key}")
        assert view.progress.fraction == show.fraction
    with qtbot.waitSignal(view.sweep_toggled):
        view.sweep.click()


def test_a_click_on_a_line_tells_head_and_class(qtbot: QtBot) -> None:
    view = made(qtbot)
    with qtbot.waitSignal(view.row_chosen) as signal:
        at = view.pairs.row_rect("aux2:2").center().toPoint()
        qtbot.mouseClick(view.pairs, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == ["aux2:2"]


def test_arrows_choose_a_line(qtbot: QtBot) -> None:
    view = made(qtbot)
    with qtbot.waitSignal(view.row_chosen) as signal:
        qtbot.keyClick(view.pairs, Qt.Key.Key_Down)
    assert signal.args == ["main:0"]


def test_with_little_room_every_head_keeps_its_first_class(qtbot: QtBot) -> None:
    part = Pairs()
    qtbot.addWidget(part)
    part.resize(300, 190)
    part.show_pairs(pairs(6))
    for group, rows in part.shown()[:2]:
        assert 1 <= len(rows) < 6
        assert any(row.strong for row in rows), group.title


@pytest.mark.parametrize("height", [60, 110, 150, 200, 300])
def test_no_line_is_cut_through(qtbot: QtBot, height: int) -> None:
    part = Pairs()
    qtbot.addWidget(part)
    part.resize(300, height)
    part.show_pairs(pairs(6))
    for group, rows in part.shown():
        for row in rows:
            assert part.row_rect(row.key).bottom() <= height + 2, (group.title, row.label)
