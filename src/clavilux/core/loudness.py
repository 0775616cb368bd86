"""Loudness: how loud a sound is to the ear, and how high its true peaks are.

Blocks of a waveform in, LUFS and decibels true peak out: the two numbers by
which broadcasters and shops measure. Constant memory, whatever the length.

Conventions
-----------
- Waveforms are float32, shape ``(n_samples, n_channels)``, one or two channels.
- A full-scale sine of 1 kHz in one channel is -3.01 LUFS.
- Silence is ``-inf``.

Source:
    ITU-R BS.1770-4 (K-weighting, gates, true peak) and EBU R 128. The filters
    are designed for any sample rate from the standard's analogue prototypes, as
    libebur128 does; the interpolator for true peaks is a Kaiser-windowed sinc of
    16 taps a phase where the standard shows one of 12.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Sound

_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
STEP_S = 0.1
"""How far apart the windows of the measure lie."""
_STEPS_IN_WINDOW, _STEPS_IN_SHORT_TERM = 4, 30
_TAPS = 16
BEFORE, AFTER = _TAPS // 2 - 1, _TAPS // 2
"""Samples that `intersample_peaks` needs before the first and after the last."""
_PEAK_CHUNK = 1 << 15


class LoudnessMeter:
    """Measures integrated loudness and true peak of what it is given."""

    def __init__(
        self, sample_rate: int, n_channels: int, *, true_peak: bool = True, step_s: float = STEP_S
    ) -> None:
        """Take the sound's rate and channels.

        Args:
            sample_rate: Samples per second.
            n_channels: One or two.
            true_peak: Whether the true peak is wanted too: it is dear. Without it,
                `true_peak_db` is that of the samples alone.
            step_s: The finest stretch of which `powers` tells; a whole share of `STEP_S`.
        """
        self._sections = _k_weighting(sample_rate)
        self._state = np.zeros((2, 2, n_channels))
        self._step = round(step_s * sample_rate)
        self._per_window_step = round(STEP_S / step_s)
        self._rest = np.zeros(0)
        self._powers: list[NDArray[np.float32]] = []
        self._context = np.zeros((BEFORE, n_channels), dtype=np.float32)
        self._peak = 0.0
        self._finds_true_peak = true_peak

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next block, shape (n, n_channels)."""
        if not len(block):
            return
        from scipy.signal import sosfilt

        weighted, self._state = sosfilt(self._sections, block, axis=0, zi=self._state)
        power = np.concatenate([self._rest, np.einsum("nc,nc->n", weighted, weighted)])
        whole = len(power) // self._step * self._step
        if whole:
            steps = power[:whole].reshape(-1, self._step).mean(axis=1)
            self._powers.append(steps.astype(np.float32))
        self._rest = power[whole:]
        self._peak = max(self._peak, float(np.abs(block).max(initial=0.0)))
        if not self._finds_true_peak:
            return
        joined = np.concatenate([self._context, block])
        if len(joined) >= _TAPS and peak_bound(joined) > self._peak:
            self._peak = max(self._peak, float(intersample_peaks(joined).max()))
        self._context = joined[-(_TAPS - 1) :]

    @property
    def powers(self) -> NDArray[np.float32]:
        """K-weighted power of each step, all channels together. Shape (n_steps,)."""
        self._powers = [np.concatenate([np.zeros(0, dtype=np.float32), *self._powers])]
        return self._powers[0]

    def take_powers(self) -> NDArray[np.float32]:
        """Return `powers` since they were last taken, and forget them. Shape (n_steps,)."""
        powers, self._powers = self.powers, []
        return powers

    @property
    def momentary(self) -> NDArray[np.float64]:
        """Loudness of each window of 400 ms, every 100 ms, LUFS. Shape (n_windows,)."""
        return _lufs(_windows(self.powers, self._per_window_step, _STEPS_IN_WINDOW))

    @property
    def short_term(self) -> NDArray[np.float64]:
        """Loudness of each window of 3 s, every 100 ms, LUFS. Shape (n_windows,)."""
        return _lufs(_windows(self.powers, self._per_window_step, _STEPS_IN_SHORT_TERM))

    @property
    def integrated(self) -> float:
        """Loudness of the whole, LUFS, with the gates of the standard."""
        return integrated_lufs(self.powers, self._per_window_step)

    @property
    def true_peak_db(self) -> float:
        """Highest peak between samples or on them, decibels relative to full scale."""
        return float(20 * np.log10(self._peak)) if self._peak else -np.inf


def measure(sound: Sound) -> LoudnessMeter:
    """Read `sound` to its end and return the meter that heard it."""
    return measure_blocks(sound, sound.sample_rate, sound.n_channels)


def measure_blocks(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, n_channels: int
) -> LoudnessMeter:
    """Measure all `blocks` and return the meter."""
    meter = LoudnessMeter(sample_rate, n_channels)
    for block in blocks:
        meter.add(block)
    return meter


def integrated_lufs(powers: NDArray[np.floating[Any]], powers_per_step: int = 1) -> float:
    """Return the gated loudness of a sound from its K-weighted power.

    Args:
        powers: All channels together, evenly. Shape (n_powers,).
        powers_per_step: How many of them lie in `STEP_S`.
    """
    power = _windows(powers, powers_per_step, _STEPS_IN_WINDOW)
    power = power[_lufs(power) > _ABSOLUTE_GATE]
    if not len(power):
        return -np.inf
    gate = float(_lufs(power.mean()[None])[0]) + _RELATIVE_GATE
    return float(_lufs(power[_lufs(power) > gate].mean()[None])[0])


def intersample_peaks(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest magnitude at or right after each sample, over all channels.

    Args:
        waveform: Shape (n_samples, n_channels).

    Returns:
        Peaks, four times oversampled, of samples `BEFORE` to ``n_samples - AFTER - 1``:
        shape (n_samples - BEFORE - AFTER,).
    """
    n = len(waveform) - BEFORE - AFTER
    peaks: NDArray[np.float32] = np.abs(waveform[BEFORE : BEFORE + n]).max(axis=1)
    for channel in waveform.T:
        line = np.ascontiguousarray(channel)
        for start in range(0, n, _PEAK_CHUNK):
            stretch = line[start : start + _PEAK_CHUNK + _TAPS - 1]
            windows = np.lib.stride_tricks.sliding_window_view(stretch, _TAPS)
            between = np.abs(windows @ _interpolator()).max(axis=1)
            there = peaks[start : start + len(between)]
            np.maximum(there, between[: len(there)], out=there)
    return peaks


def peak_bound(waveform: NDArray[np.float32]) -> float:
    """Return what no true peak of `waveform` can pass; far quicker than finding them."""
    return float(np.abs(waveform).max(initial=0.0)) * _worst_case()


@lru_cache(maxsize=1)
def _interpolator() -> NDArray[np.float32]:
    """Design the taps that give the values 1/4, 1/2 and 3/4 after a sample: (taps, 3)."""
    taps = np.arange(_TAPS)[:, None] - BEFORE - np.array([0.25, 0.5, 0.75])[None]
    window = np.i0(6.0 * np.sqrt(np.maximum(0.0, 1 - (taps / (_TAPS / 2)) ** 2))) / np.i0(6.0)
    kernel = np.sinc(taps) * window
    return np.asarray(kernel / kernel.sum(axis=0), dtype=np.float32)


@lru_cache(maxsize=1)
def _worst_case() -> float:
    """Return how far above the highest sample a true peak can lie, as a factor."""
    return float(np.abs(_interpolator()).sum(axis=0).max())


def _windows(
    powers: NDArray[np.floating[Any]], powers_per_step: int, n_steps: int
) -> NDArray[np.float64]:
    """Return the mean power of each window of `n_steps` steps, one a step."""
    whole = len(powers) // powers_per_step * powers_per_step
    steps = powers[:whole].reshape(-1, powers_per_step).mean(axis=1, dtype=np.float64)
    if len(steps) < n_steps:
        return np.zeros(0)
    return np.convolve(steps, np.full(n_steps, 1 / n_steps), "valid")


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10 * np.log10(power), dtype=np.float64)


def _k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """Design the two stages of the K-weighting: a head's shelf, then a high-pass."""
    k = np.tan(np.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    ]
    k, q = np.tan(np.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    return np.array([shelf, high_pass])
