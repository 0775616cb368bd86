"""Windows: what every second of a piece is like: how loud, how pitched, which pitch class.

Measures of a recording or a score in, one value a window out.

Conventions
-----------
- Windows are those of `clavilux.listen.instruments`.
- Levels are in dB of full scale for recordings; for scores of the loudest note alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.values import Score
from clavilux.listen.instruments import WINDOW_S, n_windows
from clavilux.listen.measure import Measures
from clavilux.listen.spectrum import FRAME_RATE
from clavilux.score.general_midi import merged

SILENT_DB = -65.0
"""What is weaker is silence: 16-bit dither and the noise of quiet rooms lie below."""
MEMORY_S = 15.0
"""Time constant of the running average of volume: about a verse's half."""
PITCHED = 0.42
"""How far the strongest pitch class must rise over the middle one for a window to be pitched:
chosen on the families of ``../shared/samples/instruments`` by
``benchmarks.describe --part pitched``."""
_DRUM_HZ = np.full(128, 3000.0)
_DRUM_HZ[[35, 36]] = 70.0
_DRUM_HZ[[41, 43, 45, 47, 48, 50]] = 180.0
_DRUM_HZ[[37, 38, 39, 40]] = 1800.0
_DRUM_HZ[[42, 44, 46, 49, 51, 52, 53, 54, 55, 57, 59, 69, 70, 82]] = 7500.0
"""About where the energy of each drum lies."""
_DRUM_S = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """What every window is like. All shapes (n_windows,) but `chroma`."""

    level_db: NDArray[np.float64]
    """Root mean square; at least `SILENT_DB` - 20."""
    chroma: NDArray[np.float64]
    """Strength of each pitch class from C on, the largest 1, or all 0. Shape (n_windows, 12)."""
    pitchedness: NDArray[np.float64]
    """1 for a lone pitch, 0 where all pitch classes are alike."""
    centroid_hz: NDArray[np.float64]
    """Spectral centroid; 0 in silence."""

    def __len__(self) -> int:
        return len(self.level_db)

    @property
    def is_silent(self) -> NDArray[np.bool_]:
        """Which windows hold no sound."""
        return self.level_db <= SILENT_DB

    @property
    def is_pitched(self) -> NDArray[np.bool_]:
        """Which windows have a pitch class that stands out."""
        return (self.pitchedness >= PITCHED) & ~self.is_silent

    def relative_db(self) -> NDArray[np.float64]:
        """Return how much louder each window is than the running average up to and with it.

        The average is of power over the windows that sound, the last `MEMORY_S` seconds
        weighing most. Silence is 0 dB from nothing: its value is -inf.
        """
        keep = float(np.exp(-WINDOW_S / MEMORY_S))
        relative = np.full(len(self), -np.inf)
        total = weight = 0.0
        power = 10 ** (self.level_db / 10)
        for i in np.flatnonzero(~self.is_silent).tolist():
            total, weight = keep * total + power[i], keep * weight + 1
            relative[i] = 10 * np.log10(power[i] / (total / weight))
        return relative

    def joined(self, first: int, last: int) -> "Windows":
        """Return one window that stands for windows `first` to `last` - 1."""
        part = slice(first, max(last, first + 1))
        power = 10 ** (self.level_db[part] / 10)
        chroma = power @ self.chroma[part]
        chroma = chroma / chroma.max() if chroma.max() > 0 else chroma
        weight = power / power.sum()
        return Windows(
            10 * np.log10(power.mean(keepdims=True)),
            chroma[None],
            np.array([_pitchedness(chroma[None])[0]]),
            np.array([float(weight @ self.centroid_hz[part])]),
        )


def of_measures(measures: Measures) -> Windows:
    """Return the windows of a recording."""
    n = n_windows(measures.duration_s)
    per = round(WINDOW_S * FRAME_RATE)
    slow = round(WINDOW_S * measures.slow_rate)
    power = _means(measures.rms.astype(np.float64) ** 2, per, n)
    heard = measures.centroid_hz > 0
    loud = measures.rms.astype(np.float64) * heard
    centroid = _means(loud * measures.centroid_hz, per, n) / np.maximum(_means(loud, per, n), 1e-12)
    chroma = np.stack(
        [_means(measures.chroma[:, k].astype(np.float64), slow, n) for k in range(12)]
    )
    chroma = (chroma / np.maximum(chroma.max(axis=0), 1e-9)).T
    level = 10 * np.log10(np.maximum(power, 10 ** ((SILENT_DB - 20) / 10)))
    return Windows(level, chroma, _pitchedness(chroma), centroid)


def of_score(score: Score, duration_s: float | None = None) -> Windows:
    """Return the windows of a score, from its notes alone."""
    n = n_windows(score.duration_s if duration_s is None else duration_s)
    notes = merged(score)
    onset_s = score.onsets_s(notes)
    drums = notes.channel == DRUM_CHANNEL
    offset_s = np.where(
        drums, onset_s + _DRUM_S, np.maximum(score.offsets_s(notes), onset_s + 0.05)
    )
    power = (notes.velocity / 127.0) ** 2
    sounding = np.stack(
        [
            _shares(onset_s[kept], offset_s[kept], power[kept], n)
            for kept in [~drums & (notes.pitch % 12 == k) for k in range(12)]
        ],
        axis=1,
    )
    struck = _shares(onset_s[drums], offset_s[drums], power[drums], n)
    hertz = np.where(drums, _DRUM_HZ[notes.pitch], 440 * 2 ** ((notes.pitch - 69.0) / 12))
    octaves = _shares(onset_s, offset_s, power * np.log2(hertz), n)
    total = sounding.sum(axis=1) + struck
    chroma = sounding / np.maximum(sounding.max(axis=1, keepdims=True), 1e-9)
    pitchedness = np.where(sounding.sum(axis=1) > 1e-6, 1.0, 0.0)
    level = 10 * np.log10(np.maximum(total, 10 ** ((SILENT_DB - 20) / 10)))
    return Windows(
        level,
        chroma,
        pitchedness,
        np.where(total > 1e-9, 2 ** (octaves / np.maximum(total, 1e-9)), 0),
    )


def _pitchedness(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(chroma.max(axis=1) - np.median(chroma, axis=1), dtype=np.float64)


def _means(values: NDArray[np.float64], per: int, n: int) -> NDArray[np.float64]:
    """Average over each window, the last over what there is of it."""
    starts = np.minimum(np.arange(n) * per, max(0, len(values) - 1))
    if not len(values):
        return np.zeros(n)
    counts = np.diff(np.append(starts, max(len(values), starts[-1] + 1)))
    return np.asarray(np.add.reduceat(values, starts) / np.maximum(counts, 1), dtype=np.float64)


def _shares(
    start_s: NDArray[np.float64], end_s: NDArray[np.float64], amount: NDArray[np.float64], n: int
) -> NDArray[np.float64]:
    """Sum the amounts of notes times the share of each window that they fill."""
    total = np.zeros(n + 1)
    for time_s, sign in ((start_s, 1.0), (end_s, -1.0)):
        at = np.clip(time_s / WINDOW_S, 0, n)
        window = np.minimum(at.astype(np.int64), n - 1)
        rest = window + 1 - at
        total += np.bincount(window, sign * amount * rest, minlength=n + 1)
        total += np.bincount(window + 1, sign * amount * (1 - rest), minlength=n + 1)
    return np.maximum(np.cumsum(total)[:n], 0)
