"""How far the fakes are from the real points."""

from __future__ import annotations

import numpy as np

from explorer.core.gan_scene import PLANE_EXTENT

BINS = 24
"""Cells a side of the histograms."""

MODE_SHARE = 0.05
"""A mode is covered where at least this share of the samples lies within ``MODE_SIGMAS`` standard deviations."""

MODE_SIGMAS = 3.0

PSEUDO_COUNT = 0.5
"""Added to each cell before the divergences of samples are taken: a cell that is empty by chance is not impossible."""


def histogram(points: np.ndarray, bins: int = BINS, extent: float = PLANE_EXTENT) -> np.ndarray:
    """Return how many points (N, 2) lie in each cell of the plane: (bins + 2, bins + 2) float64.

    The outermost cells take what lies beyond the extent, so that no point is lost; points that are not finite are.
    """
    edge = 2 * extent  # Beyond this it does not matter how far: nothing may overflow.
    near = np.clip(points[np.isfinite(points).all(axis=1)], -edge, edge)
    cells = np.floor((near + extent) * (bins / (2 * extent))) + 1
    index = np.clip(cells, 0, bins + 1).astype(np.int64)
    side = bins + 2
    counts = np.bincount(index[:, 1] * side + index[:, 0], minlength=side * side)
    return counts.reshape(side, side).astype(np.float64)


def kl(real: np.ndarray, fake: np.ndarray) -> float:
    """Return KL(real ‖ fake) in bits of two histograms of one shape; infinite where only the fake one is empty.

    References
    ----------
    S. Kullback, R. A. Leibler: On Information and Sufficiency. 1951.
    """
    p, q = real.ravel() / real.sum(), fake.ravel() / fake.sum()
    some = p > 0
    if np.any(q[some] == 0):
        return float("inf")
    return float(np.sum(p[some] * np.log2(p[some] / q[some])))


def js(real: np.ndarray, fake: np.ndarray) -> float:
    """Return the Jensen–Shannon divergence in bits of two histograms of one shape: 0 equal … 1 disjoint.

    References
    ----------
    J. Lin: Divergence Measures Based on the Shannon Entropy. 1991.
    """
    p, q = real / real.sum(), fake / fake.sum()
    middle = (p + q) / 2
    return (kl(p, middle) + kl(q, middle)) / 2


def mode_shares(fake: np.ndarray, centres: np.ndarray, sigma: float) -> np.ndarray:
    """Return the share of the fakes (N, 2) within three standard deviations of each centre (M, 2): (M,)."""
    with np.errstate(invalid="ignore", over="ignore"):
        squares = ((fake[:, None, :] - centres[None]) ** 2).sum(axis=2)
    return np.asarray((squares <= (MODE_SIGMAS * sigma) ** 2).mean(axis=0))


def covered(shares: np.ndarray) -> int:
    """Return how many modes (or classes) hold at least 5 % of the samples."""
    return int((shares >= MODE_SHARE).sum())
