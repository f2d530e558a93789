"""A folder of class folders becomes pictures and labels, or a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.errors import Cancelled, UserError
from explorer.core.text import Translator
from explorer.training.data.folders import load_folder, square


def paint(folder: Path, count: int, colour: tuple[int, int, int], size: tuple[int, int] = (32, 32)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.new("RGB", size, colour).save(folder / f"{number}.png")


def two_classes(folder: Path) -> Path:
    paint(folder / "sea", 10, (0, 0, 250))
    paint(folder / "grass", 5, (0, 250, 0))
    return folder


def test_classes_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    found = load_folder(two_classes(tmp_path), seed=0)
    data = found.data
    assert data.classes == ("grass", "sea")
    assert (len(data.train), len(data.validation)) == (12, 3)
    assert data.side_px == 32
    for part in (data.train, data.validation):
        colours = part.pixels.float().mean((2, 3)).argmax(1)
        assert (colours == part.labels + 1).all()  # green is grass, blue is sea
    assert found.unreadable == ()


def test_train_and_test_folders_are_used_as_they_are(tmp_path: Path) -> None:
    two_classes(tmp_path / "train")
    paint(tmp_path / "test" / "sea", 2, (0, 0, 250))
    paint(tmp_path / "test" / "grass", 3, (0, 250, 0))
    data = load_folder(tmp_path, seed=0).data
    assert (len(data.train), len(data.validation)) == (15, 5)
    assert np.bincount(data.validation.labels.numpy()).tolist() == [3, 2]


def test_large_pictures_are_kept_larger(tmp_path: Path) -> None:
    paint(tmp_path / "a", 3, (9, 9, 9), (300, 200))
    paint(tmp_path / "b", 3, (250, 9, 9), (200, 300))
    assert load_folder(tmp_path, seed=0).data.side_px == 64
    assert load_folder(tmp_path, seed=0, side_px=48).data.side_px == 48


def test_the_centre_is_cut_out_and_averaged() -> None:
    wide = np.zeros((4, 8, 3), np.uint8)
    wide[:, 2:6] = np.arange(16, dtype=np.uint8).reshape(4, 4, 1) * 4
    assert square(wide, 2)[:, :, 0].tolist() == [[10, 18], [42, 50]]
    assert square(wide, 4)[0, :, 0].tolist() == [0, 4, 8, 12]


def test_files_that_cannot_be_read_are_left_out_and_counted(tmp_path: Path) -> None:
    folder = two_classes(tmp_path)
    (folder / "sea" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (folder / "sea" / "notes.txt").write_text("not a picture", encoding="utf-8")
    found = load_folder(folder, seed=0)
    assert [Path(name).name for name in found.unreadable] == ["broken.jpg"]
    assert len(found.data.train) + len(found.data.validation) == 15


def make_one_class(folder: Path) -> None:
    paint(folder / "only", 4, (1, 2, 3))


def make_no_picture(folder: Path) -> None:
    two_classes(folder)
    (folder / "empty").mkdir()


def make_unreadable(folder: Path) -> None:
    two_classes(folder)
    (folder / "torn").mkdir()
    for number in range(3):
        (folder / "torn" / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")


def make_other_classes(folder: Path) -> None:
    two_classes(folder / "train")
    paint(folder / "test" / "sea", 2, (0, 0, 250))
    paint(folder / "test" / "sky", 2, (0, 200, 250))


def make_nothing(folder: Path) -> None:
    (folder / "readme.txt").write_text("nothing here", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (make_one_class, "data_one_class"),
        (make_no_picture, "data_class_empty"),
        (make_unreadable, "data_unreadable"),
        (make_other_classes, "data_class_differs"),
        (make_nothing, "data_no_classes"),
    ],
)
def test_a_folder_that_cannot_be_learned_from_is_refused_in_a_sentence(tmp_path: Path, make: object, kind: str) -> None:
    assert callable(make)
    make(tmp_path)
    with pytest.raises(UserError) as refused:
        load_folder(tmp_path, seed=0)
    assert refused.value.kind == kind
    for language in ("en", "ko"):
        for sentence in Translator(language).error(kind, refused.value.details):
            assert not sentence.startswith("error.")
            assert "{" not in sentence


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        load_folder(tmp_path / "none", seed=0)
    assert refused.value.kind == "data_missing"


def test_reading_reports_and_can_be_given_up(tmp_path: Path) -> None:
    folder = two_classes(tmp_path)
    told: list[tuple[int, int]] = []
    load_folder(folder, seed=0, report=lambda done, total: told.append((done, total)))
    assert told[-1] == (15, 15)
    with pytest.raises(Cancelled):
        load_folder(folder, seed=0, cancelled=lambda: True)
