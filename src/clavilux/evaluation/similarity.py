"""Similarity: how like a decoded picture is to the one that was encoded.

Source:
    Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural
    Similarity", 2004: SSIM with its window (Gaussian, 11 × 11, sigma 1.5) and constants, on
    luma; the mean over all windows, those at the border mirrored.
"""

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
Plane = NDArray[np.float32]


def ssim(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the structural similarity of two planes of luma, 0 to 255; 1 if they are equal.

    Raises:
        ValueError: Their shapes differ.
    """
    if one.shape != other.shape:
        raise ValueError(f"planes have shapes {one.shape} and {other.shape}; expected the same")
    a, b = one.astype(np.float32), other.astype(np.float32)
    mean_a, mean_b = _blurred(a), _blurred(b)
    variance_a = _blurred(a * a) - mean_a**2
    variance_b = _blurred(b * b) - mean_b**2
    covariance = _blurred(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + _C1) / (mean_a**2 + mean_b**2 + _C1)
    structure = (2 * covariance + _C2) / (variance_a + variance_b + _C2)
    return float(np.mean(light * structure, dtype=np.float64))


def mean_ssim(pairs: Iterable[tuple[NDArray[Any], NDArray[Any]]]) -> float:
    """Return the mean similarity of pairs of planes."""
    return float(np.mean([ssim(one, other) for one, other in pairs]))


def decibels(similarity: float) -> float:
    """Return a similarity as decibels of what is lost: 20 is .99; nearly a line over rates."""
    return float(-10 * np.log10(max(1e-9, 1 - similarity)))


def _blurred(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5), dtype=np.float32)
