"""Reads data while the window goes on asking: on a thread that can be told to give up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from explorer.core.errors import Cancelled, UserError
from explorer.training.data.folders import Report

Data = TypeVar("Data")


class Reading(Generic[Data]):
    """Data on its way: ``done`` of ``total`` pictures.

    Parameters
    ----------
    opener : callable
        Returns the data; it is given whom to tell how far it is, and what says whether it is to give up.
    after : callable, optional
        Waits for what must be over before.
    """

    def __init__(
        self, opener: Callable[[Report, Callable[[], bool]], Data], after: Callable[[], object] | None = None
    ) -> None:
        self.done, self.total = 0, 0
        self._after = after
        self._opener = opener
        self._given_up = threading.Event()
        self._opened: Data | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._read, name="reading", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> Data | None:
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

    def give_up(self, wait_s: float = 5.0) -> None:
        """Stop reading, and wait so long until it has stopped: a download ends with the file that is on its way."""
        self._given_up.set()
        self._thread.join(wait_s)

    def ended(self) -> None:
        """Wait until it has ended, however it does."""
        self._thread.join()

    def _read(self) -> None:
        if self._after is not None:
            self._after()
        try:
            self._opened = self._opener(self._report, self._given_up.is_set)
        except (UserError, Cancelled) as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 — told to the person by whoever waits
            self._error = UserError("internal", what=f"{type(error).__name__}: {error}")

    def _report(self, done: int, total: int) -> None:
        self.done, self.total = done, total
