"""What is remembered from one start to the next; written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec

from explorer.core.scene import FIRST_SCENE, PictureSource, Scene

MAX_RECENT = 8
MAX_BOOKMARKS = 9
MAX_SETTINGS_BYTES = 4 * 1024 * 1024


class Settings(msgspec.Struct, frozen=True):
    """A person's choices and the last scene."""

    language: str = ""
    theme: str = "dark"
    scene: Scene = FIRST_SCENE
    recent: tuple[PictureSource, ...] = ()
    bookmarks: tuple[Scene, ...] = ()
    window: tuple[int, int] = (0, 0)

    def with_recent(self, source: PictureSource) -> Settings:
        """Return the settings with a picture at the head of the recent ones."""
        others = tuple(known for known in self.recent if known != source)
        return msgspec.structs.replace(self, recent=(source, *others)[:MAX_RECENT])


def load_settings(path: Path) -> tuple[Settings, bool]:
    """Return the settings of a file, and whether it was broken.

    A broken file is set aside under the name ``<name>.broken`` and the defaults are returned; a missing one is normal.
    """
    try:
        if path.stat().st_size > MAX_SETTINGS_BYTES:
            raise ValueError("too large")
        return msgspec.json.decode(path.read_bytes(), type=Settings), False
    except FileNotFoundError:
        return Settings(), False
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        with contextlib.suppress(OSError):
            path.replace(path.with_name(path.name + ".broken"))
        return Settings(), True


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings to a new file and put it in the old one's place.

    Raises
    ------
    OSError
        The folder cannot be written; the old file is unharmed.
    """
    write_whole(path, msgspec.json.format(msgspec.json.encode(settings), indent=1))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OSError
        See :func:`save_settings`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
