"""Tempo and meter: how fast the beat goes, and how many beats make a bar.

Onset strength in bands and the likelihood of drum hits in, a tempo for every fourth second and a
meter out. Each of these *cues* is compared with itself at every lag (autocorrelation), kick with
snare and low with high bands also with each other. A tempo and a meter together say at which
lags music should be like itself: half a beat, a beat, a bar, two bars; at which not; and how
many kicks, snares and hats a beat has. A weighted sum over all this scores each pair; to it
comes how common its tempo and its meter are.

Conventions
-----------
- Cues have `spectrum.FRAME_RATE` values a second, shape ``(n_frames, N_CUES)``.
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
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.special import logsumexp

from clavilux.listen.hits import KINDS
from clavilux.listen.spectrum import FRAME_RATE

SLOWEST_BPM, FASTEST_BPM = 40.0, 220.0
METERS = ("4/4", "3/4", "6/8", "7/8")
COMMON_BPM, COMMON_OCTAVES = 117.6, 0.453
METER_COUNTS = (331, 35, 14, 4)
"""How common tempi (geometric mean and standard deviation) and the `METERS` are, counted in the
MIDI files of OpenMSX, Freedoom and VGMIDI (the first 400 by name), of the Groove data set and of
`symusic`'s, `Tone.js`'s and Debian's games' tests: 379 files whose tempo isn't 120, the default;
2/4 and 2/2 count as 4/4, 6/4 as 3/4, 9/8 as 6/8, 7/4 as 7/8."""
N_CUES = 8
_N_BANDS = 4
_KICK, _SNARE = 4, 5
_HATS = tuple(KINDS.index(kind) for kind in ("closed_hat", "pedal_hat", "open_hat", "ride"))
_SILENT = 1e-3
"""Growth below this, 0.07 dB, is the rounding of silence."""
_FEWEST_HITS = 0.15
"""A second; of fewer, a beat's number isn't counted."""
_A_HIT = 0.25
_GRID_PER_OCTAVE = 70
_WINDOW_S, STRIDE_S = 16.0, 4.0
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


def cues_of(bands: NDArray[np.floating], likelihood: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return what tempo is heard by: growth in four bands; kick, snare, any hat, any onset.

    Args:
        bands: Onset strength in bands, lowest first: `onsets.band_envelopes`.
        likelihood: How likely each of `hits.KINDS` begins, shape (n_frames, len(KINDS)).
    """
    strength = bands.astype(np.float64)
    growth = np.maximum(strength - gaussian_filter1d(strength, FRAME_RATE, axis=0), 0)
    hits = likelihood.astype(np.float64)
    named = [hits[:, KINDS.index(kind)] for kind in ("kick", "snare")]
    hat = 1 - np.prod(1 - hits[:, _HATS], axis=1)
    return np.column_stack([growth, *named, hat, hits[:, KINDS.index("onset")]])


def estimate_tempo(
    cues: NDArray[np.float64], *, tempo_bpm: float | None = None, meter: str | None = None
) -> Tempo:
    """Estimate the meter, and the tempo around every fourth second.

    Args:
        cues: What is heard of the beat, shape (n_frames, N_CUES); see `cues_of`.
        tempo_bpm: The tempo, where it is known.
        meter: The meter, where it is known.
    """
    grid = tempo_grid()
    if len(cues) < FRAME_RATE * 60 / FASTEST_BPM or cues[:, :_N_BANDS].max() <= _SILENT:
        bpm = tempo_bpm or 0.0
        return Tempo(bpm, np.full(1, bpm or 120.0), STRIDE_S, meter or METERS[0])
    scores = np.array([scored(part) for part in _windows(cues)])  # (n_windows, n_tempi, n_meters)
    if meter in METERS:
        scores = scores[:, :, [METERS.index(meter)]]
    each = np.arange(len(scores))
    if tempo_bpm is not None:
        path = np.full(len(scores), np.abs(grid - tempo_bpm).argmin())
        curve = np.full(len(path), tempo_bpm)
    else:
        likely = np.asarray(logsumexp(scores, axis=2))
        path = _smoothest_path(likely)
        curve = _between(grid, likely, path)
    likeliest = int(scores[each, path].sum(axis=0).argmax())
    return Tempo(_longest_held(curve, path), curve, STRIDE_S, meter or METERS[likeliest])


@cache
def tempo_grid() -> NDArray[np.float64]:
    """Return the tempi that are tried, evenly spaced in octaves."""
    octaves = np.log2(FASTEST_BPM / SLOWEST_BPM)
    steps = np.arange(int(octaves * _GRID_PER_OCTAVE) + 1)
    return np.asarray(SLOWEST_BPM * 2 ** (steps / _GRID_PER_OCTAVE), dtype=np.float64)


def scored(cues: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of how likely each tempo and meter is, shape (n_tempi, n_meters)."""
    return np.asarray(features(cues) @ _weights() + log_prior(), dtype=np.float64)


@cache
def log_prior() -> NDArray[np.float64]:
    """Return how common tempi and meters are, a logarithm, shape (n_tempi, n_meters)."""
    octaves = np.log2(tempo_grid() / COMMON_BPM)
    counts = np.array(METER_COUNTS, dtype=np.float64)
    tempi = -0.5 * (octaves / COMMON_OCTAVES) ** 2
    return np.asarray(tempi[:, None] + np.log(counts / counts.sum()), dtype=np.float64)


def features(cues: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what speaks for and against each tempo, shape (n_tempi, n_features).

    The features: each of `_likenesses` at each of `_RATIOS`; then how many kicks, snares, hats
    and onsets a beat has, a logarithm, and its square; then 1.
    """
    below, share = _lags()
    maps = _likenesses(cues)
    maps = np.pad(maps, ((0, 0), (0, max(0, int(below.max()) + 2 - maps.shape[1]))))
    found = maps[:, below] * (1 - share) + maps[:, below + 1] * share  # (n_maps, n_tempi, n_lags)
    found = np.swapaxes(found, 0, 1).reshape(len(below), -1)
    per_s = _hits_per_s(cues)
    per_beat = np.log2(np.maximum(per_s, _FEWEST_HITS) * 60 / tempo_grid()[:, None])
    counted = np.where(per_s > _FEWEST_HITS, per_beat, 0)
    return np.column_stack([found, counted, counted**2, np.ones(len(found))])


@cache
def _lags() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each tempo's lags in frames: whole ones, and the share of the next."""
    lags = 60 * FRAME_RATE / tempo_grid()[:, None] * np.array(_RATIOS)
    below = np.floor(lags).astype(np.int64)
    return below, lags - below


def _likenesses(cues: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compare cues at every lag: 1 the same, 0 unrelated; shape (9, n_frames).

    All bands together, the lowest and the highest, kick, snare, hat and onset each with itself;
    then kick with snare, and the lowest band with the upper half: where the two alternate, a beat
    is told from half of it and from two.
    """
    n = len(cues)
    size = scipy.fft.next_fast_len(2 * n, real=True)
    smooth = gaussian_filter1d(cues, 1.5, axis=0, mode="constant")
    sounding = (smooth**2).sum(axis=0) > np.array([1e-4] * _N_BANDS + [0.5] * (N_CUES - _N_BANDS))
    spectra = scipy.fft.rfft(smooth - smooth.mean(axis=0), size, axis=0).T
    spectra = np.vstack([spectra, spectra[2:_N_BANDS].sum(axis=0)])
    power = np.maximum(scipy.fft.irfft(spectra.real**2 + spectra.imag**2, size, axis=1), 0)
    energy = np.maximum(power[:, 0], 1e-9)
    alone = np.where(sounding[:, None], power[:N_CUES, :n] / energy[:N_CUES, None], 0)

    def together(a: int, b: int) -> NDArray[np.float64]:
        both = scipy.fft.irfft(spectra[a] * np.conj(spectra[b]), size)
        ways = np.append(both[0], 0.5 * (both[1:n] + both[-1:-n:-1]))
        return np.asarray(ways / np.sqrt(energy[a] * energy[b]), dtype=np.float64)

    drummed = sounding[_KICK] and sounding[_SNARE]
    rows = [alone[:_N_BANDS].mean(axis=0), alone[0], alone[_N_BANDS - 1], *alone[_N_BANDS:],
            together(_KICK, _SNARE) if drummed else np.zeros(n), together(0, N_CUES)]  # fmt: skip
    # Long lags overlap less: undo that, but not where next to nothing overlaps.
    overlap = np.maximum(n - np.arange(n), 0.25 * n)
    return np.asarray(np.array(rows) * (n / overlap), dtype=np.float64)


def _hits_per_s(cues: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count kicks, snares, hats and onsets, shape (4,)."""
    curves = gaussian_filter1d(cues[:, _N_BANDS:], 1.0, axis=0)
    peaks = (curves == maximum_filter1d(curves, 7, axis=0)) & (curves > _A_HIT)
    return np.asarray(peaks.sum(axis=0) * FRAME_RATE / len(cues), dtype=np.float64)


@cache
def _weights() -> NDArray[np.float64]:
    """Read the weights, shape (n_features, n_meters); see `clavilux.training.tempo`."""
    text = files("clavilux.listen").joinpath("tempo.json").read_bytes()
    return np.array(orjson.loads(text)["weights"], dtype=np.float64)


def _windows(cues: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Cut stretches around every multiple of the stride; those at the ends are moved inwards."""
    half, stride = round(_WINDOW_S * FRAME_RATE / 2), round(STRIDE_S * FRAME_RATE)
    if len(cues) <= 2 * half:
        return [cues]
    centres = range(0, len(cues), stride)
    starts = [min(max(0, centre - half), len(cues) - 2 * half) for centre in centres]
    return [cues[start : start + 2 * half] for start in starts]


def _smoothest_path(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Follow the likeliest tempo through time, changing it only for a reason (Viterbi)."""
    n, width = scores.shape
    best, back = scores[0], np.zeros((n, width), dtype=np.int64)
    positions = np.arange(width)
    apart = np.abs(positions[:, None] - positions)
    # A change of an octave costs as much as a score worse by 6; any jump costs 1.
    cost = 6.0 / _GRID_PER_OCTAVE * apart + 1.0 * (apart > 2)
    for i in range(1, n):
        total = best[None, :] - cost
        back[i] = total.argmax(axis=1)
        best = total[positions, back[i]] + scores[i]
    path = np.zeros(n, dtype=np.int64)
    path[-1] = int(best.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def _between(
    grid: NDArray[np.float64], scores: NDArray[np.float64], path: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Place each window's tempo between those of the grid, by a parabola."""
    inner = np.clip(path, 1, len(grid) - 2)
    each = np.arange(len(path))
    before, at, after = (scores[each, inner + i] for i in (-1, 0, 1))
    bend = before - 2 * at + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0)
    return np.asarray(grid[inner] * 2 ** (np.clip(shift, -1, 1) / _GRID_PER_OCTAVE))


def _longest_held(curve: NDArray[np.float64], path: NDArray[np.int64]) -> float:
    """Return the median of the tempi around the commonest."""
    counts = gaussian_filter1d(np.bincount(path).astype(np.float64), 1.4, mode="constant")
    commonest = path[int(counts[path].argmax())]
    return float(np.median(curve[np.abs(path - commonest) <= 2]))
