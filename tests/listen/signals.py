"""Sounds that the tests of `listen` make themselves."""

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Sound

RATE = 44_100


def sine(hertz: float, duration_s: float, level: float = 0.5) -> NDArray[np.float32]:
    """A steady tone."""
    t = np.arange(round(duration_s * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def clicks(times_s: list[float], duration_s: float) -> NDArray[np.float32]:
    """Short bursts of noise at the given times."""
    rng = np.random.default_rng(0)
    out = np.zeros(round(duration_s * RATE), dtype=np.float32)
    burst = rng.normal(0, 0.3, 2000) * np.exp(-np.arange(2000) / 300)
    for time_s in times_s:
        start = round(time_s * RATE)
        out[start : start + 2000] += burst[: len(out) - start].astype(np.float32)
    return out


def pulse(tempo_bpm: float, duration_s: float, first_s: float = 0.0) -> NDArray[np.float32]:
    """Clicks at a tempo, each first of four louder."""
    times = np.arange(first_s, duration_s - 0.05, 60 / tempo_bpm)
    return clicks(times.tolist(), duration_s) + clicks(times[::4].tolist(), duration_s)


def sound(waveform: NDArray[np.float32], block: int | None = None) -> Sound:
    """Wrap a waveform; `block` says into how long blocks it is cut."""
    whole = Sound.from_array(waveform, RATE)
    if block is None:
        return whole
    samples = whole.read()

    def blocks():
        for start in range(0, len(samples), block):
            yield samples[start : start + block]

    return Sound(RATE, whole.n_channels, whole.n_samples, blocks)
