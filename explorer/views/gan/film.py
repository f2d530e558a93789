"""Pictures and films of the stage with its plots, painted and written off the window's thread."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from explorer.core.units import significant
from explorer.presenters.gan.ports import FilmFrame
from explorer.presenters.plots import Curve, PlotShow
from explorer.views.gan.film_mp4 import write_mp4
from explorer.views.gan.pictures_wall import paint_pictures
from explorer.views.gan.plane_layers import paint_plane
from explorer.views.theme import Look
from explorer.views.widgets.contrast import seen_on
from explorer.views.widgets.curves import finite_or_nan, thinned, value_range
from explorer.views.widgets.paint import draw_text

GIF_SIZE = (960, 600)
PNG_SIZE = (1920, 1200)
FRAME_MS = 80
LAST_MS = 2000
"""The end stays for a while before a film begins anew."""


def write_film(frames: tuple[FilmFrame, ...], path: str, kind: str, look: Look) -> None:
    """Write the frames as ``gif`` or ``mp4``, or the last of them as ``png``.

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    target = Path(path)
    if kind == "png":
        picture = as_pillow(painted(frames[-1], frames[-1], PNG_SIZE, look))
        _write_whole(target, lambda file: picture.save(file, "PNG"))
        return
    if kind == "mp4":
        images = [painted(frame, frames[-1], GIF_SIZE, look) for frame in frames]
        _write_whole(target, lambda file: write_mp4(images, Path(file.name), FRAME_MS, LAST_MS))
        return
    pictures = [as_pillow(painted(frame, frames[-1], GIF_SIZE, look)) for frame in frames]
    # One palette for the whole film, made of its beginning, middle and end: a palette a frame would flicker.
    # Small ones will do, and Pillow holds Python's lock meanwhile, which the window needs.
    width, height = GIF_SIZE[0] // 4, GIF_SIZE[1] // 4
    sheet = Image.new("RGB", (width, 3 * height))
    for index in range(3):
        chosen = pictures[round(index * (len(pictures) - 1) / 2)]
        sheet.paste(chosen.resize((width, height), Image.Resampling.NEAREST), (0, index * height))
    palette = sheet.quantize(255, method=Image.Quantize.MEDIANCUT)
    reduced = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    times = [FRAME_MS] * (len(reduced) - 1) + [LAST_MS]
    _write_whole(
        target,
        lambda file: reduced[0].save(file, "GIF", save_all=True, append_images=reduced[1:], duration=times, loop=0),
    )


def _write_whole(target: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write beside the target and move it there: a file that is there is whole."""
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=target.suffix, delete=False) as file:
        try:
            write(file)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(target)


def as_pillow(image: QImage) -> Image.Image:
    """Return a Qt picture as Pillow's."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return Image.fromarray(np.ascontiguousarray(rows[:, : 3 * rgb.width()]).reshape(rgb.height(), rgb.width(), 3))


def painted(frame: FilmFrame, last: FilmFrame, size: tuple[int, int], look: Look) -> QImage:
    """Return one picture of a film; the plots' axes reach over the whole film, so that they do not move."""
    width, height = size
    scale = height / 600
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(look.ground)
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = QRectF(16, 12, width / scale - 32, 576)
    draw_text(painter, QRectF(room.left(), room.top(), room.width(), 24), frame.title, look.font("strong"), look.text)
    stage = QRectF(room.left(), room.top() + 32, 544, 544)
    if frame.pictures is not None:
        paint_pictures(painter, stage, frame.pictures, look)
    elif frame.plane is not None:
        paint_plane(painter, stage, frame.plane, look)
    side = QRectF(stage.right() + 24, stage.top(), room.right() - stage.right() - 24, stage.height())
    tall = side.height() / max(1, len(last.plots))
    for index, (plot, whole) in enumerate(zip(frame.plots, last.plots, strict=True)):
        box = QRectF(side.left(), side.top() + index * tall, side.width(), tall - 12)
        _paint_plot(painter, box, plot, whole, max(1, last.step), look)
    painter.end()
    return image


def _paint_plot(painter: QPainter, box: QRectF, plot: PlotShow, whole: PlotShow, last_step: int, look: Look) -> None:
    head = QRectF(box.left(), box.top(), box.width(), 20)
    left = head.left() + draw_text(painter, head, plot.title, look.font("caption_strong"), look.muted) + 10
    room = box.adjusted(0, 22, 0, 0)
    low, high = whole.bounds or value_range([finite_or_nan(curve.y) for curve in whole.curves])
    painter.setPen(QPen(look.line, 1))
    painter.drawLine(room.bottomLeft(), room.bottomRight())
    if plot.reference is not None:
        y = room.bottom() - (plot.reference - low) / (high - low) * room.height()
        painter.setPen(QPen(look.muted, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
    for curve in plot.curves:
        colour = seen_on(curve.colour, look)
        newest = significant(float(curve.y[-1])) if curve.y.size else ""
        place = QRectF(left, head.top(), head.right() - left, head.height())
        left += draw_text(painter, place, f"{curve.label} {newest}", look.font("caption"), colour) + 10
        painter.setPen(QPen(colour, 1.25, Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine))
        for piece in _pieces(curve, room, (low, high), last_step):
            painter.drawPolyline(piece)


def _pieces(curve: Curve, room: QRectF, bounds: tuple[float, float], last_step: int) -> Iterable[QPolygonF]:
    """Yield the curve's unbroken pieces in pixels."""
    low, high = bounds
    x, y = thinned(curve.x, finite_or_nan(curve.y), round(room.width()))
    across = room.left() + x / last_step * room.width()
    down = room.bottom() - (np.clip(y, low, high) - low) / (high - low) * room.height()
    breaks = np.flatnonzero(~np.isfinite(down))
    for part in np.split(np.stack((across, down), 1), breaks):
        points = part[np.isfinite(part).all(1)]
        if len(points) > 1:
            yield QPolygonF([QPointF(*point) for point in points.tolist()])
