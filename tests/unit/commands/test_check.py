"""``check`` says what works here; what is missing makes it fail, and the rest is said all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.commands import check
from explorer.core.resources import resource
from explorer.nets.catalog import NETS


def test_here_everything_that_is_needed_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line[0] in "✓·" for line in lines)
    for word in ("Python", "PySide6", "Pretendard", "PyTorch", "cpu"):
        assert any(word in line for line in lines), word
    for net in NETS:
        assert any(net.title in line for line in lines), net.title


def test_a_missing_font_fails_and_the_rest_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "resource", lambda *parts: tmp_path if parts == ("fonts",) else resource(*parts))
    assert main(["check", "--lang", "ko"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("✗") for line in lines) == 1
    assert any("PyTorch" in line for line in lines)


def test_a_library_that_cannot_be_imported_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ImportError("libsomething.so.3: cannot open shared object file")

    monkeypatch.setattr("explorer.engine.devices.available_devices", broken)
    assert main(["check"]) == 1
    bad = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
    assert len(bad) == 1
    assert "libsomething.so.3" in bad[0]
