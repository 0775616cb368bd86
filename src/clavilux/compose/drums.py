"""Drums written down: hits found in a film become a score in tempo.

Hits in seconds go in; out comes one General MIDI drum track under a tempo map
whose beats the hits keep to, with velocities, and on the grid if asked.

Conventions
-----------
- Times are seconds from the film's start, which is tick 0; tempi beats a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from clavilux.core.changes import Change
from clavilux.core.drums import DRUM_CHANNEL, NOTES_OF_DRUM
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import Events, Notes, Score, Track

KITS = MappingProxyType(
    {
        "standard": 0, "room": 8, "power": 16, "electronic": 24, "tr-808": 25, "jazz": 32,
        "brush": 40, "orchestra": 48,
    }
)  # fmt: skip
"""General MIDI's (GS's) drum kits, by program."""
SLOWEST_BPM, FASTEST_BPM = 60.0, 180.0
_USUAL_BPM, _OCTAVES = 122.0, 0.55
"""Tempi that drummers choose: a centre and a spread."""
_TICKS_PER_BEAT = 960
_NOTE_BEATS = 0.125
_LONGEST_S = 45.0
"""The tempo is sought in so much at first, and made exact in more and more."""
_LEAST_REGULAR = 0.42


@dataclass(frozen=True, slots=True)
class Pulse:
    """A steady beat."""

    tempo_bpm: float
    first_s: float
    """Where a beat falls, less than a beat from the start."""
    regularity: float
    """How well hits keep to it, 0 to 1."""


def find_pulse(
    times_s: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    tempo_bpm: float | None = None,
) -> Pulse:
    """Find the beat that hits keep to best.

    A tempo is likely if hits lie on its sixteenths, more so if on its eighths and
    beats, and if drummers like it.

    Args:
        times_s: Hits, seconds, sorted. Shape (n_hits,).
        weights: How much each counts.
        tempo_bpm: The tempo, if it is known.
    """
    if len(times_s) < 4:
        first = float(times_s[0]) if len(times_s) else 0.0
        tempo = tempo_bpm or 120.0
        return Pulse(tempo, first % (60 / tempo), 0.0)
    if tempo_bpm is None:
        near = times_s - times_s[0] < _LONGEST_S
        span = max(4.0, float(np.ptp(times_s[near])))
        grid = np.arange(SLOWEST_BPM, FASTEST_BPM, 3.0 / span)
        liked = np.exp(-0.5 * (np.log2(grid / _USUAL_BPM) / _OCTAVES) ** 2)
        kept = _kept(times_s[near], weights[near], grid)
        tempo_bpm = float(grid[int((kept * liked).argmax())])
        tempo_bpm = _made_exact(times_s, weights, tempo_bpm, span)
    phase = np.angle(_resultant(times_s, weights, np.array([tempo_bpm]), 1))[0] / (2 * np.pi)
    regularity = float(_kept(times_s, weights, np.array([tempo_bpm]))[0])
    return Pulse(tempo_bpm, float(phase % 1.0) * 60 / tempo_bpm, regularity)


def write_drums(
    hits: Events,
    duration_s: float,
    *,
    tempo_bpm: float | None = None,
    quantise: float | None = None,
    kit: str = "standard",
) -> Score:
    """Write hits as a score.

    Args:
        hits: Drums by the names of `clavilux.core.drums`; strength is velocity / 127.
        duration_s: How long the score is to be.
        tempo_bpm: The tempo; found from the hits if None.
        quantise: Put hits on multiples of this many beats, such as 0.25; if None
            they stay where they are.
        kit: One of `KITS`.
    """
    weights = hits.strength * np.array([1.6 if k in ("kick", "snare") else 1.0 for k in hits.kind])
    pulse = find_pulse(hits.time_s, weights, tempo_bpm=tempo_bpm)
    if tempo_bpm is None and pulse.regularity < _LEAST_REGULAR and quantise is None:
        pulse = Pulse(120.0, 0.0, pulse.regularity)  # no metre: a plain ruler
    return score_of(hits, tempo_map_of(pulse), duration_s, quantise=quantise, kit=kit)


def score_of(
    hits: Events,
    tempo_map: TempoMap,
    duration_s: float,
    *,
    quantise: float | None = None,
    kit: str = "standard",
) -> Score:
    """Write hits under a tempo map; see `write_drums`."""
    per_beat = float(tempo_map.ticks_per_beat)
    ticks = np.round(tempo_map.ticks(hits.time_s)).astype(np.int64)
    if quantise is not None:
        step = max(1, round(quantise * per_beat))
        ticks = (ticks + step // 2) // step * step
    pitch = np.array([NOTES_OF_DRUM[kind][0] for kind in hits.kind], dtype=np.uint8)
    velocity = np.clip(np.round(hits.strength * 127), 1, 127).astype(np.uint8)
    order = np.lexsort((-velocity.astype(int), pitch, ticks))
    same = np.zeros(len(order), dtype=bool)  # quantising may bring two strokes together
    same[1:] = (np.diff(ticks[order]) == 0) & (np.diff(pitch[order].astype(int)) == 0)
    order = order[~same]
    length = round(_NOTE_BEATS * per_beat)
    notes = Notes(
        ticks[order],
        ticks[order] + length,
        pitch[order],
        velocity[order],
        np.full(len(order), DRUM_CHANNEL, dtype=np.uint8),
    )
    end = int(np.ceil(tempo_map.ticks(duration_s)))
    end = max(end, int(notes.offset_tick.max(initial=0)))
    change = Change(0, DRUM_CHANNEL, "program", 0, KITS[kit])
    return Score(tempo_map, (Track("Drums", notes, (change,), end_tick=end),))


def tempo_map_of(pulse: Pulse) -> TempoMap:
    """Return a tempo map whose beats are the pulse's: its first beat is as long as need be."""
    beat_s = 60 / pulse.tempo_bpm
    usual = round(beat_s * MICROSECONDS)
    first_s = pulse.first_s
    if first_s < 0.02 * beat_s or first_s > 0.98 * beat_s:
        return TempoMap.from_tempi([(0, usual)], _TICKS_PER_BEAT)
    if first_s < beat_s / 2:
        first_s += beat_s
    tempi = [(0, round(first_s * MICROSECONDS)), (_TICKS_PER_BEAT, usual)]
    return TempoMap.from_tempi(tempi, _TICKS_PER_BEAT)


def tempo_map_through(beats_s: Sequence[float]) -> TempoMap:
    """Return the tempo map whose beats lie at given seconds, the first at 0."""
    edges = np.round(np.asarray(beats_s) * MICROSECONDS)
    tempi = [(i * _TICKS_PER_BEAT, int(us)) for i, us in enumerate(np.diff(edges))]
    return TempoMap.from_tempi(tempi, _TICKS_PER_BEAT)


def _resultant(
    times_s: NDArray[np.float64], weights: NDArray[np.float64], tempi: NDArray[np.float64], per: int
) -> NDArray[np.complex128]:
    """Mean direction of hits on a circle that is a beat divided by `per`, for each tempo."""
    turns = np.exp(2j * np.pi * per / 60 * tempi[:, None] * times_s)
    return np.asarray(turns @ weights / weights.sum(), dtype=np.complex128)


def _kept(
    times_s: NDArray[np.float64], weights: NDArray[np.float64], tempi: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How well hits keep to each tempo, 0 to 1."""
    on = [np.abs(_resultant(times_s, weights, tempi, per)) for per in (1, 2, 4)]
    return np.asarray((0.6 * on[0] + 0.9 * on[1] + 1.5 * on[2]) / 3, dtype=np.float64)


def _made_exact(
    times_s: NDArray[np.float64], weights: NDArray[np.float64], tempo: float, span_s: float
) -> float:
    """Make a tempo more exact in twice as much of the piece, again and again."""
    whole = max(span_s, float(np.ptp(times_s)))
    while True:
        near = times_s - times_s[0] <= span_s + 1e-9
        tempi = tempo + np.linspace(-2.0, 2.0, 41) / span_s
        tempo = float(tempi[int(_kept(times_s[near], weights[near], tempi).argmax())])
        if span_s >= whole:
            return tempo
        span_s = min(2 * span_s, whole)
