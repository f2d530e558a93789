"""Work that waits until the window has painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

PATIENCE_MS = 50
"""So long is waited for a paint that does not come, because nothing changed or nobody sees the window."""


class AfterPaint(QObject):
    """Does work once the window of a widget has painted what it was told before.

    A timer of 0 ms would not do: the platform may let a paint wait for longer than a timer.
    """

    _OVER = QEvent.Type(QEvent.registerEventType())

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._window: QWidget | None = None
        self._works: list[Callable[[], None]] = []
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._work)

    def call(self, work: Callable[[], None]) -> None:
        """Do something after the next paint, in the order of the calls."""
        window = self._widget.window()
        if window is not self._window:
            if self._window is not None:
                self._window.removeEventFilter(self)
            window.installEventFilter(self)
            self._window = window
        self._works.append(work)
        self._patience.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and self._works:
            # The window paints as it takes this event; ours is the next one.
            QCoreApplication.postEvent(self, QEvent(self._OVER), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == self._OVER:
            self._work()
            return True
        return super().event(event)

    def _work(self) -> None:
        self._patience.stop()
        works, self._works = self._works, []
        for work in works:
            work()
