"""Why one value is what it is, what kernels look like, what depth does."""

from __future__ import annotations

from explorer.core.errors import UserError
from explorer.core.messages.base import Request
from explorer.core.messages.inside import MicroscopeRequest, MicroscopeResult
from explorer.engine.answers.context import Ask, Handler
from explorer.engine.session import Run, Session
from explorer.methods.microscope import Microscope


def _microscope(session: Session, request: MicroscopeRequest, ask: Ask) -> MicroscopeResult:
    run = known_layer(session, request.trace, request.layer)
    return Microscope(run.net.traced, run.activations, run.net.graph.heads).look(
        request.trace, request.layer, request.channel, request.pixel, request.patches, request.pinned
    )


def known_layer(session: Session, trace: str, layer: str) -> Run:
    """Return the newest run, whose network must have a layer of that name.

    Raises
    ------
    UserError
        ``layer_unknown``.
    """
    run = session.newest(trace)
    if layer not in run.activations:
        raise UserError("layer_unknown", layer=layer, net=run.net.spec.name)
    return run


HANDLERS: dict[type[Request], Handler] = {
    MicroscopeRequest: _microscope,
}
