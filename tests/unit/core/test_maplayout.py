"""The wall's layout against brute force: every column count is tried, every pixel is looked up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.maplayout import GROUND, WallLayout, fit, retiled


def painted(layout: WallLayout) -> np.ndarray:
    """Draw a wall whose pixels say which map they belong to (position modulo 250)."""
    pixels = np.full(layout.size, GROUND, np.uint8)
    for position in range(layout.count):
        top, left, tall, wide = layout.box(position)
        assert (pixels[top : top + tall, left : left + wide] == GROUND).all(), "tiles overlap"
        pixels[top : top + tall, left : left + wide] = position % 250
    return pixels


@given(count=st.integers(1, 60), height=st.integers(1, 20), width=st.integers(1, 20), aspect=st.floats(0.3, 3.0))
def test_every_pixel_belongs_to_the_tile_that_was_drawn_there(
    count: int, height: int, width: int, aspect: float
) -> None:
    layout = fit(count, height, width, aspect)
    pixels = painted(layout)
    rng = np.random.default_rng(count)
    for y, x in rng.integers(0, layout.size, (40, 2)):
        hit = layout.at(int(y), int(x))
        assert (hit is None) == (pixels[y, x] == GROUND)
        if hit is not None:
            position, row, column = hit
            assert position % 250 == pixels[y, x]
            top, left, _, _ = layout.box(position)
            assert row == (y - top) // layout.repeat and column == (x - left) // layout.repeat


def test_points_outside_the_wall_hit_nothing() -> None:
    layout = fit(7, 4, 4, 1.0)
    tall, wide = layout.size
    assert all(layout.at(y, x) is None for y, x in ((-1, 0), (0, -0.5), (tall, 0), (0, wide), (tall + 50, wide + 50)))


@pytest.mark.parametrize("aspect", [0.4, 0.75, 1.0, 1.55, 2.4])
@pytest.mark.parametrize(("count", "side"), [(64, 224), (96, 54), (192, 28), (512, 14), (1000, 1), (3, 96), (1, 8)])
def test_tiles_are_within_three_percent_of_the_largest_possible(count: int, side: int, aspect: float) -> None:
    layout = fit(count, side, side, aspect)

    def scale(columns: int) -> float:
        size = WallLayout(count, side, side, columns, layout.repeat, layout.gap).size
        return min(aspect / size[1], 1 / size[0])

    best = max(scale(columns) for columns in range(1, count + 1))
    assert scale(layout.columns) >= 0.97 * best - 1e-12


def test_512_maps_fill_their_rows() -> None:
    layout = fit(512, 14, 14, 1.3)
    assert layout.rows * layout.columns - 512 <= 8


def test_25088_units_stay_under_the_cap_and_hold_every_unit() -> None:
    layout = fit(25_088, 1, 1, 1.5)
    assert layout.size[0] * layout.size[1] <= 2.6e6
    assert layout.rows * layout.columns >= 25_088


def test_gaps_are_about_two_percent_and_never_vanish() -> None:
    assert fit(64, 224, 224, 1.3).gap == 4
    assert fit(512, 14, 14, 1.3).gap == 1


@given(st.integers(1, 50), st.integers(1, 60), st.integers(1, 60))
def test_laying_out_again_moves_whole_maps(count: int, columns: int, new_columns: int) -> None:
    old = WallLayout(count, 3, 2, min(columns, count), 2, 1)
    new = WallLayout(count, 3, 2, min(new_columns, count), 2, 2)
    np.testing.assert_array_equal(retiled(painted(old), old, new), painted(new))
