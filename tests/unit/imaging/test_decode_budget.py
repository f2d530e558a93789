"""Bombs and giants stay within the time and memory that the class can bear, each batch in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import bombs, good_pictures, huge_jpeg

CHILD = """
import json, pathlib, sys, time
from explorer.core.errors import UserError
from explorer.imaging.decode import decode

def peak_kib():
    # Not ru_maxrss: on Linux that begins with what the parent process held.
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

warm, *files = [pathlib.Path(name) for name in sys.argv[1:]]
for file in sorted(warm.iterdir()):
    decode(file.read_bytes())
before, report = peak_kib(), {}
for file in files:
    data = file.read_bytes()
    begin = time.perf_counter()
    try:
        end = list(decode(data).rgb.shape)
    except UserError as error:
        end = error.kind
    report[file.name] = [time.perf_counter() - begin, end]
    del data
print(json.dumps({"extra_mb": (peak_kib() - before) * 1024 / 1e6, "files": report}))
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")


def measured(folder: Path, pictures: dict[str, bytes]) -> dict[str, object]:
    """Decode the pictures in a fresh process that has met every format before; return its report."""
    warm = folder / "warm"
    warm.mkdir()
    for name, data in good_pictures().items():
        if name.startswith("plain"):
            (warm / name).write_bytes(data)
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    names = [str(warm), *(str(folder / name) for name in pictures)]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *names], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_bombs_are_refused_within_a_second_and_200_mb(tmp_path: Path) -> None:
    report = measured(tmp_path, bombs())

    assert report["extra_mb"] <= 200
    for name, (seconds, end) in report["files"].items():
        assert seconds <= 1, name
        assert isinstance(end, str), name


def test_a_jpeg_of_100_megapixels_takes_3_seconds_and_300_mb_at_most(tmp_path: Path) -> None:
    report = measured(tmp_path, {"huge.jpg": huge_jpeg(100)})

    seconds, end = report["files"]["huge.jpg"]
    assert seconds <= 3
    assert end == [1080, 1448, 3]  # an eighth
    assert report["extra_mb"] <= 300
