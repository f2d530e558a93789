"""Every net that we ship is as good as its model card says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from explorer.core.resources import resource
from explorer.nets import catalog
from explorer.nets.spec import NetSpec, WeightsSpec
from explorer.nets.weights.loading import load
from explorer.nets.weights.metadata import read_facts, read_form
from explorer.nets.weights.store import WeightsStore
from explorer.training.data.dataset import Pictures, batches
from explorer.training.data.folders import load_folder
from explorer.training.data.published import SETS
from explorer.training.data.published import load as load_set
from explorer.training.data.sources import data_folder
from explorer.training.metrics import Arithmetic, evaluate

SHIPPED = [(net, spec) for net in catalog.NETS for spec in net.weights if spec.shipped]
FOLDER = os.environ.get("LAYERWALK_CIFAR10", "")
"""A folder of class folders, where CIFAR-10 lies there as pictures."""
CIFAR10 = FOLDER or (str(data_folder()) if (data_folder() / "cifar-10-batches-py").is_dir() else "")
MOST_MEGABYTES = 60
SAMPLE = 1000


def card(spec: WeightsSpec) -> str:
    return resource("weights", spec.file).with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("net", "spec"), SHIPPED, ids=lambda one: one.name)
def test_the_card_says_what_the_catalog_says(net: NetSpec, spec: WeightsSpec) -> None:
    text = card(spec)
    for accuracy in spec.accuracy.values():
        assert re.search(rf"\b{accuracy:.1f}\b", text), accuracy
    assert spec.sha256 in text
    assert f"{spec.size_bytes:,}" in text


@pytest.mark.parametrize(("net", "spec"), SHIPPED, ids=lambda one: one.name)
def test_the_file_says_of_itself_what_the_catalog_says(net: NetSpec, spec: WeightsSpec) -> None:
    with safe_open(resource("weights", spec.file), framework="pt") as file:
        metadata = file.metadata() or {}
        kinds = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118 - not a mapping
    assert kinds == {torch.float16}
    facts = read_facts(metadata, 10)
    assert facts.preprocess == spec.preprocess
    assert {head: round(value, 1) for head, value in facts.accuracy.items()} == dict(spec.accuracy)
    assert (metadata["net"], read_form(metadata)) == (net.name, spec.form)


def test_all_of_them_are_small_enough_to_come_with_the_program() -> None:
    assert sum(spec.size_bytes for _, spec in SHIPPED) <= MOST_MEGABYTES * 1e6


@pytest.mark.skipif(not CIFAR10, reason="CIFAR-10 is not on this machine")
@pytest.mark.parametrize(("net", "spec"), SHIPPED, ids=lambda one: one.name)
def test_its_accuracy_is_the_cards(net: NetSpec, spec: WeightsSpec, tmp_path: Path) -> None:
    """On a sample of the test pictures: within three deviations of the mean, and a point for the JPEG form."""
    store = WeightsStore(resource("weights"), tmp_path / "user", tmp_path / "hub")
    loaded = load(store, net, spec.name)
    data = load_folder(Path(FOLDER), 0).data if FOLDER else load_set(SETS["cifar10"], data_folder())
    whole = data.validation
    chosen = torch.randperm(len(whole), generator=torch.Generator().manual_seed(0))[:SAMPLE]
    sample = Pictures(whole.pixels[chosen], whole.labels[chosen])
    assert sum(len(batch) for batch in batches(sample, 100)) == SAMPLE
    cpu = Arithmetic(torch.device("cpu"))
    work = evaluate(loaded.module, sample, spec.preprocess.size, spec.preprocess, cpu, 10)
    while True:
        try:
            next(work)
        except StopIteration as end:
            found = end.value.accuracy
            break
    for head, accuracy in spec.accuracy.items():
        share = accuracy / 100
        allowed = 3 * (share * (1 - share) / SAMPLE) ** 0.5 + 0.01
        assert found[head] == pytest.approx(share, abs=allowed), head
