"""Mastering: a mix is brought to a loudness, its peaks kept below the ceiling."""

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.loudness import STEP_S, LoudnessMeter, integrated_lufs
from clavilux.core.values import Score, Sound
from clavilux.perform.limiter import LOOK_AHEAD_S, gain_curve, limit
from clavilux.perform.synthesiser import TAIL_S, synthesise

LUFS = -16.0
CEILING_DB = -1.0
_LARGEST_GAIN_DB = 30.0
_LARGEST_CORRECTION_DB = 10.0
_STEP_S = 0.004
_STRETCH = 25 << 10
"""Steps looked at together: a whole number of those of which loudness is made."""
_NEAR_DB = 0.02
_LEAST_POWER = 1e-12
_BETWEEN_DB = 0.3  # how far true peaks lie above those on the samples, about


def normalise(sound: Sound, *, lufs: float = LUFS, ceiling_db: float = CEILING_DB) -> Sound:
    """Bring `sound` to an integrated loudness, with its true peaks below a ceiling.

    Returns:
        The sound, brought to its loudness as it is read; silence as it was.
    """
    gain_db = mastering_gain(sound, lufs=lufs, ceiling_db=ceiling_db)
    return limit(sound, ceiling_db=ceiling_db, gain_db=gain_db)


def mastering_gain(sound: Sound, *, lufs: float = LUFS, ceiling_db: float = CEILING_DB) -> float:
    """Find the gain in decibels with which `sound`, once limited, is as loud as asked.

    The sound is read once to be measured; what the limiter will take away at a
    gain is foretold from what was measured, and given back. Very spiky music
    (lone drums) may still end a little softer than asked.

    Args:
        sound: What to bring; it can be read again and again.
        lufs: The loudness to reach.
        ceiling_db: Highest true peak.

    Returns:
        The gain; 0 for silence.
    """
    outline = _Outline.of(sound)
    plain = lufs - outline.loudness(0.0, np.inf)
    if not np.isfinite(plain):
        return 0.0
    low = min(plain, _LARGEST_GAIN_DB)
    high = low + _LARGEST_CORRECTION_DB
    if outline.loudness(low, ceiling_db) >= lufs - _NEAR_DB:
        high = low
    while high - low > _NEAR_DB:
        middle = (low + high) / 2
        if outline.loudness(middle, ceiling_db) < lufs:
            low = middle
        else:
            high = middle
    return high


@dataclass(frozen=True, slots=True, eq=False)
class _Outline:
    """A sound's power and peaks every few milliseconds: enough to foretell its loudness."""

    levels_db: NDArray[np.float16]
    """Power and peak, shape (n_steps, 2): four bytes a step, a megabyte in twenty minutes."""

    @classmethod
    def of(cls, sound: Sound) -> "_Outline":
        meter = LoudnessMeter(sound.sample_rate, sound.n_channels, true_peak=False, step_s=_STEP_S)
        step = round(_STEP_S * sound.sample_rate)
        levels, rest = bytearray(), np.zeros(0, dtype=np.float32)
        for block in sound:
            meter.add(block)
            power = 10 * np.log10(np.maximum(meter.take_powers(), _LEAST_POWER))
            level = np.concatenate([rest, np.abs(block).max(axis=1)])
            whole = len(level) // step * step
            highest = np.maximum(level[:whole].reshape(-1, step).max(axis=1), _LEAST_POWER)
            peak = 20 * np.log10(highest) + _BETWEEN_DB
            levels += np.stack([power, peak], axis=1).astype(np.float16).tobytes()
            rest = level[whole:]
        return cls(np.frombuffer(levels, dtype=np.float16).reshape(-1, 2))

    def loudness(self, gain_db: float, ceiling_db: float) -> float:
        """Foretell the integrated loudness after a gain and the limiter."""
        ahead, coarse = round(LOOK_AHEAD_S / _STEP_S), round(STEP_S / _STEP_S)
        steps, limited = [np.zeros(0)], 0.0
        for start in range(0, len(self.levels_db), _STRETCH):
            power_db = self.levels_db[start : start + _STRETCH, 0].astype(np.float64)
            needs = np.zeros(len(power_db) + ahead)
            known = self.levels_db[start : start + len(needs), 1].astype(np.float64)
            needs[: len(known)] = np.minimum(ceiling_db - gain_db - known, 0.0)
            curve = gain_curve(needs, ahead, _STEP_S, limited)
            limited = float(curve[-1])
            powers = 10 ** ((power_db + gain_db + curve) / 10)
            whole = len(powers) // coarse * coarse
            steps.append(powers[:whole].reshape(-1, coarse).mean(axis=1))
        return integrated_lufs(np.concatenate(steps))


def perform(
    score: Score,
    *,
    sample_rate: int = 44_100,
    soundfont: str | os.PathLike[str] | None = None,
    start_s: float = 0.0,
    duration_s: float | None = None,
    tail_s: float = TAIL_S,
    seed: int = 0,
    lufs: float | None = LUFS,
    ceiling_db: float = CEILING_DB,
) -> Sound:
    """Play `score` and master it: what goes under a film or into a file.

    Args:
        score: What to play.
        sample_rate: Samples per second.
        soundfont: An SF2 file; None for the embedded one.
        start_s: Where in the score to begin.
        duration_s: Exact length of the result; None for the whole score and its tail.
        tail_s: Seconds after the last note in which it may die away.
        seed: Same seed, same samples.
        lufs: Loudness to reach; None to keep the dynamics between pieces.
        ceiling_db: Highest true peak.
    """
    mix = synthesise(
        score,
        sample_rate=sample_rate,
        soundfont=soundfont,
        start_s=start_s,
        duration_s=duration_s,
        tail_s=tail_s,
        seed=seed,
    )
    if lufs is None:
        return limit(mix, ceiling_db=ceiling_db)
    return normalise(mix, lufs=lufs, ceiling_db=ceiling_db)
