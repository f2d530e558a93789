"""Random actions of any kind: no uncaught error, no warning of Qt, and every closing is clean and quick."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pictures import broken_pictures, good_pictures

EXIT_LIMIT_S = 2.0
SESSION_ACTIONS = 250
"""So many actions lie between two closings; the next session begins with what the one before left."""


@pytest.mark.parametrize(
    ("seed", "actions"),
    [
        pytest.param(0, 300, id="short"),
        *(
            pytest.param(seed, 10_000, id=f"seed-{seed}", marks=[pytest.mark.slow, pytest.mark.timeout(3600)])
            for seed in range(1, 6)
        ),
    ],
)
def test_monkey_breaks_nothing(tmp_path: Path, seed: int, actions: int) -> None:
    pictures = tmp_path / "pictures"
    for name, data in {**good_pictures(), **broken_pictures(20)}.items():
        file = pictures / name.replace("/", "-")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    sessions = -(-actions // SESSION_ACTIONS)
    for session in range(sessions):
        run_session(seed * 1000 + session, actions // sessions, pictures, tmp_path)


def run_session(seed: int, actions: int, pictures: Path, folder: Path) -> None:
    """Play one session in a process of its own, and look at how it ended."""
    command = [sys.executable, "-m", "tests.e2e.monkey", "--seed", str(seed), "--actions", str(actions)]
    # No download leaves the machine: the mirror is an empty folder.
    environment = {**os.environ, "LAYERWALK_WEIGHTS_MIRROR": str(folder / "no-weights"), "HOME": str(folder)}
    ended = subprocess.run(
        [*command, "--pictures", str(pictures)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 + actions,
    )
    now = time.monotonic()
    assert ended.returncode == 0, f"seed {seed}: exit code {ended.returncode}\n{ended.stderr[-6000:]}"
    assert ended.stderr == "", f"seed {seed}: {ended.stderr[-6000:]}"
    closing = float(ended.stdout.split()[-1])
    assert now - closing < EXIT_LIMIT_S, f"seed {seed}: {now - closing:.1f} s to close"
