"""Melody: a tune for each label, whose hook returns varied whenever the label does.

A theme is written in steps of the scale: a hook with a leap in it, an answer and a
development. Phrases put them in an order of their own, rise to a bar and fall to a
cadence, on home or half way. Which pitches that gives is searched for: notes on strong
beats belong to the chord, leaps are resolved by step the other way, and the tune doesn't
move into fifths and octaves together with the bass.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clavilux.compose.harmony import Key
from clavilux.compose.lines import Bar, Line, Played, nearest, scale_with
from clavilux.compose.parts import Part
from clavilux.compose.rhythm import Cell, bar_rhythm, split, thinned
from clavilux.compose.styles import Style

LOWEST = 60
"""No tune goes lower: under it lie the chords."""
_BEAM = 8
_PLANS = ("abac", "aabc", "abbc", "aacb", "abcb", "acbc")
"""Orders of hook, answer and development; the phrase's last bar is its cadence."""
_ARCHES = ((0, 1, 3, 0), (0, 1, 2, 1), (2, 0, 3, 0), (0, 3, 2, 0), (0, -1, 3, 0), (3, 2, 1, 0))
"""Steps of the scale by which each bar of a phrase lies higher."""
_CADENCES: dict[str, tuple[Cell, ...]] = {
    "4/4": (
        ((0, 1), (1, 1), (2, 1.5)),
        ((0, 1.5), (1.5, 0.5), (2, 1.5)),
        ((0, 0.5), (0.5, 0.5), (1, 1), (2, 1.5)),
        ((0, 0.5), (0.5, 1), (1.5, 0.5), (2, 1)),
        ((0, 3),),
        ((0, 1), (1, 2)),
        ((0, 0.75), (0.75, 0.25), (1, 2)),
        ((0, 2), (2, 1)),
    ),
    "3/4": (
        ((0, 1), (1, 1.5)),
        ((0, 0.5), (0.5, 0.5), (1, 1.5)),
        ((0, 2),),
        ((0, 1.5), (1.5, 0.5), (2, 0.5)),
        ((0, 1), (1, 0.5), (1.5, 1)),
    ),
    "6/8": (
        ((0, 2 / 3), (2 / 3, 1 / 3), (1, 2 / 3)),
        ((0, 1 / 3), (1 / 3, 1 / 3), (2 / 3, 1 / 3), (1, 2 / 3)),
        ((0, 1.5),),
        ((0, 1), (1, 2 / 3)),
    ),
}


class _Wanted(NamedTuple):
    """A note before its pitch is found."""

    beat: float
    length: float
    step: int
    bar: Bar
    strong: bool
    final: tuple[int, ...] = ()
    """Pitch classes one of which ends a phrase here; empty elsewhere."""


@dataclass(frozen=True, slots=True)
class _Theme:
    """A tune's bars in (beat, length, step of the scale), and how phrases use them."""

    bars: dict[str, tuple[tuple[float, float, int], ...]]
    plan: str
    arch: tuple[int, ...]
    density: float


def melody(
    bars: Sequence[Bar],
    parts: Sequence[Part],
    bass: Line,
    style: Style,
    *,
    register: int = 72,
    rests: bool = True,
    home: float = 0.0,
) -> Line:
    """Lay each part's theme over its chords.

    Args:
        bars: All bars of the piece.
        parts: The parts to write; those of one label share a theme.
        bass: What the bass plays, which the tune moves against.
        style: How busy and how syncopated it is.
        register: MIDI pitch around which the theme lies.
        rests: Whether the tune may wait until the first phrase of a long piece is over.
        home: How strongly it is drawn to the notes of the home chord, 0 to 1.
    """
    line: Line = []
    for number, part in enumerate(parts):
        again = sum(other.label == part.label for other in parts[:number])
        own = [bars[i] for i in part.bars]
        theme = _theme(own, style, part.seed)
        for index, phrase in enumerate(part.phrases()):
            rng = np.random.default_rng([part.seed, 31, index, again])
            waits = rests and phrase.start == 0 and len(bars) > 12 and part.seed % 2 == 0
            pauses = rests and index % 4 == 2 and index > 0 and rng.random() < 0.2
            if waits or pauses:
                continue
            closes = index % 2 == 1 or phrase.stop == part.bars.stop
            varied = index + 2 * again
            wanted = _phrase([bars[i] for i in phrase], theme, part.key, closes, varied, style, rng)
            line += _sung(wanted, part.key, bass, register, home)
    return line


def _theme(bars: Sequence[Bar], style: Style, seed: int) -> _Theme:
    rng = np.random.default_rng([seed, 77])
    metre = bars[0].metre
    density = float(np.clip(np.mean([_wanted_density(bar, style) for bar in bars]), 0.05, 1))
    made = {}
    for name, more in (("a", 0.0), ("b", 0.12), ("c", -0.05)):
        rhythm = bar_rhythm(metre, float(np.clip(density + more, 0, 1)), style.syncopation, rng)
        made[name] = _contour(rhythm, rng, leaps=0.5 if name == "a" else 0.25)
    plan = _PLANS[int(rng.integers(len(_PLANS)))]
    return _Theme(made, plan, _ARCHES[int(rng.integers(len(_ARCHES)))], density)


def _wanted_density(bar: Bar, style: Style) -> float:
    return style.busy * (0.65 * bar.busy + 0.35 * bar.density)


def _contour(
    rhythm: Cell, rng: np.random.Generator, *, leaps: float
) -> tuple[tuple[float, float, int], ...]:
    """Return each note of a rhythm its step: mostly by step, with leaps that turn back."""
    step, notes = int(rng.choice([0, 0, 2, 4])), []
    owed = 0
    for beat, length in rhythm:
        notes.append((beat, length, step))
        if owed:
            move, owed = owed, 0
        elif rng.random() < leaps and len(notes) < len(rhythm):
            move = int(rng.choice([3, 4, 5, -3, -4], p=[0.3, 0.25, 0.15, 0.2, 0.1]))
            owed, leaps = -int(np.sign(move)), leaps / 3
        else:
            move = int(rng.choice([1, -1, 2, -2, 0], p=[0.36, 0.36, 0.1, 0.1, 0.08]))
        if not -4 <= step + move <= 7:
            move = -move
        step += move
    return tuple(notes)


def _phrase(
    bars: Sequence[Bar],
    theme: _Theme,
    key: Key,
    closes: bool,
    varied: int,
    style: Style,
    rng: np.random.Generator,
) -> list[_Wanted]:
    """Return what a phrase's notes should be: the theme's bars as the plan has them, varied."""
    wanted: list[_Wanted] = []
    for i, bar in enumerate(bars):
        if bar.last or (i == len(bars) - 1 and len(bars) > 1):
            wanted += _cadence(bar, key, closes, rng)
            continue
        name = theme.plan[i % 4]
        notes = theme.bars[name]
        seen = theme.plan[: i % 4].count(name) + varied
        rhythm = _varied(tuple((b, n) for b, n, _ in notes), bar, theme, style, seen, rng)
        lift = theme.arch[i % 4] + (2 if varied % 4 == 3 else 0)
        steps = [step for _, _, step in notes]
        if seen and name != "a" and rng.random() < 0.35:  # upside down about its first note
            steps = [2 * steps[0] - step for step in steps]
        for k, (beat, length) in enumerate(rhythm):
            if beat >= bar.n_beats - 0.2:
                continue
            near = int(np.argmin([abs(at - beat) for at, _, _ in notes]))
            step = steps[near] + lift + (1 if k and rhythm[k - 1][0] >= notes[near][0] else 0)
            breath = 0.5 if i % 2 == 1 and k == len(rhythm) - 1 and length >= 1 else 1.0
            held = min(length * breath, bar.n_beats - beat)
            strong = bar.metre.strong(beat) or length >= 1
            wanted.append(_Wanted(bar.first_beat + beat, held, step, bar, strong))
    return wanted


def _varied(
    rhythm: Cell, bar: Bar, theme: _Theme, style: Style, seen: int, rng: np.random.Generator
) -> Cell:
    """Vary a rhythm as often as it has been heard, and as dense as the film is there."""
    more = _wanted_density(bar, style) - theme.density
    for _ in range(1 + int(abs(more) > 0.25)):
        if more > 0.12 or (seen and rng.random() < 0.3):
            rhythm = split(rhythm, bar.metre, rng)
        elif more < -0.12 or (seen and rng.random() < 0.3):
            rhythm = thinned(rhythm, rng)
    return rhythm


def _cadence(bar: Bar, key: Key, closes: bool, rng: np.random.Generator) -> list[_Wanted]:
    """End a phrase: by step to home, or half way to another note of the chord."""
    if bar.last:
        return [_Wanted(bar.first_beat, bar.n_beats, 0, bar, True, (key.tonic,))]
    kinds = _CADENCES.get(bar.metre.name, _CADENCES["4/4"])
    rhythm = [note for note in kinds[int(rng.integers(len(kinds)))] if note[0] < bar.n_beats]
    goal = 0 if closes and rng.random() < 0.8 else int(rng.choice([1, 2, 4, -1]))
    side = int(rng.choice([1, 1, -1]))
    found = []
    for k, (beat, length) in enumerate(rhythm):
        ends = k == len(rhythm) - 1
        step = goal + side * (len(rhythm) - 1 - k)
        chord = bar.chord_at(bar.first_beat + beat)
        final = chord.pitch_classes if ends else ()
        if ends and closes and goal == 0 and key.tonic in final:
            final = (key.tonic,)
        strong = bar.metre.strong(beat) or ends
        held = min(length, max(0.5, bar.n_beats - 0.5 - beat))  # a breath before what follows
        found.append(_Wanted(bar.first_beat + beat, held, step, bar, strong, final))
    return found


def _sung(wanted: Sequence[_Wanted], key: Key, bass: Line, register: int, home: float) -> Line:
    """Find the pitches of a phrase by beam search."""
    if not wanted:
        return []
    triad = key.degree(1).pitch_classes
    together = _together([note.beat for note in wanted], bass)
    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for index, note in enumerate(wanted):
        chord = note.bar.chord_at(note.beat)
        # A step of the scale is 12/7 semitones on average; tunes lie about three above home.
        target = register + note.bar.register + (note.step - 3) * 12 / 7
        low, high = max(LOWEST, register - 10), max(register + 14, LOWEST + 19)
        target = float(np.clip(target, low + 1, high - 1))
        classes = note.final or (chord.pitch_classes if note.strong else scale_with(key, chord))
        reach = 7 if note.final else 5
        pitches = [
            p
            for p in range(max(low, int(target) - reach), min(high, int(target) + reach + 1) + 1)
            if p % 12 in classes
        ] or [nearest(target, classes, low, high)]
        grown = [
            (
                cost + _cost(sung, p, target, together[index]) + 1.5 * home * (p % 12 not in triad),
                (*sung, p),
            )
            for cost, sung in beam
            for p in pitches
        ]
        beam = sorted(grown)[:_BEAM]
    highest = max(range(len(wanted)), key=lambda i: beam[0][1][i])
    return [
        Played(
            note.beat,
            note.length * 0.94,
            pitch,
            note.bar.velocity((1.0 if note.strong else 0.86) * (1.06 if i == highest else 1.0)),
        )
        for i, (note, pitch) in enumerate(zip(wanted, beam[0][1], strict=True))
    ]


_Move = tuple[int, int, int] | None
"""Of a note that the bass moves with: which earlier note it moves from, bass before, bass now."""


def _together(beats: Sequence[float], bass: Line) -> list[_Move]:
    """Find with which notes of a phrase the bass moves."""
    moves: list[_Move] = [None] * len(beats)
    starts = [beat - 0.02 for beat in beats]
    before: tuple[int, int] | None = None
    first = bisect_left(bass, starts[0] - 8, key=lambda note: note.beat)
    for note in bass[first:]:
        upper = bisect_left(starts, note.beat) - 1
        upper += upper + 1 < len(starts) and starts[upper + 1] <= note.beat
        if note.beat > beats[-1] + 4:
            break
        if upper >= 0:
            if before is not None and before[0] != upper and moves[upper] is None:
                moves[upper] = (before[0], before[1], note.pitch)
            before = upper, note.pitch
    return moves


def _cost(sung: tuple[int, ...], pitch: int, target: float, move: _Move) -> float:
    """Return how little a pitch suits what was sung before it."""
    cost = 0.35 * abs(pitch - target)
    if not sung:
        return cost
    interval = pitch - sung[-1]
    size = abs(interval)
    cost += 0.9 * (size == 0) + 0.15 * max(0, size - 2) + 3.0 * (size in (6, 10, 11) or size > 12)
    if len(sung) > 1:
        leapt = sung[-1] - sung[-2]
        if abs(leapt) > 4:
            back = interval * leapt < 0
            cost += 0.0 if back and size <= 2 else 0.8 if back and size <= 4 else 2.5
        elif interval == 0 and leapt == 0:
            cost += 1.5
    if move is not None:
        earlier, bass_before, bass_now = move
        risen, bass_risen = pitch - sung[earlier], bass_now - bass_before
        if risen * bass_risen > 0 and (pitch - bass_now) % 12 in (0, 7):
            cost += 3.0
    return cost


def lowest_between(line: Line, start: float, end: float) -> int | None:
    """Return the lowest pitch that sounds between two beats; None if nothing does."""
    first = bisect_left(line, start - 8, key=lambda note: note.beat)
    found = None
    for note in line[first:]:
        if note.beat >= end:
            break
        if note.beat + note.length > start and (found is None or note.pitch < found):
            found = note.pitch
    return found
