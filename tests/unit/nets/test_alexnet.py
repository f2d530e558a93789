"""AlexNet of 2012 against the paper: nodes, parameters, two towers, normalisation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.nets.alexnet import SPEC, AlexNet
from explorer.tracing import cost
from explorer.tracing.forward import Activations, TracedNet, run
from tests.unit.nets.random_weights import filled, noise


@pytest.fixture(scope="module")
def traced() -> TracedNet:
    return TracedNet(filled(AlexNet), SPEC.name, SPEC.default_preprocess.size)


@pytest.fixture(scope="module")
def activations(traced: TracedNet) -> Activations:
    return run(traced, noise(227))


def test_nodes_a_layer_are_the_papers(activations: Activations) -> None:
    names = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8")
    assert [activations[name].numel() for name in names] == [290400, 186624, 64896, 64896, 43264, 4096, 4096, 1000]


def test_fully_connected_layers_hold_25_times_the_convolutions(traced: TracedNet) -> None:
    totals = cost.totals(traced.graph)
    assert totals.convolution_parameters == 2_334_080
    assert totals.linear_parameters == 58_631_144
    assert totals.depth == 8


def test_convolutions_2_4_and_5_are_in_two_towers(traced: TracedNet) -> None:
    groups = {
        name: traced.graph.layer(name).attributes["groups"] for name in ("conv1", "conv2", "conv3", "conv4", "conv5")
    }
    assert groups == {"conv1": 1, "conv2": 2, "conv3": 1, "conv4": 2, "conv5": 2}


def test_normalisation_is_the_papers(traced: TracedNet, activations: Activations) -> None:
    for number in (1, 2):
        rectified = activations[f"relu{number}"][0].double().numpy()
        channels = len(rectified)
        expected = np.empty_like(rectified)
        for i in range(channels):
            near = rectified[max(0, i - 2) : min(channels - 1, i + 2) + 1]
            expected[i] = rectified[i] / (2.0 + 1e-4 * (near**2).sum(axis=0)) ** 0.75
        assert np.abs(activations[f"norm{number}"][0].numpy() - expected).max() < 1e-5 * expected.max()
        attributes = traced.graph.layer(f"norm{number}").attributes
        assert attributes == pytest.approx({"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0})


def _tower(weights: dict[str, Tensor], layer: str, maps: Tensor, tower: int, padding: int) -> Tensor:
    """Convolve with one tower's half of the kernels, which read only that tower's maps."""
    kernels, biases = weights[f"{layer}.weight"].chunk(2)[tower], weights[f"{layer}.bias"].chunk(2)[tower]
    return F.conv2d(maps, kernels, biases, padding=padding).relu()


def _normalised(maps: Tensor) -> Tensor:
    squares = F.pad(maps.square(), (0, 0, 0, 0, 2, 2))
    return maps / (2 + 1e-4 * sum(squares[:, i : i + maps.shape[1]] for i in range(5))) ** 0.75


def test_two_towers_by_hand_give_the_same(traced: TracedNet, activations: Activations) -> None:
    weights = {name: value.double() for name, value in traced.module.state_dict().items()}
    first = F.conv2d(noise(227).double(), weights["conv1.weight"], weights["conv1.bias"], stride=4).relu()
    towers = F.max_pool2d(_normalised(first), 3, 2).chunk(2, dim=1)
    second = torch.cat([_tower(weights, "conv2", towers[tower], tower, padding=2) for tower in (0, 1)], dim=1)
    both = F.max_pool2d(_normalised(second), 3, 2)
    third = F.conv2d(both, weights["conv3.weight"], weights["conv3.bias"], padding=1).relu()  # the towers meet
    ends = []
    for tower, maps in enumerate(third.chunk(2, dim=1)):
        fourth = _tower(weights, "conv4", maps, tower, padding=1)
        ends.append(_tower(weights, "conv5", fourth, tower, padding=1))
    pooled = F.max_pool2d(torch.cat(ends, dim=1), 3, 2)
    assert (activations["pool5"] - pooled).abs().max() < 1e-5 * pooled.abs().max()
