"""Swell: how loud the music is beside the seconds around it.

Loudness in; out the same between the soft and the loud of its neighbourhood, 0 to 1, so
that a singer's breath moves the picture in a quiet verse as a crescendo does in a loud one.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, minimum_filter1d

from clavilux.core.values import Series

REACH_S = 8.0
"""How long the neighbourhood is, seconds: two to four bars."""
LEAST = 0.08
"""Soft and loud are taken to differ by no less, in the unit of ``loudness`` (about 2 dB)."""


def swell(loudness: Series) -> Series:
    """Return `loudness` between its own local minimum and maximum."""
    values = loudness.values
    if not len(values):
        return loudness
    window = max(1, round(REACH_S * loudness.rate))
    low = gaussian_filter1d(minimum_filter1d(values, window), window / 4)
    high = gaussian_filter1d(maximum_filter1d(values, window), window / 4)
    middle, span = (low + high) / 2, np.maximum(high - low, LEAST)
    return Series(loudness.rate, np.clip((values - middle) / span + 0.5, 0.0, 1.0))
