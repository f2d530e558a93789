"""Each network of the catalog against its paper and against published figures."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph
from explorer.core.text import catalog as texts
from explorer.nets import catalog
from explorer.nets.classes import class_names
from explorer.nets.googlenet import GoogLeNet
from explorer.nets.nin import NIN
from explorer.nets.spec import NetSpec
from explorer.tracing import cost
from explorer.tracing.graph import build_graph
from tests.unit.nets.random_weights import filled, noise, on_meta


@cache
def graph(name: str) -> LayerGraph:
    spec = catalog.find(name)
    net = on_meta(lambda: spec.build(1000))
    return build_graph(net, name, spec.default_preprocess.size, spec.labels)[1]


PUBLISHED = {
    "alexnet-tv": models.AlexNet_Weights.IMAGENET1K_V1,
    "vgg16": models.VGG16_Weights.IMAGENET1K_V1,
    "googlenet": models.GoogLeNet_Weights.IMAGENET1K_V1,
    "resnet18": models.ResNet18_Weights.IMAGENET1K_V1,
    "resnet50": models.ResNet50_Weights.IMAGENET1K_V1,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_and_multiply_adds_are_the_published_ones(name: str) -> None:
    totals = cost.totals(graph(name))
    assert totals.parameters == PUBLISHED[name].meta["num_params"]
    assert totals.macs / 1e9 == pytest.approx(PUBLISHED[name].meta["_ops"], abs=0.0006)


@pytest.mark.parametrize("spec", catalog.NETS, ids=lambda spec: spec.name)
def test_multiply_adds_are_what_torch_counts(spec: NetSpec) -> None:
    net = on_meta(lambda: spec.build(1000)).eval()
    size = spec.default_preprocess.size
    with FlopCounterMode(display=False) as counter:
        net(torch.empty(1, 3, size, size, device="meta"))
    assert 2 * sum(layer.macs for layer in graph(spec.name).layers) == counter.get_total_flops()


@pytest.mark.parametrize(
    ("name", "depth"),
    [("alexnet", 8), ("alexnet-tv", 8), ("vgg16", 16), ("googlenet", 22), ("resnet18", 18), ("resnet50", 50)],
)
def test_depth_is_the_one_in_the_name(name: str, depth: int) -> None:
    assert cost.totals(graph(name)).depth == depth


def test_googlenet_is_27_layers_deep_with_its_pools() -> None:
    assert cost.totals(graph("googlenet")).depth_with_pools == 27


def test_vgg_has_123_6_million_parameters_in_its_linear_layers_and_googlenet_one_percent_of_that() -> None:
    vgg, google = cost.totals(graph("vgg16")), cost.totals(graph("googlenet"))
    assert vgg.linear_parameters / 1e6 == pytest.approx(123.6, abs=0.05)
    assert google.linear_parameters / vgg.linear_parameters < 0.01


# 1-SUBJECT, the paper's table 1: in; 1×1; 3×3 reduce, 3×3; 5×5 reduce, 5×5; pool projection.
WIDTHS = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}


@pytest.mark.parametrize("module", WIDTHS)
@pytest.mark.parametrize("name", ["googlenet", "googlenet-paper"])
def test_inception_widths_are_the_papers(name: str, module: str) -> None:
    whole = graph(name)
    path = f"inception{module}"
    (reads,) = whole.layer(f"{path}.branch1.conv").inputs
    parts = ("branch1", "branch2.0", "branch2", "branch3.0", "branch3", "branch4")
    widths = (whole.layer(reads).channels, *(whole.layer(f"{path}.{part}").channels for part in parts))
    assert widths == WIDTHS[module]
    kernel = whole.layer(f"{path}.branch3.1.conv").attributes["kernel"]
    assert kernel == (5 if name == "googlenet-paper" else 3)


def test_the_papers_googlenet_has_the_papers_maps() -> None:
    whole = graph("googlenet-paper")
    sizes = {
        "conv1": (64, 112, 112),
        "maxpool1": (64, 56, 56),
        "conv3": (192, 56, 56),
        "maxpool2": (192, 28, 28),
        "inception3b": (480, 28, 28),
        "inception4a": (512, 14, 14),
        "inception4e": (832, 14, 14),
        "inception5b": (1024, 7, 7),
        "avgpool": (1024, 1, 1),
        "aux1.conv": (128, 4, 4),
        "aux2.flatten": (2048,),
    }
    assert {name: whole.layer(name).shape for name in sizes} == sizes


def test_nin_says_a_class_by_the_mean_of_its_map() -> None:
    net = filled(lambda: NIN(7))
    whole = graph("nin")
    assert not [layer.name for layer in whole.layers if layer.kind == "linear"]
    maps: list[torch.Tensor] = []
    net.get_submodule("mlpconv4").register_forward_hook(lambda _module, _inputs, output: maps.append(output))
    with torch.inference_mode():
        logits = net(noise(224))["main"]
    assert maps[0].shape == (1, 7, 6, 6)
    assert torch.allclose(logits, maps[0].mean(dim=(2, 3)), rtol=1e-5)


def test_googlenet_has_all_heads_while_training_too() -> None:
    net = filled(lambda: GoogLeNet(10)).train()
    assert {head: tuple(logits.shape) for head, logits in net(noise(64).repeat(2, 1, 1, 1)).items()} == {
        "main": (2, 10),
        "aux2": (2, 10),
        "aux1": (2, 10),
    }


@pytest.mark.parametrize("spec", catalog.NETS, ids=lambda spec: spec.name)
def test_what_deviates_is_said_in_both_languages(spec: NetSpec) -> None:
    for key in (*spec.deviations, *spec.notes):
        assert texts("en")[key] != texts("ko")[key]


def test_only_the_variant_that_deviates_says_so() -> None:
    key = "deviation.googlenet_third_branch"
    assert [spec.name for spec in catalog.NETS if key in spec.deviations] == ["googlenet"]


def test_the_catalog_is_in_the_order_of_the_lecture() -> None:
    order = ["alexnet", "alexnet-tv", "vgg16", "nin", "googlenet", "googlenet-paper", "resnet18", "resnet50"]
    order += ["resnet20", "resnet56", "plain20", "plain56"]
    assert [spec.name for spec in catalog.NETS] == order


def test_an_unknown_net_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError) as refused:
        catalog.find("lenet")
    assert refused.value.kind == "net_unknown"
    assert "resnet50" in str(refused.value.details["known"])


def test_the_untrained_heads_of_the_imagenet_file_are_no_predictions() -> None:
    trained = {weights.name: weights.trained_heads for weights in catalog.find("googlenet").weights}
    assert trained == {"cifar10": ("main", "aux2", "aux1"), "imagenet1k_v1": ("main",)}


def test_class_names_are_the_published_ones() -> None:
    assert list(class_names("imagenet")) == models.ResNet50_Weights.IMAGENET1K_V1.meta["categories"]
    assert class_names("cifar10")[3:6] == ("cat", "deer", "dog")


def test_class_names_need_no_torchvision() -> None:
    code = (
        "import sys; from explorer.nets import catalog, classes; classes.class_names('imagenet');"
        "print('torchvision' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "False"


def test_errors_of_networks_and_trace_have_cause_and_next_step_in_both_languages() -> None:
    for kind in ("net_unknown", "size_too_small", "input_size_unfit"):
        for key in (f"error.{kind}", f"error.{kind}.hint"):
            english, korean = texts("en")[key], texts("ko")[key]
            assert english != korean
            assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", korean))
