"""What browsers and file managers hand over leads to the picture that the person meant."""

from __future__ import annotations

import base64
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from explorer.imaging.sources import Candidate, from_transfer

PNG = b"\x89PNG..."
JPEG = b"\xff\xd8\xff..."
PAGE = "https://pets.example/cats/milo"
PICTURE = "https://img.pets.example/milo%20large.jpg?w=800"


def told(candidates: list[Candidate]) -> list[tuple[str, bytes | str]]:
    return [(one.kind, one.data or one.path or one.url) for one in candidates]


def test_chrome_drags_a_picture_with_its_address_and_markup() -> None:
    html = f'<meta charset="utf-8"><a href="{PAGE}"><img alt="Milo" src="{PICTURE}"></a>'

    found = from_transfer({"image/png": PNG}, [PAGE], html, PAGE)

    assert told(found) == [("bytes", PNG), ("url", PICTURE), ("url", PAGE)]
    assert found[0].name == "milo large.png"


def test_the_best_of_several_image_types_comes_first_and_unknown_ones_not_at_all() -> None:
    images = {"image/x-icon": b"ico", "image/gif": b"gif", "image/jpeg": JPEG, "IMAGE/PNG;q=1": PNG, "image/webp": b""}

    assert told(from_transfer(images, [], "", "")) == [("bytes", PNG), ("bytes", JPEG), ("bytes", b"gif")]


def test_files_come_before_the_thumbnail_that_a_file_manager_adds(tmp_path: Path) -> None:
    photo = tmp_path / "Ünder 100 %.jpg"

    assert told(from_transfer({"image/png": PNG}, [photo.as_uri()], "", "")) == [("path", str(photo)), ("bytes", PNG)]


def test_many_files_are_all_kept(tmp_path: Path) -> None:
    photos = [tmp_path / f"{number}.jpg" for number in range(100)]

    assert told(from_transfer({}, [photo.as_uri() for photo in photos], "", "")) == [("path", str(p)) for p in photos]


def test_a_link_to_a_picture_is_tried_before_the_markup_shows_a_thumbnail() -> None:
    html = '<a href="x"><img src="https://img.pets.example/thumbs/7.jpg"></a>'

    assert told(from_transfer({}, [PICTURE], html, ""))[0] == ("url", PICTURE)


def test_a_source_set_gives_its_largest_picture_first() -> None:
    html = (
        '<img srcset="//i.example/s.jpg 320w, //i.example/l,1.jpg 1600w, //i.example/m.jpg 800w" '
        'src="https://i.example/s.jpg">'
    )

    urls = [url for _, url in told(from_transfer({}, [], html, ""))]

    assert urls == [f"https://i.example/{name}" for name in ("l,1.jpg", "m.jpg", "s.jpg")]


def test_data_urls_are_unpacked_wherever_they_stand() -> None:
    encoded = "data:image/png;base64," + base64.b64encode(PNG).decode()

    for found in (
        from_transfer({}, [encoded], "", ""),
        from_transfer({}, [], f"<img src='{encoded}'>", ""),
        from_transfer({}, [], "", encoded),
    ):
        assert told(found) == [("bytes", PNG)]
    assert (
        from_transfer({}, ["data:text/html;base64,AAAA", "data:image/png;base64,%%%", "data:image/png"], "", "") == []
    )


def test_text_may_be_an_address_or_the_path_of_a_file_that_is_there(tmp_path: Path) -> None:
    photo = tmp_path / "cat.jpg"
    photo.touch()

    assert told(from_transfer({}, [], "", f"  {PICTURE}\n")) == [("url", PICTURE)]
    assert told(from_transfer({}, [], "", f'"{photo}"')) == [("path", str(photo))]
    assert from_transfer({}, [], "", "A cat sat on the mat.\nhttp:// or /no/such/file.jpg") == []


def test_a_web_page_cannot_name_files_of_this_machine() -> None:
    html = '<img src="file:///etc/passwd"><img src="javascript:alert(1)"><img src="/etc/passwd">'

    assert from_transfer({}, ["ftp://h/x.png", "javascript:x", "about:blank"], html, "") == []


@given(st.lists(st.text(max_size=60)), st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_reading(urls: list[str], html: str, text: str) -> None:
    schemes = ["http://", "file://", "data:image/png;base64,", "http://[", "<img srcset='"]
    marked = [scheme + url for scheme in schemes for url in urls[:2]]

    for candidate in from_transfer({}, marked, "<img src='" + html, "file://" + text):
        assert candidate.data or candidate.path or candidate.url
