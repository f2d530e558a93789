"""A film of the stage as MP4, by Qt's multimedia: a package of its own (PySide6-Addons) that need not be there."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QImage

MICROSECONDS = 1000
STALLED_MS = 10_000
"""A recorder that takes no picture for so long takes none any more."""


def mp4_can_be_made() -> bool:
    """Return whether Qt's multimedia is there, works, and takes pictures (Qt 6.8)."""
    media = _multimedia()
    if media is None or not hasattr(media, "QVideoFrameInput"):
        return False
    return media.QMediaFormat.FileFormat.MPEG4 in media.QMediaFormat().supportedFileFormats(
        media.QMediaFormat.ConversionMode.Encode
    )


def write_mp4(images: Sequence[QImage], target: Path, frame_ms: int, last_ms: int) -> None:
    """Write pictures of one size as a film that rests on the last; to be called off the window's thread.

    Raises
    ------
    OSError
        Where it cannot be written, or Qt's recorder gives up.
    """
    # A recorder tells of a folder that is not there only by stopping.
    target.parent.stat()
    writer = _Writer([*images, *[images[-1]] * (last_ms // frame_ms)], target, frame_ms)
    writer.write()
    if writer.error:
        raise OSError(writer.error)


class _Writer(QObject):
    """Hands pictures to the recorder whenever it has room for one."""

    def __init__(self, images: Sequence[QImage], target: Path, frame_ms: int) -> None:
        super().__init__()
        self.error = ""
        self._media: Any = _multimedia()
        self._images, self._frame_ms, self._sent = images, frame_ms, 0
        self._loop = QEventLoop()
        media = self._media
        form = media.QVideoFrameFormat(images[0].size(), media.QVideoFrameFormat.PixelFormat.Format_BGRX8888)
        form.setStreamFrameRate(1000 / frame_ms)
        self._input = media.QVideoFrameInput(form)
        self._recorder = media.QMediaRecorder()
        self._session = media.QMediaCaptureSession()
        self._session.setVideoFrameInput(self._input)
        self._session.setRecorder(self._recorder)
        recorder = self._recorder
        kind = media.QMediaFormat(media.QMediaFormat.FileFormat.MPEG4)
        kind.resolveForEncoding(media.QMediaFormat.ResolveFlags.RequiresVideo)
        recorder.setMediaFormat(kind)
        recorder.setQuality(media.QMediaRecorder.Quality.VeryHighQuality)
        recorder.setVideoResolution(images[0].size())
        recorder.setVideoFrameRate(1000 / frame_ms)
        # An empty picture then ends the film.
        recorder.setAutoStop(True)
        recorder.setOutputLocation(QUrl.fromLocalFile(str(target)))
        recorder.errorOccurred.connect(self._on_error)
        recorder.recorderStateChanged.connect(self._on_state)
        self._input.readyToSendVideoFrame.connect(self._send)
        self._stalled = QTimer(self)
        self._stalled.setSingleShot(True)
        self._stalled.setInterval(STALLED_MS)
        self._stalled.timeout.connect(self._on_stalled)

    def write(self) -> None:
        """Record, and return when the file is closed."""
        self._recorder.record()
        self._stalled.start()
        if not self.error:
            self._send()
            self._loop.exec()
        self._stalled.stop()

    @Slot()
    def _send(self) -> None:
        media = self._media
        while self._sent <= len(self._images) and not self.error:
            frame = media.QVideoFrame()
            if self._sent < len(self._images):
                image = self._images[self._sent].convertToFormat(QImage.Format.Format_RGB32)
                frame = media.QVideoFrame(image)
                frame.setStartTime(self._sent * self._frame_ms * MICROSECONDS)
                frame.setEndTime((self._sent + 1) * self._frame_ms * MICROSECONDS)
            if not self._input.sendVideoFrame(frame):
                return
            self._sent += 1
            self._stalled.start()

    @Slot()
    def _on_stalled(self) -> None:
        self._give_up("the recorder has stopped taking pictures")

    def _on_error(self, _error: object, text: str) -> None:
        self._give_up(text)

    def _on_state(self, state: object) -> None:
        if state == self._media.QMediaRecorder.RecorderState.StoppedState:
            self._loop.quit()

    def _give_up(self, why: str) -> None:
        self.error = self.error or why or "the recorder gave up"
        self._recorder.stop()
        self._loop.quit()


def _multimedia() -> Any:
    """Return Qt's multimedia, or None where it is not there or lacks a library of the system."""
    try:
        return importlib.import_module("PySide6.QtMultimedia")
    except ImportError:
        return None
