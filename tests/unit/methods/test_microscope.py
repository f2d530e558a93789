"""A value taken apart adds up to what torch's own operator says in double precision, and to the network's tensor."""

from __future__ import annotations

import copy
import itertools
from functools import cache

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.core.messages.inside import MicroscopeResult
from explorer.methods.microscope import Microscope, chain_of
from explorer.tracing.forward import TracedNet, run
from tests.unit.methods.cases import Case, case, unharmed
from tests.unit.nets.random_weights import filled, noise


class Odd(nn.Module):
    """Windows that no network of the catalog has: groups, dilation, padded and ceiling pools, softmax."""

    def __init__(self, classes: int = 5) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 5, stride=3, padding=4)
        self.norm = nn.LocalResponseNorm(4, alpha=0.5, beta=0.6, k=1.5)
        self.grouped = nn.Conv2d(12, 8, 3, padding=2, dilation=2, groups=4, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.average = nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True)
        self.bare = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        self.largest = nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)
        self.adaptive = nn.AdaptiveAvgPool2d(2)
        self.fc = nn.Linear(8 * 4, classes)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = self.norm(F.relu(self.conv1(picture)))
        x = self.bn(self.grouped(x))
        x = self.adaptive(self.largest(self.bare(self.average(x))))
        return {"main": self.softmax(self.fc(torch.flatten(x, 1)))}


@cache
def odd() -> Case:
    traced = TracedNet(filled(Odd), "odd", 40)
    picture = noise(40)
    return Case(traced, picture, run(traced, picture))


def known(name: str) -> Case:
    return odd() if name == "odd" else case(name)


def microscope(known: Case, trained: bool = True) -> Microscope:
    heads = [msgspec.structs.replace(head, trained=trained) for head in known.traced.graph.heads]
    return Microscope(known.traced, known.activations, heads)


def in_double(known: Case, layer: str) -> Tensor:
    """Return what torch says of one layer in double precision, given what the network fed it."""
    operation = known.traced.program.operations[known.traced.positions[layer]]
    inputs = [known.activations[name].double() for name in known.traced.graph.layer(layer).inputs]
    with torch.inference_mode():
        if operation.module is None:
            return operation.call(*inputs)[0]
        return copy.deepcopy(operation.module).double()(*inputs)[0]


def places(shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Return corners and some places between: padding counts at the edges."""
    channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    some = itertools.product(
        {0, channels // 2, channels - 1}, {0, height // 3, height - 1}, {0, 2 * width // 3, width - 1}
    )
    return list(some)


@pytest.mark.parametrize("net", ["odd", "alexnet", "nin", "googlenet", "googlenet-paper", "resnet18", "resnet50"])
def test_every_layer_adds_up(net: str) -> None:
    case_ = known(net)
    look = microscope(case_).look
    for layer in case_.traced.graph.layers:
        if layer.kind in ("input", "flatten"):
            continue
        expected = in_double(case_, layer.name)
        expected = expected if expected.ndim == 3 else expected.view(-1, 1, 1)
        tensor = case_.activations[layer.name][0].view(expected.shape)
        # Some places of every layer of the small net, few of the others: they have hundreds of layers.
        chosen = places(layer.shape) if net in ("odd", "alexnet") else places(layer.shape)[3::7]
        for place in chosen:
            seen = look("t", layer.name, place[0], place[1:])
            chain = (seen.total, *(link.after for link in seen.links))
            where = (layer.name, place)
            scale = abs(float(expected[place])) + 1e-3
            assert chain[seen.asked] == pytest.approx(float(expected[place]), rel=1e-9, abs=1e-9 * scale), where
            values = (seen.tensor, *(link.tensor for link in seen.links))
            assert values[seen.asked] == float(tensor[place]), where
            magnitude = float(np.nansum(np.abs(seen.products))) + abs(seen.rest) + abs(seen.bias or 0) + 1e-6
            assert abs(seen.difference) <= 1e-5 * magnitude, where
            assert seen.output_map[place[1], place[2]] == float(tensor[place])


@pytest.mark.parametrize(
    ("net", "layer"),
    [("odd", "conv1"), ("odd", "grouped"), ("alexnet", "conv1"), ("alexnet", "conv4"), ("nin", "mlpconv3.cccp1")],
)
def test_patches_are_torchs_unfolded_ones_and_sums_are_single_channel_convolutions(net: str, layer: str) -> None:
    case_ = known(net)
    module = case_.traced.module.get_submodule(layer)
    assert isinstance(module, nn.Conv2d)
    spec = case_.traced.graph.layer(layer)
    maps = case_.activations[spec.inputs[0]].double()
    unfolded = F.unfold(maps, module.kernel_size, module.dilation, module.padding, module.stride)
    unfolded = unfolded.view(maps.shape[1], *module.kernel_size, *spec.map_size)
    reads = module.weight.shape[1]
    for channel, row, column in places(spec.shape):
        seen = microscope(case_).look("t", layer, channel, (row, column), patches=10_000)
        first = channel // (module.out_channels // module.groups) * reads
        assert seen.first_channel == first
        assert sorted(seen.channels.tolist()) == list(range(first, first + reads))
        np.testing.assert_array_equal(seen.patches, unfolded[seen.channels, :, :, row, column].float().numpy())
        np.testing.assert_array_equal(seen.kernels, module.weight[channel][seen.channels - first].detach().numpy())
        single = torch.stack(
            [(unfolded[first + one, :, :, row, column] * module.weight[channel, one]).sum() for one in range(reads)]
        )
        np.testing.assert_allclose(seen.sums, single.detach().numpy(), rtol=1e-10, atol=1e-12)
        assert (np.diff(np.abs(seen.sums[seen.order - first])) <= 0).all()
        assert seen.rest == 0.0


def test_the_patch_lies_where_the_box_says_and_the_rest_is_what_is_not_shown() -> None:
    case_ = case("alexnet")
    seen = microscope(case_).look("t", "conv2", 200, (0, 13), patches=3, pinned=50)
    assert seen.box == (-2, 11, 5, 5)
    assert seen.sources == ("pool1",)
    assert len(seen.channels) == 4 and seen.channels[-1] == 50
    source = case_.activations["pool1"][0]
    np.testing.assert_array_equal(seen.patches[-1][2:], source[50, 0:3, 11:16].numpy())
    np.testing.assert_array_equal(seen.patches[-1][:2], 0)
    np.testing.assert_array_equal(seen.source_map, source[50].numpy())
    assert seen.source_channel == 50
    shown = float(seen.sums[seen.channels - seen.first_channel].sum())
    assert shown + seen.rest + seen.bias == pytest.approx(seen.total, rel=1e-12)
    assert seen.field == case_.traced.graph.layer("conv2").receptive_field.box(0, 13)


def test_the_whole_unit_follows_with_its_numbers() -> None:
    case_ = case("googlenet")
    seen = microscope(case_).look("t", "conv1", 7, (3, 4))
    bn = case_.traced.module.conv1.bn
    assert [link.kind for link in seen.links] == ["batch_norm", "relu"]
    assert seen.operation == "conv1.conv" and seen.asked == 2
    numbers = seen.links[0].numbers
    assert numbers["mean"] == float(bn.running_mean[7]) and numbers["variance"] == float(bn.running_var[7])
    by_hand = (seen.links[0].before - numbers["mean"]) / (numbers["variance"] + numbers["eps"]) ** 0.5
    assert seen.links[0].after == pytest.approx(by_hand * numbers["scale"] + numbers["shift"])
    assert seen.links[1].after == max(0.0, seen.links[1].before)
    assert seen.links[0].before == seen.tensor
    assert microscope(case_).look("t", "conv1.conv", 7, (3, 4)).asked == 0


@pytest.mark.parametrize("channel", [0, 1, 50, 94, 95])
def test_local_response_normalisation_is_the_papers(channel: int) -> None:
    case_ = case("alexnet")
    seen = microscope(case_).look("t", "norm1", channel, (10, 20))
    link = seen.links[-1]
    maps = case_.activations["relu1"][0, :, 10, 20].double().numpy()
    low, high = max(0, channel - 2), min(95, channel + 2)
    np.testing.assert_array_equal(link.terms, maps[low : high + 1])
    assert link.first == low
    paper = maps[channel] / (2 + 1e-4 * (maps[low : high + 1] ** 2).sum()) ** 0.75
    assert link.after == pytest.approx(paper, rel=1e-12)
    assert link.tensor == pytest.approx(paper, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("place", places((12, 5, 5)))
def test_the_winner_of_a_maximum_is_torchs(place: tuple[int, int, int]) -> None:
    case_ = odd()
    place = (place[0] % 8, min(place[1], 2), min(place[2], 2))
    source = case_.activations["bare"]
    _, indices = F.max_pool2d(source, 3, 2, 1, ceil_mode=True, return_indices=True)
    seen = microscope(case_).look("t", "largest", place[0], place[1:])
    assert seen.winner == divmod(int(indices[0][place]), source.shape[-1])
    assert np.nanmax(seen.patches) == seen.total == seen.tensor
    assert (seen.kernels == 1).sum() == 1


def test_fully_connected_layers_read_maps_as_maps() -> None:
    case_ = case("alexnet")
    seen = microscope(case_).look("t", "fc6", 17)
    assert seen.sources == ("pool5",) and seen.box == (0, 0, 6, 6)
    assert seen.sums.shape == (256,) and seen.patches.shape == (8, 6, 6)
    weight = case_.traced.module.fc6.weight[17].view(256, 6, 6).detach()
    np.testing.assert_array_equal(seen.kernels, weight[seen.channels].numpy())
    behind = microscope(case_).look("t", "fc7", 4095)
    assert behind.sources == ("relu6",) and behind.sums.shape == (4096,)


def test_only_a_trained_heads_logits_become_probabilities() -> None:
    case_ = case("googlenet")
    logits = case_.activations.logits["main"][0].double()
    seen = microscope(case_).look("t", "fc", 3)
    (link,) = seen.links
    assert (link.kind, link.layer) == ("softmax", "")
    assert link.after == pytest.approx(float(logits.softmax(0)[3]), rel=1e-9)
    assert link.terms.sum() == pytest.approx(link.numbers["sum"])
    np.testing.assert_allclose(link.terms / link.numbers["sum"], logits.softmax(0).numpy(), rtol=1e-9)
    assert microscope(case_, trained=False).look("t", "fc", 3).links == ()


def test_nins_scores_are_averages_that_are_flattened_and_become_probabilities() -> None:
    case_ = case("nin")
    seen = microscope(case_).look("t", "avgpool", 2)
    assert [link.kind for link in seen.links] == ["flatten", "softmax"]
    assert seen.links[1].before == float(case_.activations.logits["main"][0, 2])
    np.testing.assert_allclose(seen.kernels, 1 / seen.patches.size, rtol=1e-6)


def test_flattened_values_are_found_in_their_maps() -> None:
    case_ = case("alexnet")
    name = chain_of(case_.traced.graph, "pool5").followers[0].name
    number = 36 * 100 + 6 * 2 + 5
    seen = microscope(case_).look("t", name, number)
    assert seen.operation == "pool5" and seen.total == float(case_.activations["pool5"][0, 100, 2, 5])
    assert seen.links[0].tensor == float(case_.activations[name][0, number])


def test_sums_and_concatenations_say_where_their_values_come_from() -> None:
    case_ = case("resnet18")
    seen = microscope(case_).look("t", "layer2.1", 9, (1, 2))
    assert seen.kind == "add" and len(seen.sources) == 2
    assert seen.sums.tolist() == [float(case_.activations[name][0, 9, 1, 2]) for name in seen.sources]
    google = case("googlenet")
    branch = google.traced.graph.layer("inception4a").inputs[2]
    seen = microscope(google).look("t", "inception4a", 192 + 208 + 5, (0, 1))
    assert seen.origin == (2, 5) and seen.sources[2] == branch
    assert seen.total == float(google.activations[branch][0, 5, 0, 1])


def test_without_a_pixel_it_is_the_strongest() -> None:
    case_ = case("googlenet")
    seen = microscope(case_).look("t", "inception3a", 70)
    values = case_.activations["inception3a"][0, 70]
    assert seen.output_map[seen.pixel] == float(values.max())


def test_the_input_is_only_shown() -> None:
    seen = microscope(case("googlenet")).look("t", "input", 1, (5, 6))
    assert (seen.kind, seen.sources, seen.difference) == ("input", (), 0.0)
    assert seen.total == float(case("googlenet").picture[0, 1, 5, 6])


@pytest.mark.parametrize(
    ("layer", "channel", "pixel", "kind"),
    [
        ("conv1", 64, (0, 0), "channel_outside"),
        ("conv1", -1, (0, 0), "channel_outside"),
        ("conv1", 0, (32, 0), "pixel_outside"),
        ("conv1", 0, (0, -1), "pixel_outside"),
        ("fc", 0, (0, 1), "pixel_outside"),
    ],
)
def test_places_outside_are_refused_and_nothing_is_harmed(
    layer: str, channel: int, pixel: tuple[int, int], kind: str
) -> None:
    case_ = case("googlenet")
    with unharmed(case_), pytest.raises(UserError) as caught:
        microscope(case_).look("t", layer, channel, pixel)
    assert caught.value.kind == kind


def test_looking_harms_nothing_and_works_on_layers_that_were_not_kept() -> None:
    case_ = case("googlenet")
    scarce = Case(case_.traced, case_.picture, run(case_.traced, case_.picture, keep_bytes=0))
    with unharmed(case_):
        for layer in ("conv1", "inception4a.branch2", "inception5b", "aux1.fc1", "fc"):
            first: MicroscopeResult = microscope(case_).look("t", layer, 3)
            second = microscope(scarce).look("t", layer, 3)
            assert (first.total, first.pixel) == (second.total, second.pixel)
