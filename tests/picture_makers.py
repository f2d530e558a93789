"""Writers of pictures that Pillow cannot write: PNG, TIFF and JPEG down to the byte."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageCms

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(values: np.ndarray, colour_type: int, extra: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """Return a PNG of (H, W[, C]) uint8 or uint16 samples in the given colour type."""
    height, width = values.shape[:2]
    bits = values.dtype.itemsize * 8
    rows = values.astype(values.dtype.newbyteorder(">")).reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)), *extra]
    chunks += [(b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    return PNG_MAGIC + b"".join(png_chunk(*chunk) for chunk in chunks)


def bomb_png(width: int, height: int) -> bytes:
    """Return a complete, valid, white-as-zeros PNG of that size in a few hundred kilobytes (1 bit a pixel)."""
    packer = zlib.compressobj(1)
    row_bytes = 1 + (width + 7) // 8
    block = bytes(row_bytes * max(1, 4_000_000 // row_bytes))
    left, parts = row_bytes * height, []
    while left:
        parts.append(packer.compress(block[:left]))
        left -= min(left, len(block))
    parts.append(packer.flush())
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"".join(parts)) + png_chunk(b"IEND", b"")
    return PNG_MAGIC + body


def tiff(
    values: np.ndarray,
    photometric: int,
    sample_format: int = 1,
    extra: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """Return an uncompressed little-endian TIFF of (H, W[, C]) samples, one strip.

    ``extra`` holds whole entries (tag, type, count, value or offset) that are added or take the place of others.
    """
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim == 3 else 1
    bits = values.dtype.itemsize * 8
    pixels = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
    after = 8 + len(pixels)
    per_sample = struct.pack(f"<{channels}H", *[bits] * channels) if channels > 2 else b""
    entries = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, channels, after if channels > 2 else bits | bits << 16 if channels == 2 else bits),
        (259, 3, 1, 1),
        (262, 3, 1, photometric),
        (273, 4, 1, 8),
        (277, 3, 1, channels),
        (278, 4, 1, height),
        (279, 4, 1, len(pixels)),
        (339, 3, 1, sample_format),
    ]
    replaced = {entry[0] for entry in extra}
    entries = sorted([*(entry for entry in entries if entry[0] not in replaced), *extra])
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", after + len(per_sample)) + pixels + per_sample + directory + b"\0\0\0\0"


def exif(orientation: int) -> bytes:
    """Return an EXIF block that says nothing but the orientation."""
    return b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 274, 3, 1, orientation, 0, 0)


def huge_jpeg(megapixels: float, width: int = 11_584) -> bytes:
    """Return a baseline 4:2:0 JPEG of about that many pixels in a moment: one row of blocks, repeated.

    Each row of blocks ends with a restart marker, so that the same coded bytes can follow again and again.
    """
    noise = np.random.default_rng(7).normal(0, 12, (16, width, 3))
    ramp = np.linspace(40, 215, width)[None, :, None] + np.linspace(-20, 20, 16)[:, None, None]
    strip = Image.fromarray(np.clip(ramp + noise, 0, 255).astype(np.uint8))
    stream = io.BytesIO()
    strip.save(stream, "JPEG", quality=80, restart_marker_rows=1)
    data = stream.getvalue()
    frame = data.index(b"\xff\xc0")
    scan = data.index(b"\xff\xda")
    coded_from = scan + 2 + struct.unpack_from(">H", data, scan + 2)[0]
    coded = data[coded_from : data.rindex(b"\xff\xd9")]
    rows = round(megapixels * 1e6 / width / 16)
    head = data[: frame + 5] + struct.pack(">H", rows * 16) + data[frame + 7 : coded_from]
    body = b"".join(coded + bytes([0xFF, 0xD0 + row % 8]) for row in range(rows - 1)) + coded
    return head + body + b"\xff\xd9"


def ycck_jpeg(rgb: np.ndarray) -> bytes:
    """Return a four-channel JPEG of luma, chroma and black, as Photoshop writes it."""
    inks = np.asarray(Image.fromarray(255 - rgb).convert("YCbCr"))
    black = np.full(rgb.shape[:2], 255, np.uint8)  # Adobe stores inks inverted: 255 is no ink
    planes = 255 - np.dstack([inks, black])  # Pillow inverts once more while it writes
    stream = io.BytesIO()
    Image.frombytes("CMYK", (rgb.shape[1], rgb.shape[0]), planes.tobytes()).save(
        stream, "JPEG", quality=95, subsampling=0
    )
    data = bytearray(stream.getvalue())
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def swapped_profile() -> bytes:
    """Return an ICC profile in which red and blue have changed places, and which is not called sRGB."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", data, 128)
    at = {bytes(data[132 + 12 * k : 136 + 12 * k]): 132 + 12 * k for k in range(count)}
    data[at[b"rXYZ"] : at[b"rXYZ"] + 4], data[at[b"bXYZ"] : at[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"
    return bytes(data).replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")).replace(b"sRGB", b"swap")
