"""Hostile bytes in, an upright RGB array out, or a sentence that says why not.

Limits are checked on the headers, before anything is decoded. The allow-list of formats is explicit: Pillow's readers
are called by name, so that nothing is tried on the bytes that was not meant, and nothing is registered anywhere.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PpmImagePlugin import PpmImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from explorer.core.errors import UserError
from explorer.imaging.headers import Header, inspect, orientation, without_metadata
from explorer.imaging.limits import LARGEST_FILE_BYTES, too_many_bytes
from explorer.imaging.pixels import Rows, fitted, reduced, rows_of, upright_srgb
from explorer.imaging.sniff import PictureFormat, picture_format

LONGEST_SIDE_PX = 1600
"""Working resolution: larger pictures are divided by a whole number, so that their longer side ends between half of
this and this. A 12-megapixel photo comes to about 1000 × 750, of which a square of 224 pixels is still a close-up;
decoding it and all that follows must be over before a person has waited.
"""

MOST_MEGAPIXELS: dict[PictureFormat, float] = {
    "JPEG": 120,
    "PNG": 52,
    "GIF": 52,
    "BMP": 52,
    "TIFF": 42,
    "WEBP": 18,
    "AVIF": 26,
    "HEIF": 52,
    "PPM": 52,
}
"""Pixels a format may declare, so that decoding takes about 300 MB at most; only JPEG is reduced while decoding."""

MOST_SLOW_MEGAPIXELS = 1.0
"""Limit where the reader is written in Python: run-length BMP, plain or odd-valued PPM."""

MOST_COEFFICIENT_BYTES = 240_000_000
"""A progressive JPEG keeps all its coefficients until the end: 80 MP at 4:2:0, 40 MP at 4:4:4."""

_READERS: dict[PictureFormat, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
    "WEBP": WebPImageFile,
    "AVIF": AvifImageFile,
    "PPM": PpmImageFile,
}

# Pillow's readers are Python written for speed over untrusted structs: any of these can come from a broken file.
_READER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    BufferError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

_CUT_OFF_WORDS = ("truncat", "not enough", "end of file", "unexpected end", "premature")
_BOMB_WORDS = ("too large", "decompression bomb", "too many", "security limit")


@dataclass(frozen=True)
class DecodedPicture:
    """A picture as the networks get it.

    Attributes
    ----------
    rgb : ndarray (H, W, 3) uint8
        Upright, sRGB, on white where it was transparent; the longer side is at most ``LONGEST_SIDE_PX``.
    original_size : tuple of int
        Width and height of the upright picture as it was stored.
    format : str
        ``JPEG PNG GIF BMP TIFF WEBP AVIF HEIF PPM``.
    """

    rgb: np.ndarray
    original_size: tuple[int, int]
    format: PictureFormat

    @cached_property
    def preview(self) -> np.ndarray:
        """The picture for the window's corner, made once: crops and networks change more often than pictures."""
        return preview(self.rgb)


def decode(data: bytes | memoryview, name: str = "") -> DecodedPicture:
    """Return the picture that the bytes hold: upright, RGB, at most ``LONGEST_SIDE_PX`` on its longer side.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file.
    name : str
        What to call it; only handed on in the error's details.

    Raises
    ------
    UserError
        ``picture_…`` for every way in which it cannot be read. Nothing else leaves, but for MemoryError.
    """
    if len(data) == 0:
        raise UserError("picture_empty", name=name)
    if len(data) > LARGEST_FILE_BYTES:
        raise too_many_bytes(len(data), LARGEST_FILE_BYTES, name)
    whole = bytes(data)
    kind = picture_format(whole, name)
    try:
        # Pillow warns about oddities that the picture survives; a lecture has nobody to read them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decode(whole, kind)
    except UserError as error:
        raise UserError(error.kind, **{**error.details, "format": kind, "name": name}) from error
    except _READER_ERRORS as error:
        raise UserError(_reason(error), name=name, format=kind) from error


def preview(rgb: np.ndarray, longest: int = 512) -> np.ndarray:
    """Return the picture (H, W, 3) uint8 with its longer side at most ``longest``; never enlarged."""
    return np.asarray(fitted(Image.fromarray(rgb), longest)).copy()


def square_thumbnail(rgb: np.ndarray, side: int) -> np.ndarray:
    """Return the picture's centre square as (side, side, 3) uint8."""
    height, width = rgb.shape[:2]
    edge = min(height, width)
    left, top = (width - edge) // 2, (height - edge) // 2
    square = Image.fromarray(rgb[top : top + edge, left : left + edge])
    return np.asarray(square.resize((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)).copy()


def _decode(data: bytes, kind: PictureFormat) -> DecodedPicture:
    header = inspect(data, kind)
    if header.raw:
        raise UserError("picture_is_raw")
    _check_size(header.width, header.height, kind, header)
    if header.cut_off:
        raise UserError("picture_truncated")
    rows, size, turn = _heif(data) if kind == "HEIF" else _pillow(data, kind, header)
    rgb = upright_srgb(reduced(rows, LONGEST_SIDE_PX), rows.profile, turn)
    return DecodedPicture(rgb, size[::-1] if turn >= 5 else size, kind)


def _pillow(data: bytes, kind: PictureFormat, header: Header) -> tuple[Rows, tuple[int, int], int]:
    image = _READERS[kind](io.BytesIO(data))
    size = image.size
    _check_size(*size, kind, header)
    turn = header.orientation
    if kind in ("WEBP", "AVIF"):
        exif = image.info.get("exif") or b""
        turn = orientation(exif) if isinstance(exif, bytes) else 1
    if kind == "JPEG" and max(size) > LONGEST_SIDE_PX:
        # libjpeg leaves the fine coefficients out: a half, a quarter or an eighth of the size for less than the whole.
        factor = next((power for power in (2, 4) if max(size) <= power * LONGEST_SIDE_PX), 8)
        image.draft(None, (max(1, size[0] // factor), max(1, size[1] // factor)))
    return rows_of(image, 0.0 if kind == "TIFF" or image.mode == "F" else 65535.0), size, turn


def _heif(data: bytes) -> tuple[Rows, tuple[int, int], int]:
    """Open with libheif, which turns the picture upright itself; its pixels are cut into strips without a copy."""
    import pi_heif  # noqa: PLC0415 — most sessions never meet a HEIF picture

    file = pi_heif.open_heif(io.BytesIO(without_metadata(data)), convert_hdr_to_8bit=True)
    picture = file[file.primary_index]
    width, height = picture.size
    _check_size(width, height, "HEIF", Header())
    stride, mode = picture.stride, picture.mode
    target = {"RGBa": "RGBA", "La": "LA"}.get(mode, mode)

    def strip(top: int, bottom: int) -> Image.Image:
        # The picture owns the memory that its ``data`` shows without holding it: it must live as long as we read.
        part = memoryview(picture.data)[top * stride : bottom * stride]
        image = Image.frombytes(mode, (width, bottom - top), part, "raw", mode, stride)
        return image if mode == target else image.convert(target)

    return Rows(width, height, strip, picture.info.get("icc_profile") or b""), (width, height), 1


def _check_size(width: int, height: int, kind: PictureFormat, header: Header) -> None:
    """Refuse a declared size that is over the format's limit; 0 means that it is not known yet."""
    limit = MOST_SLOW_MEGAPIXELS if header.slow else MOST_MEGAPIXELS[kind]
    megapixels = width * height / 1e6
    if header.coefficient_bytes > MOST_COEFFICIENT_BYTES:
        limit = min(limit, megapixels * MOST_COEFFICIENT_BYTES / header.coefficient_bytes)
    if megapixels > limit:
        raise UserError(
            "picture_too_many_pixels",
            format=kind,
            width=width,
            height=height,
            megapixels=round(megapixels, 1) if megapixels < 10 else round(megapixels),
            limit=int(limit),
        )


def _reason(error: BaseException) -> str:
    text = str(error).lower()
    if isinstance(error, Image.DecompressionBombError) or any(word in text for word in _BOMB_WORDS):
        return "picture_bomb"
    if isinstance(error, EOFError | struct.error) or any(word in text for word in _CUT_OFF_WORDS):
        return "picture_truncated"
    return "picture_corrupt"
