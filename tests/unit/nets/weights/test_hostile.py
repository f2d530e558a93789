"""Files that were made to do harm: no code runs, no memory fills, and a sentence comes back."""

from __future__ import annotations

import builtins
import json
import os
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from explorer.nets.weights import statefile
from tests.unit.nets.tiny import opener, refusal, trained

Open = Callable[..., object]


@pytest.fixture
def open_file(tmp_path: Path) -> Open:
    return opener(tmp_path)


class Payload:
    """Pickles as a call."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


PAYLOADS: dict[str, Callable[[Path], Payload]] = {
    "shell": lambda marker: Payload(os.system, f"echo ran > '{marker}'"),
    "eval": lambda marker: Payload(eval, f"open({str(marker)!r}, 'w').close()"),
    "exec": lambda marker: Payload(exec, f"open({str(marker)!r}, 'w').close()"),
    "mkdir": lambda marker: Payload(os.mkdir, str(marker)),
    "open": lambda marker: Payload(builtins.open, str(marker), "w"),
    "getattr": lambda marker: Payload(getattr, marker, "touch"),
}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
def test_code_in_a_checkpoint_never_runs(
    tmp_path: Path, open_file: Open, payload: str, zipped: bool, hidden: bool
) -> None:
    marker = tmp_path / "it-ran"
    content: object = PAYLOADS[payload](marker)
    if hidden:
        content = {**trained().state_dict(), "fc.extra": content}
    torch.save(content, tmp_path / "evil.pth", _use_new_zipfile_serialization=zipped)
    error = refusal(lambda: open_file(tmp_path / "evil.pth"))
    assert error.kind == "weights_file_unsafe"
    assert not marker.exists()


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".safetensors"])
def test_code_in_a_bare_pickle_never_runs(tmp_path: Path, open_file: Open, suffix: str) -> None:
    marker = tmp_path / "it-ran"
    path = tmp_path / f"evil{suffix}"
    path.write_bytes(pickle.dumps(PAYLOADS["shell"](marker)))
    assert refusal(lambda: open_file(path)).kind in ("weights_file_unsafe", "weights_file_damaged")
    assert not marker.exists()


def test_the_payload_would_run_if_it_were_let(tmp_path: Path) -> None:
    marker = tmp_path / "it-ran"
    pickle.loads(pickle.dumps(PAYLOADS["shell"](marker)))
    assert marker.exists()


def test_a_whole_model_is_refused_because_its_class_is_code(tmp_path: Path, open_file: Open) -> None:
    torch.save(trained(), tmp_path / "model.pth")
    assert refusal(lambda: open_file(tmp_path / "model.pth")).kind == "weights_file_unsafe"


@pytest.mark.parametrize(
    "content",
    [
        {},
        [torch.zeros(2)],
        torch.zeros(2),
        {"conv.weight": "text"},
        {3: torch.zeros(2)},
        {"conv.weight": torch.zeros(4, 3, 3, 3).to_sparse()},
        {"conv.weight": torch.zeros(4, 3, 3, 3, device="meta")},
        {"state_dict": {}},
    ],
)
def test_other_contents_are_no_weights(tmp_path: Path, open_file: Open, content: object) -> None:
    torch.save(content, tmp_path / "odd.pth")
    assert refusal(lambda: open_file(tmp_path / "odd.pth")).kind in ("weights_file_not_state", "weights_file_unsafe")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("kept", [0, 1, 7, 8, 9, 100, 0.5, 0.9, -1])
def test_a_cut_file_is_refused(tmp_path: Path, open_file: Open, suffix: str, kept: float) -> None:
    path = tmp_path / f"cut{suffix}"
    save = save_file if suffix == ".safetensors" else torch.save
    save(trained().state_dict(), path)
    content = path.read_bytes()
    path.write_bytes(content[: round(kept * len(content)) if isinstance(kept, float) else kept])
    assert refusal(lambda: open_file(path)).kind in ("weights_file_damaged", "weights_file_unsafe")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_flipped_and_random_bytes_end_in_a_sentence_or_in_weights(tmp_path: Path, open_file: Open, suffix: str) -> None:
    path = tmp_path / f"flipped{suffix}"
    save = save_file if suffix == ".safetensors" else torch.save
    save(trained().state_dict(), path)
    content = path.read_bytes()
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 4, 40))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged if chance.random() < 0.8 else chance.randbytes(len(content)))
        try:
            open_file(path)
        except statefile.UserError:
            refused += 1
    assert refused > 50


def header(text: bytes, length: int | None = None) -> bytes:
    return struct.pack("<Q", len(text) if length is None else length) + text


@pytest.mark.parametrize(
    "content",
    [
        header(b"{}", 2**40),
        header(b"{}", 2**64 - 1),
        header(b"{" + b" " * 5_000_000 + b"}"),
        header(b"[" * 100_000),
        header(b'{"a":' * 50_000),
        header(b"not json"),
        header(json.dumps({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}).encode()),
        header(json.dumps({"a": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 0]}}).encode()),
        header(json.dumps({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}).encode()) + bytes(4),
        header(json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}).encode()) + bytes(4),
        header(json.dumps({"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}).encode()) + bytes(4),
    ],
    ids=range(11),
)
def test_a_safetensors_header_that_lies_is_refused(tmp_path: Path, open_file: Open, content: bytes) -> None:
    path = tmp_path / "bomb.safetensors"
    path.write_bytes(content)
    assert refusal(lambda: open_file(path)).kind == "weights_file_damaged"


@pytest.mark.parametrize("length", [2**40, 2**64 - 1, 5_000_000])
def test_a_header_that_would_fill_the_memory_is_not_read(
    tmp_path: Path, open_file: Open, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(statefile, "safe_open", forbidden)
    with (tmp_path / "bomb.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", length))
        file.truncate(6_000_000)
    assert refusal(lambda: open_file(tmp_path / "bomb.safetensors")).kind == "weights_file_damaged"


def forbidden(*arguments: object, **options: object) -> None:
    raise AssertionError("the file was opened")


def test_a_compressed_archive_is_not_unpacked(tmp_path: Path, open_file: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"conv.weight": torch.zeros(20_000_000)}, tmp_path / "plain.pth")
    with (
        zipfile.ZipFile(tmp_path / "plain.pth") as plain,
        zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in plain.namelist():
            bomb.writestr(name, plain.read(name))
    monkeypatch.setattr(torch, "load", forbidden)
    assert (tmp_path / "bomb.pth").stat().st_size < 1_000_000
    assert refusal(lambda: open_file(tmp_path / "bomb.pth")).kind == "weights_file_unsafe"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_whose_entries_overlap_is_not_unpacked(tmp_path: Path, open_file: Open) -> None:
    path = tmp_path / "overlap.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", bytes(1_000_000))
        for _ in range(20):  # the directory names the same bytes again and again
            archive.filelist.append(archive.filelist[0])
    assert refusal(lambda: open_file(path)).kind == "weights_file_unsafe"


def test_a_tensor_that_pretends_to_be_huge_takes_no_memory(tmp_path: Path, open_file: Open) -> None:
    state = {**trained().state_dict(), "conv.weight": torch.zeros(1).expand(1_000_000, 1_000_000)}
    torch.save(state, tmp_path / "huge.pth")
    assert refusal(lambda: open_file(tmp_path / "huge.pth")).kind == "weights_shape"


def test_a_file_of_an_impossible_size_is_not_read(tmp_path: Path, open_file: Open) -> None:
    path = tmp_path / "large.pth"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)  # takes no room on the disk
    assert refusal(lambda: open_file(path)).kind == "weights_file_too_large"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes by name")
def test_a_pipe_is_not_waited_for(tmp_path: Path, open_file: Open) -> None:
    os.mkfifo(tmp_path / "pipe.pth")
    assert refusal(lambda: open_file(tmp_path / "pipe.pth")).kind == "weights_file_missing"
