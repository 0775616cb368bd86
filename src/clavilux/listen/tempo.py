"""Tempo: how fast the beat goes, now and throughout, from the onset envelope.

An onset envelope in, a tempo for each second out. The envelope is compared with
itself at every lag (autocorrelation); a tempo is likely where the lags of one,
two, three and four beats all agree, and where people would tap.

Conventions
-----------
- Envelopes have `spectrum.FRAME_RATE` values a second.
- Tempi are beats per minute; a *period* is one beat in audio frames.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from clavilux.listen.spectrum import FRAME_RATE

SLOWEST_BPM, FASTEST_BPM = 40.0, 220.0
_TAPPED_BPM, _TAPPED_OCTAVES = 120.0, 0.9
"""What people tap to in songs: a centre and a spread."""
_LOOPED_BPM, _LOOPED_OCTAVES = 135.0, 0.6
"""What loops are made for: dancing."""
_GRID_PER_OCTAVE = 140
_WINDOW_S, _STRIDE_S = 12.0, 2.0
_LONGEST_LOOP_S = 20.0
_COMB = ((1.0, 1.0), (2.0, 0.9), (3.0, 0.5), (4.0, 0.8))
"""Multiples of the beat at which the envelope should resemble itself, and their weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Tempo:
    """The tempo over time."""

    bpm: float
    """The tempo that holds longest; 0 where nothing pulses."""
    curve_bpm: NDArray[np.float64]
    """The tempo around each multiple of `step_s`, shape (n,); at least one value."""
    step_s: float

    def periods(self, n_frames: int) -> NDArray[np.float64]:
        """Give the length of a beat, in frames, at each of `n_frames` frames."""
        grid = np.arange(len(self.curve_bpm)) * self.step_s * FRAME_RATE
        curve = np.interp(np.arange(n_frames), grid, self.curve_bpm)
        return np.asarray(60 * FRAME_RATE / np.maximum(curve, 1e-6), dtype=np.float64)


def estimate_tempo(envelope: NDArray[np.float64], *, duration_s: float) -> Tempo:
    """Estimate the tempo around every other second.

    Args:
        envelope: The onset envelope, shape (n_frames,).
        duration_s: Length of the sound. A short sound that begins with an onset may
            be a loop, and a loop holds a whole number of bars.
    """
    grid = tempo_grid()
    centred = envelope - gaussian_filter1d(envelope, FRAME_RATE) if len(envelope) else envelope
    rows = [_score(part) for part in _windows(np.maximum(centred, 0))]
    scores = np.array(rows).reshape(-1, len(grid))
    if not len(scores) or scores.max() <= 0:
        return Tempo(0.0, np.full(1, 120.0), _STRIDE_S)
    if duration_s <= _LONGEST_LOOP_S and _begins_with_onset(envelope):
        scores = scores * _preference(grid, _LOOPED_BPM, _LOOPED_OCTAVES)
        scores = scores * _loop_preference(grid, duration_s)
    else:
        scores = scores * _preference(grid, _TAPPED_BPM, _TAPPED_OCTAVES)
    path = _smoothest_path(scores)
    counts = np.bincount(path, weights=scores[np.arange(len(path)), path], minlength=len(grid))
    held = gaussian_filter1d(counts, _GRID_PER_OCTAVE * 0.02, mode="constant")
    return Tempo(float(grid[int(held.argmax())]), grid[path], _STRIDE_S)


def tempo_grid() -> NDArray[np.float64]:
    """Give the tempi that are tried, evenly spaced in octaves."""
    octaves = np.log2(FASTEST_BPM / SLOWEST_BPM)
    steps = np.arange(int(octaves * _GRID_PER_OCTAVE) + 1)
    return np.asarray(SLOWEST_BPM * 2 ** (steps / _GRID_PER_OCTAVE), dtype=np.float64)


def _windows(envelope: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Cut stretches around every multiple of the stride; those at the ends are shorter."""
    half, stride = round(_WINDOW_S * FRAME_RATE / 2), round(_STRIDE_S * FRAME_RATE)
    centres = range(0, max(1, len(envelope)), stride)
    if len(envelope) <= 2 * half:
        return [envelope] * len(centres)
    starts = [min(max(0, centre - half), len(envelope) - 2 * half) for centre in centres]
    return [envelope[start : start + 2 * half] for start in starts]


def _score(envelope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say for each tempo of the grid how well its beats' lags agree; 0 to about 1."""
    grid = tempo_grid()
    n = len(envelope)
    if n < FRAME_RATE * 60 / FASTEST_BPM or envelope.max() <= 0:
        return np.zeros(len(grid))
    size = scipy.fft.next_fast_len(2 * n, real=True)
    smooth = gaussian_filter1d(envelope, 1.5, mode="constant")
    spectrum = scipy.fft.rfft(smooth - smooth.mean(), size)
    similarity = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[:n]
    similarity = similarity / max(similarity[0], 1e-12)
    # Long lags overlap less: undo that, but not where next to nothing overlaps.
    similarity = similarity * (n / np.maximum(n - np.arange(n), 0.25 * n))
    lags = 60 * FRAME_RATE / grid
    total, weight = np.zeros(len(grid)), np.zeros(len(grid))
    for multiple, share in _COMB:
        lag = lags * multiple
        reach = np.where(lag < 0.9 * n, share, 0.0)
        total += reach * np.interp(lag, np.arange(n), similarity)
        weight += reach
    return np.asarray(np.maximum(0, total / np.maximum(weight, 1.0)), dtype=np.float64)


def _preference(
    grid: NDArray[np.float64], centre_bpm: float, spread_octaves: float
) -> NDArray[np.float64]:
    """Say how readily people take each tempo for the beat's."""
    octaves = np.log2(grid / centre_bpm)
    return np.asarray(np.exp(-0.5 * (octaves / spread_octaves) ** 2), dtype=np.float64)


def _loop_preference(grid: NDArray[np.float64], duration_s: float) -> NDArray[np.float64]:
    """Favour tempi at which a loop holds 4, 8, 16 … beats."""
    octaves = np.log2(np.maximum(grid * duration_s / 60, 1e-3) / 4)
    nearest = np.maximum(0, np.round(octaves))
    return np.asarray(1 + 8 * np.exp(-0.5 * ((octaves - nearest) / 0.02) ** 2), dtype=np.float64)


def _begins_with_onset(envelope: NDArray[np.float64]) -> bool:
    first = envelope[:8].max(initial=0)
    return bool(first > 0.3 * np.percentile(envelope, 99)) if len(envelope) else False


def _smoothest_path(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Follow the likeliest tempo through time, changing it only for a reason (Viterbi)."""
    floor = 1e-3
    likely = np.log(scores / scores.max() + floor)
    n, width = likely.shape
    best, back = likely[0], np.zeros((n, width), dtype=np.int64)
    step = 6.0 / _GRID_PER_OCTAVE  # a change of an octave costs as much as a score e⁶ times worse
    positions = np.arange(width)
    cost = step * np.abs(positions[:, None] - positions)
    cost += 1.0 * (np.abs(positions[:, None] - positions) > 3)
    for i in range(1, n):
        total = best[None, :] - cost
        back[i] = total.argmax(axis=1)
        best = total[positions, back[i]] + likely[i]
    path = np.zeros(n, dtype=np.int64)
    path[-1] = int(best.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path
