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
from explorer.imaging.decode import LARGEST_FILE_BYTES, too_many_bytes

PICTURE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .mpo .png .apng .gif .bmp .dib .tif .tiff .webp .avif .avifs .heic .heif .hif "
    ".ppm .pgm .pbm .pnm .pfm".split()
)
"""Name endings by which pictures are found in folders; a file that is given by name may be called anything."""

MOST_FILES = 2000
"""Files that one drop or one command line may hold; more are left out."""

_MOST_ENTRIES = 50_000
_READ_BYTES = 1 << 20


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
        # Without O_NONBLOCK, opening a pipe would wait for a writer before its kind can be asked for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UserError("file_missing", name=name) from error
    except IsADirectoryError as error:
        raise UserError("file_is_directory", name=name) from error
    except OSError as error:
        # Windows answers "permission denied" for folders, and opening a socket or an unplugged device fails here too.
        kind = "file_is_directory" if _is_folder(path) else "file_unreadable"
        raise UserError("file_not_regular" if _is_special(path) else kind, name=name) from error
    with os.fdopen(descriptor, "rb", closefd=True) if not _is_directory(descriptor) else _folder(descriptor, name) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UserError("file_not_regular", name=name)
        if status.st_size > limit_bytes:
            raise too_many_bytes(status.st_size, limit_bytes, name)
        try:
            data = file.read(limit_bytes + 1)
        except OSError as error:
            raise UserError("file_unreadable", name=name) from error
    if len(data) > limit_bytes:
        raise too_many_bytes(len(data), limit_bytes, name)
    return data
