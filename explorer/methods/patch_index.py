"""What every channel of a layer answered to the pictures of a folder, kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from explorer.nets.spec import Preprocess

KEPT_FILES = 32
_SAMPLES = 4096


@dataclass(frozen=True)
class Entry:
    """One picture: each channel's largest value (C,) float32 and its place in the map, row by row (C,) int32.

    A picture that cannot be read has none of both.
    """

    size: int
    mtime_ns: int
    values: np.ndarray
    places: np.ndarray

    @property
    def readable(self) -> bool:
        return self.values.size > 0


class PatchIndex:
    """Remembers answers for as long as a picture's size and time of change stay the same.

    Parameters
    ----------
    file : Path
        Where it is kept. A missing or broken one counts as empty; one that cannot be written is no error: the next
        time the pictures are read again.
    channels : int
        Of the layer.
    """

    def __init__(self, file: Path, channels: int) -> None:
        self._file = file
        self._channels = channels
        self._entries = self._read()
        self._saved = len(self._entries)

    def get(self, path: Path) -> Entry | None:
        """Return what is known of a picture, without looking whether the picture has changed since."""
        return self._entries.get(path.name)

    def known(self, path: Path) -> bool:
        """Return whether a picture was read and has not changed since."""
        entry = self._entries.get(path.name)
        return entry is not None and (entry.size, entry.mtime_ns) == _stamp(path)

    def add(self, path: Path, answers: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Remember a picture's answers; None for one that cannot be read."""
        nothing = np.zeros(0, np.float32), np.zeros(0, np.int32)
        self._entries[path.name] = Entry(*_stamp(path), *(nothing if answers is None else answers))
        self._saved = -1

    def unreadable(self, pictures: Sequence[Path]) -> int:
        """Return how many of the pictures could not be read."""
        return sum((entry := self.get(path)) is not None and not entry.readable for path in pictures)

    def save(self) -> None:
        """Write the index whole or not at all."""
        if self._saved == len(self._entries):
            return
        entries = self._entries
        readable = np.array([entry.readable for entry in entries.values()], bool)
        shape = (len(entries), self._channels)
        values, places = np.zeros(shape, np.float32), np.zeros(shape, np.int32)
        for number, entry in enumerate(entries.values()):
            if entry.readable:
                values[number], places[number] = entry.values, entry.places
        stamps = np.array([(entry.size, entry.mtime_ns) for entry in entries.values()], np.int64).reshape(-1, 2)
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    names = np.array(list(entries), np.str_)
                    np.savez(file, names=names, stamps=stamps, readable=readable, values=values, places=places)
                Path(name).replace(self._file)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._saved = len(entries)
            _forget_old(self._file.parent)

    def _read(self) -> dict[str, Entry]:
        nothing = np.zeros(0, np.float32), np.zeros(0, np.int32)
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                names, stamps, readable = kept["names"], kept["stamps"], kept["readable"]
                values, places = kept["values"], kept["places"]
            shape = (len(names), self._channels)
            if values.shape != shape or places.shape != shape or stamps.shape != (len(names), 2):
                return {}
            return {
                str(name): Entry(size, mtime_ns, *((values[row], places[row]) if readable[row] else nothing))
                for row, (name, (size, mtime_ns)) in enumerate(zip(names, stamps.tolist(), strict=True))
            }
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile):
            return {}


def index_file(
    cache: Path, module: nn.Module, preprocess: Preprocess, net: str, size: int, layer: str, folder: Path
) -> Path:
    """Return where the answers of a layer to a folder are kept: another file for other weights or another input."""
    key = hashlib.sha256(f"{net}\0{size}\0{preprocess}\0{layer}\0{folder.resolve()}".encode())
    key.update(weights_key(module).encode())
    return cache / f"{key.hexdigest()[:32]}.npz"


def weights_key(module: nn.Module) -> str:
    """Return a key that differs where weights differ, from their sums, norms and a sample; a full hash takes longer."""
    key = hashlib.sha256()
    with torch.inference_mode():
        for name, tensor in module.state_dict().items():
            flat = tensor.reshape(-1).float()
            sample = flat[:: max(1, flat.numel() // _SAMPLES)]
            told = torch.stack([flat.sum(dtype=torch.float64), torch.linalg.vector_norm(flat).double()])
            key.update(f"{name}{tuple(tensor.shape)}".encode())
            key.update(sample.cpu().numpy().tobytes())
            key.update(told.cpu().numpy().tobytes())
    return key.hexdigest()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[KEPT_FILES:]:
        path.unlink(missing_ok=True)
