"""Measures: everything `listen` needs of a sound, taken in one pass over it.

A `Sound` in, arrays at 100 and 10 values a second out. The waveform is never
held; the measures take 11 kB for a second of sound, whatever its rate.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clavilux.core.loudness import LoudnessMeter
from clavilux.core.values import Sound
from clavilux.listen import spectrum, tone

Number = TypeVar("Number", bound=np.generic)
LEVEL_LUFS = -16.0
"""Every sound is heard at this loudness, so that a quiet copy tells the same."""
_MOST_GAIN_DB = 50.0
_FAINTEST = np.float32(1e-12)
_CHUNK = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What was measured: ``n`` values at 100 a second, ``m`` at 10 a second."""

    duration_s: float
    log_mel: NDArray[np.float16]
    """Mel power as if the sound had a loudness of `LEVEL_LUFS`, compressed to 0
    (silence) … 1 (full scale). Shape (n, N_MELS)."""
    rms: NDArray[np.float32]
    """Shape (n,)."""
    centroid_hz: NDArray[np.float32]
    """Spectral centroid; 0 in silence. Shape (n,)."""
    chroma: NDArray[np.float32]
    """Pitch classes, each row's largest 1. Shape (m, 12)."""
    pitch: NDArray[np.float32]
    """Dominant pitch, NaN in silence. Shape (m,)."""
    momentary_lufs: NDArray[np.float64]
    """Of each 400 ms, every 100 ms: EBU R 128. Silence is ``-inf``."""
    short_term_lufs: NDArray[np.float64]
    """Of each 3 s, every 100 ms."""
    integrated_lufs: float

    @property
    def slow_rate(self) -> float:
        """Values per second of `chroma` and `pitch`."""
        return spectrum.FRAME_RATE / spectrum.LONG_EVERY


def measure(sound: Sound) -> Measures:
    """Measure `sound` in one pass."""
    meter = LoudnessMeter(sound.sample_rate, sound.n_channels, true_peak=False)
    n_samples = 0

    def metered() -> Iterator[NDArray[np.float32]]:
        nonlocal n_samples
        for block in spectrum.finite(sound):
            n_samples += len(block)
            meter.add(block)
            yield block

    waveform = spectrum.mid_and_side(
        metered(), n_channels=sound.n_channels, sample_rate=sound.sample_rate
    )
    mels, levels, centroids, chromas, pitches = [], [], [], [], []
    for block in spectrum.transform(waveform):
        mels.append(np.log10(block.mel + _FAINTEST).astype(np.float16))
        levels.append(block.rms)
        centroids.append(block.centroid_hz)
        magnitude = tone.magnitudes(block.long_power)
        chromas.append(tone.chroma(magnitude))
        pitches.append(tone.dominant_pitch(magnitude))
    return Measures(
        duration_s=n_samples / sound.sample_rate,
        log_mel=_levelled(
            _joined(mels, np.zeros((0, spectrum.N_MELS), np.float16)), meter.integrated
        ),
        rms=_joined(levels, np.zeros(0, np.float32)),
        centroid_hz=_joined(centroids, np.zeros(0, np.float32)),
        chroma=_joined(chromas, np.zeros((0, 12), np.float32)),
        momentary_lufs=meter.momentary,
        short_term_lufs=meter.short_term,
        integrated_lufs=meter.integrated,
        pitch=_joined(pitches, np.zeros(0, np.float32)),
    )


def _joined(parts: list[NDArray[Number]], empty: NDArray[Number]) -> NDArray[Number]:
    return np.concatenate(parts) if parts else empty


def _levelled(log_power: NDArray[np.float16], integrated_lufs: float) -> NDArray[np.float16]:
    """Turn log10 of power into compressed power at `LEVEL_LUFS`, in place."""
    gain_db = min(_MOST_GAIN_DB, LEVEL_LUFS - integrated_lufs) if integrated_lufs > -70 else 0.0
    for start in range(0, len(log_power), _CHUNK):
        chunk = log_power[start : start + _CHUNK]
        power = 10 ** (chunk.astype(np.float32) + np.float32(gain_db / 10))
        chunk[:] = spectrum.log_mel(np.asarray(power, dtype=np.float32))
    return log_power
