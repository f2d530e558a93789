"""Figures on the wall: only when zoomed in, only digits that the levels carry, in the cell of their value."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.colour import colour_table
from explorer.core.maplayout import fit
from explorer.core.messages.explore import Statistics, Wall
from explorer.presenters.ports import WallShow
from explorer.views import theme
from explorer.views.explore.wall_figures import figures, levels_of
from explorer.views.explore.wall_view import WallView


def wall(count: int = 12, side: int = 8, low: float = 0.0, high: float = 4.24) -> Wall:
    layout = fit(count, side, side, 1.5)
    levels = np.random.default_rng(0).integers(0, 255, (count, side, side)).astype(np.uint8)
    pixels = np.full(layout.size, 255, np.uint8)
    for position in range(count):
        top, left, tall, wide = layout.box(position)
        tile = levels[position].repeat(layout.repeat, 0).repeat(layout.repeat, 1)
        pixels[top : top + tall, left : left + wide] = tile
    return Wall(
        layer="conv",
        layout=layout,
        pixels=pixels,
        channels=np.arange(count, dtype=np.int32)[::-1].copy(),
        low=np.full(count, low, np.float32),
        high=np.full(count, high, np.float32),
        dead=np.zeros(count, bool),
        statistics=Statistics(low, high, 1.0, 1.0, 0.0),
    )


@pytest.mark.parametrize(("low", "high"), [(0.0, 4.24), (-1.0, 1.0), (0.0, 0.0123), (0.0, 5000.0), (-3e4, 2.0)])
def test_a_figure_has_only_digits_that_are_true(low: float, high: float) -> None:
    step = (high - low) / 254
    for level, text in enumerate(figures(wall(low=low, high=high), 3)):
        value = float(text.replace("−", "-"))
        unit = 10.0 ** -len(text.partition(".")[2]) if "." in text else 1.0
        assert abs(value - (low + level * step)) <= unit / 2 + 1e-9 * max(abs(low), high)
        # One level more or less changes the last digit by one at most.
        assert unit >= min(step, 1.0)
        assert text not in ("−0", "−0.0", "−0.00")


def test_a_map_that_is_the_same_everywhere_has_one_figure() -> None:
    assert set(figures(wall(low=0.5, high=0.5), 0)) == {"0.50"}


def test_levels_are_those_of_the_map() -> None:
    made = wall()
    levels = levels_of(made, 5)
    assert levels.shape == (8, 8)
    top, left, _, _ = made.layout.box(5)
    assert levels[3, 6] == made.pixels[top + 3 * made.layout.repeat, left + 6 * made.layout.repeat]


def test_figures_appear_when_one_zooms_in(qtbot: QtBot) -> None:
    view = WallView()
    qtbot.addWidget(view)
    view.set_look(theme.DARK)
    view.resize(600, 400)
    view.show()
    made, colours = wall(), colour_table("magma")
    view.show_wall(WallShow(made, colours))

    def inks_in_a_cell() -> int:
        """Return how many colours a cell of the sixth map has: one without a figure."""
        cell = view._value_rect((5, 3, 3))
        image = view.grab().toImage()
        rows = range(round(cell.top()) + 2, round(cell.bottom()) - 2)
        columns = range(round(cell.left()) + 2, round(cell.right()) - 2)
        return len({image.pixel(x, y) for y in rows for x in columns})

    assert view.devicePixelRatioF() == 1.0
    assert inks_in_a_cell() == 1
    for _ in range(12):
        middle = view._value_rect((5, 3, 3)).center()
        view.zoom(1.25, middle.x(), middle.y())
    assert inks_in_a_cell() > 2
