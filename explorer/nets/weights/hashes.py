"""SHA-256 of weights files, remembered so that half a gigabyte is not read again at every start."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import msgspec


class _Entry(msgspec.Struct, frozen=True):
    size: int
    mtime_ns: int
    sha256: str


_Entries = dict[str, _Entry]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a whole file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class HashCache:
    """Remembers the SHA-256 of files for as long as their size and time of change stay the same.

    Parameters
    ----------
    file : Path
        Where it is kept, as JSON. A missing or broken one counts as empty; one that cannot be written is no error:
        the next start reads the weights once more.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._session: _Entries = {}

    def known(self, path: Path) -> str | None:
        """Return the remembered SHA-256 of a file that has not changed since, without reading the file."""
        entry = self._entries().get(str(path))
        if entry is None:
            return None
        stat = path.stat()
        return entry.sha256 if (entry.size, entry.mtime_ns) == (stat.st_size, stat.st_mtime_ns) else None

    def of(self, path: Path, fresh: bool = False) -> str:
        """Return the SHA-256 of a file, from memory unless it changed or ``fresh`` asks to read it."""
        remembered = None if fresh else self.known(path)
        if remembered is not None:
            return remembered
        before = path.stat()  # a change while we read shows as another time
        digest = sha256_of(path)
        self._keep(path, _Entry(before.st_size, before.st_mtime_ns, digest))
        return digest

    def remember(self, path: Path, sha256: str) -> None:
        """Note the SHA-256 of a file that was read a moment ago."""
        stat = path.stat()
        self._keep(path, _Entry(stat.st_size, stat.st_mtime_ns, sha256))

    def _entries(self) -> _Entries:
        try:
            earlier = msgspec.json.decode(self._file.read_bytes(), type=_Entries)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            earlier = {}
        return {**earlier, **self._session}

    def _keep(self, path: Path, entry: _Entry) -> None:
        self._session[str(path)] = entry
        kept = {name: old for name, old in self._entries().items() if Path(name).exists()}
        content = msgspec.json.format(msgspec.json.encode(kept))
        with contextlib.suppress(OSError):  # only a memory: without it everything still works
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name, suffix=".tmp")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(self._file)
