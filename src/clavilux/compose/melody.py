"""Melody: a theme for each label, which returns whenever its label does.

A theme is a rhythm and a contour of four bars: a motif, its answer, the motif
again and a close. It is written once, in steps of the scale, and laid over
whatever chords sound: notes on strong beats are notes of the chord, the others
pass between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clavilux.compose.harmony import Key
from clavilux.compose.lines import Bar, Line, Played, nearest, scale_with
from clavilux.compose.parts import Part

# Rhythms of one bar of four beats: (beat, length) pairs, sparse to dense.
_RHYTHMS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0, 3), (3, 1)),
    ((0, 2), (2, 2)),
    ((0, 2), (2, 1), (3, 1)),
    ((0, 1.5), (1.5, 0.5), (2, 2)),
    ((0, 1), (1, 1), (2, 1.5), (3.5, 0.5)),
    ((0, 0.5), (0.5, 0.5), (1, 1), (2, 1), (3, 1)),
    ((0, 0.75), (0.75, 0.25), (1, 1), (2, 0.5), (2.5, 0.5), (3, 1)),
)
_STEPS = np.array([-2, -1, 0, 1, 2, 3])
_STEP_WEIGHTS = np.array([0.14, 0.3, 0.08, 0.3, 0.12, 0.06])


@dataclass(frozen=True, slots=True)
class Theme:
    """A rhythm and a contour of four bars."""

    bars: tuple[tuple[tuple[float, float, int], ...], ...]
    """For each bar (beat in the bar, length, steps of the scale above the theme's home)."""


def theme(label: str, tension: float, seed: int) -> Theme:
    """Invent the theme of a label: motif, answer, motif, close."""
    rng = np.random.default_rng([seed, 77, ord(label)])
    middle = 1 + tension * (len(_RHYTHMS) - 3)
    drawn = np.clip(np.round(rng.normal(middle, 1.0, 2)), 0, len(_RHYTHMS) - 1).astype(int)
    rhythm_a, rhythm_b = _RHYTHMS[drawn[0]], _RHYTHMS[drawn[1]]
    motif = _contour(rhythm_a, 0, rng)
    answer = _contour(rhythm_b, motif[-1][2], rng)
    close = ((0.0, 1.0, 2), (1.0, 1.0, 1), (2.0, 2.0, 0))
    return Theme((motif, answer, motif, close))


def melody(
    bars: Sequence[Bar],
    parts: Sequence[Part],
    key: Key,
    *,
    register: int = 72,
    seed: int = 0,
    rests: bool = True,
) -> Line:
    """Lay each part's theme over its chords.

    Args:
        bars: All bars of the piece.
        parts: The form; parts of one label share a theme.
        key: The key.
        register: MIDI pitch around which the theme lies.
        seed: Same seed, same themes.
        rests: Whether the melody waits until the first phrase is over in a long piece.
    """
    line: Line = []
    themes = {part.label: theme(part.label, part.tension, seed) for part in reversed(parts)}
    for part in parts:
        for number, phrase in enumerate(part.phrases()):
            silent = rests and phrase.start == 0 and len(bars) > 12 and number == 0
            if not silent:
                line += _phrase([bars[i] for i in phrase], themes[part.label], key, register)
    return line


def _contour(
    rhythm: Sequence[tuple[float, float]], start: int, rng: np.random.Generator
) -> tuple[tuple[float, float, int], ...]:
    step, notes = start, []
    for beat, length in rhythm:
        notes.append((beat, length, step))
        step = int(np.clip(step + rng.choice(_STEPS, p=_STEP_WEIGHTS), -3, 6))
    return tuple(notes)


def _phrase(bars: Sequence[Bar], subject: Theme, key: Key, register: int) -> Line:
    line: Line = []
    home = nearest(register, (key.tonic,), register - 6, register + 6)
    for i, bar in enumerate(bars):
        closing = i == len(bars) - 1
        notes = subject.bars[3] if closing else subject.bars[i % 3]
        if bar.last:
            notes = ((0.0, float(bar.n_beats), 0),)
        for beat, length, steps in notes:
            if beat >= bar.n_beats:
                continue
            length = min(length, bar.n_beats - beat)
            chord = bar.chord_at(bar.first_beat + beat)
            strong = beat % 2 == 0
            target = home + steps * 12 / 7  # a step of the scale is 12/7 semitones on average
            classes = chord.pitch_classes if strong else scale_with(key, chord)
            pitch = nearest(target, classes, register - 12, register + 14)
            weight = 1.0 if strong else 0.86
            line.append(Played(bar.first_beat + beat, length * 0.94, pitch, bar.velocity(weight)))
    return line
