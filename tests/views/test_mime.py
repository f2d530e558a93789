"""What is copied out of a drop or the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from explorer.presenters.transfer import Transfer
from explorer.views.mime import carries_picture, transfer_of


def test_empty_clipboard_holds_nothing() -> None:
    assert transfer_of(None) == Transfer()
    assert transfer_of(QMimeData()) == Transfer()


def test_picture_of_another_qt_program_arrives_whole(qapp: object) -> None:
    mime = QMimeData()
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0x123456)
    mime.setImageData(image)
    assert carries_picture(mime)
    (data,) = transfer_of(mime).images.values()
    copied = QImage.fromData(data)
    assert (copied.width(), copied.height()) == (3, 2)
    assert copied.pixelColor(1, 1).name() == "#123456"


def test_browser_offers_come_best_first() -> None:
    mime = QMimeData()
    for name in ("image/gif", "image/bmp", "image/jpeg", "image/png"):
        mime.setData(name, name.encode())
    mime.setUrls([QUrl("http://127.0.0.1/cat.png")])
    mime.setHtml("<img>")
    transfer = transfer_of(mime)
    assert list(transfer.images) == ["image/png", "image/jpeg"]
    assert transfer.urls == ("http://127.0.0.1/cat.png",)
    assert transfer.html == "<img>"
