"""Each row says what the network says, costs and takes; one that does not fit says so and stops nothing."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch
import torchvision

from explorer.core.errors import UserError
from explorer.core.messages.study import NetRow
from explorer.core.text import catalog as texts
from explorer.methods.compare import (
    LECTURE_NETS,
    Setting,
    activation_bytes,
    compare_net,
    published,
    specs_of,
    standard_graph,
    weights_beside_others,
)
from explorer.nets import catalog
from explorer.nets.preprocess import prepare
from explorer.nets.weights.loading import load
from explorer.nets.weights.store import WeightsStore

RGB = np.random.default_rng(3).integers(0, 256, (120, 160, 3), np.uint8)


def setting(free_bytes: int = 8 * 1024**3) -> Setting:
    return Setting(WeightsStore.standard(os.environ), RGB, None, "cpu", free_bytes)


def row_of(net: str, where: Setting) -> NetRow:
    slices = list(compare_net(catalog.find(net), "", where))
    assert all(one is None for one in slices[:-1])
    assert slices[-1] is not None
    return slices[-1]


def test_a_trained_network_says_what_it_says_anywhere() -> None:
    row = row_of("googlenet", setting())
    loaded = load(setting().store, catalog.find("googlenet"), "cifar10")
    picture, _ = prepare(RGB, None, loaded.preprocess)
    with torch.inference_mode():
        given = loaded.module(picture)["main"][0].double().softmax(0)
    assert [guess.label for guess in row.top] == [loaded.classes[index] for index in given.topk(5).indices.tolist()]
    assert [guess.probability for guess in row.top] == pytest.approx(given.topk(5).values.tolist(), rel=1e-4)
    assert (row.depth, row.input_size, row.weights.name) == (22, 96, "cifar10")


@pytest.mark.parametrize(
    ("net", "on_screen", "beside"),
    [
        ("vgg16", "cifar10", "untrained"),  # of the small form; the others are as published
        ("nin", "cifar10", "cifar10"),  # there is nothing else
        ("googlenet", "untrained", "untrained"),
        ("resnet20", "cifar10", "cifar10"),
    ],
)
def test_the_network_on_screen_keeps_its_weights_unless_they_change_its_form(
    net: str, on_screen: str, beside: str
) -> None:
    store, spec = setting().store, catalog.find(net)
    assert weights_beside_others(load(store, spec, on_screen), spec, store) == beside


def test_times_have_a_spread_and_cost_is_torchvisions() -> None:
    row = row_of("resnet18", setting())
    assert row.top == ()
    assert not row.weights.trained
    assert len(row.times_ms) >= 5
    assert (row.times_ms > 0).all()
    assert row.lower_ms <= row.median_ms <= row.upper_ms
    assert row.median_ms == pytest.approx(float(np.median(row.times_ms)), rel=1e-5)
    theirs = torchvision.models.get_model("resnet18")
    assert row.parameters == row.standard_parameters == sum(value.numel() for value in theirs.parameters())
    assert row.linear_parameters == 512 * 1000 + 1000
    assert row.macs == pytest.approx(1.814e9, rel=1e-3)
    assert not row.failure


def test_a_network_too_large_for_memory_says_so_and_still_costs_what_it_costs() -> None:
    row = row_of("vgg16", setting(free_bytes=100_000_000))
    assert row.failure == "net_out_of_memory"
    assert row.times_ms.size == 0
    assert row.parameters == 138_357_544
    assert row.depth == 16
    for language in ("en", "ko"):
        assert "VGG-16" in texts(language)["error.net_out_of_memory"].format(**row.details)


def test_running_out_of_memory_on_the_way_becomes_a_row_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("explorer.methods.compare.logits_of", fails)
    assert row_of("nin", setting()).failure == "net_out_of_memory"


def test_activations_are_counted_as_a_run_keeps_them() -> None:
    graph = standard_graph("vgg16")
    # conv1_1 and its ReLU alone: 2 × 64 × 224² × 4 bytes.
    assert activation_bytes(graph) > 2 * 64 * 224**2 * 4
    assert activation_bytes(graph) == sum(
        4 * int(np.prod(layer.shape)) for layer in graph.layers if layer.kind not in ("dropout", "flatten")
    )


def test_published_accuracies_have_a_source() -> None:
    for name in LECTURE_NETS:
        known = published(catalog.find(name))
        assert known is not None
        assert 50 < known.top1 < 90
        assert known.reference
        assert not known.key or known.key in texts("ko")
    weights = torchvision.models.ResNet50_Weights.IMAGENET1K_V1
    resnet = published(catalog.find("resnet50"))
    assert resnet is not None
    assert resnet.top1 == pytest.approx(weights.meta["_metrics"]["ImageNet-1K"]["acc@1"], abs=0.01)
    assert published(catalog.find("resnet20")) is None


def test_without_names_the_lectures_networks_are_compared() -> None:
    assert tuple(spec.name for spec in specs_of(())) == LECTURE_NETS
    assert [spec.name for spec in specs_of(("resnet18", "nin"))] == ["nin", "resnet18"]
    with pytest.raises(UserError):
        specs_of(("nothing",))
