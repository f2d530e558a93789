"""A crop stays a square inside the picture whatever is asked of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.scene import Crop
from explorer.imaging.crops import SMALLEST_SIDE_PX, centred, clamped, moved, pixels, resized

SIZES = st.tuples(st.integers(1, 20_000), st.integers(1, 20_000))
FRACTIONS = st.floats(-2, 3)


def inside(crop: Crop, width: int, height: int) -> bool:
    side = crop.width * width
    slack = 1e-6 * max(width, height)
    return (
        crop.x >= 0
        and crop.y >= 0
        and 0 < side <= min(width, height) + slack
        and crop.x * width + side <= width + slack
        and crop.y * height + side <= height + slack
    )


def test_the_centre_crop_of_a_wide_picture_leaves_the_sides() -> None:
    assert pixels(centred(400, 300), 400, 300) == (50, 0, 300)
    assert pixels(centred(300, 400, 0.5), 300, 400) == (75, 125, 150)


def test_a_224_of_256_crop_lies_as_torchvision_cuts_it() -> None:
    """CenterCrop(224) of a 256 × 256 picture begins at row and column 16."""
    assert pixels(centred(256, 256, 224 / 256), 256, 256) == (16, 16, 224)


def test_moving_stops_at_the_edges() -> None:
    crop = centred(400, 300, 0.5)

    assert pixels(moved(crop, 10, -20, 400, 300), 400, 300) == (135, 55, 150)
    assert pixels(moved(crop, 1e9, -1e9, 400, 300), 400, 300) == (250, 0, 150)


def test_resizing_keeps_the_centre_where_there_is_room() -> None:
    crop = centred(400, 300, 0.5)

    assert pixels(resized(crop, 100, 400, 300), 400, 300) == (150, 100, 100)
    assert pixels(resized(crop, 9999, 400, 300), 400, 300) == (50, 0, 300)
    assert pixels(resized(crop, 0, 400, 300), 400, 300)[2] == SMALLEST_SIDE_PX


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_from_a_broken_file_mean_the_centre(value: float) -> None:
    assert clamped(Crop(value, 0, 1), 40, 30) == centred(40, 30)


@given(SIZES, FRACTIONS, FRACTIONS, FRACTIONS, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_no_crop_leaves_the_picture(
    size: tuple[int, int], x: float, y: float, width: float, dx_px: float, dy_px: float
) -> None:
    crop = clamped(Crop(x, y, width), *size)

    for one in (crop, moved(crop, dx_px, dy_px, *size), resized(crop, dx_px, *size)):
        assert inside(one, *size)
        left, top, side = pixels(one, *size)
        assert left >= 0
        assert top >= 0
        assert side >= 1
        assert left + side <= size[0]
        assert top + side <= size[1]
