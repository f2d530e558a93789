"""The way through a network, on the graphs of the real ones."""

from __future__ import annotations

import pytest
import torch

from explorer.core.layers import LayerGraph
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.nets.catalog import NETS, find
from explorer.presenters.explore import walk
from explorer.presenters.explore.resolve import resolve
from explorer.presenters.wording import localised
from explorer.tracing.forward import TracedNet


def graph_of(name: str, size: int = 0) -> LayerGraph:
    spec = find(name)
    with torch.device("meta"):
        module = spec.build(10)
    return TracedNet(module, spec.name, size or spec.default_preprocess.size, spec.labels).graph


@pytest.fixture(scope="module")
def googlenet() -> LayerGraph:
    return graph_of("googlenet")


@pytest.mark.parametrize("spec", NETS, ids=lambda spec: spec.name)
def test_stepping_on_reaches_the_end_and_back_the_start(spec: object) -> None:
    graph = graph_of(spec.name)  # type: ignore[attr-defined]
    names = [step.name for step in graph.steps]
    here = names[0]
    seen = [here]
    while walk.following(graph, here).name != here:
        here = walk.following(graph, here).name
        seen.append(here)
    assert seen == names
    while walk.preceding(graph, here).name != here:
        here = walk.preceding(graph, here).name
    assert here == names[0]


@pytest.mark.parametrize("spec", NETS, ids=lambda spec: spec.name)
def test_every_layer_is_inside_exactly_one_step_of_the_first_row(spec: object) -> None:
    graph = graph_of(spec.name)  # type: ignore[attr-defined]
    inside = [layer.name for step in (*graph.steps, *graph.sides) for layer in walk.layers_inside(graph, step)]
    assert sorted(inside) == sorted(layer.name for layer in graph.layers)


def test_block_is_entered_walked_and_left(googlenet: LayerGraph) -> None:
    assert walk.entered(googlenet, "inception4a").name == "inception4a.branch1"
    assert walk.following(googlenet, "inception4a.branch4").name in ("inception4a:concat", "inception4b")
    assert walk.left(googlenet, "inception4a.branch3").name == "inception4a"
    assert walk.preceding(googlenet, "inception4a.branch1").name == "inception4a"


def test_auxiliary_heads_hang_where_the_paper_puts_them(googlenet: LayerGraph) -> None:
    after = {head.name: head.after for head in googlenet.heads}
    assert after["aux1"] == "inception4a"
    assert after["aux2"] == "inception4d"
    assert walk.left(googlenet, "aux1").name == "inception4a"
    assert walk.following(googlenet, "aux1").name == "inception4b"


def test_channels_keep_their_branch_through_the_concatenation(googlenet: LayerGraph) -> None:
    layer = googlenet.layer("inception4a")
    keys = [walk.branch_of_channel(googlenet, layer, channel) for channel in (0, 191, 192, 399, 400, 447, 448, 511)]
    assert keys == ["1x1", "1x1", "3x3", "3x3", "5x5", "5x5", "pool", "pool"]


def test_ahead_names_the_next_layers_first(googlenet: LayerGraph) -> None:
    likely = walk.ahead(googlenet, "inception4a")
    assert likely[0] == "inception4b"
    assert "maxpool3" in likely
    assert "inception4a" not in likely


@pytest.mark.parametrize(
    ("text", "expected"),
    [("inception4a", "inception4a"), ("Inception 4a", "inception4a"), ("conv1", "conv1"), ("nonsense", None)],
)
def test_people_find_steps_by_any_of_their_names(googlenet: LayerGraph, text: str, expected: str | None) -> None:
    found = googlenet.find(text)
    assert (found.name if found else None) == expected


def test_vgg_layers_are_found_by_the_papers_names() -> None:
    graph = graph_of("vgg16")
    found = graph.find("conv5_3")
    assert found is not None
    assert graph.layer(found.output).shape == (512, 14, 14)


def test_scene_that_does_not_fit_comes_to_the_nearest_state(googlenet: LayerGraph) -> None:
    state = resolve(Scene(layer="conv9_9", view="branches", channel=10_000), googlenet)
    assert state.step.name == "input"
    assert state.view == "maps"
    assert state.channel == 2
    state = resolve(Scene(layer="inception4a", view="branches", channel=-3), googlenet)
    assert state.view == "branches"
    assert state.channel == 0
    assert resolve(Scene(layer="fc", view="channel"), googlenet).view == "maps"


def test_labels_are_korean_where_they_are_words(googlenet: LayerGraph) -> None:
    korean = localised(googlenet, Translator("ko"))
    assert korean.steps[0].label == "입력"
    assert korean.step("inception4a").label == "인셉션 4a"
    assert korean.step("conv1").label == "conv1"
    assert [step.name for step in korean.steps] == [step.name for step in googlenet.steps]
