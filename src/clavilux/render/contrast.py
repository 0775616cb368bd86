"""Contrast: what is taken from pictures that would flash while much moves in them.

Luma is drawn towards its own slow mean, so that lines and colours are seen moving where
they move, at once, and what is light and dark differs less. Contrast falls within a
frame, no more than it must, and comes back by degrees when the pictures are calmer.
"""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv
from clavilux.render.turns import CHANGE, LEAST_AREA, Grid, Turns, light_of, sampled

_PRESSED, _EASY = 3, 2
"""Turns of a place within a second from which none more is wanted, and below which contrast
comes back whatever it does."""
_STEPS = (0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.12, 0.08, 0.05)
_LEAST = 0.05
_RECOVERY_S = 0.9
"""Seconds in which contrast doubles, coming back."""
_MEAN_S = 1.0
"""Over how long mean luma is taken."""
_ALIKE = CHANGE // 3


class Contrast:
    """How much contrast the pictures of a film keep, one after the other."""

    def __init__(self, frame_rate: float) -> None:
        self._kept = 1.0
        self._recovery = 2 ** (1 / (_RECOVERY_S * frame_rate))
        self._newness = 1 - math.exp(-1 / (_MEAN_S * frame_rate))
        self._mean: float | None = None  # luma of the last seconds
        self._before: Grid = np.zeros((1, 1), dtype=np.uint8)
        """A sample of the last picture as it came."""

    def calmed(self, picture: Yuv, turns: Turns, frame: int) -> Yuv:
        """Give the next picture with as much contrast as it may have.

        Args:
            picture: What comes next.
            turns: What has been shown so far.
            frame: Its number, counted by `turns`.
        """
        sample = sampled(picture)
        mean = cv2.mean(sample)[0]
        if self._mean is None:
            self._mean = mean
        else:
            self._mean += self._newness * (mean - self._mean)
            self._kept = self._chosen(sample, turns, frame)
        self._before = sample
        if self._kept == 1:
            return picture
        planes, luma = picture.planes.copy(), picture.luma
        planes[: len(luma)] = self._towards_mean(luma, self._kept)
        return Yuv(planes)

    def _chosen(self, sample: Grid, turns: Turns, frame: int) -> float:
        """Choose how much contrast the next picture keeps.

        While no place has turned often, contrast comes back, as long as that alone is no turn;
        else it is the most that makes no place turn that counts, or, where the step there must
        be such a turn, the most at which this picture and the last would not differ so much.
        """
        pressure = turns.most(frame)
        more = min(1.0, self._kept * self._recovery)
        if pressure < _PRESSED and (more == 1 or pressure < _EASY):
            return more
        if more == 1 and not turns.would_count(light_of(sample), frame):
            return more
        if not turns.would_count(light_of(self._towards_mean(sample, more)), frame):
            return more
        if pressure < _PRESSED:
            return self._kept
        ladder = [max(_LEAST, more * step) for step in _STEPS]
        for contrast in ladder:
            if not turns.would_count(light_of(self._towards_mean(sample, contrast)), frame):
                return contrast
        for contrast in ladder:
            here = light_of(self._towards_mean(sample, contrast))
            if turns.is_too_many(here, frame):
                continue
            before = light_of(self._towards_mean(self._before, contrast))
            if _is_alike(here, before):
                return contrast
        return ladder[-1]

    def _towards_mean(self, luma: Grid, contrast: float) -> Grid:
        """Give luma with less contrast."""
        level = (self._mean or 0.0) * (1 - contrast)
        return np.asarray(cv2.convertScaleAbs(luma, alpha=contrast, beta=level), dtype=np.uint8)

    def state(self) -> dict[str, NDArray[Any]]:
        """Give what is needed to go on."""
        return {
            "contrast_kept": np.array(self._kept),
            "contrast_mean": np.array(np.nan if self._mean is None else self._mean),
            "contrast_before": self._before.copy(),
        }

    def resume(self, state: Any) -> None:
        """Go on from what `state` gave."""
        mean = float(state["contrast_mean"])
        self._kept = float(state["contrast_kept"])
        self._mean = None if math.isnan(mean) else mean
        self._before = np.array(state["contrast_before"])


def _is_alike(one: Grid, other: Grid) -> bool:
    """Whether too little of the picture differs, even by much less than a turn takes."""
    most = LEAST_AREA * one.size
    ways = cv2.subtract(one, other), cv2.subtract(other, one)
    return all(np.count_nonzero(np.asarray(way) >= _ALIKE) < most for way in ways)
