"""Metrics: pure functions on arrays that say how well two things agree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well estimated instants agree with the true ones."""

    n_matched: int
    n_reference: int
    n_estimated: int

    @property
    def precision(self) -> float:
        """Share of the estimated that are true; 1 when nothing was estimated."""
        return self.n_matched / self.n_estimated if self.n_estimated else 1.0

    @property
    def recall(self) -> float:
        """Share of the true that were found; 1 when there was nothing to find."""
        return self.n_matched / self.n_reference if self.n_reference else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 when both lists are empty."""
        total = self.n_reference + self.n_estimated
        return 2 * self.n_matched / total if total else 1.0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            self.n_matched + other.n_matched,
            self.n_reference + other.n_reference,
            self.n_estimated + other.n_estimated,
        )


def match_onsets(
    reference_s: NDArray[np.float64], estimated_s: NDArray[np.float64], tolerance_s: float
) -> list[tuple[int, int]]:
    """Pair true and estimated onsets one to one, as many as possible.

    Args:
        reference_s: True onsets, seconds, sorted. Shape (n_reference,).
        estimated_s: Estimated onsets, seconds, sorted. Shape (n_estimated,).
        tolerance_s: How far apart the two of a pair may lie, inclusive.

    Returns:
        Pairs of indices, in order of time.

    Source:
        The matching of mir_eval.onset; with one tolerance for all and sorted
        lists, taking the earliest possible partner is already a maximum matching.
    """
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(reference_s) and j < len(estimated_s):
        gap = estimated_s[j] - reference_s[i]
        if abs(gap) <= tolerance_s:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif gap > 0:
            i += 1
        else:
            j += 1
    return pairs


def onset_agreement(
    reference_s: NDArray[np.float64], estimated_s: NDArray[np.float64], tolerance_s: float
) -> Agreement:
    """Count how many onsets agree within `tolerance_s` seconds; see `match_onsets`."""
    matched = len(match_onsets(reference_s, estimated_s, tolerance_s))
    return Agreement(matched, len(reference_s), len(estimated_s))


def correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return Pearson's correlation; 0 where either side does not vary."""
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / norm if norm > 1e-12 else 0.0
