"""What every measure has in common: its result, and how a process of its own reports to it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PROCESS_TIMEOUT_S = 600
BETWEEN_TURNS_S = 0.1
MARK = "layerwalk-bench: "


@dataclass(frozen=True)
class Result:
    """A measured figure; ``detail`` holds what it was made of, and the peers' figures. Lower is better.

    ``parts`` are further figures with bars of their own: name to (value, bar).
    """

    value: float
    unit: str
    bar: float
    detail: dict[str, Any]
    parts: dict[str, tuple[float, float]]

    @property
    def ok(self) -> bool:
        """Whether the figure and all its parts keep their bars."""
        return self.value <= self.bar and all(value <= bar for value, bar in self.parts.values())

    def as_json(self) -> dict[str, Any]:
        """Return what is written into the file."""
        parts = {name: {"value": value, "bar": bar, "ok": value <= bar} for name, (value, bar) in self.parts.items()}
        detail = {**self.detail, "parts": parts} if parts else self.detail
        return {"value": self.value, "unit": self.unit, "bar": self.bar, "ok": self.ok, "detail": detail}


class MeasureFailed(Exception):
    """A measure could not be taken; the text says why."""


def report(figures: Mapping[str, Any]) -> None:
    """Hand figures from a measuring process to the bench."""
    print(MARK + json.dumps(figures), flush=True)


def in_process(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a module of this package in a process of its own and return the figures that it reports.

    Raises
    ------
    MeasureFailed
        Where it dies, takes longer than ten minutes, or reports nothing.
    """
    return _reported([sys.executable, "-m", module, *arguments], environment)


def in_script(source: str, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a plain script, without any code of ours, that prints its figures as JSON in its last line."""
    return _reported([sys.executable, "-c", source, *arguments], environment, mark="")


def _reported(command: Sequence[str], environment: Mapping[str, str] | None, mark: str = MARK) -> dict[str, Any]:
    env = dict(os.environ if environment is None else environment)
    # An installed program has its bytecode; without it every start would compile the sources again.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        done = subprocess.run(
            list(command), env=env, capture_output=True, text=True, timeout=PROCESS_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise MeasureFailed(f"no answer within {PROCESS_TIMEOUT_S} s") from error
    lines = [line for line in done.stdout.splitlines() if line.startswith(mark)]
    if done.returncode != 0 or not lines:
        complaint = done.stderr.strip().splitlines()
        raise MeasureFailed(complaint[-1] if complaint else f"exit code {done.returncode}")
    figures: dict[str, Any] = json.loads(lines[-1][len(mark) :])
    return figures


def in_turns(commands: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], turns: int) -> dict[str, list[float]]:
    """Have processes do the same work in turns, so that whatever else the machine does meets them all alike.

    Parameters
    ----------
    commands : mapping
        Name to command and environment. A command writes an empty line once it is ready; then, for each line that it
        reads, it works and writes the seconds that this took.

    Raises
    ------
    MeasureFailed
        Where one of them ends early.
    """
    took: dict[str, list[float]] = {name: [] for name in commands}
    with contextlib.ExitStack() as stack:
        running = {}
        for name, (command, environment) in commands.items():
            process = subprocess.Popen(
                list(command), env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.callback(_ended, process)
            running[name] = process
        try:
            for process in running.values():
                _answer_of(process)
            for _ in range(turns):
                for name, process in running.items():
                    # The threads of the one before spin on for some milliseconds: they are not this one's to bear.
                    time.sleep(BETWEEN_TURNS_S)
                    assert process.stdin is not None
                    process.stdin.write("\n")
                    process.stdin.flush()
                    took[name].append(float(_answer_of(process)))
        except (OSError, ValueError) as error:
            raise MeasureFailed(str(error)) from error
    return took


def _answer_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise MeasureFailed(f"exit code {process.wait(PROCESS_TIMEOUT_S)}")
    return line


def _ended(process: subprocess.Popen[str]) -> None:
    """End a worker: it stops where its input does."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        process.wait(10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def qt_environment() -> dict[str, str]:
    """Return an environment in which a window needs no screen."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def milliseconds(seconds: float) -> float:
    """Return seconds as milliseconds, to a hundredth."""
    return round(seconds * 1000, 2)
