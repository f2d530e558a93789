"""Weights come while the lecture goes on: one thread downloads, the engine keeps answering."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure, Progress
from explorer.core.messages.weights import CatalogResult
from explorer.nets.catalog import NETS
from explorer.nets.weights.acquire import fetch, import_weights
from explorer.nets.weights.store import WeightsStore, find_weights

REPORT_INTERVAL_S = 0.1
CLOSE_TIMEOUT_S = 1.0


def catalog_result(store: WeightsStore, arrived: tuple[str, ...] = ()) -> CatalogResult:
    """Return the networks and what weights they have now."""
    return CatalogResult(tuple(store.info(net) for net in NETS), arrived)


class Downloads:
    """Runs one download at a time on a thread of its own.

    Parameters
    ----------
    reply : callable
        ``reply(number, message)``, safe to be called from any thread.
    """

    def __init__(self, store: WeightsStore, reply: Callable[[int, AnyReply], None]) -> None:
        self._store = store
        self._reply = reply
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, number: int, name: str, on_arrived: Callable[[], None]) -> None:
        """Begin a download; a running one is given up first, and what it has is kept for resuming.

        Raises
        ------
        UserError
            The catalog has no weights of that name.
        """
        _, spec = find_weights(NETS, name)
        self.close()
        self._cancelled = cancelled = threading.Event()

        def work() -> None:
            last = 0.0

            def report(done: int, total: int) -> None:
                nonlocal last
                now = time.monotonic()
                if now - last >= REPORT_INTERVAL_S or done == total:
                    last = now
                    self._reply(number, Progress(name, done, total))

            try:
                fetch(self._store, spec, report, cancelled.is_set, os.environ)
            except Cancelled:
                self._reply(number, Dropped())
            except UserError as error:
                self._reply(number, Failure(error.kind, error.details))
            else:
                on_arrived()
                self._reply(number, catalog_result(self._store, (name,)))

        self._thread = threading.Thread(target=work, name="download", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Give the running download up."""
        self._cancelled.set()

    def close(self) -> None:
        """Give the running download up and wait until it has let go of its file."""
        self._cancelled.set()
        if self._thread is not None:
            self._thread.join(CLOSE_TIMEOUT_S)
            self._thread = None

    def take_over(self, path: str) -> CatalogResult:
        """Import weights from a file or folder of this machine.

        Raises
        ------
        UserError
            Nothing could be taken; the first refusal says why.
        """
        outcomes = import_weights(self._store, NETS, [Path(path)], lambda done, total: None, lambda: False)
        good = tuple(outcome.name for outcome in outcomes if outcome.outcome != "refused")
        refused = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
        if not good and refused is not None:
            raise refused
        return catalog_result(self._store, good)
