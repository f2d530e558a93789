"""Reads data while the window goes on asking: on a thread that can be told to give up."""

from __future__ import annotations

import threading
from collections.abc import Callable

from explorer.core.errors import Cancelled, UserError
from explorer.training.folders import Report
from explorer.training.sources import Opened

Opener = Callable[[Report, Callable[[], bool]], Opened]


class Reading:
    """Data on its way: ``done`` of ``total`` pictures."""

    def __init__(self, opener: Opener) -> None:
        self.done, self.total = 0, 0
        self._opener = opener
        self._given_up = threading.Event()
        self._opened: Opened | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._read, name="reading", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> Opened | None:
        """Return the data if they are there within this time, else None.

        Raises
        ------
        UserError
            Whatever the data have against being read.
        """
        self._thread.join(seconds)
        if self._thread.is_alive():
            return None
        if self._error is not None:
            raise self._error
        return self._opened

    def give_up(self) -> None:
        """Stop reading, and wait until it has stopped."""
        self._given_up.set()
        self._thread.join(5)

    def _read(self) -> None:
        try:
            self._opened = self._opener(self._report, self._given_up.is_set)
        except (UserError, Cancelled) as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 — told to the person by whoever waits
            self._error = UserError("internal", what=f"{type(error).__name__}: {error}")

    def _report(self, done: int, total: int) -> None:
        self.done, self.total = done, total
