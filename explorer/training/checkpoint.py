"""Files of a training: written whole or not at all, so that a kill at any moment leaves the one before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from explorer.core.errors import UserError

_STATE = "state"


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place of the one before in one move, after its bytes are on the disk.

    Raises
    ------
    UserError
        ``output_unwritable``; the file before is still there.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        if os.name == "posix":
            # The move itself is safe only when the folder is on the disk, too.
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError("output_unwritable", file=str(path), reason=error.strerror or str(error)) from error


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write a safetensors file, whole or not at all."""
    on_host = {name: tensor.detach().to("cpu").contiguous() for name, tensor in tensors.items()}
    write_whole(path, save(on_host, dict(metadata)))


def write_checkpoint(path: Path, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Write tensors and the numbers that belong to them as one file, so that they can never disagree."""
    write_tensors(path, tensors, {_STATE: msgspec.json.encode(state).decode()})


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return what :func:`write_checkpoint` wrote.

    Raises
    ------
    UserError
        ``checkpoint_missing`` or ``checkpoint_damaged``.
    """
    if not path.is_file():
        raise UserError("checkpoint_missing", file=str(path))
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            state = msgspec.json.decode((file.metadata() or {})[_STATE])
            tensors = {name: torch.clone(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, ValueError, msgspec.DecodeError) as error:
        raise UserError("checkpoint_damaged", file=str(path)) from error
    if not isinstance(state, dict):
        raise UserError("checkpoint_damaged", file=str(path))
    return tensors, state
