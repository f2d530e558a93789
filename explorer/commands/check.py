"""``python -m explorer check``: what works on this machine; the exit code says whether the program will."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from explorer.core.resources import resource
from explorer.core.text import LANGUAGES, Translator

State = Literal["good", "note", "bad"]

_MARKS: dict[State, str] = {"good": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``bad`` makes the command fail."""

    state: State
    text: str


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``check`` to the program's subcommands."""
    parser = subparsers.add_parser("check", help="say what works here: devices, Qt, fonts, weights")
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print one line a finding; 1 where something that the program needs is missing."""
    tr = Translator(given.lang)
    findings: list[Finding] = []
    for check in (_python, _qt, _fonts, _torch, _pictures, _weights):
        for finding in _guarded(check, tr):
            findings.append(finding)
            print(f"{_MARKS[finding.state]} {finding.text}", flush=True)
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def _guarded(check: Callable[[Translator], Iterator[Finding]], tr: Translator) -> Iterator[Finding]:
    """Run a check; a library that cannot be imported is a finding, not a crash."""
    try:
        yield from check(tr)
    except (ImportError, OSError, RuntimeError) as error:
        yield Finding("bad", tr("check.broken", reason=str(error)))


def _python(tr: Translator) -> Iterator[Finding]:
    version = platform.python_version()
    enough = sys.version_info >= (3, 11)
    yield Finding("good" if enough else "bad", tr("check.python", version=version, system=platform.platform()))


def _qt(tr: Translator) -> Iterator[Finding]:
    """Ask another process to open a window: a missing system library kills it, not this one."""
    program = "from PySide6.QtWidgets import QApplication; import PySide6; a = QApplication([]); "
    program += "print(PySide6.__version__, a.platformName())"
    platforms = [os.environ.get("QT_QPA_PLATFORM", ""), "offscreen"]
    for wanted in dict.fromkeys(platforms):
        environment = {**os.environ, **({"QT_QPA_PLATFORM": wanted} if wanted else {})}
        command = [sys.executable, "-c", program]
        try:
            answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
        except subprocess.TimeoutExpired:
            yield Finding("bad", tr("check.qt_hangs"))
            return
        if answer.returncode == 0:
            version, name = answer.stdout.split()[:2]
            yield Finding("good", tr("check.qt", version=version, platform=name))
            return
        # Without a screen the window cannot open, but ``shot`` can still draw it.
        reason = (answer.stderr.strip().splitlines() or ["?"])[0]
        yield Finding("bad" if wanted == "offscreen" else "note", tr("check.qt_missing", reason=reason))


def _fonts(tr: Translator) -> Iterator[Finding]:
    fonts = sorted(path.name for path in resource("fonts").glob("*.otf"))
    yield Finding("good" if len(fonts) >= 2 else "bad", tr("check.fonts", fonts=", ".join(fonts) or "–"))


def _torch(tr: Translator) -> Iterator[Finding]:
    import torch  # noqa: PLC0415 — a check of its own

    from explorer.engine.devices import available_devices  # noqa: PLC0415

    yield Finding("good", tr("check.torch", version=str(torch.__version__)))
    devices = available_devices()
    for device in devices:
        yield Finding("good", tr("check.device", name=device.name, title=device.title))
    if len(devices) == 1 and shutil.which("nvidia-smi"):
        yield Finding("note", tr("check.cuda_missing"))


def _pictures(tr: Translator) -> Iterator[Finding]:
    from explorer.imaging.decode import decode  # noqa: PLC0415
    from explorer.imaging.samples import load_samples, sample_path  # noqa: PLC0415

    samples = load_samples()
    for sample in samples:
        decode(sample_path(sample.file).read_bytes(), sample.file)
    yield Finding("good" if samples else "bad", tr("check.pictures", count=len(samples)))


def _weights(tr: Translator) -> Iterator[Finding]:
    from explorer.nets.catalog import NETS  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415

    store = WeightsStore.standard(os.environ)
    for net in NETS:
        here = [spec for spec in net.weights if store.verified(spec) is not None]
        if any(spec.shipped and spec not in here for spec in net.weights):
            yield Finding("bad", tr("check.weights_damaged", net=net.title))
        elif here:
            yield Finding("good", tr("check.weights", net=net.title, weights=", ".join(spec.dataset for spec in here)))
        else:
            yield Finding("note", tr("check.weights_none", net=net.title, name=net.name))
