"""What the engine answers: one file a group of questions, each with its ``HANDLERS``."""

from __future__ import annotations

from explorer.core.messages.base import Request
from explorer.engine.answers import explore, inside, study, where
from explorer.engine.answers.context import Handler

HANDLERS: dict[type[Request], Handler] = {
    **explore.HANDLERS,
    **inside.HANDLERS,
    **study.HANDLERS,
    **where.HANDLERS,
}
"""Request type to what answers it."""
