"""``python -m explorer gan`` as a script calls it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from safetensors.torch import load_file

from explorer.__main__ import main
from explorer.core.messages.gan import CURVES


def test_figures_on_standard_output_and_progress_on_standard_error() -> None:
    command = [sys.executable, "-m", "explorer", "gan", "healthy", "--steps", "130", "--json", "-", "--seed", "4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["preset"], figures["seed"], figures["steps"]) == ("healthy", 4, 130)
    assert set(figures["loss"]) == {"d", "g"}
    for name in ("d_real", "d_fake", "js", "kl", "steps_per_second"):
        assert math.isfinite(figures[name]), name
    assert 0 <= figures["js"] <= 1
    assert figures["modes"] == 8
    assert 0 <= figures["modes_covered"] <= 8
    assert figures["steps_per_second"] > 0
    assert set(figures["curves"]) == {"step", *CURVES}
    assert figures["curves"]["step"] == list(range(1, 131))
    assert len(figures["curves"]["loss_d"]) == 130


def test_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gif, out, report = tmp_path / "plane.gif", tmp_path / "out", tmp_path / "figures.json"
    words = ["gan", "oscillation", "--steps", "99", "--gif", str(gif), "--out", str(out), "--json", str(report)]
    assert main(words) == 0
    with Image.open(gif) as picture:
        assert picture.n_frames == 100  # type: ignore[attr-defined]
        first = picture.convert("RGB").tobytes()
        picture.seek(99)
        assert picture.convert("RGB").tobytes() != first
    assert json.loads(report.read_text())["steps"] == 99
    assert len((out / "curves.csv").read_text().splitlines()) == 100
    assert load_file(out / "g.safetensors")["body.linears.0.weight"].shape == (2, 2)
    assert load_file(out / "d.safetensors")["body.linears.0.weight"].shape == (1, 2)
    assert json.loads((out / "scene.json").read_text())["preset"] == "oscillation"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nothing"], 2, "no preset"),
        (["healthy", "--steps", "-1"], 2, "steps"),
        (["healthy", "--seed", "-3"], 2, "seed"),
        (["healthy", "--steps", "1", "--device", "cuda:77"], 1, "cuda:77"),
        (["healthy", "--steps", "1", "--json", "/proc/none/figures.json"], 1, "/proc/none"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gan", *words]) == code
    assert said in capsys.readouterr().err
