"""How many bytes a picture's file may have; apart from the decoder, so that the window need not load one."""

from __future__ import annotations

from explorer.core.errors import UserError

LARGEST_FILE_BYTES = 256_000_000


def too_many_bytes(size: int, limit: int, name: str = "") -> UserError:
    """Return the error for a file of ``size`` bytes where ``limit`` are allowed."""
    megabytes = max(1, round(size / 1e6))
    return UserError("picture_too_large_bytes", name=name, megabytes=megabytes, limit=round(limit / 1e6))
