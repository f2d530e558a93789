"""Pictures of a GAN are fetched while the window goes on asking and the run before goes on; both can be given up."""

from __future__ import annotations

import gc
import gzip
import hashlib
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import MNIST

from explorer.core.errors import Cancelled, UserError
from explorer.core.gan_scene import GanScene, preset
from explorer.core.messages.gan import ChangeGan, GanControl, GanFrame, GanFrameRequest
from explorer.training.gan import data as gan_data
from explorer.training.gan.opening import OpeningGan
from explorer.training.gan.pictures import folder_pictures
from tests.loopback import Answer, Loopback, serving, status

DIGITS = preset("digits").patched(g_units=8, d_units=8, batch=8)
PUBLISHED = DIGITS.patched(data="mnist", size=16)


def idx(array: np.ndarray) -> bytes:
    """Return an array in the format of the MNIST files, compressed."""
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.tobytes())


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A small MNIST, which torchvision takes for the real one."""
    random = np.random.default_rng(0)
    made = {}
    for part, count in (("train", 70), ("t10k", 5)):
        made[f"{part}-images-idx3-ubyte.gz"] = idx(random.integers(0, 256, (count, 28, 28), dtype=np.uint8))
        made[f"{part}-labels-idx1-ubyte.gz"] = idx((np.arange(count) % 10).astype(np.uint8))
    listed = [(name, hashlib.md5(content).hexdigest()) for name, content in made.items()]
    monkeypatch.setattr(MNIST, "resources", listed)
    monkeypatch.setattr(gan_data, "data_folder", lambda: tmp_path / "data")
    return made


@pytest.fixture
def server(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """Serve it, but fall silent in the middle of the first file until released."""

    def whole(answer: Answer) -> None:
        content = files[answer.path.rpartition("/")[2]]
        answer.head(200, Content_Length=len(content))
        answer.body(content)

    def silent(answer: Answer) -> None:
        content = files[answer.path.rpartition("/")[2]]
        answer.head(200, Content_Length=len(content))
        answer.body(content[:1000])
        answer.loopback.released.wait(60)
        answer.body(content[1000:])

    # torchvision asks twice: first only whether the address leads elsewhere.
    with serving(b"", silent, silent, *[whole] * 20) as loopback:
        monkeypatch.setattr(MNIST, "mirrors", [f"{loopback.address}/"])
        yield loopback


def opening(scene: GanScene) -> OpeningGan:
    return OpeningGan(scene, lambda _: torch.device("cpu"))


def frame(gan: OpeningGan, *want: str) -> GanFrame:
    reply = gan.answer(GanFrameRequest(want=want))  # type: ignore[arg-type]
    assert isinstance(reply, GanFrame)
    return reply


def go_on(gan: OpeningGan, until: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not until():
        assert time.monotonic() < end and gan.playing
        gan.advance()


def test_the_window_is_answered_while_the_first_pictures_come(server: Loopback) -> None:
    gan = opening(PUBLISHED)
    go_on(gan, lambda: bool(server.paths))
    asked = frame(gan, "samples", "weights")
    assert asked.opening is not None and asked.opening.scene == PUBLISHED
    assert asked.kept.size == 0 and asked.pictures is None
    assert isinstance(gan.answer(GanControl("play")), GanFrame)
    server.released.set()
    go_on(gan, lambda: frame(gan).opening is None)
    there = frame(gan, "samples")
    assert there.scene == PUBLISHED and there.kept.tolist() == [0] and there.trouble is None
    assert there.pictures is not None and there.pictures.real.shape == (64, 16, 16)
    gan.answer(GanControl("play"))
    go_on(gan, lambda: frame(gan).step > 2)
    gan.close()


def test_what_runs_goes_on_until_other_pictures_are_there_and_they_can_be_given_up(server: Loopback) -> None:
    gan = opening(DIGITS)
    gan.answer(GanControl("play"))
    changed = gan.answer(ChangeGan(PUBLISHED))
    assert isinstance(changed, GanFrame) and changed.opening is not None and changed.scene == DIGITS
    step = changed.step
    go_on(gan, lambda: frame(gan).step > step + 3)
    left = gan.answer(GanControl("give_up"))
    assert isinstance(left, GanFrame) and left.opening is None and left.scene == DIGITS and left.playing
    # Asked for again while the first download still hangs: the hyperparameters of the last wish count.
    gan.answer(ChangeGan(PUBLISHED))
    gan.answer(ChangeGan(PUBLISHED.patched(g_rate=0.003)))
    server.released.set()
    go_on(gan, lambda: frame(gan).opening is None)
    there = frame(gan, "samples")
    assert there.scene == PUBLISHED.patched(g_rate=0.003) and there.trouble is None
    assert there.pictures is not None and there.pictures.fake.shape == (64, 16, 16)
    # Now that they are here, nothing is read again.
    assert gan.answer(ChangeGan(PUBLISHED.patched(batch=4))).opening is None  # type: ignore[union-attr]
    asked = len(server.paths)
    assert gan.answer(GanControl("restart")).step == 0 and len(server.paths) == asked  # type: ignore[union-attr]
    gan.close()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_what_cannot_be_had_is_explained(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(b"", *[status(404)] * 20) as loopback:
        monkeypatch.setattr(MNIST, "mirrors", [f"{loopback.address}/"])
        gan = opening(PUBLISHED)
        with pytest.raises(UserError) as refused:
            go_on(gan, lambda: False)
    assert refused.value.kind == "data_download_failed"
    gan.pause(refused.value)
    told = frame(gan)
    assert told.opening is None and told.kept.size == 0 and not gan.playing
    assert told.trouble is not None and told.trouble.kind == "data_download_failed"
    del refused, gan
    gc.collect()  # torchvision leaves refused connections to the collector


def test_reading_a_folder_tells_how_far_it_is_and_can_be_given_up(tmp_path: Path) -> None:
    for number in range(4):
        Image.new("RGB", (20, 20), (number, 0, 0)).save(tmp_path / f"{number}.png")
    told: list[tuple[int, int]] = []
    folder_pictures(tmp_path, 16, lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]
    with pytest.raises(Cancelled):
        folder_pictures(tmp_path, 16, cancelled=lambda: True)
