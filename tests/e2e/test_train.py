"""The ``train`` command: what it prints and leaves, how it is stopped, killed and resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
SMALL = ("resnet20", "--data", "digits", "--size", "8", "--batch", "200", "--rate", "0.05")


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "explorer", *map(str, words)]


def run(*words: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=timeout, check=False
    )


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def start(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*words), cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def without_times(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "seconds"} for line in history]


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    out = tmp_path_factory.mktemp("trained")
    return out, run("train", *SMALL, "--epochs", 3, "--out", out)


def test_one_line_an_epoch_and_the_results_in_the_folder(
    trained: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = trained
    assert done.returncode == 0, done.stderr
    found = lines(done.stdout)
    assert [line["epoch"] for line in found] == [1, 2, 3]
    for line in found:
        assert set(line) == {"epoch", "steps", "loss", "accuracy", "rate", "seconds"}
        assert set(line["loss"]) == {"main"}
        assert set(line["accuracy"]) == {"train", "main"}
    assert "step" in done.stderr.lower()
    assert sorted(path.name for path in out.iterdir()) == [
        "best.safetensors",
        "checkpoint.safetensors",
        "last.safetensors",
        "run.json",
    ]
    said = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert said["history"] == found
    assert said["finished"]
    assert said["best"] == max(line["accuracy"]["main"] for line in found)
    assert found[-1]["accuracy"]["main"] > 0.5


def test_the_result_opens_in_explore_with_its_classes(
    trained: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    out, _ = trained
    with safe_open(out / "best.safetensors", framework="numpy") as file:
        assert json.loads(file.metadata()["classes"]) == list("0123456789")
    picture = tmp_path / "zero.png"
    ring = np.zeros((8, 8), np.uint8)
    ring[1:7, 2:6] = 255
    ring[2:6, 3:5] = 0
    Image.fromarray(ring).resize((64, 64)).save(picture)
    seen = run("trace", picture, "--net", "resnet20", "--weights", out / "best.safetensors", "--json", "-")
    assert seen.returncode == 0, seen.stderr
    report = json.loads(seen.stdout)
    assert report["input"]["size"] == 8
    top = report["heads"]["main"]["top"]
    assert report["heads"]["main"]["trained"]
    assert {entry["label"] for entry in top} <= set("0123456789")
    assert top[0]["label"] == "0"


def test_ctrl_c_leaves_a_checkpoint_from_which_it_goes_on_exactly(
    trained: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    whole, _ = trained
    words = ("train", *SMALL, "--epochs", 3, "--out", tmp_path / "cut")
    process = start(*words, "--every", 1)
    wait_for(tmp_path / "cut" / "checkpoint.safetensors", process)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "--resume" in complaint
    resumed = run(*words, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert_same(whole, tmp_path / "cut")


def assert_same(one: Path, other: Path) -> None:
    """Weights, best weights and figures of two runs are equal bit for bit."""
    for name in ("last.safetensors", "best.safetensors", "checkpoint.safetensors"):
        first, second = load_file(one / name), load_file(other / name)
        assert first.keys() == second.keys()
        assert all(np.array_equal(first[key], second[key]) for key in first), name
    figures = [json.loads((folder / "run.json").read_text(encoding="utf-8")) for folder in (one, other)]
    assert without_times(figures[0]["history"]) == without_times(figures[1]["history"])
    assert figures[0]["best"] == figures[1]["best"]


def kill_at_random(folder: Path, kills: int, seed: int) -> None:
    """Train with a kill -9 at random moments; nothing but the last interval, here one step, may be lost."""
    words = ("train", *SMALL, "--epochs", "3", "--out", str(folder), "--every", "1", "--resume")
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.killed_trainings", str(folder), str(kills), str(seed), *words],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=170 + 10 * kills,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = [line.split() for line in done.stdout.splitlines() if line.startswith("step ")]
    steps = [int(step) for _, step, _ in said]
    assert len(steps) == kills + 1
    assert steps == sorted(steps), "a kill lost what had been saved"
    assert said[-1][2] == "0"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork")
def test_killed_at_random_moments_nothing_is_lost(
    trained: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    kill_at_random(tmp_path / "killed", kills=20, seed=1)
    assert_same(trained[0], tmp_path / "killed")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork")
def test_killed_a_hundred_times_nothing_is_lost(
    trained: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    for turn in range(5):
        kill_at_random(tmp_path / str(turn), kills=20, seed=turn)
        assert_same(trained[0], tmp_path / str(turn))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("train", "lenet", "--data", "digits", "--out", "x"), 2),
        (("train", "resnet20", "--data", "imagenet", "--out", "x"), 2),
        (("train", "resnet20", "--data", "digits", "--out", "x", "--preset", "best"), 2),
        (("train", "resnet20", "--data", "digits"), 2),
        (("train", "resnet20", "--data", "/nowhere/at/all", "--out", "x"), 1),
        (("train", "alexnet", "--data", "digits", "--size", "16", "--out", "x"), 1),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(
    words: tuple[str, ...],
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from explorer.__main__ import main  # noqa: PLC0415 — torch

    monkeypatch.chdir(tmp_path)
    try:
        assert main(words) == code
    except SystemExit as wrong:  # argparse
        assert wrong.code == code
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) >= 1
    assert "Traceback" not in said.err
