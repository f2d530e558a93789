"""From a decoder's pixels to an upright sRGB array, strip by strip so that no full-size copy is made."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms

_STRIP_PX = 1 << 20
_LONGEST_PROFILE_BYTES = 4 << 20
_NEAR = 0.9

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Rows(NamedTuple):
    """A decoded picture that hands out its rows.

    ``strip(top, bottom)`` returns those rows in one of the modes L, LA, RGB, RGBA or CMYK, the same mode every time.
    """

    width: int
    height: int
    strip: Callable[[int, int], Image.Image]
    profile: bytes = b""


def rows_of(image: Image.Image, whole_scale: float = 0.0) -> Rows:
    """Return the rows of a Pillow picture of any mode; it is loaded first.

    ``whole_scale`` is the value that means white in the modes I and F; 0 lets the values themselves decide.
    """
    image.load()
    profile = image.info.get("icc_profile") or b""
    convert = _converter(image, whole_scale)

    def strip(top: int, bottom: int) -> Image.Image:
        part = image if (top, bottom) == (0, image.height) else image.crop((0, top, image.width, bottom))
        return convert(part)

    return Rows(image.width, image.height, strip, profile if isinstance(profile, bytes) else b"")


def reduced(rows: Rows, longest: int) -> Image.Image:
    """Return the picture with its longer side at most ``longest``: the mean of each square of whole pixels.

    Any size up to ``longest`` is good enough here, and a filter that reaches one exactly (Lanczos) takes many times as
    long as the decoding itself: the longer side ends between half of ``longest`` and ``longest``.
    """
    factor = -(-max(rows.width, rows.height) // longest)
    step = max(1, _STRIP_PX // rows.width // factor) * factor
    if step >= rows.height:
        return _by(rows.strip(0, rows.height), factor)
    first = _by(rows.strip(0, step), factor)
    small = Image.new(first.mode, (first.width, -(-rows.height // factor)))
    small.paste(first, (0, 0))
    for top in range(step, rows.height, step):
        part = rows.strip(top, min(top + step, rows.height))
        small.paste(_by(part, factor), (0, top // factor))
    return small


def _by(image: Image.Image, factor: int) -> Image.Image:
    return image.reduce(factor) if factor > 1 else image


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """Return the picture made smaller (never larger) until its longer side is ``longest``, or a little less.

    Means of whole squares of pixels take a tenth of the time: they are taken where they come near the size.
    """
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    factor = math.ceil(1 / scale)
    if max(image.size) >= _NEAR * longest * factor:
        return image.reduce(factor)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.HAMMING)


def upright_srgb(image: Image.Image, profile: bytes, orientation: int) -> np.ndarray:
    """Return the picture as sRGB on white, turned upright: ndarray (H, W, 3) uint8."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colour = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    rgb = _managed(colour, profile)
    if alpha is not None:
        ground = Image.new("RGB", rgb.size, (255, 255, 255))
        ground.paste(rgb, (0, 0), alpha)
        rgb = ground
    turn = _UPRIGHT.get(orientation)
    return np.array(rgb if turn is None else rgb.transpose(turn), dtype=np.uint8)


def _managed(image: Image.Image, profile: bytes) -> Image.Image:
    """Return L, RGB or CMYK as sRGB, through its profile where that fits and says more than sRGB does."""
    if profile and len(profile) <= _LONGEST_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "srgb" not in ImageCms.getProfileDescription(source).lower():
                target = ImageCms.createProfile("sRGB")
                turned = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
                if turned is not None:
                    return turned
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # A profile that does not fit its picture is not worth losing the picture for.
    return image.convert("RGB")


def _converter(image: Image.Image, whole_scale: float) -> Callable[[Image.Image], Image.Image]:
    """Return what turns a strip of that picture into one of the modes of :class:`Rows`."""
    mode, transparency = image.mode, image.info.get("transparency")
    if mode.startswith("I;16"):
        return lambda part: _from_16_bit(part, transparency)
    if mode in ("I", "F"):
        low, high = _range(image, whole_scale)
        return lambda part: _from_wide(part, low, high)
    if mode == "LAB":
        transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
        return lambda part: ImageCms.applyTransform(part, transform) or part.convert("RGB")
    if mode == "P":
        has_alpha = transparency is not None or (image.palette is not None and image.palette.mode == "RGBA")
        target = "RGBA" if has_alpha else "RGB"
    elif transparency is not None and mode in ("1", "L", "RGB"):
        target = "RGBA" if mode == "RGB" else "LA"
    else:
        target = {"1": "L", "La": "LA", "RGBa": "RGBA", "PA": "RGBA"}.get(mode, mode)
        target = target if target in ("L", "LA", "RGB", "RGBA", "CMYK") else "RGB"
    return lambda part: part if part.mode == target else part.convert(target)


def _from_16_bit(part: Image.Image, transparency: object) -> Image.Image:
    """Return 16-bit grey as 8-bit: 65535 becomes 255, rounded; one value may stand for transparent."""
    values = np.asarray(part).astype(np.uint32)
    grey = Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))
    if isinstance(transparency, int):
        opaque = Image.fromarray(np.where(values == transparency, 0, 255).astype(np.uint8))
        grey = Image.merge("LA", (grey, opaque))
    return grey


def _range(image: Image.Image, whole_scale: float) -> tuple[float, float]:
    """Return the values that become black and white.

    Values from 0 to 1, 255 or 65535 keep those limits (1 only where the picture holds fractions); anything else is
    stretched from its smallest to its largest finite value.
    """
    if whole_scale:
        return 0.0, whole_scale
    low, high = np.inf, -np.inf
    step = max(1, _STRIP_PX // image.width)
    for top in range(0, image.height, step):
        values = np.asarray(image.crop((0, top, image.width, min(top + step, image.height))))
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    for limit in (1.0, 255.0, 65535.0):
        if low >= 0 and high <= limit and (limit > 1 or image.mode == "F"):
            return 0.0, limit
    return (low, high) if high > low else (low - 1, low + 1) if np.isfinite(low) else (0.0, 1.0)


def _from_wide(part: Image.Image, low: float, high: float) -> Image.Image:
    values = np.nan_to_num(np.asarray(part).astype(np.float64), nan=low, posinf=high, neginf=low)
    scaled = np.clip((values - low) * (255.0 / (high - low)), 0.0, 255.0)
    return Image.fromarray(np.rint(scaled).astype(np.uint8))
