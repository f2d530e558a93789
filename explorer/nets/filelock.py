"""A lock between processes that the system releases when its owner dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
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
def try_lock(path: Path) -> Iterator[bool]:
    """Hold a lock file while the context lasts; yields False at once where somebody else holds it.

    The file is removed at the end. On file systems without locks it yields True: whoever needs it works unlocked.
    """
    while True:
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
                continue  # its last owner removed it between our opening and our locking it
            try:
                yield True
            finally:
                if sys.platform != "win32":  # which does not remove open files; an empty file stays there
                    path.unlink(missing_ok=True)
            return


def _is_still(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
