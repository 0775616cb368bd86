"""Swell: how loud the music is beside the seconds around it.

Loudness in; out the same between the soft and the loud of its neighbourhood, 0 to 1, so
that a singer's breath moves the picture in a quiet verse as a crescendo does in a loud one.

`swell` follows every stroke; `passage` follows what is played louder or softer for half a
second and more, so that hits may be as large as the music around them is loud without a soft
hit in a loud passage being lost.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, minimum_filter1d, uniform_filter1d

from clavilux.core.values import Series

REACH_S = 8.0
"""How long the neighbourhood is, seconds: two to four bars."""
LEAST = 0.08
"""Soft and loud strokes differ by no less, in the unit of ``loudness``: about 2 dB."""
PASSAGE_S = 0.5
"""How long a passage is at least, seconds: what `evaluation.answers` smooths over."""
LEAST_OF_PASSAGES = 0.03
"""The same as `LEAST` for passages. Chosen on compressed songs of the build half, whose loudness
varies by .3 dB: correlations of change with it rose from .08 and .14 to .25 and .27."""


def swell(loudness: Series) -> Series:
    """Return `loudness` between its own local minimum and maximum."""
    return _beside_its_neighbours(loudness, loudness.values, LEAST)


def passage(loudness: Series) -> Series:
    """Return `loudness`, its mean over `PASSAGE_S`, between that one's local extremes."""
    window = max(1, round(PASSAGE_S * loudness.rate))
    values = loudness.values
    mean = uniform_filter1d(values, window, mode="nearest") if len(values) else values
    return _beside_its_neighbours(loudness, mean, LEAST_OF_PASSAGES)


def _beside_its_neighbours(loudness: Series, values: NDArray[np.float64], least: float) -> Series:
    if not len(values):
        return loudness
    window = max(1, round(REACH_S * loudness.rate))
    low = gaussian_filter1d(minimum_filter1d(values, window), window / 4)
    high = gaussian_filter1d(maximum_filter1d(values, window), window / 4)
    middle, span = (low + high) / 2, np.maximum(high - low, least)
    return Series(loudness.rate, np.clip((values - middle) / span + 0.5, 0.0, 1.0))


BESIDE = {"swell": swell, "passage": passage}
"""Series that rules may follow beside those of the facts, by name."""
