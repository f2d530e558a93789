"""The project's own rules: style, types and the direction of imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ruff", "check", "--no-cache", "explorer", "tests"],
        ["-m", "mypy", "--cache-dir", "{tmp}"],
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"],
    ],
    ids=["ruff", "mypy", "import-linter"],
)
def test_rule(command: list[str], tmp_path: Path) -> None:
    words = [word.replace("{tmp}", str(tmp_path)) for word in command]
    answer = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
