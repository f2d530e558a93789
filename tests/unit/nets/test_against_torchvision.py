"""Every activation of our networks is torchvision's, with the same weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn
from torchvision import models

from explorer.nets import catalog
from explorer.tracing.forward import Activations, TracedNet, run
from tests.unit.nets.random_weights import noise, on_meta, random_state

SIZE = 224
RELATIVE = 1e-5


def _googlenet() -> nn.Module:
    return models.googlenet(weights=None, aux_logits=True, transform_input=False, init_weights=False)


TORCHVISION: dict[str, Callable[[], nn.Module]] = {
    "alexnet-tv": models.alexnet,
    "vgg16": models.vgg16,
    "googlenet": _googlenet,
    "resnet18": models.resnet18,
    "resnet50": models.resnet50,
}


@dataclass
class Pair:
    """Our network's trace and what torchvision's modules returned, on one input with one set of weights."""

    name: str
    ours: Activations
    aliases: frozenset[str]
    theirs: dict[str, Tensor]
    runs: dict[str, int]


def _hooked(net: nn.Module) -> tuple[dict[str, Tensor], dict[str, int]]:
    outputs: dict[str, Tensor] = {}
    runs: dict[str, int] = {}

    def remember(path: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_module: nn.Module, _inputs: object, output: object) -> None:
            if isinstance(output, Tensor):
                # Cloned at once: torchvision's in-place ReLU would overwrite it.
                outputs[path] = output.clone()
                runs[path] = runs.get(path, 0) + 1

        return hook

    for path, module in net.named_modules():
        module.register_forward_hook(remember(path))
    return outputs, runs


@pytest.fixture(scope="module", params=TORCHVISION)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    spec = catalog.find(request.param)
    ours = on_meta(lambda: spec.build(1000))
    theirs = on_meta(TORCHVISION[request.param]).eval()
    state = random_state(theirs)
    theirs.load_state_dict(state, strict=True, assign=True)
    ours.load_state_dict(state, strict=True, assign=True)
    outputs, runs = _hooked(theirs)
    picture = noise(SIZE)
    with torch.inference_mode():
        theirs(picture)
        for head, reads in (("aux1", "inception4a"), ("aux2", "inception4d")):
            if hasattr(theirs, head):  # torchvision runs them only while training
                getattr(theirs, head)(outputs[reads].clone())
    traced = TracedNet(ours, spec.name, SIZE, spec.labels)
    yield Pair(request.param, run(traced, picture), frozenset(traced.graph.aliases), outputs, runs)


def _relative_error(ours: Tensor, theirs: Tensor) -> float:
    assert ours.shape == theirs.shape
    return float((ours - theirs).abs().max() / theirs.abs().max())


# Modules counted by hand: GoogLeNet's are 4 pools, 3 × 3 in the stem, 9 × 23 in the modules, 2 × 7 in the heads, 3.
COMPARED = {"alexnet-tv": 23, "vgg16": 41, "googlenet": 237, "resnet18": 59, "resnet50": 134}


def test_every_named_activation_is_torchvisions(pair: Pair) -> None:
    names = {*pair.ours, *pair.aliases}
    common = sorted(names & pair.theirs.keys())
    assert len(common) == COMPARED[pair.name]
    wrong = {
        name: error for name in common if (error := _relative_error(pair.ours[name], pair.theirs[name])) > RELATIVE
    }
    assert not wrong


def test_no_module_of_torchvision_is_left_out(pair: Pair) -> None:
    names = {*pair.ours, *pair.aliases, ""}
    missing = {path for path in pair.theirs if path not in names}
    # A residual block of torchvision runs one ReLU module two or three times; ours has a name for each of them.
    assert {path for path in missing if pair.runs[path] == 1} == set()
    assert all(path.endswith(".relu") for path in missing)


def test_no_name_means_two_runs_of_one_module(pair: Pair) -> None:
    assert all(pair.runs[path] == 1 for path in pair.theirs if path in pair.ours)


def test_logits_are_torchvisions(pair: Pair) -> None:
    assert _relative_error(pair.ours.logits["main"], pair.theirs.get("fc", pair.theirs.get("classifier"))) < RELATIVE
    for head in ("aux1", "aux2"):
        if head in pair.theirs:
            assert _relative_error(pair.ours.logits[head], pair.theirs[head]) < RELATIVE


def test_googlenet_returns_its_heads_in_torchvisions_order() -> None:
    spec = catalog.find("googlenet")
    assert list(on_meta(lambda: spec.build(10))(torch.empty(2, 3, 64, 64, device="meta"))) == ["main", "aux2", "aux1"]
    assert models.GoogLeNetOutputs._fields == ("logits", "aux_logits2", "aux_logits1")


METADATA = {
    "alexnet-tv": "AlexNet_Weights",
    "vgg16": "VGG16_Weights",
    "googlenet": "GoogLeNet_Weights",
    "resnet18": "ResNet18_Weights",
    "resnet50": "ResNet50_Weights",
}


@pytest.mark.parametrize("name", METADATA)
def test_weights_are_described_as_torchvision_does(name: str) -> None:
    published = getattr(models, METADATA[name])
    for weights in catalog.find(name).weights:
        if weights.shipped:
            continue
        enum, member = weights.url_source.split(".")
        source = getattr(published, member)
        accuracy = source.meta["_metrics"]["ImageNet-1K"]["acc@1"]
        crop, resized = source.transforms().crop_size[0], source.transforms().resize_size[0]
        assert enum == METADATA[name]
        assert source.url.endswith("/" + weights.file)
        assert weights.sha256[:8] in weights.file
        assert weights.accuracy["main"] == accuracy
        assert weights.megabytes == pytest.approx(source.meta["_file_size"] * 2**20 / 1e6, abs=0.06)
        assert weights.preprocess.size == crop
        assert weights.preprocess.crop_fraction == pytest.approx(crop / resized)
