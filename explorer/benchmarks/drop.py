"""How long after a picture was dropped its first map is on screen, beyond the forward pass itself."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from explorer.benchmarks.measure import Result, in_process, milliseconds, qt_environment, report

BAR_MS = 60.0
REPEATS = 7
PHOTO_PX = (4000, 3000)


def measure() -> Result:
    """Return drop → painted less the forward pass, in ms, for the slower of a small picture and a 12 MP photograph."""
    with tempfile.TemporaryDirectory() as folder:
        figures = in_process(__name__, folder, environment=qt_environment())
    parts = {f"{name} less the pass": (one["beyond_ms"], BAR_MS) for name, one in figures.items()}
    return Result(max(one["beyond_ms"] for one in figures.values()), "ms", BAR_MS, figures, parts)


def photograph(path: Path, seed: int) -> None:
    """Write a 12 MP JPEG with the spectrum of a photograph: coarse structure, edges and some noise."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    random = np.random.default_rng(seed)
    width, height = PHOTO_PX
    coarse = Image.fromarray(random.integers(0, 256, (30, 40, 3), dtype=np.uint8)).resize(
        PHOTO_PX, Image.Resampling.BICUBIC
    )
    noisy = np.asarray(coarse).astype(np.int16) + random.integers(-6, 7, (height, width, 1), dtype=np.int16)
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(path, quality=92)


def _figures(folder: Path) -> dict[str, Any]:
    from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl  # noqa: PLC0415
    from PySide6.QtGui import QDropEvent  # noqa: PLC0415

    from explorer.benchmarks.driving import Driver, driven  # noqa: PLC0415 — Qt
    from explorer.core.scene import FIRST_SCENE  # noqa: PLC0415
    from explorer.imaging.samples import load_samples, sample_path  # noqa: PLC0415

    def drop(driver: Driver, path: Path) -> tuple[float, float]:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        window = driver.application.window
        event = QDropEvent(
            QPointF(window.rect().center()),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        explore = driver.application.explore
        old = explore.trace
        seconds = driver.seconds(lambda: window.dropEvent(event), changed=lambda: explore.trace is not old)
        trace = explore.trace
        assert trace is not None
        return seconds, trace.seconds

    photograph(folder / "photograph.jpg", seed=0)
    pictures = {
        "sample": sample_path(load_samples()[0].file).read_bytes(),
        "12 MP": (folder / "photograph.jpg").read_bytes(),
    }
    figures = {}
    with driven(FIRST_SCENE) as driver:
        for name, data in pictures.items():
            took = []
            for turn in range(REPEATS + 1):
                path = folder / f"{name} {turn}.jpg"
                # Bytes after the end of a picture are not read, but make each file new to the engine.
                path.write_bytes(data + bytes([turn]))
                took.append(drop(driver, path))
                driver.rest(0.3)
            took = took[1:]
            figures[name] = {
                "drop_ms": milliseconds(statistics.median(whole for whole, _ in took)),
                "pass_ms": milliseconds(statistics.median(one for _, one in took)),
                "beyond_ms": milliseconds(statistics.median(whole - one for whole, one in took)),
            }
    return figures


if __name__ == "__main__":
    import sys

    report(_figures(Path(sys.argv[1])))
