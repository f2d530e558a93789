"""Every format and mode comes out upright, in its true colours, as 8-bit RGB."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from explorer.imaging.decode import LONGEST_SIDE_PX, decode, preview, square_thumbnail
from tests.pictures import HEIGHT, QUARTERS, WIDTH, good_pictures, huge_jpeg, saved

PICTURES = good_pictures()
CENTRES = ((12, 16), (12, 48), (36, 16), (36, 48))


def expected(name: str) -> list[tuple[int, int, int]]:
    """Return the quarters' colours as the picture's name promises them, by ITU-R BT.601 where they are grey."""
    colours = [np.array(colour) for colour in QUARTERS]
    if name.startswith(("grey", "two")):
        luma = [round(float(colour @ (0.299, 0.587, 0.114))) for colour in colours]
        levels = [255 * (value > 100) for value in luma] if name.startswith("two") else luma
        return [(level,) * 3 for level in levels]
    if "swapped" in name:
        colours = [colour[::-1] for colour in colours]
    if "hole" in name:
        colours[0] = np.array((255, 255, 255))
    return [tuple(int(value) for value in colour) for colour in colours]


@pytest.mark.parametrize("name", PICTURES)
def test_every_format_and_mode_shows_its_quarters(name: str) -> None:
    picture = decode(PICTURES[name], name)

    assert picture.original_size == (WIDTH, HEIGHT)
    assert picture.rgb.shape == (HEIGHT, WIDTH, 3)
    assert picture.rgb.dtype == np.uint8
    for (row, column), colour in zip(CENTRES, expected(name), strict=True):
        # 6 levels: what lossy coding at quality 95 and a colour profile's rounding may cost.
        assert np.abs(picture.rgb[row, column].astype(int) - colour).max() <= 6, (row, column)


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    values = np.linspace(0, 65535, 4096).astype(np.uint16).reshape(64, 64)
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "PNG")

    grey = decode(stream.getvalue()).rgb[..., 0]

    assert np.array_equal(grey, np.rint(values / 257).astype(np.uint8))


def test_measured_values_beyond_any_usual_range_are_stretched() -> None:
    values = np.linspace(-3.0, 7.0, 64 * 64, dtype=np.float32).reshape(64, 64)
    values[0, 1] = np.nan

    grey = decode(saved(Image.fromarray(values), "TIFF")).rgb[..., 0]

    assert (grey[0, 0], grey[-1, -1]) == (0, 255)
    assert np.all(np.diff(grey.reshape(-1)[2:].astype(int)) >= 0)


def test_half_transparent_black_becomes_grey_on_white() -> None:
    assert tuple(decode(saved(Image.new("RGBA", (8, 8), (0, 0, 0, 128)), "PNG")).rgb[4, 4]) == (127, 127, 127)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "TIFF", "BMP", "GIF", "PPM"])
def test_a_large_picture_is_reduced_like_an_average_of_its_pixels(picture_format: str) -> None:
    size = (5000, 2600)
    ramp = np.linspace(20, 235, size[0])[None, :].repeat(size[1], axis=0)
    ramp[::2, ::2] += 15
    ramp[1::2, 1::2] += 15
    ramp[::2, 1::2] -= 15
    ramp[1::2, ::2] -= 15  # fine detail that a reduction by picking pixels would turn into stripes
    image = Image.fromarray(ramp.astype(np.uint8))

    picture = decode(saved(image, picture_format))

    assert picture.original_size == size
    assert picture.rgb.shape == (650, 1250, 3)  # a quarter
    across = np.linspace(20, 235, picture.rgb.shape[1])
    assert np.abs(picture.rgb[::50, 5:-5, 1].astype(float) - across[5:-5]).max() < 4


@pytest.mark.parametrize("longer", [1600, 1601, 3200, 3201, 6400, 6401, 12_801])
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG"])
def test_no_more_resolution_is_lost_than_half_of_the_limit(picture_format: str, longer: int) -> None:
    data = saved(Image.new("L", (40, longer)), picture_format)

    assert min(longer, LONGEST_SIDE_PX // 2) <= decode(data).rgb.shape[0] <= LONGEST_SIDE_PX


def test_strips_meet_without_a_seam() -> None:
    """A flat picture in a mode that is read strip by strip stays flat, transparent parts included."""
    image = Image.new("RGBA", (4100, 1500), (200, 100, 50, 128))

    rgb = decode(saved(image, "PNG", compress_level=1)).rgb

    assert np.ptp(rgb.reshape(-1, 3), axis=0).max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (9000, 1), (3, 2049)])
def test_extreme_shapes_keep_at_least_a_pixel(size: tuple[int, int]) -> None:
    picture = decode(saved(Image.new("RGB", size, (9, 99, 199)), "PNG"))

    assert picture.original_size == size
    assert min(picture.rgb.shape[:2]) >= 1
    assert min(max(size), LONGEST_SIDE_PX // 2) <= max(picture.rgb.shape[:2]) <= LONGEST_SIDE_PX
    assert tuple(picture.rgb[0, 0]) == (9, 99, 199)


def test_a_broken_colour_profile_does_not_cost_the_picture() -> None:
    data = saved(Image.new("RGB", (16, 16), (10, 200, 30)), "PNG", icc_profile=b"no profile at all" * 20)

    assert tuple(decode(data).rgb[8, 8]) == (10, 200, 30)


def test_a_heic_picture_with_metadata_of_an_unknown_kind_is_shown() -> None:
    """pi-heif's own reading of such metadata ends the process; the picture itself is whole."""
    data = bytearray(PICTURES["turned.heic"])
    data[data.index(b"Exif") + 2] = 233

    assert np.array_equal(decode(bytes(data)).rgb, decode(PICTURES["turned.heic"]).rgb)


def test_a_view_of_bytes_is_read_like_bytes() -> None:
    data = PICTURES["plain.png"]

    assert np.array_equal(decode(memoryview(data)).rgb, decode(data).rgb)


def test_a_hundred_megapixels_keep_their_shape() -> None:
    picture = decode(huge_jpeg(100))

    width, height = picture.original_size
    assert width * height == pytest.approx(100e6, rel=0.01)
    assert picture.rgb.shape == (height / 8, width / 8, 3)


def test_a_preview_keeps_the_proportions_and_never_enlarges() -> None:
    rgb = np.zeros((300, 1200, 3), np.uint8)

    assert preview(rgb).shape == (128, 512, 3)
    assert preview(rgb[:20, :30]).shape == (20, 30, 3)


def test_a_thumbnail_shows_the_centre_square() -> None:
    rgb = np.zeros((100, 300, 3), np.uint8)
    rgb[:, 100:200] = (250, 120, 10)

    thumbnail = square_thumbnail(rgb, 96)

    assert thumbnail.shape == (96, 96, 3)
    assert np.all(thumbnail == (250, 120, 10))
