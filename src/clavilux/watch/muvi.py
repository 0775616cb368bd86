"""MuVi-Sync's own measures of a film, one row a second, as its authors took them.

What was learnt from that data set must see new films through the same eyes.

Source:
    J. Kang, S. Poria, D. Herremans, "Video2Music", Expert Systems with
    Applications 249, 2024, and the data set's description.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import FilmFrame
from clavilux.watch.glance import rgb_difference

EMOTIONS = ("exciting", "fearful", "tense", "sad", "relaxing", "neutral")
"""The six words by which MuVi-Sync says how a second looks."""


class MotionEachSecond:
    """The difference of two neighbouring video frames, taken once a second.

    It is taken at the first video frame at least 1 s past the whole second of the
    last one taken, between that frame and the one before it: a cut that falls there
    gives a large value, what moves in between gives none.
    """

    def __init__(self) -> None:
        self._taken = 0
        self._last: FilmFrame | None = None
        self._values: dict[int, float] = {}

    def see(self, frame: FilmFrame) -> None:
        """Take note of the next video frame."""
        last, self._last = self._last, frame
        if last is not None and frame.time - self._taken >= 1:
            self._taken = math.floor(frame.time)
            self._values[self._taken] = rgb_difference(last.picture, frame.picture)

    def values(self, n_seconds: int) -> NDArray[np.float64]:
        """Return what was found, 0 to 255; second 0 is 0. Shape (n_seconds,)."""
        return np.array([self._values.get(second, 0.0) for second in range(n_seconds)])


class OnceASecond:
    """Says which video frames to look at closely: the first, then each 1 s or more after."""

    def __init__(self) -> None:
        self._last: Fraction | None = None

    def wants(self, time: Fraction) -> bool:
        """Return whether the frame at `time` is one of them."""
        if self._last is not None and time - self._last < 1:
            return False
        self._last = time
        return True


def scene_offsets(cuts_s: NDArray[np.float64], duration_s: float) -> NDArray[np.int64]:
    """Count whole seconds since the current shot began, second by second.

    A shot that ends at ``e`` seconds owns the seconds before ``ceil(e)``.

    Args:
        cuts_s: Where shots but the first begin, seconds, increasing.
        duration_s: The film's length.

    Returns:
        0 in a shot's first second, then 1, 2, …; shape (ceil(duration_s),).
    """
    seconds = np.arange(math.ceil(duration_s))
    starts = np.concatenate([[0], np.ceil(cuts_s)])
    return np.asarray(seconds - starts[np.searchsorted(starts, seconds, "right") - 1]).astype(int)
