"""Gradient norms are autograd's, steps are as large as said, and auxiliary heads do bring gradient to the front."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from explorer.core.train_scene import train_presets
from explorer.nets import catalog
from explorer.training.build import build_net
from explorer.training.classifier import ClassifierTraining
from explorer.training.data.sources import open_data
from explorer.training.distributed import Alone
from explorer.training.gradients import first_gradient, layer_gradients, layers_with_kernels
from explorer.training.job import make_training
from explorer.training.lane import order_of
from explorer.training.recipes import LECTURE, MODERN, Recipe
from explorer.training.reports import Plan
from tests.unit.training.small import CPU, data, training


@pytest.mark.parametrize("recipe", [LECTURE, MODERN], ids=["lecture", "modern"])
def test_norms_and_changes_are_those_that_happened(recipe: Recipe) -> None:
    ours = training(msgspec.structs.replace(recipe, batch=16))
    ours.advance()
    before = {name: parameter.detach().clone() for name, parameter in ours.net.named_parameters()}
    ours.advance()
    found = layer_gradients(ours)
    assert found is not None
    assert found.layers == ("conv1", "conv2", "fc", "aux1")
    for name, norm, ratio in zip(found.layers, found.norms, found.ratios, strict=True):
        parameter = ours.net.get_parameter(f"{name}.weight")
        assert parameter.grad is not None
        assert norm == pytest.approx(float(parameter.grad.pow(2).sum().sqrt()), rel=1e-5)
        moved = (parameter.detach() - before[f"{name}.weight"]).norm() / parameter.detach().norm()
        assert ratio == pytest.approx(float(moved), rel=2e-2)
    assert first_gradient(ours.net) == pytest.approx(float(found.norms[0]), rel=1e-6)


def test_there_are_none_before_the_first_step() -> None:
    ours = training()
    assert layer_gradients(ours) is None
    assert np.isnan(first_gradient(ours.net))


def test_layers_go_from_the_input_to_the_output_and_heads_come_last() -> None:
    names = layers_with_kernels(build_net(catalog.find("googlenet"), 10, "small", 0))
    assert names[0] == "conv1.conv"
    assert names.index("inception3a.branch1.conv") < names.index("inception5b.branch1.conv") < names.index("fc")
    assert all(name.startswith("aux") for name in names[names.index("fc") + 1 :])


def test_the_heads_bring_gradient_to_the_first_layers() -> None:
    """The lecture's reason for the auxiliary classifiers, on a small run: the same net, pictures and seed.

    The main head's own share is the same in both, so what differs is what the heads add.
    """
    norms = {}
    for heads in (True, False):
        net = build_net(catalog.find("googlenet"), 3, "standard", seed=0, heads=heads)
        recipe = msgspec.structs.replace(LECTURE, batch=8, rate=1e-6)
        ours = ClassifierTraining(net, data(train=24, side=32), recipe, Plan(3, 0, 32), CPU)
        seen = []
        for _ in range(3):
            ours.advance()
            found = layer_gradients(ours)
            assert found is not None
            first = [found.norms[found.layers.index(name)] for name in ("conv1.conv", "conv2.conv", "conv3.conv")]
            seen.append(first)
        norms[heads] = np.mean(seen, axis=0)
    assert (norms[True] > norms[False]).all(), norms


@pytest.mark.parametrize("key", ["vanishing", "sigmoid"])
def test_the_offered_trainings_show_what_they_promise(key: str) -> None:
    """After one step: little gradient reaches the first layer of the second lane, much that of the first."""
    scene = next(preset.scene for preset in train_presets() if preset.key == key)
    digits = open_data("digits", 0, Path()).data
    first = []
    for variant in scene.lanes:
        ours, _ = make_training(
            order_of(scene, variant), catalog.find(variant.net), LECTURE, digits, torch.device("cpu"), Alone()
        )
        ours.advance()
        first.append(first_gradient(ours.net))
    assert first[0] > 0.1
    assert first[1] < first[0] / 100
