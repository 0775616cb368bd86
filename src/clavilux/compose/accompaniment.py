"""Accompaniment: chords held, struck or broken, as dense as the film is busy.

Chords held lie under the tune: its lowest note while they sound is their ceiling.
"""

from collections.abc import Sequence

import numpy as np

from clavilux.compose.harmony import Chord
from clavilux.compose.lines import Bar, Line, Played, nearest
from clavilux.compose.melody import lowest_between
from clavilux.compose.metre import Metre
from clavilux.compose.parts import Part
from clavilux.compose.styles import Style

_LOWEST, _HIGHEST = 46, 74
"""Range of held chords; 46 is where thirds begin to sound muddy."""
_ORDERS = (
    (0, 1, 2, 3), (0, 2, 1, 3), (3, 2, 1, 0), (0, 1, 2, 1), (0, 2, 3, 2), (1, 0, 2, 3, 2, 0),
    (0, 2, 1, 2, 3, 2),
)  # fmt: skip


def voice_lead(chords: Sequence[Chord], low: int = 52, high: int = 74) -> list[tuple[int, ...]]:
    """Place each chord's notes so that every voice moves as little as it can.

    Returns:
        For each chord its pitches, rising; as many as the chord has notes.
    """
    return _led(chords, [(low, high)] * len(chords))


def pad(bars: Sequence[Bar], parts: Sequence[Part], tunes: Sequence[Line], style: Style) -> Line:
    """Hold or strike each chord of some parts, voice-led, below the tunes."""
    line: Line = []
    for part in parts:
        own = [(bars[i], *span) for i in part.bars for span in bars[i].spans]
        ranges = [_under(tunes, beat, beat + n) for _, _, beat, n in own]
        voicings = _led([chord for _, chord, _, _ in own], ranges)
        for (bar, _, first, n), voicing in zip(own, voicings, strict=True):
            for beat, length, weight in _struck(bar, first, n, style):
                velocity = bar.velocity(0.72 * weight)
                line += [Played(beat, length, pitch, velocity) for pitch in voicing]
    return line


def arpeggio(
    bars: Sequence[Bar], parts: Sequence[Part], shots: Sequence[float], *, alone: bool = False
) -> Line:
    """Break each chord into a pattern, denser where the film is; a new one each shot.

    Args:
        bars: All bars of the piece.
        parts: The parts to write.
        shots: Beats at which a shot begins.
        alone: Whether nobody else holds the chords: then they are held here where
            nothing moves, and at the end.
    """
    line: Line = []
    for part in parts:
        rng = np.random.default_rng([part.seed, 5])
        order = _ORDERS[int(rng.integers(len(_ORDERS)))]
        own = [bars[i] for i in part.bars]
        voicings = voice_lead([bar.chords[0] for bar in own], 55, 76)
        for bar, voicing in zip(own, voicings, strict=True):
            if any(bar.first_beat <= beat < bar.first_beat + bar.n_beats for beat in shots):
                order = _ORDERS[int(rng.integers(len(_ORDERS)))]
            steps = _subdivisions(bar.metre)
            level = int(
                np.clip(bar.density * (len(steps) - 0.5) + 2 * bar.build, 0, len(steps) - 1)
            )
            step = steps[level]
            if bar.last or step == 0:
                line += _rung(bar, voicing) if alone else []
                continue
            line += _broken(bar, voicing, order, step)
    return line


def left_hand(bars: Sequence[Bar], bass: Line) -> Line:
    """Hold the bass's first note of each chord: what a player without a bass does himself."""
    spans = [(bar, beat, n) for bar in bars for _, beat, n in bar.spans]
    lowest = {round(note.beat, 3): note.pitch for note in bass}
    return [
        Played(beat, n * 0.95, lowest[beat], bar.velocity(0.75))
        for bar, beat, n in spans
        if beat in lowest
    ]


def _subdivisions(metre: Metre) -> tuple[float, ...]:
    """Return distances between notes of a broken chord, beats, by density; 0 is none at all."""
    return (0.0, 1.0, 1 / 3, 1 / 3) if metre.division == 3 else (0.0, 1.0, 1.0, 0.5, 0.5, 0.25)


def _broken(bar: Bar, voicing: Sequence[int], order: Sequence[int], step: float) -> Line:
    line = []
    for k in range(round(bar.n_beats / step)):
        beat = bar.first_beat + k * step
        chord = bar.chord_at(beat + 1e-6)
        tones = sorted({nearest(p, chord.pitch_classes, 53, 79) for p in voicing})
        tones.append(tones[0] + 12)
        pitch = tones[order[k % len(order)] % len(tones)]
        accent = 0.85 if abs(beat - round(beat)) < 1e-6 else 0.7
        line.append(Played(beat, step * 0.9, pitch, bar.velocity(accent)))
    return line


def _rung(bar: Bar, voicing: Sequence[int]) -> Line:
    """Strike the bar's first chord once and let it ring."""
    length, velocity = bar.n_beats * 0.95, bar.velocity(0.7)
    return [Played(bar.first_beat, length, pitch, velocity) for pitch in voicing]


def _struck(bar: Bar, first: float, n: float, style: Style) -> list[tuple[float, float, float]]:
    """Return when a chord is struck, how long it is held, and how hard."""
    busy = bar.density + bar.build > 0.4
    if bar.last or n < 1 or style.chords_held == "hold":
        return [(first, n * 0.98, 1.0)]
    if style.chords_held == "pulse":
        if not busy:
            return [(first, n * 0.98, 0.95)]
        return [(first + k + 0.5, 0.45, 1.0) for k in range(int(n))] + [(first, 0.45, 0.9)]
    if style.chords_held == "stabs" and busy:
        places = [p for p in (0.0, 1.5, 2.5, 3.5) if p < n]
        return [(first + p, 0.45, 1.0 if p == 0 else 0.85) for p in places]
    return [(first, n * 0.9, 1.0)]


def _under(tunes: Sequence[Line], start: float, end: float) -> tuple[int, int]:
    """Return the range of a held chord: below every tune that sounds with it."""
    lowest = [low for tune in tunes if (low := lowest_between(tune, start, end)) is not None]
    ceiling = min([_HIGHEST, *(low - 1 for low in lowest)])
    return min(_LOWEST, ceiling - 11), ceiling


def _led(chords: Sequence[Chord], ranges: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    voicings: list[tuple[int, ...]] = []
    for chord, (low, high) in zip(chords, ranges, strict=True):
        before = voicings[-1] if voicings else (55, 59, 64)
        voicings.append(min(_inversions(chord, low, high), key=lambda v: _movement(before, v)))
    return voicings


def _inversions(chord: Chord, low: int, high: int) -> list[tuple[int, ...]]:
    classes = chord.pitch_classes
    found = []
    for turn in range(len(classes)):
        order = classes[turn:] + classes[:turn]
        for bottom in range(low, high - 5):
            if bottom % 12 != order[0]:
                continue
            pitches = [bottom]
            for pc in order[1:]:
                pitches.append(pitches[-1] + (pc - pitches[-1]) % 12)
            if pitches[-1] <= high:
                found.append(tuple(pitches))
    if not found:  # a narrow place: the closest position there is, without the fifth
        return [tuple(sorted({nearest(high - 4, (pc,), low - 12, high) for pc in classes[:2]}))]
    return found


def _movement(before: Sequence[int], after: Sequence[int]) -> float:
    """Sum of the ways each new voice is from its nearest old one, and the drift of the whole."""
    steps = sum(min(abs(p - q) for q in before) for p in after)
    return steps + 0.3 * abs(float(np.mean(after)) - 61)
