"""Files and folders: what is found, in which order, and what is refused without waiting."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.core.errors import UserError
from explorer.core.resources import resource
from explorer.imaging import sources
from explorer.imaging.decode import decode
from explorer.imaging.samples import load_samples, sample_path

needs_posix = pytest.mark.skipif(os.name != "posix", reason="pipes and permissions of POSIX")


def kind_of(path: Path, limit_bytes: int = 1000) -> str:
    with pytest.raises(UserError) as caught:
        sources.read(path, limit_bytes)
    return caught.value.kind


def test_a_folder_gives_its_pictures_as_a_person_counts(tmp_path: Path) -> None:
    for name in ("10.png", "2.png", "Cat.JPG", "b.heic", ".hidden.png", "notes.txt", "1.tiff"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deeper.png").mkdir()
    (tmp_path / "deeper.png" / "inside.png").write_bytes(b"x")

    assert [path.name for path in sources.expand([tmp_path])] == ["1.tiff", "2.png", "10.png", "b.heic", "Cat.JPG"]


def test_files_are_taken_as_given_whatever_they_are_called(tmp_path: Path) -> None:
    given = [tmp_path / "z.dat", tmp_path / "gone.png", tmp_path / "a"]

    assert sources.expand(given) == given


def test_a_folder_without_pictures_says_so_only_where_nothing_else_was_given(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("no picture")

    with pytest.raises(UserError, match="folder_without_pictures"):
        sources.expand([tmp_path])
    assert sources.expand([tmp_path, Path("cat.png")]) == [Path("cat.png")]


def test_a_huge_folder_is_cut_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_FILES", 3)
    for number in range(9):
        (tmp_path / f"{number}.png").touch()

    assert [path.name for path in sources.expand([tmp_path, tmp_path])] == ["0.png", "1.png", "2.png"]


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(256)))

    assert sources.read(tmp_path / "a", 256) == bytes(range(256))
    assert kind_of(tmp_path / "a", 255) == "picture_too_large_bytes"


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "gone.png") == "file_missing"
    assert kind_of(tmp_path) == "file_is_directory"
    (tmp_path / "a").touch()
    assert kind_of(tmp_path / "a" / "below.png") == "file_missing"
    assert kind_of(Path("nul\0byte.png")) == "file_missing"
    assert kind_of(tmp_path / ("long" * 200)) in ("file_missing", "file_unreadable")


@needs_posix
@pytest.mark.timeout(20)
def test_a_pipe_or_device_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")

    assert kind_of(tmp_path / "pipe.png") == "file_not_regular"
    assert kind_of(Path("/dev/zero")) == "file_not_regular"


@needs_posix
def test_a_ring_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    assert kind_of(tmp_path / "a") == "file_unreadable"


@needs_posix
def test_a_file_or_folder_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission bits do not stop the superuser, under whom containers run tests: the system's answer is put in."""
    (tmp_path / "a.png").write_bytes(b"x")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    monkeypatch.setattr(os, "scandir", denied)
    assert kind_of(tmp_path / "a.png") == "file_unreadable"
    with pytest.raises(UserError, match="file_unreadable"):
        sources.expand([tmp_path])


def test_the_shipped_pictures_can_be_shown_and_say_whose_they_are() -> None:
    samples = load_samples()
    licences = resource("images", "LICENSES.md").read_text(encoding="utf-8")

    assert samples[0].file == "chelsea.png"
    for sample in samples:
        path = sample_path(sample.file)
        assert path.stat().st_size <= 300_000
        assert max(decode(path.read_bytes(), sample.file).original_size) <= 512
        assert sample.author in licences
        assert f"`{sample.file}`" in licences
        assert sample.licence in ("CC0 1.0", "Public domain", "CC BY 2.0")


def test_a_file_that_was_written_anew_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"one")
    before = sources.identity(path)
    assert before and before == sources.identity(path)
    path.write_bytes(b"two")
    os.utime(path, ns=(0, 1))
    assert sources.identity(path) != before
    assert sources.identity(tmp_path / "missing") == ""
