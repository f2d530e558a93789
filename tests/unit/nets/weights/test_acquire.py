"""Fetching and importing weights: only what is verified arrives, and the person learns what became of the rest."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torchvision

from explorer.core.errors import Cancelled, UserError
from explorer.nets import catalog
from explorer.nets.spec import NetSpec, WeightsSpec
from explorer.nets.weights import acquire, hashes
from explorer.nets.weights.acquire import MIRROR_VARIABLE, Imported, fetch, import_weights
from explorer.nets.weights.download import Patience
from explorer.nets.weights.loading import load
from explorer.nets.weights.store import WeightsStore
from tests.loopback import cut, serving, status
from tests.unit.nets.tiny import TINY, entry, refusal, store_below, trained

HURRY = Patience(stall_s=1.0, retries=1, pause_s=0.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    return store_below(tmp_path)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """The file as its publisher has it."""
    (tmp_path / "published").mkdir()
    path = tmp_path / "published" / "tiny-1234.pth"
    torch.save(trained().state_dict(), path)
    return path


@pytest.fixture
def net(original: Path) -> NetSpec:
    return replace(TINY, weights=(entry(original, url_source="GoogLeNet_Weights.IMAGENET1K_V1"),))


def get(store: WeightsStore, spec: WeightsSpec, mirror: str, cancelled: Callable[[], bool] = lambda: False) -> Path:
    return fetch(store, spec, lambda done, total: None, cancelled, {MIRROR_VARIABLE: mirror}, HURRY)


def take(store: WeightsStore, net: NetSpec, *paths: Path) -> list[Imported]:
    return import_weights(store, (net,), paths, lambda done, total: None, lambda: False)


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"verified.json"}


def test_fetched_weights_can_be_loaded_at_once(store: WeightsStore, net: NetSpec, original: Path) -> None:
    with serving(original.read_bytes(), cut(1000)) as server:
        path = get(store, net.weights[0], f"{server.address}/models/")
    assert set(server.paths) == {"/models/tiny-1234.pth"}
    assert path == store.user_folder / "tiny-1234.pth"
    assert left_in(store.user_folder) == {"tiny-1234.pth"}
    assert store.best(net) == "good"
    assert load(store, net, "good").trained_heads == ("main",)


def test_a_fetched_file_is_not_read_again_for_its_hash(
    store: WeightsStore, net: NetSpec, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(original.read_bytes()) as server:
        path = get(store, net.weights[0], server.address)
    monkeypatch.setattr(hashes, "sha256_of", lambda path: pytest.fail("it was read"))
    assert store.verified(net.weights[0]) == path


def test_weights_that_are_here_need_no_network(store: WeightsStore, net: NetSpec, original: Path) -> None:
    shutil.copy(original, store.hub_folder)
    with serving(b"") as server:
        assert get(store, net.weights[0], server.address) == store.hub_folder / original.name
    assert server.paths == []
    assert left_in(store.user_folder) == set()


def test_a_damaged_copy_is_fetched_anew(store: WeightsStore, net: NetSpec, original: Path) -> None:
    damaged = store.user_folder / original.name
    damaged.write_bytes(bytes(original.stat().st_size))
    with serving(original.read_bytes()) as server:
        assert get(store, net.weights[0], server.address) == damaged
    assert damaged.read_bytes() == original.read_bytes()


def test_a_failed_fetch_changes_nothing(store: WeightsStore, net: NetSpec, original: Path) -> None:
    with serving(original.read_bytes(), status(404)) as server:
        assert refusal(lambda: get(store, net.weights[0], server.address)).kind == "download_refused"
    assert left_in(store.user_folder) == set()
    assert store.best(net) == "untrained"


def test_a_folder_can_stand_for_the_network(store: WeightsStore, net: NetSpec, original: Path) -> None:
    path = get(store, net.weights[0], str(original.parent))
    assert path.read_bytes() == original.read_bytes()
    assert left_in(store.user_folder) == {original.name}


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: bytes(len(data)), lambda data: b""])
def test_a_damaged_file_of_the_folder_is_refused(
    store: WeightsStore, net: NetSpec, original: Path, damage: Callable[[bytes], bytes]
) -> None:
    original.write_bytes(damage(original.read_bytes()))
    assert refusal(lambda: get(store, net.weights[0], str(original.parent))).kind == "weights_file_wrong"
    assert left_in(store.user_folder) == set()


def test_a_folder_without_the_file_is_said(store: WeightsStore, net: NetSpec, tmp_path: Path) -> None:
    error = refusal(lambda: get(store, net.weights[0], str(tmp_path)))
    assert error.kind == "weights_file_missing"
    assert error.details["file"] == str(tmp_path / "tiny-1234.pth")


def test_copying_can_be_cancelled(store: WeightsStore, net: NetSpec, original: Path) -> None:
    with pytest.raises(Cancelled):
        get(store, net.weights[0], str(original.parent), cancelled=lambda: True)
    assert left_in(store.user_folder) == set()


def test_a_full_disk_is_said(
    store: WeightsStore, net: NetSpec, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(acquire.os, "fsync", full)
    assert refusal(lambda: get(store, net.weights[0], str(original.parent))).kind == "disk_full"
    assert refusal(lambda: take(store, net, original)).kind == "disk_full"
    assert left_in(store.user_folder) == set()


@pytest.mark.parametrize(
    ("net", "spec"),
    [(net, spec) for net in catalog.NETS for spec in net.weights if spec.url_source],
    ids=lambda thing: thing.name,
)
def test_torchvision_knows_the_address_and_the_file(net: NetSpec, spec: WeightsSpec) -> None:
    """The name in its address is ours, and its digits are the beginning of our SHA-256."""
    address = acquire._address(spec, "")
    assert address.startswith("https://")
    assert address.endswith(f"/{spec.file}")
    assert Path(spec.file).stem.rpartition("-")[2] == spec.sha256[:8]
    weights = torchvision.models.get_weight(spec.url_source)
    assert weights.meta["_metrics"]["ImageNet-1K"]["acc@1"] == pytest.approx(spec.accuracy["main"])
    assert weights.meta["_file_size"] * 1024**2 == pytest.approx(spec.size_bytes or spec.megabytes * 1e6, rel=0.01)


def test_a_stick_is_searched(store: WeightsStore, net: NetSpec, original: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick" / "lecture" / "models"
    stick.mkdir(parents=True)
    shutil.copy(original, stick)
    (stick / "notes.txt").write_text("not weights")
    (stick / "other.pth").write_bytes(b"not weights")
    outcomes = take(store, net, tmp_path / "stick")
    assert [(outcome.name, outcome.outcome) for outcome in outcomes] == [("tiny-good", "taken")]
    assert store.best(net) == "good"
    assert [outcome.outcome for outcome in take(store, net, tmp_path / "stick")] == ["already_here"]


def test_a_renamed_file_is_known_by_its_contents(
    store: WeightsStore, net: NetSpec, original: Path, tmp_path: Path
) -> None:
    shutil.copy(original, tmp_path / "renamed.PTH")
    outcomes = take(store, net, tmp_path / "renamed.PTH")
    assert [(outcome.name, outcome.outcome) for outcome in outcomes] == [("tiny-good", "taken")]
    assert left_in(store.user_folder) == {original.name}


def test_a_folder_answers_for_its_good_and_its_damaged_files(
    store: WeightsStore, net: NetSpec, original: Path, tmp_path: Path
) -> None:
    second = tmp_path / "published" / "second.pth"
    second.write_bytes(b"second")
    net = replace(net, weights=(*net.weights, entry(second, name="second")))
    second.write_bytes(b"damage")
    outcomes = {outcome.name: outcome for outcome in take(store, net, original.parent)}
    assert outcomes["tiny-good"].outcome == "taken"
    refused = outcomes["tiny-second"]
    assert refused.outcome == "refused"
    assert isinstance(refused.error, UserError) and refused.error.kind == "weights_file_wrong"
    assert left_in(store.user_folder) == {original.name}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gone.pth", "weights_file_missing"),
        ("notes.txt", "weights_import_unknown"),
        ("empty", "weights_import_nothing"),
    ],
)
def test_what_was_named_is_answered_for(
    store: WeightsStore, net: NetSpec, original: Path, tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("not weights")
    refused, taken = take(store, net, tmp_path / name, original)
    assert refused.error is not None
    assert (refused.outcome, refused.error.kind, taken.outcome) == ("refused", kind, "taken")


def test_a_file_that_cannot_be_read_is_refused(
    store: WeightsStore, net: NetSpec, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Path.open

    def opened(path: Path, *arguments: object, **options: object) -> object:
        if path == original:
            raise OSError(errno.EIO, "Input/output error")
        return usual(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", opened)
    (outcome,) = take(store, net, original)
    assert outcome.error is not None
    assert (outcome.outcome, outcome.error.kind) == ("refused", "weights_file_unreadable")
    assert left_in(store.user_folder) == set()


def test_what_a_killed_import_left_is_overwritten(store: WeightsStore, net: NetSpec, original: Path) -> None:
    (store.user_folder / f"{original.name}.copy").write_bytes(b"half")
    (store.user_folder / f"{original.name}.lock").write_bytes(b"")
    assert take(store, net, original)[0].outcome == "taken"
    assert left_in(store.user_folder) == {original.name}


def test_two_imports_at_once_do_no_harm(store: WeightsStore, net: NetSpec, original: Path) -> None:
    second = threading.Thread(target=take, args=(store, net, original))

    def progress(done: int, total: int) -> None:
        if not second.is_alive():
            second.start()
            second.join(0.3)  # it finds the lock taken, and waits

    import_weights(store, (net,), [original], progress, lambda: False)
    second.join()
    assert (store.user_folder / original.name).read_bytes() == original.read_bytes()
    assert left_in(store.user_folder) == {original.name}
