"""What a drop or a paste offers, in the order in which it should be tried."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, unquote_to_bytes, urlsplit
from urllib.request import url2pathname

import msgspec

IMAGE_TYPES = (
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/webp",
    "image/avif",
    "image/heic",
    "image/heif",
    "image/gif",
    "image/tiff",
    "image/bmp",
    "image/x-bmp",
    "image/x-ms-bmp",
    "image/x-portable-pixmap",
)
"""Image types that are read here, the ones that lose least first."""

MOST_CANDIDATES = 16
_LONGEST_HTML = 4 << 20
_SUFFIX_OF_TYPE = {"image/jpeg": "jpg", "image/jpg": "jpg", "image/tiff": "tif", "image/x-portable-pixmap": "ppm"}


class Candidate(msgspec.Struct, frozen=True):
    """One thing that may lead to the picture.

    Attributes
    ----------
    kind : str
        ``bytes`` (``data`` holds the file), ``path`` (``path`` names it) or ``url`` (``url``, http or https).
    name : str
        What to call the picture.
    """

    kind: Literal["bytes", "path", "url"]
    name: str
    data: bytes = b""
    path: str = ""
    url: str = ""


def from_transfer(images: Mapping[str, bytes], urls: Sequence[str], html: str, text: str) -> list[Candidate]:
    """Return what may lead to the picture, the best first; empty where there is nothing.

    Files come first where file addresses were dropped (a file manager may offer a thumbnail's bytes beside them), then
    image bytes, web addresses, the pictures inside the HTML, and text that is an address, a path or a ``data:`` URL.
    A link around a picture leads to a page as often as to the picture: what the HTML shows comes before an address
    that does not end like a picture.

    Parameters
    ----------
    images : mapping
        Mime type to bytes.
    urls : sequence of str
        Addresses, ``file:`` ones included.
    html, text : str
        The other forms in which a browser hands out what is dragged.
    """
    by_url = [candidate for url in urls if (candidate := _from_address(url.strip()))]
    lines = [line.strip() for line in text.splitlines()[: MOST_CANDIDATES * 4]]
    by_text = [candidate for line in lines if (candidate := _from_address(line) or _from_path(line))]
    shown = list(_from_html(html))
    addresses = [candidate for candidate in by_url if candidate.kind == "url"]
    ordered = [
        *(candidate for candidate in by_url if candidate.kind == "path"),
        *_from_images(images, _name_for_bytes(shown, addresses)),
        *(candidate for candidate in by_url if candidate.kind == "bytes"),
        *(candidate for candidate in addresses if _looks_like_picture(candidate.url)),
        *shown,
        *addresses,
        *by_text,
    ]
    paths = sum(candidate.kind == "path" for candidate in ordered)
    return list(dict.fromkeys(ordered))[: max(MOST_CANDIDATES, paths)]


def _from_images(images: Mapping[str, bytes], stem: str) -> Iterator[Candidate]:
    lowered = {mime.partition(";")[0].strip().lower(): data for mime, data in images.items()}
    for mime in IMAGE_TYPES:
        if lowered.get(mime):
            suffix = _SUFFIX_OF_TYPE.get(mime, mime.rpartition("/")[2].removeprefix("x-ms-").removeprefix("x-"))
            yield Candidate("bytes", f"{stem or 'picture'}.{suffix}", data=bytes(lowered[mime]))


def _name_for_bytes(shown: Sequence[Candidate], addresses: Sequence[Candidate]) -> str:
    """Return a name for pasted bytes, without its suffix: that of the address that came along, if any."""
    for candidate in (*shown, *addresses):
        if candidate.kind == "url" and _looks_like_picture(candidate.url):
            return Path(candidate.name).stem
    return ""


def _from_address(address: str) -> Candidate | None:
    scheme = address.partition(":")[0].lower()
    if scheme == "data":
        return _from_data_url(address)
    if scheme == "file":
        path = _local_path(address)
        return Candidate("path", Path(path).name, path=path) if path else None
    if scheme in ("http", "https"):
        try:
            parts = urlsplit(address)
            host = parts.hostname
        except ValueError:
            return None
        if not host or any(character.isspace() for character in address):
            return None
        return Candidate("url", unquote(parts.path.rpartition("/")[2]) or host, url=address)
    return None


def _from_path(line: str) -> Candidate | None:
    """Return a path that stands in text: only an absolute one of a file or folder that is there."""
    try:
        path = Path(line.strip("\"'"))
        there = path.is_absolute() and path.exists()
    except (OSError, ValueError):
        return None
    return Candidate("path", path.name, path=str(path)) if there else None


def _local_path(address: str) -> str:
    """Return the path of a ``file:`` URL on this machine, or an empty string for another machine's."""
    try:
        parts = urlsplit(address)
        if parts.netloc not in ("", "localhost") and os.name != "nt":
            return ""
        share = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        path = url2pathname(share + parts.path)
    except ValueError:
        return ""
    return "" if "\0" in path else path


def _from_data_url(address: str) -> Candidate | None:
    head, comma, body = address[5:].partition(",")
    mime = head.partition(";")[0].strip().lower()
    if not comma or not mime.startswith("image/"):
        return None
    try:
        encoded = head.lower().endswith(";base64")
        data = base64.b64decode(unquote_to_bytes(body)) if encoded else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        return None
    return Candidate("bytes", "picture", data=data) if data else None


def _looks_like_picture(url: str) -> bool:
    return bool(re.search(r"\.(jpe?g|jfif|png|gif|webp|avif|heic|heif|bmp|tiff?)$", urlsplit(url).path, re.IGNORECASE))


class _Pictures(HTMLParser):
    """Collects the addresses of the pictures in a piece of HTML, each ``img``'s largest first."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value.strip() for name, value in attrs if value}
        if tag == "img":
            self.addresses += _largest_first(given.get("srcset", ""))
            self.addresses += [given[name] for name in ("src", "data-src") if name in given]
        elif tag == "source":
            self.addresses += _largest_first(given.get("srcset", ""))


def _largest_first(srcset: str) -> list[str]:
    """Return the addresses of a ``srcset``, the one for the most pixels first."""
    found = re.findall(r"(\S*[^\s,])(?:\s+([0-9.]+)[wx])?\s*(?:,|$)", srcset)
    return [url for url, _ in sorted(found, key=lambda pair: -_number(pair[1]))]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _from_html(html: str) -> Iterator[Candidate]:
    parser = _Pictures()
    parser.feed(html[:_LONGEST_HTML])
    parser.close()
    for address in parser.addresses:
        candidate = _from_address("https:" + address if address.startswith("//") else address)
        if candidate is not None and candidate.kind != "path":  # a page must not name files of this machine
            yield candidate
