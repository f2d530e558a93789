"""P goes on to another picture, whatever was dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.core.scene import PictureSource
from explorer.core.text import Translator
from explorer.presenters.picture import Picture
from explorer.presenters.pictures import PicturePresenter, sample_sources


class AtOnce:
    """A worker that works when it is asked."""

    def run(self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        done(job())


@pytest.mark.parametrize("dropped", [1, 2])
def test_one_dropped_picture_is_followed_by_the_samples_and_several_by_each_other(dropped: int, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.png" for number in range(dropped)]
    for file in files:
        file.write_bytes(file.name.encode())
    shown: list[Picture] = []
    presenter = PicturePresenter(AtOnce(), shown.append, lambda banner: None, Translator("en"), tmp_path)  # type: ignore[arg-type]
    presenter.open_paths(files)
    presenter.step(shown[-1].source, 1)
    expected = sample_sources()[0] if dropped == 1 else PictureSource("file", str(files[1]))
    assert shown[-1].source == expected
