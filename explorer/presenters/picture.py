"""A picture as the window knows it: bytes that only the engine decodes."""

from __future__ import annotations

import hashlib

import msgspec
import numpy as np

from explorer.core.scene import PictureSource


class Picture(msgspec.Struct, frozen=True):
    """A picture's bytes, where they came from and what finds them again."""

    source: PictureSource
    data: np.ndarray
    key: str

    @classmethod
    def of(cls, source: PictureSource, data: bytes, identity: str = "") -> Picture:
        """Return a picture; ``identity`` tells its bytes from all others, and without one they are digested.

        A digest of a photograph takes as long as all maps of a layer: a file is known by what its folder says of it.
        """
        digested = identity.encode(errors="surrogateescape") if identity else data
        return cls(source, np.frombuffer(data, np.uint8), hashlib.sha256(digested).hexdigest())
