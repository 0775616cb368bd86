"""Writing: lines in beats become the tracks of a score, played by people, not by a clock."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.ensemble import Instrument
from clavilux.compose.grid import Grid
from clavilux.compose.harmony import Key
from clavilux.compose.lines import Bar, Line
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import Change, KeySignature, Meter, Notes, Score, Text, Track

TICKS_PER_BEAT = 480
RING_S = 1.2
"""The last notes end this long before the film does, so that they can ring out."""
_VOLUME = {"melody": 108, "pad": 76, "arpeggio": 84, "bass": 98, "drums": 92}
_PAN = {"melody": 68, "pad": 52, "arpeggio": 84, "bass": 64, "drums": 64}
_LOOSE_BEATS = 0.012  # spread of a player's timing
_LOOSE_VELOCITY = 4.0


def write_score(
    grid: Grid,
    lines: Mapping[Instrument, Line],
    bars: Sequence[Bar],
    cuts_s: NDArray[np.float64],
    key: Key,
    *,
    seed: int,
) -> Score:
    """Write lines as a format 1 score with tempo map, meters, named tracks and markers.

    Args:
        grid: Bars and beats in seconds.
        lines: What each instrument plays, in beats.
        bars: The bars, for dynamics.
        cuts_s: Where to put markers, seconds.
        key: For the key signature.
        seed: Same seed, same small freedoms of timing and touch.
    """
    rng = np.random.default_rng([seed, 11])
    last_tick = (len(grid.beats_s) - 1) * TICKS_PER_BEAT
    ring_beat = float(
        np.interp(grid.beats_s[-1] - RING_S, grid.beats_s, np.arange(len(grid.beats_s)))
    )
    markers = tuple(
        Text(_tick(_beat(grid, time)), "marker", f"cut {number}")
        for number, time in enumerate(cuts_s, start=1)
    )
    free = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    tracks = [Track(name="Film", texts=markers, end_tick=last_tick)]
    for number, (player, line) in enumerate(lines.items()):
        is_drums = player.role == "drums"
        channel = DRUM_CHANNEL if is_drums else free[number % len(free)]
        tracks.append(
            Track(
                name=player.name,
                notes=_notes(line, channel, ring_beat, rng),
                changes=_changes(player, channel, bars),
                end_tick=last_tick,
            )
        )
    return Score(
        tempo_map=_tempo_map(grid),
        tracks=tuple(tracks),
        meters=_meters(bars),
        keys=(KeySignature(0, key.sharps, key.minor),),
        format=1,
    )


def _tick(beat: float) -> int:
    return round(beat * TICKS_PER_BEAT)


def _beat(grid: Grid, time_s: float) -> float:
    return float(np.interp(time_s, grid.beats_s, np.arange(len(grid.beats_s))))


def _notes(line: Line, channel: int, ring_beat: float, rng: np.random.Generator) -> Notes:
    ordered = sorted(line)
    beat = np.array([note.beat for note in ordered])
    pitch = np.array([note.pitch for note in ordered])
    loose = rng.normal(0, _LOOSE_BEATS, len(ordered)) * (beat % 1 != 0)  # the beat itself is kept
    onset = np.maximum(np.round((beat + loose) * TICKS_PER_BEAT), 0).astype(np.int64)
    length = np.array([note.length for note in ordered])
    end = np.minimum(beat + length, np.maximum(ring_beat, beat + 0.5))
    offset = np.maximum(np.round(end * TICKS_PER_BEAT).astype(np.int64), onset + 20)
    velocity = np.array([note.velocity for note in ordered]) + rng.normal(
        0, _LOOSE_VELOCITY, len(ordered)
    )
    order = np.argsort(onset, kind="stable")
    return Notes(
        onset[order],
        offset[order],
        pitch[order].astype(np.uint8),
        np.clip(np.round(velocity[order]), 1, 127).astype(np.uint8),
        np.full(len(order), channel, dtype=np.uint8),
    )


def _changes(player: Instrument, channel: int, bars: Sequence[Bar]) -> tuple[Change, ...]:
    changes = [
        Change(0, channel, "program", 0, player.program),
        Change(0, channel, "control", 7, _VOLUME[player.role]),
        Change(0, channel, "control", 10, _PAN[player.role]),
    ]
    # Expression glides from bar to bar, a step a beat.
    level = np.array([bar.loudness for bar in bars])
    first = np.array([bar.first_beat for bar in bars])
    beats = np.arange(bars[-1].first_beat + bars[-1].n_beats)
    glide = np.interp(beats, first, level)
    for beat, value in zip(beats, np.round(74 + 48 * glide).astype(int), strict=True):
        changes.append(Change(_tick(float(beat)), channel, "control", 11, int(value)))
    return tuple(changes)


def _tempo_map(grid: Grid) -> TempoMap:
    # Each beat is rounded from the exact time, so that the rounding never adds up.
    edges = np.round(grid.beats_s * MICROSECONDS).astype(np.int64)
    tempi = [(i * TICKS_PER_BEAT, int(us)) for i, us in enumerate(np.diff(edges))]
    return TempoMap.from_tempi(tempi, TICKS_PER_BEAT)


def _meters(bars: Sequence[Bar]) -> tuple[Meter, ...]:
    meters: list[Meter] = []
    for bar in bars:
        if not meters or meters[-1].numerator != bar.n_beats:
            meters.append(Meter(bar.first_beat * TICKS_PER_BEAT, bar.n_beats, 4))
    return tuple(meters)
