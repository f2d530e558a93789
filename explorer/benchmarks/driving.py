"""The real window and a real engine, driven without a screen: for measures that run in a process of their own."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from explorer.app import Application, make_application
from explorer.benchmarks.measure import MeasureFailed
from explorer.core.scene import Scene
from explorer.inbox import Inbox, start_engine
from explorer.options import Options

WINDOW_PX = (1920, 1080)
PATIENCE_S = 120.0
PULSE_MS = 200


class PaintWatch(QObject):
    """Notes when a page of the stage paints what the scene asks for.

    Attributes
    ----------
    painted : bool
        Whether that is on screen: the window has handed all its pixels on.
    painted_at_s : float
        Since when, by ``time.perf_counter``.
    """

    _OVER = QEvent.Type(QEvent.registerEventType())

    def __init__(self, application: Application) -> None:
        super().__init__()
        self._application = application
        self.painted = False
        self.painted_at_s = 0.0
        self._changed: Callable[[], bool] = lambda: True
        stage = application.view.stage
        for page in (stage.wall, stage.branches, stage.channel, stage.input):
            page.installEventFilter(self)

    def begin(self, changed: Callable[[], bool]) -> None:
        """Wait for the next paint after ``changed()``."""
        self.painted, self._changed = False, changed

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._application.explore.settled and self._changed():
            # Comes when the window is done with this paint, before what the program does after it.
            QCoreApplication.postEvent(self, QEvent(self._OVER), Qt.EventPriority.HighEventPriority.value + 1)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() != self._OVER:
            return super().event(event)
        # Not one from before the scene changed.
        if not self.painted and self._application.explore.settled and self._changed():
            self.painted, self.painted_at_s = True, time.perf_counter()
        return True


class Driver:
    """Does what a person does and says how long it took until it was on screen.

    Attributes
    ----------
    longest_turn_s : float
        The most that the window's thread worked in one turn of its loop, in seconds of its own time; may be reset.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.longest_turn_s = 0.0
        self._watch = PaintWatch(application)
        # Wakes the loop, so that a measure can fail where nothing happens any more.
        self._pulse = QTimer(self._watch)
        self._pulse.start(PULSE_MS)

    def action(self, name: str) -> QAction:
        """Return what the key of that action triggers."""
        return self.application.window.shortcuts[name]

    def wait(self, ready: Callable[[], bool]) -> None:
        """Run the event loop until something is so.

        Raises
        ------
        MeasureFailed
            Where the window complains, or nothing comes for two minutes.
        """
        application = QApplication.instance()
        assert application is not None
        end = time.perf_counter() + PATIENCE_S
        # The window sleeps until something happens, as it does for a person: looking again and again would take one of
        # the engine's cores away and make its forward pass five times as long.
        while not ready():
            if self.application.complaint:
                raise MeasureFailed(self.application.complaint)
            if time.perf_counter() > end:
                raise MeasureFailed("nothing was painted")
            before = time.thread_time()
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            self.longest_turn_s = max(self.longest_turn_s, time.thread_time() - before)
            # Only the program's own event loop deletes what was marked for it.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def painted(self) -> None:
        """Wait until the stage has painted what the scene asks for."""
        self.wait(lambda: self._watch.painted)

    def seconds(self, act: Callable[[], object], changed: Callable[[], bool] = lambda: True) -> float:
        """Do something that changes the stage; return the time until the change was painted.

        ``changed`` says when what is on the way is no longer the old scene, where that is not so at once.
        """
        start = time.perf_counter()
        act()
        # Nothing of the new scene can be there yet: the engine answers through the event loop.
        self._watch.begin(changed)
        self.painted()
        return self._watch.painted_at_s - start

    def rest(self, seconds: float) -> None:
        """Let the engine prepare ahead, as it does while a person looks."""
        over: list[bool] = []
        QTimer.singleShot(round(seconds * 1000), lambda: over.append(True))
        self.wait(lambda: bool(over))


@contextmanager
def driven(scene: Scene, size: tuple[int, int] = WINDOW_PX) -> Iterator[Driver]:
    """Put the window up with a scene, wait until it is painted, and close it at the end."""
    qt = make_application([])
    inbox = Inbox()
    client = start_engine(inbox)
    application = Application(qt, inbox, client, Options(scene=scene, scene_only=True, language="en", size=size))
    try:
        driver = Driver(application)
        application.start()
        gc.freeze()  # as explorer.app.run does
        driver.painted()
        yield driver
    finally:
        application.window.close()
