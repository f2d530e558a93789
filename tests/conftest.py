"""What every test gets: folders of its own, no screen, and a check that it leaves nothing running."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

# Before anything imports Qt: tests draw without a screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the engine: spinning threads take the core that a test's other process needs.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Two cores serve the test, its engine and whatever else the machine does.
os.environ.setdefault("OMP_NUM_THREADS", "2")
# Texts must not follow the language of the machine.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the person's settings, downloads and caches out of the tests, and the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TORCH_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    monkeypatch.delenv("LAYERWALK_WEIGHTS_MIRROR", raising=False)
    return home


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process, and name it."""
    threads, children = set(threading.enumerate()), set(_children())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in threads and _is_ours(thread)]
    processes = [_told(child) for child in _children() if child not in children]
    assert not left, f"threads left running: {left}"
    assert not processes, f"child processes left: {processes}"


def _is_ours(thread: threading.Thread) -> bool:
    """Tell our threads from those of libraries, which keep pools for the life of the process."""
    return thread.is_alive() and not thread.name.startswith(("pydevd", "tqdm", "asyncio", "ThreadPoolExecutor"))


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _told(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {process.status()} {' '.join(process.cmdline()[:4])}"
    except psutil.Error:
        return str(process.pid)
