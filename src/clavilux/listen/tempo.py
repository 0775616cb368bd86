"""Tempo and meter: how fast the beat goes, and how many beats make a bar.

Onset envelopes of a few bands in, a tempo for every other second and a meter out. Each
envelope is compared with itself at every lag (autocorrelation). A tempo and a meter
together say at which lags music should be like itself: half a beat, a beat, a bar, two
bars; and at which not. A weighted sum over these lags scores each pair.

Conventions
-----------
- Envelopes have `spectrum.FRAME_RATE` values a second, shape ``(n_frames, n_bands)``.
- Tempi are quarter notes a minute, in 6/8 dotted quarters; a *period* is one of them
  in audio frames.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import orjson
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from clavilux.listen.spectrum import FRAME_RATE

SLOWEST_BPM, FASTEST_BPM = 40.0, 220.0
METERS = ("4/4", "3/4", "6/8", "7/8")
_TAPPED_BPM, _TAPPED_OCTAVES = 120.0, 0.9
"""What people tap to, a centre and a spread; the loops that the weights were fitted on are of
all tempi alike. The centre is that of L. van Noorden, D. Moelants, "Resonance in the Perception
of Musical Pulse", JNMR 1999; the spread was chosen on 100 made-up loops kept from the fit."""
_SILENT = 1e-3
"""Growth below this, 0.07 dB, is the rounding of silence."""
_GRID_PER_OCTAVE = 140
_WINDOW_S, STRIDE_S = 16.0, 2.0
_RATIOS = (0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1, 1.25, 4 / 3, 1.5, 5 / 3, 1.75, 2, 2.5, 3, 3.5, 4,
           4.5, 5, 6, 7, 8)  # fmt: skip
"""Lags that are looked at, in beats."""


@dataclass(frozen=True, slots=True, eq=False)
class Tempo:
    """The tempo over time, and the meter."""

    bpm: float
    """The tempo that holds longest; 0 where nothing pulses."""
    curve_bpm: NDArray[np.float64]
    """The tempo around each multiple of `step_s`, shape (n,); at least one value."""
    step_s: float
    meter: str = "4/4"

    def times(self, factor: float) -> "Tempo":
        """Return a tempo that is `factor` times as fast."""
        return Tempo(factor * self.bpm, factor * self.curve_bpm, self.step_s, self.meter)

    def periods(self, n_frames: int) -> NDArray[np.float64]:
        """Return the length of a beat, in frames, at each of `n_frames` frames."""
        grid = np.arange(len(self.curve_bpm)) * self.step_s * FRAME_RATE
        curve = np.interp(np.arange(n_frames), grid, self.curve_bpm)
        return np.asarray(60 * FRAME_RATE / np.maximum(curve, 1e-6), dtype=np.float64)


def estimate_tempo(
    envelopes: NDArray[np.float64], *, tempo_bpm: float | None = None, meter: str | None = None
) -> Tempo:
    """Estimate the meter, and the tempo around every other second.

    Args:
        envelopes: Onset strength in bands, lowest first, shape (n_frames, n_bands).
        tempo_bpm: The tempo, where it is known.
        meter: The meter, where it is known.
    """
    grid = tempo_grid()
    if len(envelopes) < FRAME_RATE * 60 / FASTEST_BPM or envelopes.max() <= _SILENT:
        bpm = tempo_bpm or 0.0
        return Tempo(bpm, np.full(1, bpm or 120.0), STRIDE_S, meter or METERS[0])
    windows = _windows(envelopes - gaussian_filter1d(envelopes, FRAME_RATE, axis=0))
    scores = np.array([scored(part) for part in windows])  # (n_windows, n_tempi, n_meters)
    if meter in METERS:
        scores = scores[:, :, [METERS.index(meter)]]
    if tempo_bpm is not None:
        path = np.full(len(scores), np.abs(grid - tempo_bpm).argmin())
    else:
        path = _smoothest_path(scores.max(axis=2))
    likeliest = int(scores[np.arange(len(path)), path].sum(axis=0).argmax())
    if tempo_bpm is not None:
        curve, bpm = np.full(len(path), tempo_bpm), tempo_bpm
    else:
        counts = np.bincount(path, minlength=len(grid)).astype(np.float64)
        held = gaussian_filter1d(counts, _GRID_PER_OCTAVE * 0.02, mode="constant")
        curve, bpm = grid[path], float(grid[int(held.argmax())])
    return Tempo(bpm, curve, STRIDE_S, meter or METERS[likeliest])


def tempo_grid() -> NDArray[np.float64]:
    """Return the tempi that are tried, evenly spaced in octaves."""
    octaves = np.log2(FASTEST_BPM / SLOWEST_BPM)
    steps = np.arange(int(octaves * _GRID_PER_OCTAVE) + 1)
    return np.asarray(SLOWEST_BPM * 2 ** (steps / _GRID_PER_OCTAVE), dtype=np.float64)


def scored(envelopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of how likely each tempo and meter is, shape (n_tempi, n_meters)."""
    octaves = np.log2(tempo_grid() / _TAPPED_BPM)
    prior = -0.5 * (octaves / _TAPPED_OCTAVES) ** 2
    return np.asarray(features(envelopes) @ _weights() + prior[:, None], dtype=np.float64)


def features(envelopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how like itself the music is at the lags of each tempo, shape (n_tempi, n_features).

    The features: likeness of the mean of all bands and of the lowest, at each of
    `_RATIOS`; then the distance from `_TAPPED_BPM`, in octaves, squared; then 1.
    """
    grid = tempo_grid()
    each = _autocorrelations(envelopes)
    lags = 60 * FRAME_RATE / grid[:, None] * np.array(_RATIOS)
    place = np.arange(len(envelopes))
    maps = [np.interp(lags, place, row, right=0.0) for row in (each.mean(axis=1), each[:, 0])]
    octaves = np.log2(grid / _TAPPED_BPM)
    return np.column_stack([*maps, octaves**2, np.ones(len(grid))])


def _autocorrelations(envelopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compare each band with itself at every lag: 1 the same, 0 unrelated; shape kept."""
    n = len(envelopes)
    size = scipy.fft.next_fast_len(2 * n, real=True)
    smooth = gaussian_filter1d(np.maximum(envelopes, 0), 1.5, axis=0, mode="constant")
    smooth = smooth - smooth.mean(axis=0)
    spectrum = scipy.fft.rfft(smooth, size, axis=0)
    similarity = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, size, axis=0)[:n]
    similarity = similarity / np.maximum(similarity[0], 1e-9)
    # Long lags overlap less: undo that, but not where next to nothing overlaps.
    overlap = np.maximum(n - np.arange(n), 0.25 * n)
    return np.asarray(similarity * (n / overlap)[:, None], dtype=np.float64)


@cache
def _weights() -> NDArray[np.float64]:
    """Read the weights, shape (n_features, n_meters); see `clavilux.training.tempo`."""
    text = files("clavilux.listen").joinpath("tempo.json").read_bytes()
    return np.array(orjson.loads(text)["weights"], dtype=np.float64)


def _windows(envelopes: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Cut stretches around every multiple of the stride; those at the ends are moved inwards."""
    half, stride = round(_WINDOW_S * FRAME_RATE / 2), round(STRIDE_S * FRAME_RATE)
    if len(envelopes) <= 2 * half:
        return [envelopes]
    centres = range(0, len(envelopes), stride)
    starts = [min(max(0, centre - half), len(envelopes) - 2 * half) for centre in centres]
    return [envelopes[start : start + 2 * half] for start in starts]


def _smoothest_path(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Follow the likeliest tempo through time, changing it only for a reason (Viterbi)."""
    n, width = scores.shape
    best, back = scores[0], np.zeros((n, width), dtype=np.int64)
    positions = np.arange(width)
    apart = np.abs(positions[:, None] - positions)
    # A change of an octave costs as much as a score worse by 6; any jump costs 1.
    cost = 6.0 / _GRID_PER_OCTAVE * apart + 1.0 * (apart > 3)
    for i in range(1, n):
        total = best[None, :] - cost
        back[i] = total.argmax(axis=1)
        best = total[positions, back[i]] + scores[i]
    path = np.zeros(n, dtype=np.int64)
    path[-1] = int(best.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path
