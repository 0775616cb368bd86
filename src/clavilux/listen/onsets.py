"""Onsets: the instants at which something begins, found in mel frames.

Log-mel frames in, an onset envelope out, then onset times. Nothing here reads a
sound (see `clavilux.listen.measure`).

Conventions
-----------
- Frames and envelopes have `spectrum.FRAME_RATE` values a second, frame ``i`` at
  ``i / FRAME_RATE`` seconds.
- Times are float64 seconds, strictly increasing.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from clavilux.listen.spectrum import FRAME_RATE

_LAG = 2
"""Growth is measured over this many frames: a window's rise takes longer than a hop."""


def band_flux(log_mel: NDArray[np.float16]) -> NDArray[np.float32]:
    """Measure how much each band grows, losses dropped; shape (n_frames, n_bands).

    Source:
        S. Böck, G. Widmer, "Maximum Filter Vibrato Suppression for Onset
        Detection", DAFx 2013: the past is widened by a band on either side, so
        that vibrato is not growth. Here on mel bands, with a lag of 20 ms.
    """
    now = log_mel.astype(np.float32)
    past = maximum_filter1d(now, 3, axis=1) if now.size else now
    flux = np.maximum(0, now)  # before the first frame there was silence
    flux[_LAG:] = np.maximum(0, now[_LAG:] - past[:-_LAG])
    return flux


def envelope(flux: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sum growth over bands; shape (n_frames,)."""
    return np.asarray(flux.sum(axis=1), dtype=np.float64)


def band_envelopes(log_mel: NDArray[np.float16]) -> NDArray[np.float64]:
    """Measure growth in four bands, lowest first (bass and kick); shape (n_frames, 4)."""
    flux = band_flux(log_mel)
    edges = [round(flux.shape[1] * share) for share in (0, 0.1, 0.3, 0.6, 1)]
    bands = [flux[:, a:b].mean(axis=1, dtype=np.float64) for a, b in pairwise(edges)]
    return np.column_stack(bands)


def pick_peaks(
    values: NDArray[np.float64],
    *,
    threshold: float,
    above_mean: float = 0.0,
    apart_s: float = 0.05,
    mean_s: float = 0.2,
) -> NDArray[np.int64]:
    """Find local maxima that stand out; indices of frames, in order.

    Args:
        values: The envelope, shape (n_frames,).
        threshold: What a peak must reach at least.
        above_mean: What it must exceed the mean of its surroundings by.
        apart_s: A peak is the largest value this near to it on either side, seconds.
        mean_s: How far the surroundings reach to either side, seconds.
    """
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    reach = max(1, round(apart_s * FRAME_RATE))
    largest = maximum_filter1d(values, 2 * reach + 1, mode="constant")
    mean = uniform_filter1d(values, 2 * round(mean_s * FRAME_RATE) + 1, mode="constant")
    is_peak = (values == largest) & (values >= threshold) & (values >= mean + above_mean)
    index = np.flatnonzero(is_peak & (values > 0))
    # A plateau has several largest values; its first counts.
    first = np.diff(index, prepend=-reach - 1) > reach
    return index[first]


def refine(values: NDArray[np.float64], peaks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Place peaks between frames by a parabola; seconds, same shape."""
    inner = np.clip(peaks, 1, max(1, len(values) - 2))
    if len(values) < 3:
        return peaks / FRAME_RATE
    before, at, after = values[inner - 1], values[inner], values[inner + 1]
    bend = before - 2 * at + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.minimum(bend, -1e-12), 0)
    return np.asarray((inner + np.clip(shift, -0.5, 0.5)) / FRAME_RATE, dtype=np.float64)
