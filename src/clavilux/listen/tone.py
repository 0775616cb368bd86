"""Tone: which pitches sound, from frames fine enough to tell semitones apart.

Long spectral frames in (see `clavilux.listen.spectrum`), pitch classes and the
dominant pitch out.

Conventions
-----------
- Pitch is a MIDI number, 69 for 440 Hz, possibly fractional.
- Pitch class 0 is C, 11 is B. A hue is in degrees: 30 for each semitone up.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from clavilux.listen.spectrum import LONG_WINDOW, RATE

LOWEST_PITCH, HIGHEST_PITCH = 28, 96
_N_HARMONICS = 5
N_BINS = int(4500 / RATE * LONG_WINDOW)
"""Bins up to 4.5 kHz; what is higher says little about pitch."""


def magnitudes(long_power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the magnitudes of the bins that tell pitches, shape (n, N_BINS)."""
    return np.sqrt(long_power[:, :N_BINS])


def chroma(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum the magnitudes of each pitch class; shape (n, 12), each row's largest 1, or all 0."""
    energy = magnitude @ _class_filters()
    peak = energy.max(axis=1, keepdims=True)
    return np.where(peak > 1e-3, energy / np.maximum(peak, 1e-9), 0).astype(np.float32)


def dominant_pitch(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Find the pitch whose harmonics are strongest; NaN in silence. Shape (n,)."""
    salience = magnitude @ _harmonic_filters()
    best = salience.argmax(axis=1)
    pitch = LOWEST_PITCH + best.astype(np.float32)
    sounds = salience[np.arange(len(best)), best] > 1e-3
    return np.where(sounds, pitch, np.nan).astype(np.float32)


def hue_degrees(
    chromagram: NDArray[np.float32], *, rate: float, memory_s: float = 2.0
) -> NDArray[np.float64]:
    """Turn the prevailing pitch class into a hue.

    Pitch classes lie on a circle, one every 30 degrees; the hue is the direction of
    their sum over the last `memory_s`. C is 0, E 120, A flat -120.

    Args:
        chromagram: Strength of each pitch class, shape (n, 12).
        rate: Rows per second.
        memory_s: Time constant of the smoothing, seconds.

    Returns:
        Degrees from -180 to 180, shape (n,).
    """
    angles = np.exp(2j * np.pi * np.arange(12) / 12)
    points = (chromagram.astype(np.float64) ** 4) @ angles
    keep = np.exp(-1 / (rate * memory_s))
    smooth = lfilter([1 - keep], [1, -keep], points)
    return np.asarray(np.degrees(np.angle(smooth)), dtype=np.float64)


@cache
def _bin_pitches() -> NDArray[np.float64]:
    """Return each bin's pitch; the bin of 0 Hz gets a pitch far below all others."""
    hertz = np.arange(N_BINS) * (RATE / LONG_WINDOW)
    pitch = 69 + 12 * np.log2(np.maximum(hertz, 1e-3) / 440)
    return np.asarray(pitch, dtype=np.float64)


@cache
def _class_filters() -> NDArray[np.float32]:
    pitch = _bin_pitches()
    classes = np.arange(12)
    distance = np.abs((pitch[:, None] - classes + 6) % 12 - 6)
    within = np.exp(-0.5 * ((pitch - 60) / 16) ** 2)  # the octaves around middle C count most
    filters = np.exp(-0.5 * (distance / 0.3) ** 2) * within[:, None]
    filters[(pitch < LOWEST_PITCH) | (pitch > HIGHEST_PITCH)] = 0
    return filters.astype(np.float32)


@cache
def _harmonic_filters() -> NDArray[np.float32]:
    """Build one comb of harmonics for each pitch, shape (n_bins, n_pitches)."""
    pitch = _bin_pitches()[:, None]
    fundamentals = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)
    filters = np.zeros((len(pitch), len(fundamentals)))
    for harmonic in range(1, _N_HARMONICS + 1):
        centre = fundamentals + 12 * np.log2(harmonic)
        filters += 0.7 ** (harmonic - 1) * np.exp(-0.5 * ((pitch - centre) / 0.35) ** 2)
    # Wide combs at high pitches would gather more noise: each weighs the same in all.
    return np.asarray(filters / np.sqrt(filters.sum(axis=0)), dtype=np.float32)
