"""What a picture's headers declare, read without decoding anything.

The scans are bounded in time whatever the bytes: they count what a decoder would walk through (segments, chunks,
blocks, tags) and refuse files that were made to keep a decoder busy.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from explorer.core.errors import UserError
from explorer.imaging.sniff import PictureFormat

MOST_PARTS = 100_000
"""Chunks, segments or blocks of one file. A 50 MP picture in chunks of 8 kB has about 20,000."""

MOST_SCANS = 64
"""Scans of a progressive JPEG; encoders write about 10. Each one makes the decoder walk over the whole picture."""

_TIFF_WIDE_TYPES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of a value by TIFF type, where it is more than one."""
_MOST_TAG_VALUES = 400_000
_TAG_BYTES = 16 << 20
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Header(NamedTuple):
    """What a file declares of its picture.

    Attributes
    ----------
    width, height : int
        As stored, before any rotation; 0 where only the decoder can tell.
    orientation : int
        EXIF orientation that remains to be applied by us, 1 … 8.
    coefficient_bytes : int
        Memory that a progressive JPEG's decoder needs for its coefficients; 0 for everything else.
    slow : bool
        Whether the format's decoder is written in Python, so that only small pictures are bearable.
    raw : bool
        Whether it is a camera's raw file in TIFF's clothes.
    cut_off : bool
        Whether the file is shorter than it says.
    """

    width: int = 0
    height: int = 0
    orientation: int = 1
    coefficient_bytes: int = 0
    slow: bool = False
    raw: bool = False
    cut_off: bool = False


def inspect(data: bytes, picture_format: PictureFormat) -> Header:
    """Return what the file declares.

    Raises
    ------
    UserError
        ``picture_truncated`` where the file ends within the header, ``picture_bomb`` where it was made to exhaust the
        reader, ``picture_corrupt`` where the header makes no sense.
    """
    try:
        match picture_format:
            case "JPEG":
                return _jpeg(data)
            case "PNG":
                return _png(data)
            case "GIF":
                return _gif(data)
            case "BMP":
                return _bmp(data)
            case "TIFF":
                return _tiff(data)
            case "WEBP":
                return _webp(data)
            case "AVIF" | "HEIF":
                return _iso_media(data)
            case "PPM":
                return _ppm(data)
    except (struct.error, IndexError) as error:
        whole = picture_format == "JPEG" and data.endswith(b"\xff\xd9")
        raise UserError("picture_corrupt" if whole else "picture_truncated", format=picture_format) from error


def orientation(exif: bytes) -> int:
    """Return the orientation (1 … 8) that an EXIF block asks for; 1 where it says nothing sensible."""
    block = exif[6:] if exif.startswith(b"Exif\0\0") else exif
    try:
        return _ifd(block, "EXIF")[1]
    except (struct.error, IndexError):
        return 1


def _jpeg(data: bytes) -> Header:
    """Walk the segments up to the first scan."""
    at, parts, width, height, turned, coefficients = 2, 0, 0, 0, 1, 0
    while True:
        parts += 1
        if parts > MOST_PARTS:
            raise UserError("picture_bomb", format="JPEG")
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError
        marker = data[at + 1]
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xD9:
            raise UserError("picture_corrupt", format="JPEG")
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            if marker in (0xC2, 0xC6, 0xCA, 0xCE):
                coefficients = _coefficient_bytes(data, at, width, height)
        elif marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turned = orientation(data[at + 4 : at + 2 + length])
        elif marker == 0xDA:
            break
        at += 2 + length
    if coefficients and data.count(b"\xff\xda", at) > MOST_SCANS:
        raise UserError("picture_bomb", format="JPEG")
    return Header(width, height, turned, coefficients, cut_off=data.rfind(b"\xff\xd9") < at)


def _coefficient_bytes(data: bytes, frame: int, width: int, height: int) -> int:
    components = data[frame + 9]
    factors = [(data[frame + 11 + 3 * k] >> 4, data[frame + 11 + 3 * k] & 15) for k in range(components)]
    widest = max((h for h, _ in factors), default=1) or 1
    tallest = max((v for _, v in factors), default=1) or 1
    return sum(2 * width * height * h * v // (widest * tallest) for h, v in factors)


def _png(data: bytes) -> Header:
    width, height = struct.unpack_from(">II", data, 16)
    if data[12:16] != b"IHDR":
        raise UserError("picture_corrupt", format="PNG")
    at, parts, turned, has_end = 8, 0, 1, False
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        parts += 1
        if parts > MOST_PARTS:
            raise UserError("picture_bomb", format="PNG")
        if not name.isalpha():
            raise UserError("picture_corrupt", format="PNG")
        if name == b"IEND":
            has_end = True
            break
        if name == b"eXIf":
            turned = orientation(data[at + 8 : at + 8 + length])
        at += 12 + length
    return Header(width, height, turned, cut_off=not has_end)


def _gif(data: bytes) -> Header:
    """Walk the blocks up to the first frame."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << ((flags & 7) + 1) if flags & 128 else 0)
    for _ in range(MOST_PARTS):
        kind = data[at]
        if kind == 0x2C:
            left, top, frame_width, frame_height = struct.unpack_from("<HHHH", data, at + 1)
            return Header(max(width, left + frame_width), max(height, top + frame_height))
        if kind == 0x3B:
            raise UserError("picture_corrupt", format="GIF")
        at += 2 if kind == 0x21 else 1
        if kind == 0x21:
            for _ in range(MOST_PARTS):
                length = data[at]
                at += 1 + length
                if not length:
                    break
            else:
                raise UserError("picture_bomb", format="GIF")
    raise UserError("picture_bomb", format="GIF")


def _bmp(data: bytes) -> Header:
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    if width <= 0 or height == 0:
        raise UserError("picture_corrupt", format="BMP")
    height = abs(height)
    (offset,) = struct.unpack_from("<I", data, 10)
    # Some writers leave out the padding of the last row.
    cut_off = compression in (0, 3) and offset + (width * bits + 31) // 32 * 4 * height > len(data) + 3
    return Header(width, height, slow=compression in (1, 2), cut_off=cut_off)


def _webp(data: bytes) -> Header:
    (declared,) = struct.unpack_from("<I", data, 4)
    cut_off = declared + 8 > len(data)
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header(width, height, cut_off=cut_off)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, cut_off=cut_off)
    width, height = struct.unpack_from("<HH", data, 26)
    return Header(width & 0x3FFF, height & 0x3FFF, cut_off=cut_off)


def _iso_media(data: bytes) -> Header:
    """Check that the outer boxes fit into the file; sizes come from the decoder, which parses before it decodes."""
    end = max((end for _, _, end in _boxes(data)), default=0)
    for mark in re.finditer(rb"Exif\0\0(?:II\*\0|MM\0\*)", data[: 1 << 22]):
        orientation(data[mark.start() : mark.start() + (1 << 20)])
    return Header(cut_off=end > len(data))


def without_metadata(data: bytes) -> bytes:
    """Return a HEIF file in which no item describes another, so that nobody looks for EXIF or XMP.

    pi-heif 1.4 follows a null pointer where the kind of such an item is not text. Nothing is lost: libheif turns the
    picture by its own properties, and the colour profile is one of them.
    """
    for name, start, end in _boxes(data):
        if name == b"meta":
            return data[:start] + data[start:end].replace(b"cdsc", b"none") + data[end:]
    return data


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and declared end of the outer ISO boxes."""
    at = 0
    for _ in range(MOST_PARTS):
        if at + 8 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
        length = length or len(data) - at
        if length < 8 or not name.isalnum():
            raise UserError("picture_corrupt", format="HEIF")
        yield name, at, at + length
        at += length
    raise UserError("picture_bomb", format="HEIF")


def _ppm(data: bytes) -> Header:
    kind = data[1:2]
    wanted = 2 if kind in b"14" else 3
    words: list[bytes] = []
    for line in data[2:2048].split(b"\n"):
        words += line.partition(b"#")[0].split()
    if len(words) < wanted or not all(word.isdigit() and len(word) < 10 for word in words[:2]):
        raise UserError("picture_corrupt", format="PPM")
    width, height = int(words[0]), int(words[1])
    direct = kind in b"4fF" or (kind in b"56" and (words[2] == b"255" or (kind == b"5" and words[2] == b"65535")))
    return Header(width, height, slow=not direct)


def _tiff(data: bytes) -> Header:
    values, _ = _ifd(data, "TIFF")
    width, height = values.get(256, (0,))[0], values.get(257, (0,))[0]
    photometric = values.get(262, (0,))[0]
    thumbnail_first = values.get(254, (0,))[0] & 1 and 330 in values
    raw = 50706 in values or photometric in (32803, 34892) or bool(thumbnail_first)
    offsets, counts = values.get(273) or values.get(324), values.get(279) or values.get(325)
    ends = map(sum, zip(offsets or (), counts or (), strict=False))
    return Header(width, height, raw=raw, cut_off=max(ends, default=0) > len(data))


def _ifd(data: bytes, picture_format: str) -> tuple[dict[int, tuple[int, ...]], int]:
    """Return the first directory's whole-number values by tag, and the orientation.

    Raises
    ------
    UserError
        ``picture_bomb`` where its tags together are longer than the file, so that they must share bytes.
    """
    order = {b"II": "<", b"MM": ">"}[data[:2]] if data[:2] in (b"II", b"MM") else ""
    if not order:
        return {}, 1
    big = data[2:4] in (b"+\0", b"\0+")
    entry_bytes, inline_bytes, word = (20, 8, "Q") if big else (12, 4, "I")
    (start,) = struct.unpack_from(order + word, data, 8 if big else 4)
    (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, start)
    first = start + (8 if big else 2)
    values: dict[int, tuple[int, ...]] = {}
    total = 0
    if count > MOST_PARTS:
        raise UserError("picture_bomb", format=picture_format)
    for at in range(first, first + count * entry_bytes, entry_bytes):
        tag, kind = struct.unpack_from(order + "HH", data, at)
        (number,) = struct.unpack_from(order + word, data, at + 4)
        size = number * _TIFF_WIDE_TYPES.get(kind, 1)
        total += size
        if number > _MOST_TAG_VALUES and kind in _TIFF_WIDE_TYPES:
            raise UserError("picture_bomb", format=picture_format)
        where = at + 4 + inline_bytes if size <= inline_bytes else 0
        if not where:
            (where,) = struct.unpack_from(order + word, data, at + 4 + inline_bytes)
        code = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if code and where + size <= len(data) and number and tag not in values:
            values[tag] = struct.unpack_from(f"{order}{number}{code}", data, where) if number < 1 << 20 else (0,)
    if total > max(len(data), _TAG_BYTES):
        raise UserError("picture_bomb", format=picture_format)
    turned = values.get(274, (1,))[0]
    return values, turned if 1 <= turned <= 8 else 1
