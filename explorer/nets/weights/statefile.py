"""Reads state dicts (parameter name to tensor) from files that may be damaged or hostile; never runs their code."""

from __future__ import annotations

import errno
import pickle
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from explorer.core.errors import UserError

# The largest network of the lecture has 0.55 GB in float32; this leaves room for optimiser states beside it.
_MOST_BYTES = 4_000_000_000
# safetensors itself accepts headers of 100 MB, which cost ten times as much to parse; ResNet-50's has 40 kB.
_MOST_HEADER_BYTES = 4_000_000
_WRAPPERS = ("state_dict", "model_state_dict", "model")
_PREFIX = "module."  # what DataParallel puts before every name

# What a damaged file can make torch.load raise, beside pickle's own error.
_DAMAGED = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    EOFError,
    ImportError,
    MemoryError,
    NotImplementedError,
)


@dataclass(frozen=True)
class StateFile:
    """An open file of weights.

    Attributes
    ----------
    shapes : mapping
        Parameter name (without a ``module.`` prefix) to shape, in the file's order; known before any tensor is read.
    read : callable
        ``read(name)`` returns a tensor on the CPU.
    metadata : mapping
        The text fields of a safetensors file; empty for others.
    """

    shapes: Mapping[str, tuple[int, ...]]
    read: Callable[[str], Tensor]
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@contextmanager
def open_state(path: Path) -> Iterator[StateFile]:
    """Open a ``.safetensors`` file, or a state dict saved by ``torch.save``, while the context lasts.

    Raises
    ------
    UserError
        ``weights_file_missing``, ``weights_file_unreadable``, ``weights_file_too_large``, ``weights_file_damaged``
        (a safetensors file that is none), ``weights_file_unsafe`` (a pickle with anything but tensors in it, or a
        damaged one) or ``weights_file_not_state`` (tensors, but not by name).
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UserError("weights_file_missing", file=str(path))
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError as error:
        raise UserError("weights_file_missing", file=str(path)) from error
    except OSError as error:
        raise UserError("weights_file_unreadable", file=path.name, reason=error.strerror or str(error)) from error
    if size > _MOST_BYTES:
        raise UserError("weights_file_too_large", file=path.name, megabytes=size // 10**6)
    if path.suffix.lower() == ".safetensors":
        if len(start) < 8 or int.from_bytes(start, "little") > min(size - 8, _MOST_HEADER_BYTES):
            raise UserError("weights_file_damaged", file=path.name)
        with _open_safetensors(path) as state:
            yield state
    else:
        yield _load_pickled(path, size)


@contextmanager
def _open_safetensors(path: Path) -> Iterator[StateFile]:
    try:
        # It checks every offset against the file's size here, before any tensor is read.
        opened = safe_open(path, framework="pt", device="cpu")
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError("weights_file_damaged", file=path.name) from error
    with opened as file:
        names = {name.removeprefix(_PREFIX): name for name in file.keys()}  # noqa: SIM118 - not a mapping
        shapes = {plain: tuple(file.get_slice(name).get_shape()) for plain, name in names.items()}

        def read(plain: str) -> Tensor:
            tensor: Tensor = file.get_tensor(names[plain])
            return tensor.clone()  # not a view of the mapped file, which may lie on a stick that is pulled out

        yield StateFile(shapes, read, MappingProxyType(dict(file.metadata() or {})))


def _load_pickled(path: Path, size: int) -> StateFile:
    try:
        if zipfile.is_zipfile(path):
            _refuse_bomb(path, size)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what torch has to say of odd files is said below, to people
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=False)
    except OSError as error:
        if error.errno == errno.EINVAL:  # torch seeks where the rest of a cut file should be
            raise UserError("weights_file_unsafe", file=path.name) from error
        raise UserError("weights_file_unreadable", file=path.name, reason=error.strerror or str(error)) from error
    except _DAMAGED as error:
        raise UserError("weights_file_unsafe", file=path.name) from error
    for wrapper in _WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
            break
    if not isinstance(content, dict) or not content:
        raise UserError("weights_file_not_state", file=path.name)
    tensors: dict[str, Tensor] = {}
    for name, value in content.items():
        if not isinstance(name, str) or not _is_plain(value):
            raise UserError("weights_file_not_state", file=path.name)
        tensors[name.removeprefix(_PREFIX)] = value.detach()
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    return StateFile(shapes, tensors.__getitem__)


def _refuse_bomb(path: Path, size: int) -> None:
    """torch.save never compresses: an archive that unpacks to more than its size was made to fill the memory."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise zipfile.BadZipFile("compressed")
    if sum(entry.file_size for entry in entries) > size:
        raise zipfile.BadZipFile("overlapping entries")


def _is_plain(value: object) -> bool:
    """Whether a value of the file is an ordinary tensor, with its numbers really there."""
    if not isinstance(value, Tensor) or value.layout != torch.strided or value.device.type != "cpu":
        return False
    return not value.is_quantized
