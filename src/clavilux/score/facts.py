"""Facts: what a score says about itself, laid on the timeline.

Conventions
-----------
- Events are the onsets of notes: those of the drum channel by the drum's name
  (`clavilux.core.drums`), all others as ``note``. Strength is velocity / 127.
- A beat is what a meter counts: its denominator's note value, or three of them
  where the meter is compound (6/8, 9/8, 12/8 …). A change of meter starts a bar.
- Under SMPTE division there are no beats.
- Series have 20 values a second: ``loudness`` and ``density`` from 0 to 1,
  ``pitch`` as a MIDI note number.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import DRUM_CHANNEL, drum_name
from clavilux.core.errors import ScoreError
from clavilux.core.values import Events, Facts, Meter, Notes, Score, Series
from clavilux.score.container import is_smpte
from clavilux.score.general_midi import merged
from clavilux.score.sections import sections

RATE = 20
"""Values of a series in a second."""
BUSY = 12.0
"""Onsets in a second from which on density is 1."""
MAX_BEATS = 2_000_000
_COMMON_TIME = Meter(0, 4, 4)
_SMOOTH_S = 2.0
_SHORTEST_S = 0.1
"""Drums and clipped notes count as sounding at least this long."""
_KINDS = np.array([drum_name(pitch) for pitch in range(128)] + ["note"], dtype=object)
_NOTE = len(_KINDS) - 1


def facts(score: Score) -> Facts:
    """Return what happens in a score, and when.

    Raises:
        ScoreError: Its tempi make more beats than `MAX_BEATS`.
    """
    notes = merged(score)
    onset_s, duration_s = score.onsets_s(notes), score.duration_s
    beats_s, downbeats_s = _beats(score)
    return Facts(
        duration_s=duration_s,
        events=_events(notes, onset_s),
        series=_series(notes, onset_s, score.offsets_s(notes), duration_s),
        beats_s=beats_s,
        downbeats_s=downbeats_s,
        sections=sections(score, downbeats_s, duration_s),
    )


def _events(notes: Notes, onset_s: NDArray[np.float64]) -> Events:
    kind = np.where(notes.channel == DRUM_CHANNEL, notes.pitch, _NOTE)
    return Events(onset_s, tuple(_KINDS[kind].tolist()), notes.velocity / 127)


def _beats(score: Score) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the seconds of beats and of downbeats up to the score's end."""
    beats, downbeats = [np.zeros(0)], [np.zeros(0)]
    meters = [] if is_smpte(score.tempo_map) else _meters(score)
    ends = [*(m.tick for m in meters[1:]), score.end_tick]
    for meter, end in zip(meters, ends, strict=False):
        in_bar, count = _pulse(meter)
        step = in_bar * score.tempo_map.ticks_per_beat
        n_beats = math.ceil((end - meter.tick) / step)
        if n_beats + sum(map(len, beats)) > MAX_BEATS:
            raise ScoreError(f"the score has more than {MAX_BEATS} beats; its tempi are absurd")
        first = meter.tick / score.tempo_map.ticks_per_beat
        at = float(first) + np.arange(n_beats) * float(in_bar)
        beats.append(score.tempo_map.beat_seconds(at))
        downbeats.append(beats[-1][::count])
    return np.concatenate(beats), np.concatenate(downbeats)


def _meters(score: Score) -> list[Meter]:
    """Return the meters that hold from somewhere on, one at a tick, the first at 0."""
    at = {0: _COMMON_TIME} | {meter.tick: meter for meter in score.meters}
    ordered = sorted(at.values())
    changed = [
        m
        for i, m in enumerate(ordered)
        if i == 0 or (m.numerator, m.denominator) != ordered[i - 1][1:]
    ]
    return [m for m in changed if m.tick < score.end_tick]


def _pulse(meter: Meter) -> tuple[Fraction, int]:
    """Return the length of a meter's beat in quarter notes, and how many make a bar."""
    unit = Fraction(4, meter.denominator)
    if meter.denominator >= 8 and meter.numerator > 3 and meter.numerator % 3 == 0:
        return 3 * unit, meter.numerator // 3
    return unit, meter.numerator


def _series(
    notes: Notes,
    onset_s: NDArray[np.float64],
    offset_s: NDArray[np.float64],
    duration_s: float,
) -> dict[str, Series]:
    n = math.ceil(duration_s * RATE) + 1
    first = np.round(onset_s * RATE).astype(np.int64)
    last = np.round(np.maximum(offset_s, onset_s + _SHORTEST_S) * RATE).astype(np.int64)
    last = np.minimum(np.maximum(last, first + 1), n)
    power = (notes.velocity / 127) ** 2
    loudness = np.sqrt(_sounding(first, last, power, n))
    loudest = loudness.max(initial=0)
    density = _smooth(np.bincount(first, minlength=n).astype(np.float64)) * RATE / BUSY
    pitched = notes.channel != DRUM_CHANNEL
    first, last, power = first[pitched], last[pitched], power[pitched]
    weight = _sounding(first, last, power, n)
    total = _sounding(first, last, power * notes.pitch[pitched], n)
    return {
        "loudness": Series(RATE, loudness / loudest if loudest > 0 else loudness),
        "density": Series(RATE, np.clip(density, 0, 1)),
        "pitch": Series(RATE, _held(weight, total)),
    }


def _sounding(
    first: NDArray[np.int64], last: NDArray[np.int64], amount: NDArray[np.float64], n: int
) -> NDArray[np.float64]:
    """Sum the amounts of notes at all places from their `first` to before their `last`."""
    change = np.bincount(first, amount, minlength=n + 1)
    change -= np.bincount(last, amount, minlength=n + 1)
    return np.maximum(np.cumsum(change)[:n].round(9), 0)


def _held(weight: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return total / weight; where nothing weighs, what came before, at first what comes."""
    sounding = np.flatnonzero(weight)
    if not len(sounding):
        return np.zeros(len(weight))
    source = np.maximum.accumulate(np.where(weight > 0, np.arange(len(weight)), sounding[0]))
    return total[source] / weight[source]


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over `_SMOOTH_S` seconds, more of the middle."""
    window = np.hanning(int(_SMOOTH_S * RATE) + 3)
    half = len(window) // 2
    return np.convolve(values, window / window.sum())[half : half + len(values)]
