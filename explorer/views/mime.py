"""What was dropped or pasted, copied out of Qt: plain bytes and texts that other threads and processes may have."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QImage

from explorer.presenters.transfer import Transfer

_PREFERRED = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/tiff",
    "image/heic",
    "image/heif",
    "image/bmp",
    "image/gif",
)
_MOST_FORMATS = 2


def carries_picture(mime: QMimeData) -> bool:
    """Say, without copying anything, whether something in there may be a picture."""
    return (
        mime.hasUrls()
        or mime.hasImage()
        or mime.hasHtml()
        or mime.hasText()
        or any(name.startswith("image/") for name in mime.formats())
    )


def transfer_of(mime: QMimeData | None) -> Transfer:
    """Return a copy of all that may lead to a picture; an empty clipboard is None to Qt.

    At most two image formats are copied, the best first: the other program makes each of them on demand. Where the
    image is only in Qt's own form (copied from a Qt program) it is written as PNG.
    """
    if mime is None:
        return Transfer()
    offered = [name for name in mime.formats() if name.startswith("image/")]
    offered.sort(key=lambda name: _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED))
    images: dict[str, bytes] = {}
    for name in offered:
        payload = bytes(mime.data(name).data())
        if payload:
            images[name] = payload
        if len(images) == _MOST_FORMATS:
            break
    if not images and not mime.hasUrls() and mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            images["image/png"] = _png(image)
    return Transfer(
        images=images,
        urls=tuple(url.toString() for url in mime.urls()) if mime.hasUrls() else (),
        html=mime.html() if mime.hasHtml() else "",
        text=mime.text() if mime.hasText() else "",
    )


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The picture is on its way to the engine, not to a disk: quality 100 means the least time spent on packing.
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
