"""How the end-to-end tests act on the window and look at what the two processes hold."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.app import Application

MEGABYTE = 1024 * 1024


def mime_of(*files: Path) -> QMimeData:
    """Return what a file manager sends for these files."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def drop(window: QWidget, mime: QMimeData) -> bool:
    """Drop something on the window as the desktop does; return whether the window wanted it."""
    middle = window.rect().center()
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(middle), Qt.DropAction.CopyAction, mime, buttons, keys)
    # As Qt asks: an event is refused until a widget takes it.
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(middle), Qt.DropAction.CopyAction, mime, buttons, keys))
    return True


def engine_of(application: Application) -> psutil.Process:
    """Return the engine's process."""
    pid = application.client.pid
    assert pid is not None
    return psutil.Process(pid)


def memory_mb(process: psutil.Process) -> float:
    """Return what a process holds in memory now, in MB."""
    return process.memory_info().rss / MEGABYTE


def forget_peak(process: psutil.Process) -> None:
    """Have the kernel note a process's highest memory anew."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def peak_mb(process: psutil.Process) -> float:
    """Return the most that a process held since :func:`forget_peak`, in MB; where the kernel does not say, what it
    holds now."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return memory_mb(process)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def belongings(application: Application) -> dict[str, int]:
    """Count what a program can pile up: widgets, Qt objects, timers that run, threads, and open files of both."""
    engine = engine_of(application)
    objects = application.window.findChildren(QObject)
    return {
        "widgets": len(QApplication.allWidgets()),
        "objects": len(objects),
        "timers": sum(isinstance(item, QTimer) and item.isActive() for item in objects),
        "threads": psutil.Process().num_threads(),
        "files": psutil.Process().num_fds(),
        "engine threads": engine.num_threads(),
        "engine files": engine.num_fds(),
    }
