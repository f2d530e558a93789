"""Each preset shows what its caption says, from its own seed and (slow) from others."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.core.gan_scene import LOSSES, PRESETS, GanScene, preset
from explorer.core.messages.gan import CURVES
from explorer.core.text import LANGUAGES, Translator
from explorer.training.gan.session import GanRun

STEPS = 3000
SEEDS = pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)


def trained(scene: GanScene, steps: int = STEPS) -> tuple[GanRun, dict[str, np.ndarray]]:
    gan = GanRun(scene)
    for _ in range(steps):
        gan.take("both")
    gan.measure()
    values = gan.curves.values
    return gan, {name: values[:, at] for at, name in enumerate(CURVES)}


@SEEDS
def test_healthy_covers_all_eight_modes(seed: int) -> None:
    gan, curves = trained(preset("healthy").patched(seed=seed))
    figures = gan.figures(0)
    assert (figures.modes, figures.covered) == (8, 8), figures.shares
    assert min(figures.shares) >= 0.05
    # D can no longer tell: both verdicts come close to a half.
    assert abs(curves["d_real"][-200:].mean() - 0.5) < 0.06
    assert abs(curves["d_fake"][-200:].mean() - 0.5) < 0.06
    assert figures.js < 0.4


@SEEDS
def test_collapse_never_holds_more_than_three_modes_and_jumps(seed: int) -> None:
    gan, curves = trained(preset("collapse").patched(seed=seed), STEPS)
    assert np.nanmax(curves["covered"][500:]) <= 3
    assert gan.figures(0).covered <= 3
    assert np.nanmin(curves["js"][500:]) > 0.6


def test_a_strong_d_is_always_right_and_g_loses_more_and_more() -> None:
    _, curves = trained(preset("strong-d"), 2000)
    assert curves["accuracy"][-500:].mean() > 0.99
    first, middle, last = (curves["loss_g"][at : at + 200].mean() for at in (100, 900, 1800))
    assert first < middle < last
    assert last > 8


def test_the_gradient_vanishes_and_returns_with_the_other_loss() -> None:
    gan, curves = trained(preset("vanishing"), 1500)
    assert curves["grad_g"][600:].max() < 1e-3
    still = gan.frame().plane
    assert still is not None
    for _ in range(100):
        gan.take("both")
    stood = gan.frame().plane
    assert stood is not None
    assert np.abs(stood.fake - still.fake).max() < 0.01
    gan.change(gan.scene.patched(loss="non_saturating"))
    for _ in range(100):
        gan.take("both")
    moved = gan.frame().plane
    assert moved is not None
    assert np.abs(moved.fake - still.fake).max() > 0.3
    assert gan.figures(0).grad_g > 0.1


def means_of_the_fakes(scene: GanScene, steps: int) -> np.ndarray:
    gan = GanRun(scene)
    means = []
    for _ in range(steps):
        gan.take("both")
        plane = gan.frame().plane if gan.step % 10 == 0 else None
        if plane is not None:
            means.append(plane.fake.mean(axis=0))
    return np.array(means)


def test_oscillation_circles_its_goal_and_hidden_layers_end_that() -> None:
    x, y = means_of_the_fakes(preset("oscillation"), 2000).T
    # A swing along a line and a circle both return again and again: count the times it passes its middle.
    along = x if np.ptp(x) > np.ptp(y) else y
    passes = np.count_nonzero(np.diff(np.sign(along - along.mean())))
    assert passes >= 5
    half = len(along) // 2
    assert np.ptp(along[half:]) > 0.8 * np.ptp(along[:half])
    assert np.hypot(x, y)[half:].max() > 0.5
    deeper = means_of_the_fakes(preset("oscillation").patched(g_layers=1, d_layers=1), 1500)
    assert np.linalg.norm(deeper[-30:], axis=1).max() < 0.15


def test_digits_makes_digits_within_a_few_hundred_steps() -> None:
    gan, _ = trained(preset("digits"), 150)
    assert gan.figures(0).modes == 10
    assert gan.figures(0).covered >= 5


def test_presets_and_losses_have_names_and_captions() -> None:
    for language in LANGUAGES:
        tr = Translator(language)
        for scene in PRESETS:
            scene.check()
            assert tr.has(f"gan.preset.{scene.preset}")
            assert tr.has(f"gan.preset.{scene.preset}.caption")
        for loss in LOSSES:
            assert tr.has(f"gan.loss.{loss}")
            assert tr.has(f"gan.loss.{loss}.hint")


def test_a_preset_is_the_same_run_every_time() -> None:
    one, other = (GanRun(preset("healthy")) for _ in range(2))
    for gan in (one, other):
        for _ in range(50):
            gan.take("both")
    np.testing.assert_array_equal(one.curves.values, other.curves.values)
    assert math.isfinite(one.figures(0).js)
    assert torch.equal(*(torch.from_numpy(np.array(gan.export("g").data)) for gan in (one, other)))
