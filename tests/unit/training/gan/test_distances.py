"""Divergences equal scipy's; histograms equal numpy's; modes are counted as defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from explorer.training.gan import distances

RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_divergences_of_histograms_are_those_of_scipy(scale: float) -> None:
    p, q = RANDOM.random((6, 7)) * scale, RANDOM.random((6, 7))
    assert distances.kl(p, q) == pytest.approx(entropy(p.ravel(), q.ravel(), base=2), rel=1e-12)
    assert distances.js(p, q) == pytest.approx(jensenshannon(p.ravel(), q.ravel(), base=2) ** 2, rel=1e-12)


def test_divergences_with_empty_cells() -> None:
    p, q = np.array([[4.0, 0.0], [1.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    assert distances.kl(p, q) == entropy(p.ravel(), q.ravel(), base=2) == np.inf
    assert distances.js(p, q) == pytest.approx(jensenshannon(p.ravel(), q.ravel(), base=2) ** 2)


def test_equal_is_zero_and_disjoint_is_one_bit() -> None:
    p, q = np.array([1.0, 2.0, 0.0, 0.0]), np.array([0.0, 0.0, 5.0, 1.0])
    assert distances.js(p, p) == 0
    assert distances.kl(p, p) == 0
    assert distances.js(p, q) == pytest.approx(1.0)


def test_every_real_point_counts() -> None:
    """GAN Lab bins a third of the real points; here none is lost, not even one beyond the edge."""
    points = RANDOM.normal(0, 1.2, (5000, 2)).astype(np.float32)
    counts = distances.histogram(points, bins=24, extent=1.5)
    assert counts.sum() == 5000
    inner, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=24, range=[[-1.5, 1.5], [-1.5, 1.5]])
    # numpy counts the right edge into the last cell; no point lies exactly there.
    np.testing.assert_array_equal(counts[1:-1, 1:-1], inner)


def test_points_that_are_not_finite_are_left_out() -> None:
    points = np.array([[0.0, 0.0], [np.nan, 0.0], [np.inf, 1.0], [1e38, -3e38]], np.float32)
    assert distances.histogram(points).sum() == 2


def test_a_mode_is_covered_by_a_twentieth_within_three_sigmas() -> None:
    centres = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    fake = np.concatenate([np.tile([0.0, 0.29], (94, 1)), np.tile([1.0, 0.0], (5, 1)), np.tile([0.0, 1.31], (1, 1))])
    shares = distances.mode_shares(fake, centres, 0.1)
    np.testing.assert_allclose(shares, [0.94, 0.05, 0.0])
    assert distances.covered(shares) == 2
