"""A lock between processes that the system releases when its owner dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def held(path: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file while the context lasts; ``wait`` is called again and again while somebody else holds it.

    The file is removed at the end. On file systems without locks the context is entered unlocked.
    """
    while True:
        with _tried(path) as ours:
            if ours:
                yield
                return
        wait()


@contextlib.contextmanager
def _tried(path: Path) -> Iterator[bool]:
    with path.open("ab") as file:
        try:
            _take(file)
        except (BlockingIOError, PermissionError):
            yield False
            return
        except OSError:  # ENOLCK and the like, seen on network drives
            yield True
            return
        if not _is_still(file, path):
            yield False  # its last owner removed it between our opening and our locking it
            return
        try:
            yield True
        finally:
            if sys.platform != "win32":  # which does not remove open files; an empty file stays there
                path.unlink(missing_ok=True)


def _is_still(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
