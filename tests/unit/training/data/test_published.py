"""Published sets come through torchvision's own download, from a server on this machine."""

from __future__ import annotations

import gc
import gzip
import hashlib
import struct
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets import MNIST

from explorer.core.errors import UserError
from explorer.training.data.published import SETS, load

TRAIN, TEST = 30, 12


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


def idx(array: np.ndarray) -> bytes:
    """Return an array in the format of the MNIST files, compressed."""
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.tobytes())


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a small MNIST, which torchvision takes for the real one; return the served folder."""
    folder = tmp_path / "served"
    folder.mkdir()
    random = np.random.default_rng(0)
    listed = []
    for part, count in (("train", TRAIN), ("t10k", TEST)):
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        for name, array in (("images-idx3", images), ("labels-idx1", (np.arange(count) % 10).astype(np.uint8))):
            content = idx(array)
            (folder / f"{part}-{name}-ubyte.gz").write_bytes(content)
            listed.append((f"{part}-{name}-ubyte.gz", hashlib.md5(content).hexdigest()))
    web = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder)))
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{web.server_port}/"])
    monkeypatch.setattr(MNIST, "resources", listed)
    yield folder
    web.shutdown()
    thread.join()
    web.server_close()


def test_it_is_fetched_once_and_becomes_pictures_and_labels(server: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    data = load(SETS["mnist"], tmp_path / "data", lambda done, total: told.append((done, total)))
    assert (data.name, data.classes) == ("MNIST", tuple("0123456789"))
    assert data.train.pixels.shape == (TRAIN, 3, 28, 28)
    assert data.validation.labels.tolist() == [number % 10 for number in range(TEST)]
    raw = gzip.decompress((server / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    assert data.validation.pixels[:, 0].numpy().tobytes() == raw
    assert not data.mirrors
    assert told[-1] == (70_000, 70_000)
    for file in server.iterdir():
        file.unlink()
    assert len(load(SETS["mnist"], tmp_path / "data").train) == TRAIN


def test_a_damaged_download_is_refused_and_not_used_later(server: Path, tmp_path: Path) -> None:
    good = (server / "train-images-idx3-ubyte.gz").read_bytes()
    (server / "train-images-idx3-ubyte.gz").write_bytes(good[:-40] + bytes(40))
    with pytest.raises(UserError) as refused:
        load(SETS["mnist"], tmp_path / "data")
    assert refused.value.kind == "data_download_failed"
    (server / "train-images-idx3-ubyte.gz").write_bytes(good)
    assert len(load(SETS["mnist"], tmp_path / "data").train) == TRAIN


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_set_that_is_not_there_is_said_so(server: Path, tmp_path: Path) -> None:
    for file in server.iterdir():
        file.unlink()
    with pytest.raises(UserError) as refused:
        load(SETS["mnist"], tmp_path / "data")
    assert refused.value.kind == "data_download_failed"
    assert refused.value.details["data"] == "MNIST"
    del refused
    gc.collect()  # torchvision leaves refused connections to the collector


@pytest.mark.parametrize("name", SETS)
def test_torchvision_knows_every_set(name: str) -> None:
    from torchvision import datasets  # noqa: PLC0415

    assert issubclass(getattr(datasets, SETS[name].kind), datasets.VisionDataset)
    assert len(SETS[name].classes) == 10
