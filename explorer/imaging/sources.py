"""Where a picture's bytes come from: files, folders, what a browser drags, and web addresses.

Nothing here decodes a picture, and nothing touches the network unless :func:`fetch` is called.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from explorer.core.errors import UserError
from explorer.imaging.fetching import fetch
from explorer.imaging.limits import LARGEST_FILE_BYTES, too_many_bytes
from explorer.imaging.transfers import Candidate, from_transfer

__all__ = ["MOST_FILES", "PICTURE_SUFFIXES", "Candidate", "expand", "fetch", "from_transfer", "identity", "read"]

_SUFFIXES = "jpg jpeg jpe jfif mpo png apng gif bmp dib tif tiff webp avif avifs heic heif hif ppm pgm pbm pnm pfm"

PICTURE_SUFFIXES = frozenset(f".{suffix}" for suffix in _SUFFIXES.split(" "))
"""Name endings by which pictures are found in folders; a file that is given by name may be called anything."""

MOST_FILES = 2000
"""Files that one drop or one command line may hold; more are left out."""

_MOST_ENTRIES = 50_000


def expand(paths: Iterable[Path]) -> list[Path]:
    """Return the picture files that the paths stand for, at most ``MOST_FILES``.

    Files come as they were given. A folder gives the pictures that lie directly in it, known by their suffix, without
    hidden files, in the order in which a person counts (``2.png`` before ``10.png``).

    Raises
    ------
    UserError
        ``folder_without_pictures`` where folders were given and nothing was found, ``file_unreadable`` for a folder
        that may not be read.
    """
    found: list[Path] = []
    empty: Path | None = None
    for path in paths:
        if len(found) >= MOST_FILES:
            break
        if _is_folder(path):
            inside = _pictures_in(path)
            found += inside
            empty = path if not inside else empty
        else:
            found.append(path)
    if not found and empty is not None:
        raise UserError("folder_without_pictures", name=empty.name or str(empty))
    return found[:MOST_FILES]


def read(path: Path, limit_bytes: int = LARGEST_FILE_BYTES) -> bytes:
    """Return the bytes of a regular file; never waits for a pipe or a device.

    Raises
    ------
    UserError
        ``file_missing``, ``file_unreadable``, ``file_is_directory``, ``file_not_regular`` or
        ``picture_too_large_bytes``.
    """
    name = str(path)
    try:
        _refuse_special(path.stat(), name)
        # Between the two calls the file may become a pipe, and opening one waits for a writer without O_NONBLOCK.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            _refuse_special(status, name)
            if status.st_size > limit_bytes:
                raise too_many_bytes(status.st_size, limit_bytes, name)
            # To ask at once for all that may be there would first make room for it, which takes longer than reading.
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:  # it grows, or the system does not say how large it is
                data += file.read(limit_bytes + 1 - len(data))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UserError("file_missing", name=name) from error
    except OSError as error:
        raise UserError("file_unreadable", name=name) from error
    if len(data) > limit_bytes:
        raise too_many_bytes(len(data), limit_bytes, name)
    return data


def identity(path: Path) -> str:
    """Return what tells a file's present bytes from those of all others, by its place, its size and its last change.

    To be asked before the file is read: should it change in between, it only seems to change once more.

    Returns
    -------
    str
        Empty where nothing can be said of the file.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{path.absolute()}\0{status.st_dev}\0{status.st_ino}\0{status.st_size}\0{status.st_mtime_ns}"


def _refuse_special(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UserError("file_is_directory", name=name)
    if not stat.S_ISREG(status.st_mode):
        raise UserError("file_not_regular", name=name)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _pictures_in(folder: Path) -> list[Path]:
    pictures: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= _MOST_ENTRIES:
                    break
                hidden = entry.name.startswith(".")
                if not hidden and Path(entry.name).suffix.lower() in PICTURE_SUFFIXES and entry.is_file():
                    pictures.append(Path(entry.path))
    except OSError as error:
        raise UserError("file_unreadable", name=str(folder)) from error
    return sorted(pictures, key=_as_counted)[:MOST_FILES]


def _as_counted(path: Path) -> list[tuple[int, str]]:
    """Return a sorting key in which numbers inside a name count as numbers."""
    parts = re.split(r"([0-9]+)", path.name.casefold())
    return [(int(part[:18]), "") if part.isdecimal() else (0, part) for part in parts]
