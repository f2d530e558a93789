"""One kind of question whose answer is kept: asked one at a time, and not again while it is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure
from explorer.presenters.explore.panels.panel import Kind, Services


class Kept(Generic[Kind]):
    """Asks for what is wanted, one question at a time, the newest next.

    While a key is held down, steps come faster than answers: were each question to replace the one before, none
    would ever be answered.

    Parameters
    ----------
    kind : type
        Of the answer.
    on_answer : callable
        Called with the answer to what is wanted, at once where it is at hand.
    passing : bool
        Whether answers to what was wanted a moment ago, of the same run, are told too; each says what it is about.
    """

    def __init__(
        self, services: Services, kind: type[Kind], on_answer: Callable[[Kind], None], *, passing: bool = False
    ) -> None:
        self._services = services
        self._kind = kind
        self._on_answer = on_answer
        self._passing = passing
        self._wanted: Any = None
        self._flying: Any = None
        self._answered: Any = None
        self._answer: Kind | None = None

    @property
    def waiting(self) -> bool:
        """Whether what is wanted is still on its way."""
        return self._wanted is not None and self._flying is not None

    @property
    def answer(self) -> Kind | None:
        """The answer to what is wanted, where it is at hand."""
        return self._answer if self._answered == self._wanted else None

    def want(self, request: AnyRequest) -> None:
        """Ask, unless the answer is at hand or on its way."""
        self._wanted = request
        if self._answer is not None and self._answered == request:
            self._on_answer(self._answer)
        elif self._flying is None:
            self._send(request)

    def forget(self) -> None:
        """Want nothing, and let go of the answer; one that still comes is not told."""
        self._wanted = self._flying = self._answered = self._answer = None

    def _send(self, request: AnyRequest) -> None:
        self._flying = request
        self._services.submit(request, lambda reply: self._receive(request, reply))

    def _receive(self, request: Any, reply: AnyReply) -> None:
        if self._flying is not request:
            return
        self._flying = None
        wanted = self._wanted
        if isinstance(reply, self._kind):
            self._answered, self._answer = request, reply
            if request == wanted or (self._passing and request.trace == wanted.trace):
                self._on_answer(reply)
        elif isinstance(reply, Failure) and request == wanted:
            self._services.fail(reply)
        if request != wanted and self._flying is None and self._wanted is wanted:
            self._send(wanted)
