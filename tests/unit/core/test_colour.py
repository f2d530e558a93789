"""The colour maps as matplotlib publishes them, and the fixed colours of the branches."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.colour import BRANCH_COLOURS, COLOUR_MAPS, DIVERGING_MAP, colour_table, map_for, rgb


def lightness(table: np.ndarray) -> np.ndarray:
    """Return CIE L* of sRGB colours, 0 … 100."""
    unit = table / 255.0
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


@pytest.mark.parametrize(
    ("name", "first", "middle", "last"),
    # End points and centre as matplotlib 3.9 gives them for 0, 128 and 255.
    [
        ("magma", (0, 0, 4), (183, 55, 121), (252, 253, 191)),
        ("viridis", (68, 1, 84), (33, 145, 140), (253, 231, 37)),
        ("cividis", (0, 34, 78), (125, 124, 120), (254, 232, 56)),
    ],
)
def test_maps_are_the_published_ones(
    name: str, first: tuple[int, ...], middle: tuple[int, ...], last: tuple[int, ...]
) -> None:
    table = colour_table(name)
    assert table.shape == (256, 3) and table.dtype == np.uint8
    for index, expected in ((0, first), (128, middle), (255, last)):
        assert np.abs(table[index].astype(int) - expected).max() <= 2


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_sequential_maps_get_brighter_all_the_way(name: str) -> None:
    steps = np.diff(lightness(colour_table(name)))
    assert steps.min() > -0.6
    assert lightness(colour_table(name))[-1] - lightness(colour_table(name))[0] > 60


def test_the_diverging_map_is_dark_at_zero_blue_below_and_orange_above() -> None:
    table = colour_table(DIVERGING_MAP).astype(int)
    bright = lightness(table)
    assert 126 <= int(bright.argmin()) <= 129
    assert (np.diff(bright[:127]) < 0.6).all() and (np.diff(bright[129:]) > -0.6).all()
    red, blue = table[:, 0], table[:, 2]
    assert (blue[:120] > red[:120]).all() and (red[136:] > blue[136:]).all()


def test_symmetric_scaling_always_gets_the_diverging_map() -> None:
    assert map_for("symmetric", "magma") == DIVERGING_MAP
    assert map_for("channel", "viridis") == "viridis"


def test_branches_have_okabe_ito_colours() -> None:
    assert {key: rgb(value) for key, value in BRANCH_COLOURS.items()} == {
        "1x1": (86, 180, 233),
        "3x3": (0, 158, 115),
        "5x5": (230, 159, 0),
        "pool": (204, 121, 167),
    }


def test_an_unknown_map_gives_magma() -> None:
    np.testing.assert_array_equal(colour_table("jet"), colour_table("magma"))
