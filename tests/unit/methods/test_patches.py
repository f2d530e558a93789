"""The strongest patches are those of a plain pass over all pictures; what was read is kept and not read again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.resources import resource
from explorer.imaging.decode import decode
from explorer.methods.patch_index import PatchIndex, index_file, weights_key
from explorer.methods.patches import Asked, Found, find_patches, pictures_of
from explorer.nets.preprocess import prepare
from explorer.nets.spec import Preprocess
from tests.unit.methods.traced_nets import case, untouched

PREPROCESS = Preprocess(size=64)
LAYER = "inception3a"
NAMES = ("astronaut.jpg", "brick.png", "camera.png", "chelsea.png", "coffee.jpg", "clock.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        shutil.copy(resource("images", name), tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff not really")
    return tmp_path


def asked(channel: int = 5, count: int = 3) -> Asked:
    here = case("googlenet")
    return Asked(here.traced, PREPROCESS, "cpu", here.traced.graph.layer(LAYER), channel, count)


def last_of(found: Iterator[Found]) -> Found:
    *_, last = found
    return last


def by_hand(folder: Path, channel: int) -> list[tuple[float, str, int, int]]:
    """Return value, picture and place of the channel's strongest answer to each picture."""
    here, rows = case("googlenet"), []
    for name in NAMES:
        rgb = decode((folder / name).read_bytes()).rgb
        view, _ = prepare(rgb, None, PREPROCESS, 64)
        kept: list[torch.Tensor] = []
        hook = here.module.inception3a.register_forward_hook(lambda _m, _i, out, kept=kept: kept.append(out))
        with torch.inference_mode():
            here.module(view)
        hook.remove()
        maps = kept[0][0, channel].numpy()
        row, column = np.unravel_index(maps.argmax(), maps.shape)
        rows.append((float(maps.max()), name, int(row), int(column)))
    return sorted(rows, reverse=True)


def test_they_are_the_strongest_of_all_pictures_and_cut_where_the_channel_looks(folder: Path, tmp_path: Path) -> None:
    here, pictures = case("googlenet"), pictures_of(str(folder))
    assert len(pictures) == len(NAMES) + 1
    with untouched(here.module):
        last = last_of(find_patches(asked(), pictures, PatchIndex(tmp_path / "cache" / "a.npz", 256)))
    assert (last.done, last.total, last.unreadable) == (7, 7, 1)
    assert last.patches is not None
    truth = by_hand(folder, 5)[:3]
    assert [(patch.picture, patch.row, patch.column) for patch in last.patches] == [one[1:] for one in truth]
    assert [patch.value for patch in last.patches] == pytest.approx([one[0] for one in truth], rel=1e-5)
    field = here.traced.graph.layer(LAYER).receptive_field
    assert field is not None
    for patch in last.patches:
        top, left, bottom, right = field.box(patch.row, patch.column)
        assert patch.box == (max(0, top), max(0, left), min(64, bottom), min(64, right))
        assert patch.pixels.shape == (patch.box[2] - patch.box[0], patch.box[3] - patch.box[1], 3)
        rgb = decode((folder / patch.picture).read_bytes()).rgb
        view = prepare(rgb, None, Preprocess(size=64, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)), 64)[0][0]
        seen = np.round(view.permute(1, 2, 0).numpy() * 255)[patch.box[0] : patch.box[2], patch.box[1] : patch.box[3]]
        assert np.abs(patch.pixels.astype(float) - seen).max() <= 1


def test_another_channel_needs_no_second_reading_and_a_new_picture_only_its_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cache" / "a.npz"
    last_of(find_patches(asked(), pictures_of(str(folder)), PatchIndex(file, 256)))
    ran: list[int] = []
    module = case("googlenet").module
    hook = module.conv1.conv.register_forward_hook(lambda *_: ran.append(1))
    try:
        other = last_of(find_patches(asked(channel=40), pictures_of(str(folder)), PatchIndex(file, 256)))
        assert not ran
        shutil.copy(resource("images", "rocket.jpg"), folder / "rocket.jpg")
        last_of(find_patches(asked(), pictures_of(str(folder)), PatchIndex(file, 256)))
        assert len(ran) == 1
    finally:
        hook.remove()
    assert other.patches is not None
    assert [patch.picture for patch in other.patches] == [name for _, name, *_ in by_hand(folder, 40)[:3]]


def test_given_up_it_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "cache" / "a.npz"
    module = case("googlenet").module
    with untouched(module):
        running = find_patches(asked(), pictures_of(str(folder)), PatchIndex(file, 256))
        while next(running).done < 3:
            pass
        running.close()
    again = PatchIndex(file, 256)
    known = [path for path in pictures_of(str(folder)) if again.known(path)]
    assert 3 <= len(known) < 7
    whole = last_of(find_patches(asked(), pictures_of(str(folder)), again))
    assert whole.patches is not None
    assert [patch.picture for patch in whole.patches] == [name for _, name, *_ in by_hand(folder, 5)[:3]]


def test_a_changed_picture_is_read_again_and_a_broken_index_counts_as_none(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "cache" / "a.npz"
    last_of(find_patches(asked(), pictures_of(str(folder)), PatchIndex(file, 256)))
    changed = folder / "coffee.jpg"
    assert PatchIndex(file, 256).known(changed)
    os.utime(changed, ns=(1, 1))
    assert not PatchIndex(file, 256).known(changed)
    assert not PatchIndex(file, 128).known(folder / "clock.png")
    file.write_bytes(file.read_bytes()[:100])
    assert not PatchIndex(file, 256).known(folder / "clock.png")


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    last = last_of(find_patches(asked(), pictures_of(str(folder)), PatchIndex(blocked / "a.npz", 256)))
    assert last.patches


def test_a_vectors_unit_is_excited_by_the_whole_picture(folder: Path, tmp_path: Path) -> None:
    here = case("googlenet")
    unit = Asked(here.traced, PREPROCESS, "cpu", here.traced.graph.layer("fc"), 2, 2)
    last = last_of(find_patches(unit, pictures_of(str(folder)), PatchIndex(tmp_path / "cache" / "b.npz", 10)))
    assert last.patches is not None
    assert all(patch.box == (0, 0, 64, 64) for patch in last.patches)


def test_folders_that_hold_nothing(tmp_path: Path) -> None:
    for folder, kind in (
        (str(tmp_path), "folder_without_pictures"),
        (str(tmp_path / "nothing"), "folder_missing"),
        ("", "folder_missing"),
    ):
        with pytest.raises(UserError) as refused:
            pictures_of(folder)
        assert refused.value.kind == kind


def test_other_weights_have_another_index(tmp_path: Path) -> None:
    net, other = case("googlenet").module, case("resnet18").module
    assert weights_key(net) == weights_key(net)
    key = weights_key(net)
    with torch.no_grad():
        net.fc.bias[3] += 1e-3
    changed = weights_key(net)
    with torch.no_grad():
        net.fc.bias[3] -= 1e-3
    assert changed != key != weights_key(other)
    places = {index_file(tmp_path, net, PREPROCESS, "googlenet", size, LAYER, tmp_path) for size in (64, 96)}
    assert len(places) == 2
