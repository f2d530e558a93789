"""What all commands have in common: how they are called from a shell."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer.__main__ import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_how_it_is_used(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: layerwalk {name}")


def test_a_reader_that_has_enough_is_no_error() -> None:
    command = [sys.executable, "-u", "-m", "explorer", "weights", "list"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, complaint = process.communicate(timeout=60)
    assert complaint == b""
    assert process.returncode == 1
