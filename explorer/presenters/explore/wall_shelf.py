"""Walls that the window has at hand: those shown last, and those that will probably be shown next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from explorer.core.messages import AnyReply
from explorer.core.messages.explore import WallAhead, WallRequest, WallResult, WallsAheadRequest
from explorer.presenters.explore.panels.panel import Submit

KEPT_BYTES = 32 * 1024 * 1024
"""Ten of the largest walls of a picture of 224 pixels."""


class WallShelf:
    """Keeps walls by what was asked, and has the engine send the next ones before they are asked for.

    A step to a wall that is at hand is painted at once; without it, the way to the engine and back costs two paints.
    """

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._walls: OrderedDict[WallRequest, WallResult] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: another run is on screen."""
        self._walls.clear()

    def find(self, request: WallRequest) -> WallResult | None:
        """Return the wall that a request would get, where it is at hand."""
        key = _key(request)
        if key in self._walls:
            self._walls.move_to_end(key)
        return self._walls.get(key)

    def put(self, request: WallRequest, result: WallResult) -> None:
        """Keep an answer; the walls that nobody looked at for longest go where there are too many."""
        self._walls[_key(request)] = result
        self._walls.move_to_end(_key(request))
        while len(self._walls) > 1 and sum(kept.wall.pixels.nbytes for kept in self._walls.values()) > KEPT_BYTES:
            self._walls.popitem(last=False)

    def fetch(self, like: WallRequest, layers: Iterable[str]) -> None:
        """Have the walls of further layers sent, the first one first; those at hand are not."""
        requests = [msgspec.structs.replace(like, layer=layer) for layer in layers]
        missing = tuple(request.layer for request in requests if self.find(request) is None)
        if missing:
            self._submit(WallsAheadRequest(like, missing), lambda reply: self._on_ahead(like, reply))

    def _on_ahead(self, like: WallRequest, reply: AnyReply) -> None:
        # What goes wrong is told when somebody really asks for that wall.
        if isinstance(reply, WallAhead):
            self.put(msgspec.structs.replace(like, layer=reply.layer), reply.result)


def _key(request: WallRequest) -> WallRequest:
    # The room's shape changes a little where the title above it takes a second line; the wall does as well there.
    return msgspec.structs.replace(request, aspect=round(request.aspect, 1))
