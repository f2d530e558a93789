"""A file is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from explorer.core.errors import UserError
from explorer.training.checkpoint import read_checkpoint, write_checkpoint, write_whole

TENSORS = {"net.weight": torch.arange(6.0).view(2, 3), "step": torch.tensor([3])}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "new" / "c.safetensors", TENSORS, {"step": 3, "history": [{"loss": 0.1}]})
    tensors, state = read_checkpoint(tmp_path / "new" / "c.safetensors")
    assert all(torch.equal(tensors[name], tensor) for name, tensor in TENSORS.items())
    assert state == {"step": 3, "history": [{"loss": 0.1}]}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["c.safetensors"]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = tmp_path / "c.safetensors"
    write_checkpoint(path, TENSORS, {"step": 1})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if moment == "fsync" else Path, moment, full)
    with pytest.raises(UserError) as refused:
        write_checkpoint(path, TENSORS, {"step": 2})
    assert refused.value.kind == "output_unwritable"
    monkeypatch.undo()
    assert read_checkpoint(path)[1] == {"step": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["c.safetensors"]


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    write_checkpoint(path, TENSORS, {"step": 1})
    whole = path.read_bytes()
    for length in (0, 7, 40, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError) as refused:
            read_checkpoint(path)
        assert refused.value.kind == "checkpoint_damaged"


@pytest.mark.parametrize("state", [b"[1, 2]", b"not json"])
def test_a_foreign_file_is_refused(tmp_path: Path, state: bytes) -> None:
    from safetensors.torch import save  # noqa: PLC0415

    path = tmp_path / "c.safetensors"
    write_whole(path, save(TENSORS, {"state": state.decode()}))
    with pytest.raises(UserError) as refused:
        read_checkpoint(path)
    assert refused.value.kind == "checkpoint_damaged"


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        read_checkpoint(tmp_path / "none")
    assert refused.value.kind == "checkpoint_missing"
