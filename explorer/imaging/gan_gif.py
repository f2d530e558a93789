"""A GAN as a moving picture: the plane or the wall above both losses, a frame a moment, written as GIF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from explorer.core.colour import rgb
from explorer.core.messages.gan import Curves, GanFrame, PictureFrame, PlaneFrame

SIDE_PX = 480
PLOT_PX = 96
GAP_PX = 8
TILE_GAP_PX = 8
FRAME_MS = 60
LAST_MS = 1500

GROUND = "#101216"
REAL, FAKE = "#009E73", "#CC79A7"
D, G = "#0072B2", "#D55E00"
_DARK, _DOT = 0.34, 2


def drawn(frame: GanFrame) -> Image.Image:
    """Return a frame as a picture; it needs ``heat`` (plane) or ``samples`` (pictures), and all curves."""
    canvas = Image.new("RGB", (SIDE_PX, SIDE_PX + PLOT_PX), GROUND)
    if frame.plane is not None:
        canvas.paste(_plane(frame.plane))
    elif frame.pictures is not None:
        canvas.paste(_wall(frame.pictures))
    if frame.curves is not None:
        _losses(ImageDraw.Draw(canvas), frame.curves)
    return canvas


def write_gif(path: Path, pictures: Sequence[Image.Image]) -> None:
    """Write pictures of one size as an endless GIF that rests on the last.

    Raises
    ------
    OSError
        It cannot be written.
    """
    # One palette for all: colours do not flicker, and the frames are not searched for new ones.
    sample = Image.new("RGB", (SIDE_PX, 3 * (SIDE_PX + PLOT_PX)))
    for row, index in enumerate((0, len(pictures) // 2, len(pictures) - 1)):
        sample.paste(pictures[index], (0, row * (SIDE_PX + PLOT_PX)))
    palette = sample.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    frames[0].save(path, format="GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)


def _plane(plane: PlaneFrame) -> Image.Image:
    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), GROUND)
    if plane.heat is not None:
        ground, real, fake = (np.array(rgb(name), np.float64) for name in (GROUND, REAL, FAKE))
        sure = np.abs(2 * np.nan_to_num(plane.heat, nan=0.5) - 1)[..., None] * _DARK
        towards = np.where((plane.heat > 0.5)[..., None], real, fake)
        colours = (ground + sure * (towards - ground)).astype(np.uint8)
        picture = Image.fromarray(colours).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    left, right, bottom, top = plane.extent
    for points, colour in ((plane.real, REAL), (plane.fake, FAKE)):
        for x, y in points[np.isfinite(points).all(axis=1)].tolist():
            across, down = (x - left) / (right - left) * SIDE_PX, (top - y) / (top - bottom) * SIDE_PX
            draw.ellipse((across - _DOT, down - _DOT, across + _DOT, down + _DOT), fill=colour)
    return picture


def _wall(pictures: PictureFrame) -> Image.Image:
    tiles = pictures.fake if pictures.fake.ndim == 4 else np.repeat(pictures.fake[..., None], 3, axis=3)
    columns = int(np.ceil(np.sqrt(len(tiles))))
    pitch = SIDE_PX // columns
    side = pitch - TILE_GAP_PX
    wall = Image.new("RGB", (SIDE_PX, SIDE_PX), GROUND)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        wall.paste(Image.fromarray(tile).resize((side, side), Image.Resampling.NEAREST), (column * pitch, row * pitch))
    return wall


def _losses(draw: ImageDraw.ImageDraw, curves: Curves) -> None:
    values = curves.values[:, :2]
    seen = values[np.isfinite(values)]
    if len(seen) < 2:
        return
    low, high = float(seen.min()), max(float(seen.max()), float(seen.min()) + 1e-6)
    height, width = PLOT_PX - 2 * GAP_PX, SIDE_PX - 2 * GAP_PX
    picked = np.unique(np.linspace(0, len(values) - 1, width).astype(np.int64))
    last = max(1, int(curves.steps[-1]))
    for column, colour in ((0, D), (1, G)):
        line = [
            (GAP_PX + width * step / last, SIDE_PX + GAP_PX + height * (high - value) / (high - low))
            for step, value in zip(curves.steps[picked].tolist(), values[picked, column].tolist(), strict=True)
            if np.isfinite(value)
        ]
        if len(line) > 1:
            draw.line(line, fill=colour, width=2)
