"""Contrast: what is taken from pictures that would flash while much moves in them.

Luma is drawn towards its own slow mean, so that lines and colours are seen moving where
they move, at once, and what is light and dark differs less. Contrast falls within a
frame, no more than it must or may, and comes back by degrees when the pictures are calmer.
"""

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Yuv
from clavilux.render.turns import CHANGE, LEAST_AREA, Grid, Turns, light_of

_PRESSED = 3
"""Turns of a place within a second from which none more is wanted, once contrast is taken."""
_STEPS = (0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.12, 0.08, 0.05)
_MEAN_S = 1.0
"""Over how long mean luma is taken."""
_ALIKE = CHANGE // 3


class Policy(NamedTuple):
    """How readily contrast is taken and given back."""

    least: float
    """Contrast below which none is taken."""
    pressed: int
    """Turns of a place within a second from which some is taken."""
    easy: int
    """Turns of a place within a second below which it comes back whatever that does."""
    recovery_s: float
    """Seconds in which it doubles, coming back."""


MOVING = Policy(least=0.05, pressed=3, easy=2, recovery_s=0.9)
"""So that cameras that jump are seen to jump."""
STRIPED = Policy(least=0.42, pressed=4, easy=1, recovery_s=2.0)
"""So that in dark and light stripes most hits pass as they are, and none is lost from sight."""


class Contrast:
    """How much contrast the pictures of a film keep, one after the other."""

    def __init__(self, frame_rate: float, policy: Policy) -> None:
        self._manner = policy
        self._kept = 1.0
        self._recovery = 2 ** (1 / (policy.recovery_s * frame_rate))
        self._newness = 1 - math.exp(-1 / (_MEAN_S * frame_rate))
        self._mean: float | None = None  # luma of the last seconds
        self._before: Grid = np.zeros((1, 1), dtype=np.uint8)
        """A sample of the last picture as it came."""

    def choose(self, sample: Grid, turns: Turns, frame: int) -> None:
        """Choose how much contrast the next picture keeps.

        Args:
            sample: What comes next, as `turns.sampled` gives it.
            turns: What has been shown so far.
            frame: Its number, counted by `turns`.
        """
        mean = cv2.mean(sample)[0]
        if self._mean is None:
            self._mean = mean
        else:
            self._mean += self._newness * (mean - self._mean)
            self._kept = self._chosen(sample, turns, frame)
        self._before = sample

    def calmed(self, picture: Yuv) -> Yuv:
        """Give a picture with the contrast chosen: itself, if that is all of it."""
        if self._kept == 1:
            return picture
        planes, luma = picture.planes.copy(), picture.luma
        planes[: len(luma)] = self._towards_mean(luma, self._kept)
        return Yuv(planes)

    def _chosen(self, sample: Grid, turns: Turns, frame: int) -> float:
        """Give how much contrast the next picture keeps.

        While no place has turned often, contrast comes back, as long as that alone is no turn;
        else it is the most that makes no place turn that counts, or, where the step there must
        be such a turn, the most at which this picture and the last would not differ so much.
        """
        least, pressed, easy, _ = self._manner
        if self._kept < 1:
            pressed = _PRESSED
        pressure = turns.most(frame)
        more = min(1.0, self._kept * self._recovery)
        if pressure < pressed and (more == 1 or pressure < easy):
            return more
        if more == 1 and not turns.would_count(light_of(sample), frame):
            return more
        if not turns.would_count(light_of(self._towards_mean(sample, more)), frame):
            return more
        if pressure < pressed:
            return self._kept
        ladder = list(dict.fromkeys(max(least, more * step) for step in _STEPS))
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
            "kept": np.array(self._kept),
            "mean": np.array(np.nan if self._mean is None else self._mean),
            "before": self._before.copy(),
        }

    def resume(self, state: Any) -> None:
        """Go on from what `state` gave."""
        mean = float(state["mean"])
        self._kept = float(state["kept"])
        self._mean = None if math.isnan(mean) else mean
        self._before = np.array(state["before"])


def _is_alike(one: Grid, other: Grid) -> bool:
    """Whether too little of the picture differs, even by much less than a turn takes."""
    most = LEAST_AREA * one.size
    ways = cv2.subtract(one, other), cv2.subtract(other, one)
    return all(np.count_nonzero(np.asarray(way) >= _ALIKE) < most for way in ways)
