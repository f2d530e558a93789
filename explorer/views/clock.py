"""The presenters' clock, and what wakes the window for work from other threads."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal


class QtClock(QObject):
    """See :class:`explorer.presenters.ports.Clock`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tick: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timeout)

    def every(self, interval_ms: int, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._timer.start(interval_ms)

    def stop(self) -> None:
        self._timer.stop()

    def _on_timeout(self) -> None:
        if self._tick is not None:
            self._tick()


class Waker(QObject):
    """Calls ``drain`` on the window's thread, whichever thread calls :meth:`wake`."""

    _woken = Signal()

    def __init__(self, drain: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._woken.connect(drain, Qt.ConnectionType.QueuedConnection)

    def wake(self) -> None:
        self._woken.emit()
