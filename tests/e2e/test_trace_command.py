"""``python -m explorer trace`` as a script calls it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.__main__ import main
from explorer.core.resources import resource
from explorer.methods.compare import LECTURE_NETS

CAT = resource("images", "chelsea.png")


def traced(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["trace", str(CAT), "--json", "-", *words]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_googlenet_has_nine_modules_of_four_branches_and_three_trained_heads(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = traced(capsys)
    assert {key: report[key] for key in ("picture", "net", "weights", "device")} == {
        "picture": str(CAT),
        "net": "googlenet",
        "weights": "cifar10",
        "device": "cpu",
    }
    assert report["input"] == {"size": 96}
    branches: dict[str, set[str]] = {}
    for layer in report["layers"]:
        if layer["branch"]:
            branches.setdefault(layer["name"].split(".")[0], set()).add(layer["branch"])
    assert len(branches) == 9
    assert all(names == {"1x1", "3x3", "5x5", "pool"} for names in branches.values())
    assert [name for name, says in report["heads"].items() if says["trained"]] == ["main", "aux2", "aux1"]
    for says in report["heads"].values():
        assert says["top"][0]["label"] == "cat"
        chances = [one["probability"] for one in says["top"]]
        assert chances == sorted(chances, reverse=True)
        assert 0.9 < sum(chances) <= 1.0 + 1e-6


@pytest.mark.parametrize("net", LECTURE_NETS)
def test_every_network_of_the_lecture_says_how_it_is_built(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = traced(capsys, "--net", net, "--weights", "untrained")
    assert not any(says["trained"] or says["top"] for says in report["heads"].values())
    names = [layer["name"] for layer in report["layers"]]
    assert names[0] == "input"
    assert max(Counter(names).values()) == 1
    for layer in report["layers"]:
        # In the order of the data: whatever a layer reads has been there before it.
        assert set(layer["inputs"]) <= set(names[: names.index(layer["name"])])
        assert layer["stats"]["min"] <= layer["stats"]["mean"] <= layer["stats"]["max"]
    assert sum(layer["macs"] for layer in report["layers"]) > 1e8


def test_what_is_saved_is_what_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = traced(capsys, "--net", "resnet20", "--save", str(tmp_path))
    for layer in report["layers"]:
        values = np.load(tmp_path / f"{layer['name']}.npy")
        assert (values.dtype, list(values.shape)) == (np.float32, layer["shape"])
        said = layer["stats"]
        assert (said["min"], said["max"]) == (values.min(), values.max())
        assert said["mean"] == pytest.approx(values.mean(dtype=np.float64), rel=1e-5, abs=1e-6)
        assert said["std"] == pytest.approx(values.std(dtype=np.float64), rel=1e-5)
        assert said["zeros"] == pytest.approx(np.mean(values == 0))
    logits = np.load(tmp_path / "logits.main.npy").astype(np.float64)
    chances = np.exp(logits - logits.max())
    chances /= chances.sum()
    top = report["heads"]["main"]["top"]
    assert [one["probability"] for one in top] == pytest.approx(sorted(chances, reverse=True)[:5], rel=1e-5)


def test_a_refused_picture_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken, report = tmp_path / "broken.png", tmp_path / "report.jsonl"
    broken.write_bytes(CAT.read_bytes()[:300])
    words = ["trace", str(broken), str(CAT), "--net", "resnet20", "--json", str(report), "--lang", "ko"]
    assert main(words) == 1
    first, second = (json.loads(line) for line in report.read_text("utf-8").splitlines())
    assert first["picture"] == str(broken)
    assert set(first["error"]) == {"kind", "message", "hint"}
    assert all(first["error"].values())
    assert second["heads"]["main"]["top"][0]["label"] == "cat"
    said = capsys.readouterr()
    assert said.out == ""
    assert first["error"]["message"] in said.err


def test_without_json_it_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(CAT), "--net", "resnet20", "--size", "48"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "resnet20 (cifar10) on cpu" in lines[0]
    assert any("3×48×48" in line for line in lines)
    assert lines[-1].startswith("  main: cat ")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--net", "lenet"], 2, "lenet"),
        (["--net", "resnet20", "--size", "100000"], 2, "100000 px"),
        (["--net", "resnet20", "--device", "cuda:77"], 1, "cuda:77"),
        (["--net", "resnet20", "--weights", "nowhere"], 1, "nowhere"),
        (["--net", "resnet20", "--json", "/nowhere/report.json"], 1, "/nowhere/report.json"),
        (["--net", "resnet20", "--save", "/proc/nowhere"], 1, "/proc/nowhere"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", str(CAT), *words]) == code
    complaint = capsys.readouterr().err.strip()
    assert len(complaint.splitlines()) == 1
    assert said in complaint.lower()
