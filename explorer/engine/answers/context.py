"""What a handler is given and what it may return."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from explorer.core.messages import AnyReply
from explorer.engine.session import Session


@dataclass(frozen=True)
class Ask:
    """The circumstances of one request.

    Attributes
    ----------
    cancelled : callable
        True once a newer request of the same kind came, or the engine closes: raise
        :class:`explorer.core.errors.Cancelled` soon.
    progress : callable
        ``progress(what, done, total)`` tells the window how far the work has come.
    """

    cancelled: Callable[[], bool]
    progress: Callable[[str, int, int], None]


Answer = AnyReply | Iterator[AnyReply | None]
"""A reply, or a generator of them.

A generator is long work in slices of at most some ten milliseconds: the server advances it while no request waits, so
that the engine keeps answering. What it yields is sent (None: nothing to say yet); the last reply ends the request, so
everything before it is a :class:`~explorer.core.messages.base.Progress` or a reply whose ``final`` is false. A newer
request of the same kind, or a new trace, closes it (``GeneratorExit``): clean up in ``finally``.
"""

Handler = Callable[[Session, Any, Ask], Answer]
