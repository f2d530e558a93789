"""Gets weights of the catalog onto this machine: from the network, from a folder of the classroom, from a stick."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.core.errors import Cancelled, UserError
from explorer.nets.spec import NetSpec, WeightsSpec
from explorer.nets.weights.download import USUAL_PATIENCE, Patience, Progress, disk_error, download, lock_of, pause
from explorer.nets.weights.filelock import held
from explorer.nets.weights.store import WeightsStore, full_name, may_be

MIRROR_VARIABLE = "LAYERWALK_WEIGHTS_MIRROR"
_COPY_BYTES = 1 << 20
_POLL_S = 0.1
_SUFFIXES = (".pth", ".pt", ".safetensors")
_DEEPEST = 4  # folders below the one that was given


@dataclass(frozen=True)
class Imported:
    """What became of one file.

    Attributes
    ----------
    name : str
        Full name of the weights, empty where the file is none of the catalog.
    outcome : str
        ``taken``, ``already_here`` or ``refused``.
    error : UserError or None
        Why it was refused.
    """

    file: Path
    name: str
    outcome: Literal["taken", "already_here", "refused"]
    error: UserError | None = None


def fetch(
    store: WeightsStore,
    spec: WeightsSpec,
    progress: Progress,
    cancelled: Callable[[], bool],
    environment: Mapping[str, str],
    patience: Patience = USUAL_PATIENCE,
) -> Path:
    """Return the verified file of these weights, downloaded into the user's folder unless it is on this machine.

    Parameters
    ----------
    environment : mapping
        ``LAYERWALK_WEIGHTS_MIRROR`` in it, a folder or the beginning of an address, is used instead of torchvision's
        addresses; normally ``os.environ``.

    Raises
    ------
    Cancelled
    UserError
        See :func:`explorer.nets.weights.download.download`.
    """
    here = store.verified(spec)
    if here is not None:
        return here
    mirror = environment.get(MIRROR_VARIABLE, "")
    if mirror and "://" not in mirror:
        source = Path(mirror).expanduser() / spec.file
        if not source.is_file():
            raise UserError("weights_file_missing", file=str(source))
        return _copy_verified(store, source, spec, progress, cancelled)
    destination = store.user_folder / spec.file
    download(_address(spec, mirror), destination, spec.sha256, spec.size_bytes, progress, cancelled, patience)
    store.hashes.remember(destination, spec.sha256)
    return destination


def _address(spec: WeightsSpec, mirror: str) -> str:
    if mirror:
        return f"{mirror.rstrip('/')}/{spec.file}"
    if not spec.url_source:
        raise UserError("weights_file_wrong", file=spec.file)  # it came with the program, and is not whole any more
    from torchvision.models import get_weight  # noqa: PLC0415 — takes 1.3 s, and only downloads need it

    return str(get_weight(spec.url_source).url)


def import_weights(
    store: WeightsStore,
    nets: Iterable[NetSpec],
    paths: Iterable[Path],
    progress: Progress,
    cancelled: Callable[[], bool],
) -> list[Imported]:
    """Copy every file of the catalog among these files and folders into the user's folder, and say what became of it.

    Files of the catalog are known by their names, or by their contents where they were renamed. In a folder, other
    files are passed over; a path that was named itself is answered for in any case.

    Raises
    ------
    Cancelled
    UserError
        ``disk_full`` or ``weights_folder_unwritable``: the files that follow would meet the same.
    """
    known = [(full_name(net, spec), spec) for net in nets for spec in net.weights]
    outcomes: list[Imported] = []
    for path in paths:
        folder = path.is_dir()
        taken = [_take(store, known, file, progress, cancelled) for file in (_files_below(path) if folder else (path,))]
        answers = [outcome for outcome in taken if outcome is not None]
        if not answers:
            nothing = UserError("weights_import_nothing", folder=str(path))
            unknown = UserError("weights_import_unknown", file=path.name)
            answers = [Imported(path, "", "refused", nothing if folder else unknown)]
        outcomes += answers
    return outcomes


def _files_below(folder: Path) -> Iterator[Path]:
    depth = len(folder.parts)
    for here, folders, files in os.walk(folder):
        folders.sort()
        if len(Path(here).parts) - depth >= _DEEPEST:
            folders.clear()
        yield from (Path(here) / name for name in sorted(files) if name.lower().endswith(_SUFFIXES))


def _take(
    store: WeightsStore,
    known: list[tuple[str, WeightsSpec]],
    file: Path,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> Imported | None:
    """Return what became of a file, None where it is none of the catalog."""
    try:
        match = _recognise(store, known, file)
    except FileNotFoundError:
        return Imported(file, "", "refused", UserError("weights_file_missing", file=str(file)))
    except OSError as error:
        return Imported(file, "", "refused", _unreadable(file, error))
    if match is None:
        return None
    name, spec = match
    if store.verified(spec) is not None:
        return Imported(file, name, "already_here")
    try:
        _copy_verified(store, file, spec, progress, cancelled)
    except UserError as error:
        if error.kind in ("disk_full", "weights_folder_unwritable"):
            raise
        return Imported(file, name, "refused", error)
    return Imported(file, name, "taken")


def _recognise(store: WeightsStore, known: list[tuple[str, WeightsSpec]], file: Path) -> tuple[str, WeightsSpec] | None:
    size = file.stat().st_size
    for name, spec in known:
        if file.name == spec.file:
            return name, spec
    for name, spec in known:
        if may_be(spec, size) and store.hashes.of(file) == spec.sha256:
            return name, spec
    return None


def _copy_verified(
    store: WeightsStore, source: Path, spec: WeightsSpec, progress: Progress, cancelled: Callable[[], bool]
) -> Path:
    """Copy a file into the user's folder, where it appears whole and verified or not at all, and return the copy."""
    destination = store.user_folder / spec.file
    # Always the same name, so that what a killed program leaves is overwritten by the next and does not pile up.
    temporary = destination.with_name(destination.name + ".copy")
    digest = hashlib.sha256()
    done = 0
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with held(lock_of(destination), lambda: pause(_POLL_S, cancelled)):
            try:
                with temporary.open("wb") as copy:
                    for chunk, total in _chunks(source, spec):
                        if cancelled():
                            raise Cancelled
                        digest.update(chunk)
                        copy.write(chunk)
                        done += len(chunk)
                        progress(done, total)
                    copy.flush()
                    os.fsync(copy.fileno())
                if digest.hexdigest() != spec.sha256:
                    raise UserError("weights_file_wrong", file=source.name)
                temporary.replace(destination)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(error, destination, spec.size_bytes - done) from error
    store.hashes.remember(destination, spec.sha256)
    return destination


def _chunks(source: Path, spec: WeightsSpec) -> Iterator[tuple[bytes, int]]:
    """Return the file piece by piece, each with the size of the whole; refuse one of the wrong size unread."""
    try:
        with source.open("rb") as file:
            total = os.fstat(file.fileno()).st_size
            if not may_be(spec, total):
                raise UserError("weights_file_wrong", file=source.name)
            while chunk := file.read(_COPY_BYTES):
                yield chunk, total
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(file: Path, error: OSError) -> UserError:
    return UserError("weights_file_unreadable", file=file.name, reason=error.strerror or str(error))
