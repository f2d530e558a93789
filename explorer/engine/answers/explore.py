"""Questions about what the layers of the newest trace said."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Request
from explorer.core.messages.explore import (
    AheadEnd,
    BranchesRequest,
    ChannelRequest,
    ThumbnailRequest,
    ThumbnailResult,
    ValuesRequest,
    WallAhead,
    WallRequest,
    WallsAheadRequest,
)
from explorer.engine.answers.context import Ask, Handler
from explorer.engine.session import Session
from explorer.imaging.decode import decode, square_thumbnail


def _walls_ahead(session: Session, request: WallsAheadRequest, ask: Ask) -> Iterator[AnyReply]:
    for layer in request.layers:
        yield WallAhead(layer, session.wall(msgspec.structs.replace(request.like, layer=layer)))
    yield AheadEnd()


def _thumbnail(session: Session, request: ThumbnailRequest, ask: Ask) -> ThumbnailResult:
    picture = decode(memoryview(request.picture), request.key)  # type: ignore[arg-type]
    return ThumbnailResult(request.key, square_thumbnail(picture.rgb, request.side))


HANDLERS: dict[type[Request], Handler] = {
    BranchesRequest: lambda session, request, ask: session.branches(request),
    ChannelRequest: lambda session, request, ask: session.channel(request),
    ThumbnailRequest: _thumbnail,
    ValuesRequest: lambda session, request, ask: session.values(request),
    WallRequest: lambda session, request, ask: session.wall(request),
    WallsAheadRequest: _walls_ahead,
}
