"""The embedded digits are the published ones."""

from __future__ import annotations

import numpy as np

from explorer.training.data.digits import load_digits


def test_the_digits_are_those_of_the_published_set() -> None:
    pictures, labels = load_digits()
    assert pictures.shape == (1797, 8, 8)
    assert pictures.dtype == np.uint8
    # Counts a class as the repository publishes them for its test part.
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (pictures.min(), pictures.max()) == (0, 255)


def test_every_digit_looks_like_its_class() -> None:
    pictures, labels = load_digits()
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    means = np.stack([flat[labels == digit].mean(axis=0) for digit in range(10)])
    nearest = ((flat[:, None] - means[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == labels).mean() > 0.85  # the nearest mean is known to be right for about 90 %
