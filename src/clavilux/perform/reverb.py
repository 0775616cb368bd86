"""Reverb: a small hall, as a convolution with decaying noise.

What a channel sends comes in, block by block, and the hall's answer goes out.
The hall is made from the seed, ends in silence, and is the same for all parts,
so that the stems' answers add up to the mix's.

Source:
    J. A. Moorer, "About This Reverberation Business", 1979: exponentially
    decaying white noise as a hall; highs die sooner than lows, as air makes them.
"""

import numpy as np
from numpy.typing import NDArray

PRE_DELAY_S = 0.014
LENGTH_S = 1.3
_DECAY_S = {"low": 1.5, "high": 0.7}
_CROSSOVER_HZ = 2500.0
_LOW_CUT_HZ = 180.0
_ROUNDING = 2e-8


def impulse_response(sample_rate: int, seed: int) -> NDArray[np.float32]:
    """Make the hall: shape (2, n), its energy 1 in each ear."""
    from scipy.signal import butter, sosfilt

    rng = np.random.default_rng(seed)
    n = int(LENGTH_S * sample_rate)
    noise = rng.standard_normal((2, n))
    time = np.arange(n) / sample_rate
    crossover = min(_CROSSOVER_HZ, 0.4 * sample_rate)
    low = sosfilt(butter(1, crossover, fs=sample_rate, output="sos"), noise)
    bands = {"low": low, "high": noise - low}
    tail = np.zeros_like(noise)
    for name, band in bands.items():
        tail += band * 10 ** (-3 * time / _DECAY_S[name])
    tail = sosfilt(butter(1, _LOW_CUT_HZ, "highpass", fs=sample_rate, output="sos"), tail)
    onset = np.minimum(time / 0.005, 1.0)
    fade = np.clip((LENGTH_S - time) / 0.2, 0.0, 1.0)
    response = np.concatenate([np.zeros((2, int(PRE_DELAY_S * sample_rate))), tail], axis=1)
    response[:, -n:] *= onset * fade
    response /= np.sqrt(np.sum(response**2, axis=1, keepdims=True))
    return response.astype(np.float32)


class Reverb:
    """A hall that is being played in."""

    def __init__(self, response: NDArray[np.float32]) -> None:
        """Take the hall's impulse response, shape (2, n)."""
        self.response = response
        self._tail = np.zeros((2, response.shape[1] - 1), dtype=np.float32)
        self._n_fft = 0
        self._spectrum = np.zeros((2, 0), dtype=np.complex64)

    def __call__(self, send: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer one block, shape (n,) in, (2, n) out."""
        from scipy import fft

        out = self._tail[:, : len(send)].copy()
        if out.shape[1] < len(send):
            out = np.pad(out, ((0, 0), (0, len(send) - out.shape[1])))
        later = np.pad(
            self._tail[:, len(send) :], ((0, 0), (0, min(len(send), self._tail.shape[1])))
        )
        if send.any():
            full = len(send) + self.response.shape[1] - 1
            n_fft = fft.next_fast_len(full, real=True)
            if n_fft != self._n_fft:
                self._n_fft, self._spectrum = n_fft, fft.rfft(self.response, n_fft)
            wet = fft.irfft(fft.rfft(send, n_fft) * self._spectrum, n_fft)[:, :full]
            # What the transform's rounding leaves where nothing sounds is no sound.
            wet[np.abs(wet) < _ROUNDING] = 0.0
            out += wet[:, : len(send)]
            later += wet[:, len(send) :]
        self._tail = later
        return out
