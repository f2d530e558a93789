"""The microscope's view: clicks on the map, on a channel and on the buttons tell what the person wants."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.microscope_show import MicroscopeShow
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, LedgerRow, LedgerShow, plain_map, signed_map
from explorer.views import theme
from explorer.views.explore.panels.microscope import MicroscopeView


def show_of(side: int, *, playing: bool = False) -> MicroscopeShow:
    values = np.random.default_rng(0).normal(size=(side, side)).astype(np.float32)
    grid = signed_map(values, "patch", figures=True)
    bars = BarsShow(
        tuple(BarShow(f"channel {index}", 1.0, "1", index == 0, key=str(index)) for index in range(4)), "sums"
    )
    ledger = LedgerShow((LedgerRow("sum", "a formula", "1", strong=True), LedgerRow("net", "", "1", tone="good")), "t")
    return MicroscopeShow(
        kind="kernel",
        place="channel 1, row 2, column 3",
        sentence="reads",
        output=plain_map(np.eye(8, dtype=np.float32), "magma", "this", "8 × 8", mark=(2, 3)),
        ledger=ledger,
        source=plain_map(np.eye(16, dtype=np.float32), "magma", "input", "16 × 16", frame=(-1, 3, side, side)),
        patch=grid,
        kernel=grid,
        product=grid,
        bars=bars,
        playing=playing,
    )


@pytest.fixture
def view(qtbot: QtBot) -> MicroscopeView:
    view = MicroscopeView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(760, 480)
    view.show()
    return view


def test_a_click_on_the_output_picks_the_pixel(view: MicroscopeView, qtbot: QtBot) -> None:
    view.show_microscope(show_of(3))
    with qtbot.waitSignal(view.pixel_chosen) as signal:
        at = view.output.cell_rect(6, 1).center().toPoint()
        qtbot.mouseClick(view.output, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [(6, 1)]


def test_a_channel_is_chosen_by_click_and_by_keys(view: MicroscopeView, qtbot: QtBot) -> None:
    view.show_microscope(show_of(3))
    with qtbot.waitSignal(view.input_chosen) as signal:
        at = QPoint(10, round(view.bars.title_px() + 2.5 * view.bars.row_px()))
        qtbot.mouseClick(view.bars, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == ["2"]
    view.bars.setFocus()
    with qtbot.waitSignal(view.input_chosen) as signal:
        qtbot.keyClick(view.bars, Qt.Key.Key_Down)
    assert signal.args == ["1"]


@pytest.mark.parametrize("side", [3, 5, 7, 11])
@pytest.mark.parametrize("size", [(680, 440), (1236, 780)])
def test_the_three_grids_stand_side_by_side_inside(view: MicroscopeView, side: int, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.show_microscope(show_of(side))
    left = 0
    for grid in (view.patch, view.kernel, view.product):
        assert grid.x() >= left
        left = grid.x() + round(grid.picture_rect().width())
    assert left <= view.width()
    for part in (view.source, view.output, view.bars, view.ledger):
        assert view.rect().contains(part.geometry())
    assert not view.source.geometry().intersects(view.output.geometry())


def test_play_shows_what_a_click_will_do(view: MicroscopeView, qtbot: QtBot) -> None:
    view.show_microscope(show_of(3))
    assert view.play.accessibleName() == "Slide the window (Space)"
    with qtbot.waitSignal(view.play_clicked):
        view.play.click()
    view.show_microscope(show_of(3, playing=True))
    assert view.play.accessibleName() == "Stop the window (Space)"


def test_projector_size_keeps_the_heart(view: MicroscopeView) -> None:
    view.set_look(theme.look("dark", present=True))
    view.resize(830, 400)
    view.show_microscope(show_of(3))
    assert view.bars.isHidden() and view.source.isHidden()
    assert view.product.picture_rect().width() > 100
    assert view.ledger.shown()[-1].tone == "good"
