"""Pictures for tests: every format and mode good, 200 broken ones, bombs and giants; all made here, from a seed.

Every good picture shows the same: 64 × 48 pixels, quarters in :data:`QUARTERS`. Names are file names; the part before
the dot says what is special.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from tests.picture_makers import (
    PNG_MAGIC,
    bomb_png,
    exif,
    huge_jpeg,
    png,
    png_chunk,
    swapped_profile,
    tiff,
    ycck_jpeg,
)

__all__ = ["HEIGHT", "QUARTERS", "WIDTH", "bomb_png", "bombs", "broken_pictures", "good_pictures", "huge_jpeg"]

WIDTH, HEIGHT = 64, 48
QUARTERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))
"""Colours of the quarters: top left, top right, bottom left, bottom right."""

_DATA = Path(__file__).parent / "data"


def quarters() -> np.ndarray:
    """Return the picture itself as (48, 64, 3) uint8."""
    rgb = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    rgb[: HEIGHT // 2, : WIDTH // 2], rgb[: HEIGHT // 2, WIDTH // 2 :] = QUARTERS[:2]
    rgb[HEIGHT // 2 :, : WIDTH // 2], rgb[HEIGHT // 2 :, WIDTH // 2 :] = QUARTERS[2:]
    return rgb


def saved(image: Image.Image, picture_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, picture_format, **options)
    return stream.getvalue()


def good_pictures() -> dict[str, bytes]:
    """Return one small picture of every format and mode that must be read.

    Names that begin with ``grey`` or ``two`` hold the picture's luma (``two``: black and white); ``hole`` in a name
    means that the red quarter is transparent; ``swapped`` that the colour profile exchanges red and blue.
    """
    return _colour_pictures() | _grey_pictures() | _turned_pictures()


def _colour_pictures() -> dict[str, bytes]:
    rgb = quarters()
    image = Image.fromarray(rgb)
    palette = image.quantize(16)
    hole = Image.fromarray(np.dstack([rgb, np.where(np.all(rgb == QUARTERS[0], axis=2), 0, 255).astype(np.uint8)]))
    deep = rgb.astype(np.uint16) * 257
    other = Image.fromarray(rgb[::-1].copy())
    return {
        "plain.jpg": saved(image, "JPEG", quality=95, subsampling=0),
        "progressive.jpg": saved(image, "JPEG", quality=95, progressive=True),
        "cmyk.jpg": saved(image.convert("CMYK"), "JPEG", quality=95, subsampling=0),
        "ycck.jpg": ycck_jpeg(rgb),
        "swapped.jpg": saved(image, "JPEG", quality=95, subsampling=0, icc_profile=swapped_profile()),
        "plain.png": png(rgb, 2),
        "hole.png": saved(hole, "PNG"),
        "palette.png": saved(palette, "PNG"),
        "palette-hole.png": saved(palette, "PNG", transparency=palette.getpixel((4, 4))),
        "colour-key-hole.png": png(rgb, 2, [(b"tRNS", struct.pack(">HHH", *QUARTERS[0]))]),
        "sixteen-bit.png": png(deep, 2),
        "sixteen-bit-hole.png": png(np.dstack([deep, np.asarray(hole)[..., 3].astype(np.uint16) * 257]), 6),
        "animated.png": saved(image, "PNG", save_all=True, append_images=[other], duration=100),
        "plain.gif": saved(palette, "GIF"),
        "animated.gif": saved(palette, "GIF", save_all=True, append_images=[other.quantize(16)], duration=100),
        "plain.bmp": saved(image, "BMP"),
        "palette.bmp": saved(palette, "BMP"),
        "plain.tif": saved(image, "TIFF"),
        "deflated.tif": saved(image, "TIFF", compression="tiff_adobe_deflate"),
        "lzw.tif": saved(image, "TIFF", compression="tiff_lzw"),
        "jpeg.tif": saved(image, "TIFF", compression="jpeg", quality=95),
        "cmyk.tif": saved(image.convert("CMYK"), "TIFF"),
        "hole.tif": saved(hole, "TIFF"),
        "sixteen-bit.tif": tiff(deep, 2),
        "plain.webp": saved(image, "WEBP", quality=95),
        "lossless.webp": saved(image, "WEBP", lossless=True),
        "hole.webp": saved(hole, "WEBP", lossless=True),
        "animated.webp": saved(image, "WEBP", lossless=True, save_all=True, append_images=[other], duration=100),
        "plain.avif": saved(image, "AVIF", quality=90, subsampling="4:4:4"),
        "hole.avif": saved(hole, "AVIF", quality=90, subsampling="4:4:4"),
        "plain.heic": (_DATA / "quadrants.heic").read_bytes(),
        "hole.heic": (_DATA / "quadrants-alpha.heic").read_bytes(),
        "sixteen-bit.heic": (_DATA / "quadrants-16bit.heic").read_bytes(),
        "plain.ppm": saved(image, "PPM"),
        "letters.ppm": b"P3\n# drawn by hand\n64 48\n255\n" + " ".join(map(str, rgb.reshape(-1).tolist())).encode(),
    }


def _grey_pictures() -> dict[str, bytes]:
    grey = Image.fromarray(quarters()).convert("L")
    level = np.asarray(grey)
    deep = level.astype(np.uint16) * 257
    two = grey.point(lambda value: 255 if value > 100 else 0).convert("1")
    alpha = np.full_like(deep, 65535)
    return {
        "grey.jpg": saved(grey, "JPEG", quality=95),
        "grey.png": saved(grey, "PNG"),
        "grey-sixteen-bit.png": png(deep, 0),
        "grey-sixteen-bit-alpha.png": png(np.dstack([deep, alpha]), 4),
        "grey-alpha.png": saved(grey.convert("LA"), "PNG"),
        "grey.gif": saved(grey, "GIF"),
        "grey.bmp": saved(grey, "BMP"),
        "grey.tif": saved(grey, "TIFF"),
        "grey-sixteen-bit.tif": tiff(deep, 1),
        "grey-whole-numbers.tif": tiff(deep.astype(np.int32), 1, 2),
        "grey-fractions.tif": tiff((level / 255).astype(np.float32), 1, 3),
        "grey-to-255.tif": tiff(level.astype(np.float32), 1, 3),
        "grey.webp": saved(grey, "WEBP", lossless=True),
        "grey.pgm": saved(grey, "PPM"),
        "grey-sixteen-bit.pgm": b"P5\n64 48\n65535\n" + deep.astype(">u2").tobytes(),
        "grey-fractions.pfm": b"Pf\n64 48\n-1.0\n" + (level[::-1] / 255).astype("<f4").tobytes(),
        "two.png": saved(two, "PNG"),
        "two.tif": saved(two, "TIFF", compression="group4"),
        "two.bmp": saved(two, "BMP"),
        "two.pbm": saved(two, "PPM"),
    }


_STORED_AS = {
    1: lambda rgb: rgb,
    2: lambda rgb: rgb[:, ::-1],
    3: lambda rgb: rgb[::-1, ::-1],
    4: lambda rgb: rgb[::-1],
    5: lambda rgb: rgb.transpose(1, 0, 2),
    6: lambda rgb: np.rot90(rgb, 1),
    7: lambda rgb: rgb[::-1, ::-1].transpose(1, 0, 2),
    8: lambda rgb: np.rot90(rgb, -1),
}
"""EXIF 2.3, tag 274: where the stored first row and column lie in the upright picture."""


def _turned_pictures() -> dict[str, bytes]:
    pictures = {"turned.heic": (_DATA / "quadrants-rotated.heic").read_bytes()}
    for number, stored in _STORED_AS.items():
        image = Image.fromarray(np.ascontiguousarray(stored(quarters())))
        pictures[f"turned-{number}.jpg"] = saved(image, "JPEG", quality=95, subsampling=0, exif=exif(number))
    for number in (3, 6):
        stored = np.ascontiguousarray(_STORED_AS[number](quarters()))
        image = Image.fromarray(stored)
        pictures[f"turned-{number}.png"] = png(stored, 2, [(b"eXIf", exif(number)[6:])])
        pictures[f"turned-{number}.webp"] = saved(image, "WEBP", lossless=True, exif=exif(number)[6:])
        pictures[f"turned-{number}.tif"] = tiff(stored, 2, extra=[(274, 3, 1, number)])
        pictures[f"turned-{number}.avif"] = saved(image, "AVIF", quality=90, subsampling="4:4:4", exif=exif(number))
    return pictures


def bombs() -> dict[str, bytes]:
    """Return small files that declare, or unpack to, far more than they hold."""
    tall = struct.pack(">HH", 65_500, 65_500)
    jpeg = saved(Image.fromarray(quarters()), "JPEG")
    frame = jpeg.index(b"\xff\xc0") + 5
    blown = zlib.compress(bytes(80_000_000), 9)
    text = b"Comment\0\0" + blown
    many_texts = [(b"zTXt", text)] * 40
    shared = struct.pack("<H", 4000) + b"".join(
        struct.pack("<HHII", tag, 7, 1_000_000, 8) for tag in range(40_000, 44_000)
    )
    big_strips = tiff(quarters(), 2, extra=[(324, 4, 900_000_000, 8), (325, 4, 900_000_000, 8)])
    gif_head = b"GIF89a" + struct.pack("<HHBBB", 30_000, 30_000, 0x80, 0, 0) + bytes(6)
    frames = (b"," + struct.pack("<HHHHB", 0, 0, 30_000, 30_000, 0) + b"\2\2\x4c\1\0") * 2000
    return {
        "bomb.png": bomb_png(30_000, 30_000),
        "bomb-text.png": png(quarters(), 2, many_texts),
        "bomb-chunks.png": PNG_MAGIC + png(quarters(), 2)[8:33] + png_chunk(b"teSt", b"") * 300_000,
        "bomb.jpg": jpeg[:frame] + tall + jpeg[frame + 4 :],
        "bomb.gif": gif_head + frames + b";",
        "bomb-comment.gif": b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0) + b"!\xfe" + b"\1a" * 3_000_000,
        "bomb.tif": tiff(quarters(), 2, extra=[(256, 4, 1, 30_000), (257, 4, 1, 30_000)]),
        "bomb-strips.tif": big_strips,
        "bomb-tags.tif": b"II*\0" + struct.pack("<I", 1_000_008) + bytes(1_000_000) + shared + bytes(4),
        "bomb.bmp": b"BM" + struct.pack("<IIIIiiHHI", 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0) + bytes(20_000),
        "bomb.webp": b"RIFF" + struct.pack("<I", 4022) + b"WEBPVP8L" + struct.pack("<I", 4010)
        + b"\x2f" + struct.pack("<I", 16_383 | 16_383 << 14) + bytes(4005),
        "bomb.ppm": b"P6\n40000 40000\n255\n" + bytes(1000),
        "bomb-letters.ppm": b"P3\n9000 9000\n255\n" + b"1 " * 4_000_000,
        "bomb-exif.jpg": _exif_bomb(jpeg),
        "bomb-scans.jpg": _scan_bomb(),
    }  # fmt: skip


def _exif_bomb(jpeg: bytes) -> bytes:
    """Return a JPEG whose EXIF block has 5,000 tags that all read the same 60 kB."""
    tags = b"".join(struct.pack("<HHII", tag, 7, 60_000, 8) for tag in range(20_000, 25_000))
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 5000) + tags
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def _scan_bomb() -> bytes:
    """Return a progressive JPEG whose last scan comes 2,000 times more."""
    jpeg = saved(Image.fromarray(quarters()), "JPEG", progressive=True)
    last, end = jpeg.rindex(b"\xff\xda"), jpeg.rindex(b"\xff\xd9")
    return jpeg[:end] + jpeg[last:end] * 2000 + jpeg[end:]


def broken_pictures(count: int = 200, seed: int = 0) -> dict[str, bytes]:
    """Return that many files which no reader should show, the same ones for the same seed.

    Not pictures at all, bombs, and good pictures cut off, overwritten from the head on, or with a damaged head.
    """
    random = np.random.default_rng(seed)
    broken = _impostors(random) | bombs()
    good = sorted((name, data) for name, data in good_pictures().items() if len(data) > 200)
    while len(broken) < count:
        name, data = good[len(broken) % len(good)]
        stem, _, suffix = name.partition(".")
        way = ("cut", "head", "noise", "zeros")[random.integers(4)]
        broken[f"{way}-{len(broken)}-{stem}.{suffix}"] = _damaged(data, way, random)
    return dict(list(broken.items())[:count])


_MAGIC_BYTES = {b"\xff\xd8": 3, b"\x89PNG": 8, b"GIF": 6, b"BM": 18, b"II": 4, b"RIFF": 16, b"P": 3}


def _damaged(data: bytes, way: str, random: np.random.Generator) -> bytes:
    if way == "cut":
        return data[: int(len(data) * random.uniform(0.05, 0.8))]
    if way == "zeros":
        return bytes(len(data))
    magic = next((length for start, length in _MAGIC_BYTES.items() if data.startswith(start)), 12)
    end = len(data) if way == "noise" else min(len(data), 160)
    return data[:magic] + random.bytes(end - magic) + data[end:]


def _impostors(random: np.random.Generator) -> dict[str, bytes]:
    page = b"<!DOCTYPE html><html><head><title>Not found</title></head><body>404</body></html>"
    drawing = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    return {
        "empty.jpg": b"",
        "one-byte.png": b"\x89",
        "magic-only.png": PNG_MAGIC,
        "magic-only.jpg": b"\xff\xd8\xff",
        "noise.jpg": random.bytes(5000),
        "noise-after-magic.gif": b"GIF89a" + random.bytes(7) + b"\0" * 20,
        "text.jpg": "A cat sat on the mat. 고양이가 앉았다.\n".encode() * 40,
        "text-utf16.jpg": "A cat sat on the mat.".encode("utf-16"),
        "page.jpg": page,
        "drawing.svg": drawing,
        "paper.pdf": b"%PDF-1.7\n" + random.bytes(400),
        "archive.zip": b"PK\3\4" + random.bytes(400),
        "film.mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + random.bytes(400),
        "film.mkv": b"\x1a\x45\xdf\xa3" + random.bytes(400),
        "song.mp3": b"ID3\4" + random.bytes(400),
        "negative.cr2": b"II*\0\x10\0\0\0CR\2\0" + random.bytes(400),
        "negative.dng": tiff(quarters(), 2, extra=[(50706, 1, 4, 0x0401)]),
        "layers.psd": b"8BPS\0\1" + random.bytes(400),
        "window.ico": b"\0\0\1\0\1\0" + random.bytes(400),
        "program.exe": b"MZ" + random.bytes(400),
        "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.bytes(400),
    }
