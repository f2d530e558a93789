"""Whatever the bytes: a picture or a sentence, and nothing else."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.core.errors import UserError
from explorer.core.text import LANGUAGES, catalog
from explorer.imaging.decode import LONGEST_SIDE_PX, MOST_MEGAPIXELS, decode
from tests.pictures import bombs, broken_pictures, good_pictures, huge_jpeg

GOOD = good_pictures()
BROKEN = broken_pictures()

KINDS_OF_IMPOSTORS = {
    "empty.jpg": "picture_empty",
    "noise.jpg": "picture_not_a_picture",
    "text.jpg": "picture_is_text",
    "text-utf16.jpg": "picture_is_text",
    "page.jpg": "picture_is_html",
    "drawing.svg": "picture_is_svg",
    "paper.pdf": "picture_is_pdf",
    "archive.zip": "picture_is_archive",
    "film.mp4": "picture_is_video",
    "film.mkv": "picture_is_video",
    "song.mp3": "picture_is_sound",
    "negative.cr2": "picture_is_raw",
    "negative.dng": "picture_is_raw",
    "layers.psd": "picture_format_unsupported",
    "window.ico": "picture_format_unsupported",
    "program.exe": "picture_is_program",
    "letter.doc": "picture_is_document",
    "magic-only.jpg": "picture_truncated",
    "magic-only.png": "picture_truncated",
}


def refusal(data: bytes, name: str = "") -> UserError:
    with pytest.raises(UserError) as caught:
        decode(data, name)
    return caught.value


def assert_sentence(error: UserError) -> None:
    """Check that both sentences are there in both languages and that the details fill them."""
    for language in LANGUAGES:
        for key in (f"error.{error.kind}", f"error.{error.kind}.hint"):
            text = catalog(language)[key].format(**error.details)
            assert text
            assert "{" not in text


def allowed(data: bytes) -> bool:
    """Return whether decoding ends as promised: with a picture of a sane shape, or with a sentence."""
    try:
        rgb = decode(data).rgb
    except UserError as error:
        assert_sentence(error)
        return True
    return rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3 and 1 <= max(rgb.shape[:2]) <= LONGEST_SIDE_PX


@pytest.mark.parametrize("name", BROKEN)
def test_every_broken_picture_is_refused_in_a_sentence(name: str) -> None:
    assert_sentence(refusal(BROKEN[name], name))


def test_two_hundred_broken_pictures_are_the_same_for_the_same_seed() -> None:
    assert len(BROKEN) == 200
    assert broken_pictures() == BROKEN


@pytest.mark.parametrize(("name", "kind"), KINDS_OF_IMPOSTORS.items())
def test_what_is_no_picture_is_called_what_it_is(name: str, kind: str) -> None:
    assert refusal(BROKEN[name]).kind == kind


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_is_refused_for_its_size_or_as_a_bomb(name: str) -> None:
    assert refusal(BROKEN[name]).kind in ("picture_too_many_pixels", "picture_bomb")


def test_a_size_over_the_limit_is_named_with_the_limit() -> None:
    error = refusal(huge_jpeg(130))

    assert error.kind == "picture_too_many_pixels"
    assert error.details["megapixels"] == 130
    assert error.details["limit"] == MOST_MEGAPIXELS["JPEG"] == 120


@pytest.mark.parametrize("name", [name for name in GOOD if name != "animated.gif"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_is_cut_off_is_never_shown_in_part(name: str, share: float) -> None:
    data = GOOD[name]

    error = refusal(data[: int(len(data) * share)])

    # A compressed TIFF keeps its directory at the end: cut off, there is nothing left to say how long it was.
    assert error.kind in ("picture_truncated", "picture_corrupt")
    if not name.endswith((".tif", ".pfm")):
        assert error.kind == "picture_truncated"


def test_an_animation_that_is_cut_off_later_still_has_its_first_frame() -> None:
    data = GOOD["animated.gif"]

    assert np.array_equal(decode(data[: len(data) * 9 // 10]).rgb, decode(data).rgb)


def test_a_jpeg_whose_second_half_never_arrived_is_cut_off() -> None:
    """Download programs reserve the room first: the rest of the file is zeros."""
    data = GOOD["plain.jpg"]
    half = len(data) * 2 // 3

    assert refusal(data[:half] + bytes(len(data) - half)).kind == "picture_truncated"


def test_a_file_over_the_byte_limit_is_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.imaging.decode.LARGEST_FILE_BYTES", 2_000_000)

    error = refusal(b"\xff\xd8\xff" + bytes(3_000_000))

    assert error.kind == "picture_too_large_bytes"
    assert (error.details["megabytes"], error.details["limit"]) == (3, 2)


def _mutated(data: bytes, random: np.random.Generator) -> bytes:
    """Return the bytes with some of them flipped, overwritten, taken out or doubled."""
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 6))):
        at = int(random.integers(len(changed)))
        span = int(random.integers(1, 9))
        match random.integers(5):
            case 0:
                changed[at] ^= 1 << int(random.integers(8))
            case 1:
                changed[at : at + span] = random.bytes(span)
            case 2:
                changed[at : at + span] = b"\xff" * span
            case 3:
                del changed[at : at + span]
            case _:
                changed[at:at] = changed[at : at + span]
        if not changed:
            return b"\0"
    return bytes(changed)


@pytest.mark.parametrize("name", GOOD)
def test_mutations_end_in_a_picture_or_a_sentence(name: str) -> None:
    random = np.random.default_rng(len(name) + len(GOOD[name]))

    assert all(allowed(_mutated(GOOD[name], random)) for _ in range(12))


MAGICS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0")
MAGICS += (b"RIFF\x20\0\0\0WEBPVP8L", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypheic", b"P6 9 9 255\n", b"P2\n", b"")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(MAGICS), st.binary(max_size=600))
def test_any_bytes_end_in_a_picture_or_a_sentence(magic: bytes, rest: bytes) -> None:
    assert allowed(magic + rest)


def test_texts_of_both_languages_want_the_same_details() -> None:
    def wanted(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    english, korean = (
        {key: text for key, text in catalog(language).items() if key.startswith(("error.picture", "error.file_"))}
        for language in LANGUAGES
    )
    assert english.keys() == korean.keys()
    assert all(wanted(english[key]) == wanted(korean[key]) for key in english)
