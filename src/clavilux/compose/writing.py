"""Writing: lines in beats become the tracks of a score, played by people, not by a clock."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.ensemble import Instrument
from clavilux.compose.grid import Grid
from clavilux.compose.harmony import Key
from clavilux.compose.lines import Bar, Line
from clavilux.core.changes import Change, Changes
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import KeySignature, Meter, Notes, Score, Text, Track

TICKS_PER_BEAT = 480
RING_S = 1.2
"""The last notes end this long before the film does, so that they can ring out."""
_VOLUME = {"melody": 108, "pad": 76, "arpeggio": 84, "bass": 98, "drums": 92}
_PAN = {"melody": 68, "pad": 52, "arpeggio": 84, "bass": 64, "drums": 64}
_LOOSE_BEATS = 0.012  # spread of a player's timing
_LOOSE_VELOCITY = 4.0
_BEFORE_TICKS = 30
"""How long before a player's first note its instrument is chosen: more than it may be early."""


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
    tracks = [Track(name="Film", texts=markers, end_tick=last_tick)]
    channels = _channels(list(lines))
    programs = _programs(lines, channels)
    told: set[int] = set()
    for player, line in lines.items():
        channel = channels[player]
        levels = [] if channel in told else _levels(player, channel, bars)
        told.add(channel)
        tracks.append(
            Track(
                name=player.name,
                notes=_notes(line, channel, ring_beat, rng),
                changes=Changes.of(sorted([*programs[player], *levels], key=lambda c: c.tick)),
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


def _channels(players: Sequence[Instrument]) -> dict[Instrument, int]:
    """Give each player a channel; where there are too many, those of one role share one.

    Players of one role who follow the film's mood take turns, so that they can.
    """
    free = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    pitched = [player for player in players if player.role != "drums"]
    shared = len(pitched) > len(free)
    seats = list(dict.fromkeys(p.role if shared else p for p in pitched))
    return {
        player: DRUM_CHANNEL
        if player.role == "drums"
        else free[seats.index(player.role if shared else player) % len(free)]
        for player in players
    }


def _programs(
    lines: Mapping[Instrument, Line], channels: Mapping[Instrument, int]
) -> dict[Instrument, list[Change]]:
    """Let each player take its channel's program whenever its turn comes."""
    told: dict[Instrument, list[Change]] = {player: [] for player in lines}
    entries: dict[int, list[tuple[float, int]]] = {}
    order = list(lines)
    for number, (player, line) in enumerate(lines.items()):
        entries.setdefault(channels[player], []).extend((note.beat, number) for note in line)
    for channel, turns in entries.items():
        last = -1
        for beat, number in sorted(turns):
            if number != last:
                tick = 0 if last < 0 else max(0, _tick(beat) - _BEFORE_TICKS)
                told[order[number]].append(
                    Change(tick, channel, "program", 0, order[number].program)
                )
                last = number
    return told


def _levels(player: Instrument, channel: int, bars: Sequence[Bar]) -> list[Change]:
    changes = [
        Change(0, channel, "control", 7, _VOLUME[player.role]),
        Change(0, channel, "control", 10, _PAN[player.role]),
    ]
    # Expression glides from bar to bar, a step a beat.
    level = np.array([bar.loudness for bar in bars])
    first = np.array([bar.first_beat for bar in bars])
    beats = np.arange(bars[-1].first_beat + bars[-1].n_beats)
    glide = np.interp(beats, first, level)
    values = np.round(74 + 48 * glide).astype(int)
    moves = np.flatnonzero(np.diff(values, prepend=-1))
    for beat, value in zip(beats[moves], values[moves], strict=True):
        changes.append(Change(_tick(float(beat)), channel, "control", 11, int(value)))
    return changes


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
