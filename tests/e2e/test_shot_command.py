"""``python -m explorer shot`` as a script calls it: the real window, in a process of its own, as a PNG."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from explorer.__main__ import main
from explorer.core.resources import resource
from explorer.core.scene import FIRST_SCENE


def shot(output: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "explorer", "shot", str(output), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)


def drawn(output: Path, *words: str) -> np.ndarray:
    """Return the window's pixels (H, W, 3) uint8."""
    done = shot(output, *words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(output) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_scene_is_the_same_whether_it_comes_as_a_file_or_as_words(tmp_path: Path) -> None:
    scene = tmp_path / "scene.json"
    scene.write_bytes(msgspec.json.encode(FIRST_SCENE.patched(layer="inception4a", view="branches")))
    look = ("--size", "1280x720", "--theme", "light", "--lang", "ko")
    by_words = drawn(tmp_path / "words.png", "--layer", "inception4a", "--view", "branches", *look)
    by_file = drawn(tmp_path / "file.png", "--scene", str(scene), *look)
    assert by_words.shape == by_file.shape == (720, 1280, 3)
    # The measured times of the layers are all that may differ.
    assert np.mean((by_words != by_file).any(axis=2)) < 0.005


def test_a_broken_picture_is_not_replaced_by_another(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(resource("images", "chelsea.png").read_bytes()[:400])
    done = shot(tmp_path / "none.png", "--picture", str(broken))
    assert done.returncode == 1
    assert "PNG" in done.stderr
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--layer", "inception9z"), "inception9z"),
        (("--picture", "/nowhere/cat.jpg"), "cat.jpg"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = shot(tmp_path / "none.png", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize(
    ("words", "said"), [(("--size", "12x12"), "12x12"), (("--scene", "/nowhere/scene.json"), "/nowhere/scene.json")]
)
def test_wrong_use_is_said_before_anything_starts(
    tmp_path: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shot", str(tmp_path / "none.png"), *words]) == 2
    assert said in capsys.readouterr().err
