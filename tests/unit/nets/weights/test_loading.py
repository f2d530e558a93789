"""Where weights are found, that they are verified first, and that what we ship works."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer.core.resources import resource
from explorer.imaging.decode import decode
from explorer.nets import catalog
from explorer.nets.classes import CIFAR10
from explorer.nets.preprocess import prepare
from explorer.nets.spec import NetSpec, WeightsSpec
from explorer.nets.weights import hashes, statefile
from explorer.nets.weights.loading import heads_of, load
from explorer.nets.weights.store import UNTRAINED, WeightsStore, find_weights
from tests.unit.nets.tiny import TINY, entry, refusal, store_below, trained


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    return store_below(tmp_path)


def saved(folder: Path, name: str, classes: int = 10) -> Path:
    torch.save(trained(classes).state_dict(), folder / name)
    return folder / name


def with_weights(*specs: WeightsSpec) -> NetSpec:
    return replace(TINY, weights=specs)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read for their SHA-256."""
    read: list[Path] = []
    usual = hashes.sha256_of
    monkeypatch.setattr(hashes, "sha256_of", lambda path: read.append(path) or usual(path))
    return read


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"TORCH_HOME": "/a"}, "/a/hub/checkpoints"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/torch/hub/checkpoints"),
        ({"TORCH_HOME": "/a", "XDG_CACHE_HOME": "/b"}, "/a/hub/checkpoints"),
        ({}, "~/.cache/torch/hub/checkpoints"),
    ],
)
def test_torch_hubs_cache_is_where_torch_says(
    variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TORCH_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    store = WeightsStore.standard(os.environ)
    assert store.hub_folder == Path(torch.hub.get_dir()) / "checkpoints" == Path(folder).expanduser()


def test_the_folders_are_searched_in_order(store: WeightsStore) -> None:
    paths = [saved(folder, "tiny.pth") for folder in (store.shipped_folder, store.user_folder, store.hub_folder)]
    spec = entry(paths[0])
    for path in paths:
        assert store.locate(spec) == path
        path.unlink()
    assert store.locate(spec) is None


def test_a_file_of_the_wrong_size_is_not_there(store: WeightsStore) -> None:
    path = saved(store.hub_folder, "tiny.pth")
    spec = entry(path)
    (store.user_folder / "tiny.pth").write_bytes(path.read_bytes()[:-1])
    assert store.locate(spec) == path
    assert store.damaged(spec) == (store.user_folder / "tiny.pth",)


def test_a_size_that_is_only_about_known_is_about_right(store: WeightsStore) -> None:
    path = saved(store.user_folder, "tiny.pth")
    spec = replace(entry(path), size_bytes=0)
    assert store.locate(spec) == path
    assert store.locate(replace(spec, megabytes=spec.megabytes * 1.1)) is None


def test_what_people_are_told(store: WeightsStore) -> None:
    here = entry(saved(store.user_folder, "tiny.pth"), name="here")
    net = with_weights(replace(here, name="gone", file="gone.pth"), here)
    told = store.info(net).weights
    assert [(info.name, info.trained, info.present) for info in told] == [
        ("gone", True, False),
        ("here", True, True),
        (UNTRAINED, False, True),
    ]
    assert told[1].accuracy == {"main": 50.0}
    assert told[1].megabytes == pytest.approx((store.user_folder / "tiny.pth").stat().st_size / 1e6)
    assert store.best(net) == "here"
    assert store.best(TINY) == UNTRAINED
    assert load(store, TINY, "").weights.name == UNTRAINED


@pytest.mark.parametrize("name", ["", "good", "tiny-good"])
def test_weights_are_loaded_by_name(store: WeightsStore, name: str) -> None:
    net = with_weights(entry(saved(store.user_folder, "tiny.pth"), trained_heads=("main", "aux1")))
    loaded = load(store, net, name)
    assert (loaded.weights.name, loaded.classes, loaded.trained_heads) == ("good", CIFAR10, ("main", "aux1"))
    picture = torch.rand(1, 3, 8, 8)
    torch.testing.assert_close(loaded.module(picture)["main"], trained()(picture)["main"])


def test_weights_that_are_not_here_are_named_with_their_size(store: WeightsStore) -> None:
    path = saved(store.user_folder, "tiny.pth")
    net = with_weights(replace(entry(path), file="gone.pth", size_bytes=52_123_456))
    error = refusal(lambda: load(store, net, "good"))
    assert (error.kind, error.details) == ("weights_absent", {"name": "tiny-good", "megabytes": 52})


def test_nothing_is_opened_before_its_hash_matched(store: WeightsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(store.user_folder, "tiny.pth")
    net = with_weights(entry(path))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    monkeypatch.setattr(statefile.torch, "load", lambda *arguments, **options: pytest.fail("it was opened"))
    assert refusal(lambda: load(store, net, "good")).kind == "weights_file_wrong"
    assert store.damaged(net.weights[0]) == (path,)
    assert store.best(net) == UNTRAINED  # from now on, without reading it again
    assert load(store, net, "").weights.name == UNTRAINED


def test_a_damaged_file_makes_room_for_the_next_folder_and_the_next_weights(store: WeightsStore) -> None:
    good = saved(store.hub_folder, "tiny.pth")
    spec = entry(good)
    (store.user_folder / "tiny.pth").write_bytes(bytes(good.stat().st_size))
    second = entry(saved(store.user_folder, "second.pth"), name="second")
    net = with_weights(spec, second)
    assert load(store, net, "").weights.name == "good"
    good.write_bytes(bytes(good.stat().st_size))
    assert load(store, net, "").weights.name == "second"


def test_a_file_is_read_for_its_hash_once(store: WeightsStore, counted: list[Path]) -> None:
    path = saved(store.user_folder, "tiny.pth")
    spec = entry(path)
    assert store.verified(spec) == store.verified(spec) == path
    later = WeightsStore(store.shipped_folder, store.user_folder, store.hub_folder)  # the next start
    assert later.verified(spec) == path
    assert counted == [path]
    os.utime(path, ns=(1, 1))
    assert later.verified(spec) == path
    assert later.verified(spec, fresh=True) == path
    assert counted == [path] * 3


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"a": {}}', b"\xff\xfe", b"null"])
def test_a_broken_memory_of_hashes_is_no_error(store: WeightsStore, content: bytes) -> None:
    path = saved(store.user_folder, "tiny.pth")
    (store.user_folder / "verified.json").write_bytes(content)
    assert store.verified(entry(path)) == path


def test_a_folder_that_cannot_be_written_is_no_error(store: WeightsStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    locked = WeightsStore(store.shipped_folder, tmp_path / "file" / "weights", store.hub_folder)
    path = saved(store.hub_folder, "tiny.pth")
    assert locked.verified(entry(path)) == path


def test_the_memory_forgets_files_that_are_gone(store: WeightsStore) -> None:
    first, second = saved(store.user_folder, "first.pth"), saved(store.user_folder, "second.pth")
    store.verified(entry(first))
    first.unlink()
    later = store_below(store.user_folder.parent)
    later.verified(entry(second))
    assert first.name not in (store.user_folder / "verified.json").read_text()


def test_a_file_that_equals_the_catalogs_is_the_catalogs(store: WeightsStore, tmp_path: Path) -> None:
    path = saved(tmp_path, "renamed.pt")
    net = with_weights(entry(path))
    assert load(store, net, str(path)).weights.name == "good"
    assert load(store, TINY, str(path)).weights.name == str(path)


def test_a_file_of_the_catalog_with_another_number_of_classes_is_refused(store: WeightsStore) -> None:
    net = with_weights(entry(saved(store.user_folder, "tiny.pth", classes=7)))
    assert refusal(lambda: load(store, net, "good")).kind == "weights_shape"


def test_names_of_people_find_their_weights() -> None:
    nets = catalog.NETS
    assert find_weights(nets, "vgg16")[1].file.startswith("vgg16-")
    assert find_weights(nets, "googlenet")[1].name == "imagenet1k_v1"  # the other one comes with the program
    assert find_weights(nets, "googlenet-cifar10")[1].shipped
    assert find_weights(nets, "alexnet-tv-imagenet1k_v1")[0].name == "alexnet-tv"
    assert refusal(lambda: find_weights(nets, "vgg19")).kind == "weights_unknown"
    assert refusal(lambda: find_weights(nets, "nin")).kind == "weights_not_offered"


def test_heads_come_main_first_then_from_late_to_early() -> None:
    module = nn.ModuleDict({"aux1": nn.Identity(), "fc": nn.Identity(), "aux2": nn.Identity()})
    assert heads_of(module) == ("main", "aux2", "aux1")


@pytest.fixture
def shipped(tmp_path: Path) -> WeightsStore:
    return WeightsStore(resource("weights"), tmp_path / "user", tmp_path / "hub")


@pytest.mark.parametrize("net", [net for net in catalog.NETS if any(spec.shipped for spec in net.weights)])
def test_shipped_files_are_what_the_catalog_says(net: NetSpec) -> None:
    for spec in net.weights:
        if spec.shipped:
            content = resource("weights", spec.file).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (spec.size_bytes, spec.sha256)
            assert resource("weights", Path(spec.file).stem + ".md").is_file()  # the model card


def test_the_shipped_googlenet_knows_a_cat_by_all_three_heads(shipped: WeightsStore) -> None:
    loaded = load(shipped, catalog.find("googlenet"), "")
    assert (loaded.weights.name, loaded.trained_heads) == ("cifar10", ("main", "aux2", "aux1"))
    assert loaded.classes == CIFAR10
    cat = decode(resource("images", "chelsea.png").read_bytes())
    batch, _ = prepare(cat.rgb, None, loaded.preprocess)
    with torch.inference_mode():
        outputs = loaded.module(batch)
    assert {head: loaded.classes[int(logits.argmax())] for head, logits in outputs.items()} == dict.fromkeys(
        loaded.trained_heads, "cat"
    )
