"""What the first bytes of a file say it is: a picture that is read here, another kind of picture, or no picture."""

from __future__ import annotations

import re
from typing import Literal

from explorer.core.errors import UserError

PictureFormat = Literal["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF", "PPM"]

_MAGIC: tuple[tuple[bytes, PictureFormat], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"heif")
_AVIF_BRANDS = (b"avif", b"avis")

_OTHER_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"8BPS", "Photoshop"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\2\0", "CUR"),
    (b"icns", "ICNS"),
    (b"v/1\1", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"DDS ", "DDS"),
    (b"qoif", "QOI"),
    (b"gimp xcf", "GIMP"),
    (b"AT&TFORM", "DjVu"),
    (b"BPG\xfb", "BPG"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"SIMPLE  =", "FITS"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"\x93NUMPY", "NumPy"),
    (b"II\xbc\1", "JPEG XR"),
)

_NOT_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "picture_is_pdf"),
    (b"%!PS", "picture_is_pdf"),
    (b"PK\3\4", "picture_is_archive"),
    (b"PK\5\6", "picture_is_archive"),
    (b"\x1f\x8b", "picture_is_archive"),
    (b"7z\xbc\xaf\x27\x1c", "picture_is_archive"),
    (b"Rar!\x1a\7", "picture_is_archive"),
    (b"BZh", "picture_is_archive"),
    (b"\xfd7zXZ\0", "picture_is_archive"),
    (b"\x28\xb5\x2f\xfd", "picture_is_archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "picture_is_document"),
    (b"{\\rtf", "picture_is_document"),
    (b"\x1a\x45\xdf\xa3", "picture_is_video"),
    (b"\0\0\1\xba", "picture_is_video"),
    (b"\0\0\1\xb3", "picture_is_video"),
    (b"FLV\1", "picture_is_video"),
    (b"ID3", "picture_is_sound"),
    (b"fLaC", "picture_is_sound"),
    (b"OggS", "picture_is_sound"),
    (b"\x7fELF", "picture_is_program"),
    (b"MZ", "picture_is_program"),
    (b"\xcf\xfa\xed\xfe", "picture_is_program"),
    (b"FUJIFILMCCD-RAW", "picture_is_raw"),
    (b"IIRO", "picture_is_raw"),
    (b"IIRS", "picture_is_raw"),
    (b"MMOR", "picture_is_raw"),
    (b"IIU\0", "picture_is_raw"),
    (b"FOVb", "picture_is_raw"),
)

_TEXT_PROBE_BYTES = 4096


def picture_format(data: bytes, name: str = "") -> PictureFormat:
    """Return the format of a picture that is read here.

    Raises
    ------
    UserError
        ``picture_is_…`` for what is no picture (says what it seems to be), ``picture_format_unsupported`` for another
        format, ``picture_not_a_picture`` where nothing is known of the bytes.
    """
    if data[:4] == b"II*\0" and data[8:11] == b"CR\2":
        raise UserError("picture_is_raw", name=name)
    if data[:4] == b"RIFF":
        return _riff(data, name)
    if data[4:8] == b"ftyp":
        return _iso_media(data, name)
    for magic, known in _MAGIC:
        if data.startswith(magic) and (known != "BMP" or _is_bmp(data)):
            return known
    if re.match(rb"P([1-6]|[fF])[\s#]", data[:3]):
        return "PPM"
    for magic, title in _OTHER_PICTURES:
        if data.startswith(magic):
            raise UserError("picture_format_unsupported", name=name, format=title)
    for magic, kind in _NOT_PICTURES:
        if data.startswith(magic):
            raise UserError(kind, name=name)
    raise UserError(_text_kind(data) or "picture_not_a_picture", name=name)


def _is_bmp(data: bytes) -> bool:
    """Tell a bitmap from text that begins with BM, by the size of its second header."""
    return int.from_bytes(data[14:18], "little") in (12, 40, 52, 56, 64, 108, 124) or len(data) < 18


def _riff(data: bytes, name: str) -> PictureFormat:
    inner = data[8:12]
    if inner == b"WEBP":
        return "WEBP"
    if inner == b"AVI ":
        raise UserError("picture_is_video", name=name)
    if inner == b"WAVE":
        raise UserError("picture_is_sound", name=name)
    raise UserError("picture_not_a_picture", name=name)


def _iso_media(data: bytes, name: str) -> PictureFormat:
    """Judge a file of ISO boxes (HEIF, AVIF, MP4, …) by its brands."""
    size = min(max(int.from_bytes(data[:4], "big"), 16), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
    if brands[0] in (b"crx ", b"CR3 "):
        raise UserError("picture_is_raw", name=name)
    # A HEIF file may list AVIF as a compatible brand and the reverse: the major brand decides, then the list.
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return "AVIF"
        if brand in _HEIF_BRANDS and not (brand in (b"mif1", b"mif2", b"msf1") and _AVIF_BRANDS[0] in brands):
            return "HEIF"
    if brands[0] in (b"M4A ", b"M4B "):
        raise UserError("picture_is_sound", name=name)
    raise UserError("picture_is_video", name=name)


def _text_kind(data: bytes) -> str:
    """Return ``picture_is_…`` for text of some kind, or an empty string where the bytes are not text."""
    head = data[:_TEXT_PROBE_BYTES]
    text = _as_text(head)
    if not text:
        return ""
    lowered = text.lstrip("\ufeff \t\r\n").lower()
    if "<svg" in lowered[:2000] and lowered.startswith("<"):
        return "picture_is_svg"
    if lowered.startswith(("<!doctype html", "<html", "<head", "<body")) or "<html" in lowered[:1000]:
        return "picture_is_html"
    return "picture_is_text"


def _as_text(head: bytes) -> str:
    """Return the bytes as text where they are text: UTF-8, or UTF-16 with its mark; else an empty string."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        decoded = head[: len(head) & ~1].decode("utf-16", errors="replace")
        return decoded if decoded.isprintable() or any(c.isspace() for c in decoded) else ""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The probe may end in the middle of a character.
        if error.start < len(head) - 3 or len(head) < _TEXT_PROBE_BYTES:
            return ""
        text = head[: error.start].decode("utf-8")
    controls = sum(1 for character in text if ord(character) < 32 and character not in "\t\n\r\f")
    return text if controls == 0 else ""
