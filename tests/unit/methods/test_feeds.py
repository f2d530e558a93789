"""What feeds a channel adds up to what its layer says, and what it feeds changes by that much without it."""

from __future__ import annotations

import pytest
import torch

from explorer.core.errors import UserError
from explorer.methods.ablation import find_off
from explorer.methods.edited import run_edited
from explorer.methods.feeds import describe_feeds, summing_layer
from tests.unit.methods.traced_nets import Case, case, untouched

CASES = [
    ("googlenet", "conv3", 11, "conv3.conv"),
    ("googlenet", "inception4a.branch3", 5, "inception4a.branch3.1.conv"),
    ("googlenet", "inception4a", 200, "inception4a.branch2.1.conv"),
    ("googlenet", "fc", 3, "fc"),
    ("resnet18", "layer2.0", 7, "layer2.0.add"),
    ("resnet18", "layer3.1.bn1", 7, "layer3.1.conv1"),
    ("vgg16", "features.10", 100, "features.10"),
    ("vgg16", "features.9", 100, "features.9"),
    ("vgg16", "classifier.1", 31, "classifier.0"),
    ("alexnet", "conv4", 250, "conv4"),
    ("alexnet", "norm2", 250, "conv2"),
]


@pytest.mark.parametrize(("net", "layer", "channel", "through"), CASES)
def test_all_feeders_add_up_to_what_the_layer_says(net: str, layer: str, channel: int, through: str) -> None:
    here = case(net)
    with untouched(here.module):
        feeds = describe_feeds(here.traced, here.activations, "t", layer, channel, 10**6)
    assert feeds.through == through
    said = here.activations.get(through)[0]
    inside = channel - 192 if layer == "inception4a" else channel
    at = (inside, feeds.row, feeds.column) if said.ndim == 3 else (inside,)
    assert feeds.total + feeds.bias == pytest.approx(float(said[at]), rel=1e-4, abs=1e-4)
    assert len(feeds.feeders) == feeds.candidates
    assert sum(feed.contribution for feed in feeds.feeders) == pytest.approx(feeds.total, rel=1e-4, abs=1e-4)
    mean = float(said[inside].mean())
    assert sum(feed.mean for feed in feeds.feeders) + feeds.bias == pytest.approx(mean, rel=1e-3, abs=1e-3)
    strengths = [abs(feed.contribution) for feed in feeds.feeders]
    assert strengths == sorted(strengths, reverse=True)
    assert sum(feed.energy for feed in feeds.feeders) == pytest.approx(1.0)


def change_without(here: Case, layer: str, channel: int, of: str) -> torch.Tensor:
    """Return by how much a layer's output falls when one channel of another layer is 0."""
    (off,) = find_off(here.traced.graph, (f"{layer}#{channel}",))

    def edit(maps: torch.Tensor) -> torch.Tensor:
        changed = maps.clone()
        changed[:, off.channel] = 0
        return changed

    after = run_edited(here.traced, here.activations, {off.layer: edit}, wanted=(of,))[of]
    return (here.activations.get(of) - after)[0]


@pytest.mark.parametrize(
    ("net", "layer", "channel", "reader", "shown"),
    [
        ("googlenet", "conv2", 9, "conv3.conv", "conv3"),
        ("googlenet", "inception5b", 800, "fc", "fc"),
        ("resnet18", "layer1.0.relu1", 3, "layer1.0.conv2", "layer1.0.bn2"),
        ("vgg16", "features.29", 40, "classifier.0", "classifier.1"),
        ("alexnet", "relu4", 200, "conv5", "relu5"),
    ],
)
def test_what_it_feeds_falls_by_that_much_without_it(
    net: str, layer: str, channel: int, reader: str, shown: str
) -> None:
    here = case(net)
    feeds = describe_feeds(here.traced, here.activations, "t", layer, channel, 10**6)
    fall = change_without(here, layer, channel, reader)
    fed = [feed for feed in feeds.readers if feed.layer == shown]
    assert len(fed) == fall.shape[0]
    output = here.activations.get(shown)[0].reshape(len(fed), -1)
    for feed in (fed[0], fed[len(fed) // 2], fed[-1]):
        row = fall.reshape(len(fed), -1)[feed.channel]
        assert feed.contribution == pytest.approx(float(row[output[feed.channel].argmax()]), rel=1e-3, abs=1e-4)
        assert feed.mean == pytest.approx(float(row.mean()), rel=1e-3, abs=1e-4)


def test_a_channel_of_one_tower_feeds_that_tower_only() -> None:
    here = case("alexnet")
    feeds = describe_feeds(here.traced, here.activations, "t", "relu3", 10, 10**6)
    other_tower = [feed for feed in feeds.readers if feed.layer == "relu4" and feed.channel >= 192]
    assert other_tower
    assert not any(feed.contribution or feed.energy for feed in other_tower)


def test_all_four_branches_read_a_modules_output() -> None:
    here = case("googlenet")
    feeds = describe_feeds(here.traced, here.activations, "t", "inception4a", 300, 10**6)
    assert {feed.step for feed in feeds.readers} >= {
        "inception4b.branch1",
        "inception4b.branch2.0",
        "inception4b.branch3.0",
        "inception4b.branch4",
    }


def test_the_input_is_fed_by_nothing_and_the_logits_feed_nothing() -> None:
    here = case("googlenet")
    first = describe_feeds(here.traced, here.activations, "t", "input", 1, 5)
    assert (first.through, first.feeders, first.candidates) == ("", (), 0)
    assert len(first.readers) == 5
    last = describe_feeds(here.traced, here.activations, "t", "fc", 1, 5)
    assert (last.reading, last.readers) == ("", ())
    assert len(last.feeders) == 5


def test_layers_and_channels_that_are_not_there() -> None:
    here = case("googlenet")
    for layer, channel, kind in (("nothing", 0, "layer_unknown"), ("conv1", 64, "channel_outside")):
        with untouched(here.module), pytest.raises(UserError) as refused:
            describe_feeds(here.traced, here.activations, "t", layer, channel, 5)
        assert refused.value.kind == kind


def test_normalisation_and_relu_are_looked_through() -> None:
    traced = case("googlenet").traced
    assert summing_layer(traced, "conv1") == "conv1.conv"
    assert summing_layer(traced, "maxpool1") == "maxpool1"
