"""``bench``: what it prints, writes and returns; no figure is judged here, for machines differ."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.benchmarks import capture
from explorer.benchmarks.measure import MeasureFailed, Result, in_turns
from explorer.commands import bench


class Fixed:
    """A measure whose figure is known."""

    def __init__(self, value: float, parts: dict[str, tuple[float, float]] | None = None) -> None:
        self._result = Result(value, "ms", 10.0, {"made of": 1.0}, parts or {})

    def measure(self) -> Result:
        return self._result


class Failing:
    def measure(self) -> Result:
        raise MeasureFailed("no such tool")


def use(monkeypatch: pytest.MonkeyPatch, **measures: object) -> None:
    monkeypatch.setattr(bench, "measures", lambda: measures)


def test_unknown_name_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "speed"]) == 2
    assert "speed" in capsys.readouterr().err


def test_figures_are_written_with_their_bars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, wall=Fixed(9.5), drop=Fixed(3.0, {"12 MP": (4.0, 5.0)}))
    assert main(["bench", "wall", "drop", "--json", str(tmp_path / "f.json")]) == 0
    figures = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert list(figures) == ["wall", "drop"]
    assert {key: figures["wall"][key] for key in ("value", "unit", "bar", "ok")} == {
        "value": 9.5,
        "unit": "ms",
        "bar": 10.0,
        "ok": True,
    }
    assert figures["drop"]["detail"]["parts"] == {"12 MP": {"value": 4.0, "bar": 5.0, "ok": True}}


@pytest.mark.parametrize("missed", [Fixed(10.5), Fixed(3.0, {"12 MP": (5.5, 5.0)}), Failing()])
def test_a_missed_bar_or_part_or_a_failed_measure_fails(
    missed: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, wall=missed)
    assert main(["bench", "wall"]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_progress_keeps_out_of_the_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    use(monkeypatch, wall=Fixed(1.0))
    main(["bench", "wall", "--lang", "ko"])
    written = capsys.readouterr()
    assert "측정 중" in written.err
    assert "측정 중" not in written.out


def test_every_name_has_its_measure() -> None:
    assert tuple(bench.measures()) == bench.NAMES


def test_capture_reports_both_passes() -> None:
    result = capture.measure(("alexnet-tv",), repeats=1)
    figures = result.detail["alexnet-tv"]
    assert figures["bare_ms"] > 0
    assert result.value == pytest.approx(figures["recorded_ms"] / figures["bare_ms"], rel=0.01)


def test_workers_take_turns() -> None:
    worker = "import sys; print(flush=True); [print(len(line) / 4, flush=True) for line in sys.stdin]"
    command = [sys.executable, "-c", worker]
    took = in_turns({"one": (command, os.environ), "other": (command, os.environ)}, 3)
    assert took == {"one": [0.25] * 3, "other": [0.25] * 3}
    with pytest.raises(MeasureFailed):
        in_turns({"dies": ([sys.executable, "-c", "print(flush=True)"], os.environ)}, 1)
