"""The graph of every network: names that people know, true shapes, steps that hold everything."""

from __future__ import annotations

from functools import cache

import pytest
import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph, Step
from explorer.core.text import sentence
from explorer.nets import catalog
from explorer.nets.spec import NetSpec
from explorer.tracing.graph import build_graph
from tests.unit.nets.random_weights import on_meta


@cache
def graph(name: str, size: int = 0) -> LayerGraph:
    spec = catalog.find(name)
    net = on_meta(lambda: spec.build(1000))
    return build_graph(net, name, size or spec.default_preprocess.size, spec.labels)[1]


def names(steps: tuple[Step, ...]) -> list[str]:
    return [step.name for step in steps]


def everywhere(whole: LayerGraph) -> list[Step]:
    return [inner for step in (*whole.steps, *whole.sides) for inner in step.walk()]


MAIN_PATHS = {
    "alexnet": "input conv1 pool1 conv2 pool2 conv3 conv4 conv5 pool5 fc6 fc7 fc8",
    "alexnet-tv": "input conv1 pool1 conv2 pool2 conv3 conv4 conv5 pool5 fc6 fc7 fc8",
    "vgg16": (
        "input conv1_1 conv1_2 pool1 conv2_1 conv2_2 pool2 conv3_1 conv3_2 conv3_3 pool3 "
        "conv4_1 conv4_2 conv4_3 pool4 conv5_1 conv5_2 conv5_3 pool5 fc6 fc7 fc8"
    ),
    "nin": "input mlpconv1 pool1 mlpconv2 pool2 mlpconv3 pool3 mlpconv4 avgpool",
    "googlenet": (
        "input conv1 maxpool1 conv2 conv3 maxpool2 inception3a inception3b maxpool3 inception4a inception4b "
        "inception4c inception4d inception4e maxpool4 inception5a inception5b avgpool fc"
    ),
    "resnet18": (
        "input conv1 maxpool layer1.0 layer1.1 layer2.0 layer2.1 layer3.0 layer3.1 layer4.0 layer4.1 avgpool fc"
    ),
}


@pytest.mark.parametrize("name", MAIN_PATHS)
def test_the_main_path_is_the_one_in_the_paper(name: str) -> None:
    assert names(graph(name).steps) == MAIN_PATHS[name].split()


def test_an_inception_module_has_four_branches_with_their_reduce_steps() -> None:
    module = graph("googlenet").step("inception4a")
    assert (module.kind, module.label, module.output) == ("inception", "inception 4a", "inception4a")
    assert [(branch.kind, branch.branch, branch.label) for branch in module.children] == [
        ("branch", "1x1", "1×1"),
        ("branch", "3x3", "3×3"),
        ("branch", "5x5", "5×5"),
        ("branch", "pool", "pool"),
    ]
    stages = [[(stage.label, stage.output) for stage in branch.children] for branch in module.children[1:]]
    assert stages == [
        [("3×3 reduce", "inception4a.branch2.0"), ("3×3", "inception4a.branch2")],
        [("5×5 reduce", "inception4a.branch3.0"), ("5×5", "inception4a.branch3")],
        [("pool 3×3", "inception4a.branch4.0"), ("projection 1×1", "inception4a.branch4")],
    ]
    assert [step.output for step in module.children[0].children] == [
        "inception4a.branch1.conv",
        "inception4a.branch1.bn",
        "inception4a.branch1",
    ]
    for branch in module.children:
        assert {step.branch for step in branch.walk()} == {branch.branch}


def test_googlenet_has_nine_modules_and_two_heads_at_the_side() -> None:
    whole = graph("googlenet")
    assert sum(step.kind == "inception" for step in whole.steps) == 9
    heads = [(head.name, head.layer, head.after, head.trained) for head in whole.heads]
    assert heads == [
        ("main", "fc", "inception5b", False),
        ("aux2", "aux2.fc2", "inception4d", False),
        ("aux1", "aux1.fc2", "inception4a", False),
    ]
    assert [(side.name, side.kind) for side in whole.sides] == [("aux2", "head"), ("aux1", "head")]
    assert names(whole.step("aux1").children) == ["aux1.pool", "aux1.conv", "aux1.fc1", "aux1.fc2"]
    assert whole.main_index("aux1.fc1") == names(whole.steps).index("inception4a")


def test_the_concatenation_is_the_module_and_reads_its_branches_in_order() -> None:
    layer = graph("googlenet").layer("inception3a")
    assert layer.kind == "concat"
    assert layer.inputs == tuple(f"inception3a.branch{number}" for number in (1, 2, 3, 4))
    assert [graph("googlenet").layer(name).branch for name in layer.inputs] == ["1x1", "3x3", "5x5", "pool"]


def test_aliases_are_the_modules_that_end_in_a_layer_of_another_name() -> None:
    aliases = graph("googlenet").aliases
    assert aliases["inception4a.branch2.1"] == "inception4a.branch2"
    assert aliases["aux2"] == "aux2.fc2"
    assert graph("vgg16").aliases == {"features": "features.30", "classifier": "classifier.6"}
    assert graph("resnet50").aliases["layer3"] == "layer3.5"
    assert graph("resnet50").aliases["layer2.0.downsample"] == "layer2.0.downsample.1"


def test_a_residual_block_is_its_convolutions_the_projection_and_the_sum() -> None:
    whole = graph("resnet50")
    block = whole.step("layer2.0")
    assert block.kind == "residual"
    assert [step.label for step in block.children] == ["conv1 1×1", "conv2 3×3", "conv3 1×1", "projection 1×1", "sum"]
    assert [step.label for step in whole.step("layer2.1").children] == ["conv1 1×1", "conv2 3×3", "conv3 1×1", "sum"]
    assert [step.label for step in graph("resnet18").step("layer2.0").children] == [
        "conv1 3×3",
        "conv2 3×3",
        "projection 1×1",
        "sum",
    ]
    assert whole.layer("layer2.0.add").inputs == ("layer2.0.bn3", "layer2.0.downsample.1")
    assert whole.layer("layer2.1.add").inputs == ("layer2.1.bn3", "layer2.0")
    assert whole.layer("layer2.0").kind == "relu"


def test_every_residual_block_has_a_shortcut_from_the_step_before_it() -> None:
    whole = graph("resnet50")
    assert len(whole.shortcuts) == 3 + 4 + 6 + 3
    assert whole.shortcuts[0] == ("maxpool", "layer1.0")
    assert whole.shortcuts[3] == ("layer1.2", "layer2.0")
    assert graph("googlenet").shortcuts == ()


def test_an_mlp_convolution_is_one_spatial_and_two_1x1_units() -> None:
    block = graph("nin").step("mlpconv2")
    assert block.kind == "mlpconv"
    assert [(step.kind, step.label) for step in block.children] == [("unit", "5×5"), ("unit", "1×1"), ("unit", "1×1")]
    assert [step.output for step in block.children] == ["mlpconv2.relu", "mlpconv2.relu2", "mlpconv2"]


def test_pooled_maps_stay_maps_although_they_are_flattened_next() -> None:
    whole = graph("vgg16")
    assert whole.layer(whole.step("pool5").output).shape == (512, 7, 7)
    assert [whole.layer(step.output).kind for step in whole.step("pool5").children] == [
        "max_pool",
        "avg_pool",
        "flatten",
    ]
    larger = graph("vgg16", 288)  # where the adaptive average does something, it is a step of its own
    assert names(larger.steps)[-5:] == ["pool5", "avgpool", "fc6", "fc7", "fc8"]


def test_alexnet_normalises_before_it_pools() -> None:
    whole = graph("alexnet")
    assert whole.step("conv1").output == "norm1"
    assert whole.layer("pool1").inputs == ("norm1",)


def test_people_find_layers_by_the_words_they_use() -> None:
    found = {
        ("vgg16", "conv5_3"): "features.29",
        ("vgg16", "features.28"): "features.28",
        ("googlenet", "Inception 4A"): "inception4a",
        ("googlenet", "inception4a.branch2.1"): "inception4a.branch2",
        ("resnet50", "layer4"): "layer4.2",
        ("alexnet-tv", "pool2"): "features.5",
    }
    for (net, text), output in found.items():
        step = graph(net).find(text)
        assert step is not None
        assert step.output == output
    assert graph("vgg16").find("inception4a") is None


@pytest.mark.parametrize("spec", catalog.NETS, ids=lambda spec: spec.name)
def test_steps_hold_every_layer_under_unique_names(spec: NetSpec) -> None:
    whole = graph(spec.name)
    steps = everywhere(whole)
    assert len({step.name for step in steps}) == len(steps)
    assert {step.output for step in steps} == {layer.name for layer in whole.layers}
    assert all(step.label for step in steps)
    single = [step for step in steps if step.kind in ("layer", "input")]
    assert not any(step.children for step in single)
    assert all(step.children for step in steps if step.kind not in ("layer", "input"))
    # Each layer is one single step, but for the concatenation that a module stands for.
    outputs = sorted([step.output for step in single] + [step.output for step in steps if step.kind == "inception"])
    assert outputs == sorted(layer.name for layer in whole.layers)


@pytest.mark.parametrize("spec", catalog.NETS, ids=lambda spec: spec.name)
def test_layers_come_after_what_they_read(spec: NetSpec) -> None:
    seen: set[str] = set()
    for layer in graph(spec.name).layers:
        assert set(layer.inputs) <= seen
        assert (layer.kind == "input") == (not layer.inputs)
        seen.add(layer.name)


def test_trained_heads_are_marked() -> None:
    spec = catalog.find("googlenet")
    net = on_meta(lambda: spec.build(10))
    heads = build_graph(net, "googlenet", 96, trained_heads=("main", "aux1"))[1].heads
    assert {head.name: head.trained for head in heads} == {"main": True, "aux2": False, "aux1": True}


@pytest.mark.parametrize(
    ("name", "size", "kind", "said"),
    [
        ("vgg16", 16, "size_too_small", ("VGG-16", "16 px", "224 px")),
        ("nin", 8, "size_too_small", ("NIN", "8 px", "224 px")),
        ("alexnet", 64, "size_too_small", ("AlexNet (2012)", "64 px", "227 px")),
        ("alexnet", 224, "input_size_unfit", ("AlexNet (2012)", "224 px", "fc6")),
        ("alexnet", 288, "input_size_unfit", ("AlexNet (2012)", "288 px", "fc6")),
    ],
)
def test_a_size_that_cannot_be_is_refused_in_a_sentence(name: str, size: int, kind: str, said: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as refused:
        graph(name, size)
    assert refused.value.kind == kind
    for language in ("en", "ko"):
        told = sentence(refused.value, language).replace("픽셀", " px")
        assert all(part in told for part in said)


@pytest.mark.parametrize("spec", catalog.NETS, ids=lambda spec: spec.name)
def test_sizes_refused_as_too_small_are_those_at_which_torch_has_nothing_to_compute(spec: NetSpec) -> None:
    net = on_meta(lambda: spec.build(2)).eval()
    for size in (7, 16, 17, 20, 32, 62, 63, 67):
        picture = torch.empty(1, 3, size, size, device="meta")
        try:
            net(picture)
            computes = True
        except RuntimeError:
            computes = False
        try:
            build_graph(net, spec.name, size)
            refused = ""
        except UserError as error:
            refused = error.kind
        assert computes == (not refused), size
        if refused == "input_size_unfit":
            assert spec.name == "alexnet"  # the only one whose matrix fixes the size of the maps


class Doubled(nn.Module):
    """A net of a user who runs one module twice and adds twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.relu = nn.ReLU()

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        first = self.relu(self.conv(picture)) + picture
        second = self.relu(first) + first
        return {"main": second.flatten(1)}


def test_repeated_names_are_numbered() -> None:
    layers = build_graph(Doubled(), "doubled", 4)[1].layers
    assert [layer.name for layer in layers] == ["input", "conv", "relu", "add", "relu2", "add2", "flatten"]


class Unknown(Doubled):
    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        return {"main": torch.sigmoid(self.conv(picture))}


class Rowwise(Doubled):
    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        return {"main": torch.cat([picture, self.conv(picture)], 2)}


@pytest.mark.parametrize("net", [Unknown, Rowwise])
def test_what_the_trace_does_not_know_is_not_guessed(net: type[nn.Module]) -> None:
    with pytest.raises(TypeError, match="the trace"):
        build_graph(net(), "unknown", 4)
