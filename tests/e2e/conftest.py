"""The whole program in one test: the real window without a screen, and a real engine process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from explorer.app import Application, make_application
from explorer.core.scene import Scene
from explorer.inbox import Inbox, start_engine
from explorer.options import Options

START_TIMEOUT_MS = 60_000

Start = Callable[..., Application]


@pytest.fixture
def start(qapp: QApplication, qtbot: object) -> Iterator[Start]:
    """Return a function that starts the program and waits until its first scene is on screen."""
    running: list[Application] = []

    def begin(*paths: Path, scene: Scene | None = None, wait: bool = True) -> Application:
        inbox = Inbox()
        client = start_engine(inbox)
        options = Options(paths=paths, scene=scene, size=(1280, 720), language="en")
        application = Application(make_application([]), inbox, client, options)
        running.append(application)
        application.start()
        if wait:
            settle(qtbot, application)
        return application

    yield begin
    for application in running:
        application.window.close()
        application.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()


def settle(qtbot: object, application: Application, timeout_ms: int = START_TIMEOUT_MS) -> None:
    """Wait until everything that the scene asks for is on screen."""
    qtbot.waitUntil(lambda: application.explore.settled, timeout=timeout_ms)  # type: ignore[attr-defined]
