"""Mastering: a mix is brought to a loudness, its peaks kept below the ceiling."""

import os

import numpy as np

from clavilux.core.loudness import measure
from clavilux.core.values import Score, Sound
from clavilux.perform.limiter import limit
from clavilux.perform.synthesiser import TAIL_S, synthesise

LUFS = -16.0
CEILING_DB = -1.0
_LARGEST_GAIN_DB = 30.0
_LARGEST_CORRECTION_DB = 10.0
_NEAR_ENOUGH_DB = 0.3


def normalise(sound: Sound, *, lufs: float = LUFS, ceiling_db: float = CEILING_DB) -> Sound:
    """Bring `sound` to an integrated loudness, with its true peaks below a ceiling.

    The sound is read once to be measured; where its peaks must be limited, up to
    three times more, since limiting takes loudness away that the gain gives back. Very
    spiky music (lone drums) may still end a little softer than asked.

    Args:
        sound: What to bring; it can be read again and again.
        lufs: The loudness to reach.
        ceiling_db: Highest true peak.

    Returns:
        The sound, brought to its loudness as it is read; silence as it was.
    """
    meter = measure(sound)
    if np.isneginf(meter.integrated):
        return limit(sound, ceiling_db=ceiling_db)
    gain_db = plain = min(lufs - meter.integrated, _LARGEST_GAIN_DB)
    result = limit(sound, ceiling_db=ceiling_db, gain_db=gain_db)
    if meter.true_peak_db + gain_db <= ceiling_db:
        return result
    for _ in range(3):
        missing = lufs - measure(result).integrated
        if abs(missing) < _NEAR_ENOUGH_DB:
            break
        gain_db = min(gain_db + 1.4 * missing, plain + _LARGEST_CORRECTION_DB)
        result = limit(sound, ceiling_db=ceiling_db, gain_db=gain_db)
    return result


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
