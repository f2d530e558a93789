"""Menus: what they list, and the samples' small pictures in them."""

from __future__ import annotations

import numpy as np

from explorer.core.scene import FIRST_PICTURE, PictureSource
from explorer.core.text import Translator
from explorer.presenters.choices import picture_menu
from explorer.presenters.explore.describe import class_name
from explorer.presenters.pictures import sample_sources


def test_samples_carry_their_small_pictures() -> None:
    small = np.zeros((8, 8, 3), np.uint8)
    entries, meaning = picture_menu(FIRST_PICTURE, (), (), {FIRST_PICTURE.name: small}, Translator("en"))
    by_key = {entry.key: entry for entry in entries}
    assert set(meaning.values()) == set(sample_sources())
    pictured = {meaning[key] for key, entry in by_key.items() if entry.thumbnail is not None}
    assert pictured == {FIRST_PICTURE}
    assert [meaning[key] for key, entry in by_key.items() if entry.checked] == [FIRST_PICTURE]


def test_file_of_a_samples_name_gets_no_sample_picture() -> None:
    mine = PictureSource("file", FIRST_PICTURE.name)
    small = np.zeros((8, 8, 3), np.uint8)
    entries, meaning = picture_menu(mine, (mine,), (), {FIRST_PICTURE.name: small}, Translator("en"))
    (entry,) = [entry for entry in entries if entry.key and meaning.get(entry.key) == mine]
    assert entry.thumbnail is None


def test_classes_are_called_by_their_first_name() -> None:
    korean = Translator("ko")
    assert class_name("tench, Tinca tinca", korean) == "tench"
    assert class_name("cat", korean) == "고양이"
    assert class_name("tabby", Translator("en")) == "tabby"
