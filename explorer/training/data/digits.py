"""The embedded data: 1,797 handwritten digits of 8×8 pixels, so that something can be trained without a download."""

from __future__ import annotations

import numpy as np

from explorer.core.resources import resource

SIDE_PX = 8
CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
_MOST = 16
"""The pictures count the dark ones among 16 pixels of the scan."""


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the digits and what they are.

    Returns
    -------
    pictures : ndarray (1797, 8, 8) uint8
        Grey values, 0 (paper) to 255 (ink).
    labels : ndarray (1797,) int64
        0 … 9.

    References
    ----------
    E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998.
    https://doi.org/10.24432/C50P49, CC BY 4.0.
    """
    with np.load(resource("data", "digits.npz"), allow_pickle=False) as file:
        counts, labels = file["images"], file["labels"]
    pictures = np.round(counts.astype(np.float32) * (255 / _MOST)).astype(np.uint8)
    return pictures, labels.astype(np.int64)
