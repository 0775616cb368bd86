"""Content scores, and the shots that PySceneDetect's AdaptiveDetector finds from them.

MuVi-Sync's shots were found so, and what was learnt from it needs the same shots.
The score of a video frame is how far hue, saturation and value have moved since the
last one; a cut is a score that stands out among its neighbours.

Source:
    B. Castellano, PySceneDetect 0.7, `AdaptiveDetector` with its defaults. Ours
    differs in one way: the rule is applied to the scores after the film has been
    watched, so that the scores can be shared with everything else that reads them.
"""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

ADAPTIVE_THRESHOLD = 3.0
"""How many times the neighbours' mean a cut's score is, at least."""
MIN_CONTENT = 15.0
"""A cut's score, at least."""
WINDOW = 2
"""How many neighbours on each side are averaged."""
MIN_SHOT = 15
"""Video frames from one cut to the next, at least."""


class ContentMeter:
    """Scores video frame after video frame."""

    def __init__(self) -> None:
        self._last: NDArray[np.uint8] | None = None

    def score(self, hsv: NDArray[np.uint8]) -> float:
        """Return the mean change of hue, saturation and value; 0 for the first frame.

        Args:
            hsv: The frame in OpenCV's 8-bit HSV, shape (height, width, 3).
        """
        last, self._last = self._last, hsv
        if last is None:
            return 0.0
        return float(sum(cv2.mean(cv2.absdiff(hsv, last))[:3])) / 3


def adaptive_ratios(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each score over the mean of its neighbours, 0 to 255; 0 where some are missing."""
    ratios = np.zeros(len(scores))
    for i in range(WINDOW, len(scores) - WINDOW):
        around = scores[i - WINDOW : i + WINDOW + 1]
        mean = (around.sum() - scores[i]) / (2 * WINDOW)
        if mean >= 1e-5:
            ratios[i] = min(scores[i] / mean, 255.0)
        elif scores[i] >= MIN_CONTENT:
            ratios[i] = 255.0
    return ratios


def adaptive_cuts(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Find the first video frame of every shot but the first.

    Args:
        scores: Content scores, one a video frame. Shape (n_frames,).
    """
    stands_out = adaptive_ratios(scores) >= ADAPTIVE_THRESHOLD
    return spaced(np.flatnonzero(stands_out & (scores >= MIN_CONTENT)), MIN_SHOT)


def spaced(candidates: Iterable[int], least: int) -> NDArray[np.int64]:
    """Keep those that lie at least `least` video frames after the last kept, or the start."""
    kept: list[int] = []
    for candidate in candidates:
        if candidate - (kept[-1] if kept else 0) >= least:
            kept.append(int(candidate))
    return np.array(kept, dtype=np.int64)
