"""What can be run step by step, and which request begins it."""

from __future__ import annotations

from explorer.core.messages.base import Request
from explorer.engine.runner import Opener

OPENERS: dict[type[Request], Opener] = {}
"""Request type to what makes its run."""
