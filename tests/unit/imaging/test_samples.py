"""The shipped pictures: named in both languages, found by name alone, and cheap to list."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer.core.errors import UserError
from explorer.core.scene import FIRST_PICTURE
from explorer.core.text import LANGUAGES, catalog
from explorer.imaging.samples import load_samples, sample_path


def test_the_first_start_s_picture_leads_the_list() -> None:
    assert load_samples()[0].file == FIRST_PICTURE.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_has_a_title(language: str) -> None:
    titles = [catalog(language).get(sample.title, "") for sample in load_samples()]

    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_a_title_s_key_follows_from_the_file() -> None:
    """The menu finds the title of a scene's picture by its file name."""
    assert all(sample.title == f"sample.{sample.file.partition('.')[0]}" for sample in load_samples())


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../images/chelsea.png", "./chelsea.png", "/etc/passwd", "samples.json", "chelsea.png\0", "x.png"],
)
def test_only_a_shipped_picture_s_own_name_leads_to_a_file(name: str) -> None:
    with pytest.raises(UserError, match="sample_unknown"):
        sample_path(name)


def test_the_window_gets_sources_and_samples_without_a_decoder() -> None:
    """Each of these costs the start tens of milliseconds or more."""
    program = "import sys, explorer.imaging.samples, explorer.imaging.sources; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert packages & {"PIL", "pi_heif", "numpy", "torch", "PySide6"} == set()
