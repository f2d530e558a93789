"""What was dropped or pasted, as plain values."""

from __future__ import annotations

import msgspec


class Transfer(msgspec.Struct, frozen=True):
    """All that a drop or the clipboard offers.

    Attributes
    ----------
    images : dict
        Mime type to bytes of the image formats, the best first.
    urls : tuple of str
        Addresses of files and pages.
    html, text : str
    """

    images: dict[str, bytes] = {}
    urls: tuple[str, ...] = ()
    html: str = ""
    text: str = ""
