"""Writing: lines in beats become the tracks of a score, played by people, not by a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clavilux.compose.ensemble import Instrument
from clavilux.compose.grid import Grid
from clavilux.compose.harmony import Key
from clavilux.compose.lines import Bar, Line, Played
from clavilux.compose.styles import Style
from clavilux.core.changes import Change, Changes
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import KeySignature, Meter, Notes, Score, Text, Track

TICKS_PER_QUARTER = 480
_EQUAL_S = 1e-6
"""Beats whose lengths differ by less are one tempo."""
RING_S = 1.2
"""The last notes end this long before the film does, so that they can ring out."""
_PAN = {"melody": 68, "pad": 52, "arpeggio": 84, "bass": 64, "drums": 64}
_LOOSE_BEATS = 0.012  # spread of a player's timing
_LOOSE_VELOCITY = 4.0
_BEFORE_TICKS = 30
"""How long before a player's first note its instrument is chosen: more than it may be early."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a score marks for whoever opens it: times in seconds, each with its words."""

    changes: Sequence[tuple[float, str]] = ()
    """Cuts, dissolves, fades and hits."""
    parts: Sequence[tuple[float, str]] = ()
    chords: Sequence[tuple[float, str]] = ()


def write_score(
    grid: Grid,
    lines: Mapping[Instrument, Line],
    bars: Sequence[Bar],
    marks: Marks,
    keys: Sequence[tuple[int, Key]],
    style: Style,
) -> Score:
    """Write lines as a format 1 score with tempo map, meters, named tracks and markers.

    Args:
        grid: Bars and beats in seconds.
        lines: What each instrument plays, in beats.
        bars: The bars, for dynamics.
        marks: What to mark.
        keys: First bar and key of each key signature.
        style: Its volumes and reverberation.
    """
    per_beat = grid.metre.ticks_per_beat
    last_tick = (len(grid.beats_s) - 1) * per_beat
    ring_beat = float(grid.beats(grid.beats_s[-1] - RING_S))
    tracks = [
        Track(name=name, texts=_texts(grid, found), end_tick=last_tick)
        for name, found in (("Film", (*marks.parts, *marks.changes)), ("Chords", marks.chords))
        if name == "Film" or found
    ]
    channels = _channels(list(lines))
    programs = _programs(lines, channels, per_beat)
    told: set[int] = set()
    for player, line in lines.items():
        channel = channels[player]
        levels = [] if channel in told else _levels(player, channel, bars, style, per_beat)
        told.add(channel)
        tracks.append(
            Track(
                name=player.name,
                notes=_notes(line, channel, ring_beat, per_beat),
                changes=Changes.of(sorted([*programs[player], *levels], key=lambda c: c.tick)),
                end_tick=last_tick,
            )
        )
    return Score(
        tempo_map=_tempo_map(grid),
        tracks=tuple(tracks),
        meters=_meters(bars, grid),
        keys=tuple(
            KeySignature(int(grid.bars[bar]) * per_beat, key.sharps, key.minor) for bar, key in keys
        ),
        format=1,
    )


def loosened(line: Line, rng: np.random.Generator) -> Line:
    """Return a line as a player plays it: off the beat by a little, and never quite even."""
    off = rng.normal(0, _LOOSE_BEATS, len(line))
    touch = rng.normal(0, _LOOSE_VELOCITY, len(line))
    return [
        Played(
            max(0.0, note.beat + (o if note.beat % 1 else 0.0)),  # the beat itself is kept
            note.length,
            note.pitch,
            int(np.clip(round(note.velocity + t), 1, 127)),
        )
        for note, o, t in zip(line, off, touch, strict=True)
    ]


def swung(line: Line, middle: float) -> Line:
    """Return a line with the second half of each beat begun at `middle` of it, not at half."""

    def moved(beat: float) -> float:
        whole, part = divmod(beat, 1.0)
        if part <= 0.5:
            return whole + part * middle / 0.5
        return whole + middle + (part - 0.5) * (1 - middle) / 0.5

    if middle == 0.5:
        return line
    return [
        note._replace(
            beat=moved(note.beat),
            length=max(0.05, moved(note.beat + note.length) - moved(note.beat)),
        )
        for note in line
    ]


def _texts(grid: Grid, marks: Sequence[tuple[float, str]]) -> tuple[Text, ...]:
    per_beat = grid.metre.ticks_per_beat
    ticks = [round(float(grid.beats(time)) * per_beat) for time, _ in marks]
    found = [Text(tick, "marker", words) for tick, (_, words) in zip(ticks, marks, strict=True)]
    return tuple(sorted(found, key=lambda text: text.tick))


def _notes(line: Line, channel: int, ring_beat: float, per_beat: int) -> Notes:
    ordered = sorted(line)
    beat = np.array([note.beat for note in ordered])
    pitch = np.array([note.pitch for note in ordered])
    onset = np.maximum(np.round(beat * per_beat), 0).astype(np.int64)
    length = np.array([note.length for note in ordered])
    end = np.minimum(beat + length, np.maximum(ring_beat, beat + 0.5))
    offset = np.maximum(np.round(end * per_beat).astype(np.int64), onset + 20)
    velocity = np.array([note.velocity for note in ordered])
    order = np.argsort(onset, kind="stable")
    return Notes(
        onset[order],
        offset[order],
        pitch[order].astype(np.uint8),
        velocity[order].astype(np.uint8),
        np.full(len(order), channel, dtype=np.uint8),
    )


def _channels(players: Sequence[Instrument]) -> dict[Instrument, int]:
    """Return each player a channel; where there are too many, those of one role share one.

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
    lines: Mapping[Instrument, Line], channels: Mapping[Instrument, int], per_beat: int
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
                tick = 0 if last < 0 else max(0, round(beat * per_beat) - _BEFORE_TICKS)
                told[order[number]].append(
                    Change(tick, channel, "program", 0, order[number].program)
                )
                last = number
    return told


def _levels(
    player: Instrument, channel: int, bars: Sequence[Bar], style: Style, per_beat: int
) -> list[Change]:
    changes = [
        Change(0, channel, "control", 7, style.volumes[player.role]),
        Change(0, channel, "control", 10, _PAN[player.role]),
        Change(0, channel, "control", 91, style.reverb),
    ]
    # Expression glides from bar to bar, a step a beat.
    level = np.array([bar.loudness for bar in bars])
    first = np.array([bar.first_beat + bar.n_beats / 2 for bar in bars])
    beats = np.arange(bars[-1].first_beat + bars[-1].n_beats)
    glide = np.interp(beats, first, level)
    values = np.round(70 + 54 * np.clip(glide, 0, 1)).astype(int)
    moves = np.flatnonzero(np.diff(values, prepend=-1))
    for beat, value in zip(beats[moves].tolist(), values[moves].tolist(), strict=True):
        changes.append(Change(beat * per_beat, channel, "control", 11, value))
    return changes


def _tempo_map(grid: Grid) -> TempoMap:
    """Return one tempo for every run of beats that are equally long, exact at each run's end."""
    per_beat = grid.metre.ticks_per_beat
    lengths = np.diff(grid.beats_s)
    edges = np.flatnonzero(np.abs(np.diff(lengths)) > _EQUAL_S) + 1
    runs = [0, *edges.tolist(), len(lengths)]
    tempi: list[tuple[int, int]] = []
    at_us = 0.0
    for first, end in pairwise(runs):
        wanted = grid.beats_s[end] * MICROSECONDS - at_us
        quarter = round(wanted / (end - first) * TICKS_PER_QUARTER / per_beat)
        at_us += quarter * (end - first) * per_beat / TICKS_PER_QUARTER
        if not tempi or tempi[-1][1] != quarter:
            tempi.append((first * per_beat, quarter))
    return TempoMap.from_tempi(tempi, TICKS_PER_QUARTER)


def _meters(bars: Sequence[Bar], grid: Grid) -> tuple[Meter, ...]:
    meters: list[Meter] = []
    for bar in bars:
        signature = grid.metre.signature(bar.n_beats)
        if not meters or meters[-1][1:] != signature:
            meters.append(Meter(bar.first_beat * grid.metre.ticks_per_beat, *signature))
    return tuple(meters)
