"""A GAN learns from a folder's pictures and from published sets, whatever lies among them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.core.errors import UserError
from explorer.core.gan_scene import GanScene
from explorer.training.data import published
from explorer.training.data.dataset import DataSet, Pictures
from explorer.training.gan.pictures import folder_pictures, published_pictures
from explorer.training.gan.session import GanRun


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (40, 30)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def test_a_folder_with_folders_and_rubbish(tmp_path: Path) -> None:
    picture(tmp_path / "b.png", (0, 255, 0))
    picture(tmp_path / "a.jpg", (255, 0, 0))
    picture(tmp_path / "more" / "c.png", (0, 0, 255), (16, 64))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG not really")
    (tmp_path / "notes.txt").write_text("no picture")
    pixels = folder_pictures(tmp_path, 16)
    assert pixels.shape == (3, 3, 16, 16)
    assert pixels.dtype == torch.uint8
    strongest = pixels.float().mean(dim=(2, 3)).argmax(dim=1).tolist()
    assert strongest == [0, 1, 2]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        folder_pictures(tmp_path, 16)
    assert caught.value.kind == "gan_folder_empty"
    with pytest.raises(UserError) as caught:
        folder_pictures(tmp_path / "nowhere", 16)
    assert caught.value.kind == "folder_missing"


def test_published_pictures_are_grey_where_the_set_is_and_brought_to_size(monkeypatch: pytest.MonkeyPatch) -> None:
    ramp = torch.arange(28, dtype=torch.uint8).mul(9).expand(5, 3, 28, 28).contiguous()

    def load(chosen: published.PublishedSet, folder: Path, *_told: object) -> DataSet:
        pictures = Pictures(ramp, torch.zeros(5, dtype=torch.int64))
        return DataSet(chosen.title, chosen.classes, pictures, pictures)

    monkeypatch.setattr(published, "load", load)
    grey = published_pictures("fashion_mnist", 16, Path("unused"))
    assert grey.shape == (5, 1, 16, 16)
    assert (np.diff(grey[0, 0, 8].numpy().astype(int)) > 0).all()
    assert published_pictures("cifar10", 8, Path("unused")).shape == (5, 3, 8, 8)


def test_a_gan_learns_from_a_folder_in_colour(tmp_path: Path) -> None:
    for index in range(6):
        picture(tmp_path / f"{index}.png", (40 * index, 120, 255 - 40 * index))
    scene = GanScene(data="folder", folder=str(tmp_path), size=16, net="dcgan", g_units=16, d_units=16, batch=4)
    gan = GanRun(scene)
    gan.take("both")
    frame = gan.frame(("samples",))
    assert frame.pictures is not None
    assert frame.pictures.fake.shape == (64, 16, 16, 3)
    assert frame.pictures.real.shape == (6, 16, 16, 3)
    assert (frame.figures.modes, frame.figures.covered) == (0, 0)
    with pytest.raises(UserError):
        gan.change(scene.patched(folder=str(tmp_path / "nowhere")))
    gan.take("both")
