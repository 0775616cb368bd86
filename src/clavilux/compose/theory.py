"""Chords by theory: functional harmony with phrases, cadences and returns.

The default back end of the family ``compose.chords``. A phrase leaves home, goes
through a subdominant to a dominant and comes back; the first phrase of a pair
stops half way (on the dominant), the second closes. What bears one label gets
the same chords each time it returns; tension adds sevenths, chords borrowed
from the parallel mode and two chords a bar.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from clavilux.compose.form import Part
from clavilux.compose.harmony import Chord, Key

Progression = list[tuple[Chord, ...]]
"""Chords of each bar: one or two."""

# Degrees of the bars before a cadence, by what the phrase is like; weights follow.
_BODIES: Mapping[str, Sequence[tuple[tuple[int, ...], float]]] = {
    "major": (((1, 6), 3), ((1, 5), 2), ((1, 3), 1.5), ((1, 4), 2), ((6, 4), 1.5), ((4, 1), 1)),
    "minor": (((1, 6), 3), ((1, 7), 2), ((1, 4), 2), ((1, 3), 1.5), ((6, 7), 1.5), ((4, 1), 1)),
}
_HALF = (((4, 5), 3), ((2, 5), 2), ((6, 5), 1))
_FULL = (((5, 1), 3), ((4, 1), 1.2))
_DECEPTIVE = (((5, 6), 1),)


class TheoryChords:
    """Writes chords by rule; the same seed writes the same."""

    def write(
        self, parts: Sequence[Part], key: Key, *, primer: Sequence[Chord] = (), seed: int = 0
    ) -> Progression:
        """Write the chords of every bar.

        Args:
            parts: The form, in order.
            key: The key; every phrase but a deceptive one comes home to its tonic.
            primer: Chords to begin with and to go on from; they open every part
                that bears the first part's label.
            seed: Same seed, same chords.

        Returns:
            For each bar its chords, one or two.
        """
        bars: Progression = []
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            phrases = part.phrases()
            for number, phrase in enumerate(phrases):
                closes = number % 2 == 1 or number == len(phrases) - 1
                # The choice hangs on label and phrase alone: so a return sounds like one.
                rng = np.random.default_rng([seed, ord(part.label), number % 2])
                degrees = _degrees(len(phrase), key, closes, part.tension, rng)
                chords = [_dress(key, d, part.tension, rng) for d in degrees]
                primed = bool(primer) and part.label == parts[0].label and number == 0
                if primed:
                    head = list(primer)[: len(chords)]
                    chords[: len(head)] = head
                if last and number == len(phrases) - 1:
                    chords[-2:] = _ending(key, len(chords))
                bars += [(chord,) for chord in chords] if primed else _spread(chords, part, key)
        return bars


def _degrees(
    n_bars: int, key: Key, closes: bool, tension: float, rng: np.random.Generator
) -> list[int]:
    bodies = _BODIES["minor" if key.minor else "major"]
    if not closes:
        cadence = _pick(_HALF, rng)
    elif tension > 0.75 and rng.random() < 0.3:
        cadence = _pick(_DECEPTIVE, rng)
    else:
        cadence = _pick(_FULL, rng)
    body: list[int] = []
    while len(body) < n_bars - 2:
        body += _pick(bodies, rng)
    degrees = [*body[: max(0, n_bars - 2)], *cadence][-n_bars:]
    if degrees[:1] != [1] and n_bars >= 4 and rng.random() < 0.7:
        degrees[0] = 1
    return degrees


def _pick(
    choices: Sequence[tuple[tuple[int, ...], float]], rng: np.random.Generator
) -> tuple[int, ...]:
    weights = np.array([weight for _, weight in choices])
    return choices[int(rng.choice(len(choices), p=weights / weights.sum()))][0]


def _dress(key: Key, degree: int, tension: float, rng: np.random.Generator) -> Chord:
    """Build a degree's chord; the more tension, the more colour."""
    chord = key.degree(degree)
    if degree == 7 and key.mode == "major":
        chord = key.degree(5)
    colour = rng.random()
    if chord.quality == "dim":  # too sharp for a background: its neighbour in function
        chord = key.degree(4)
    if degree == 5 and chord.quality == "maj":
        return Chord(chord.root, "sus4" if colour < 0.15 else "7" if colour < 0.6 else "maj")
    if degree == 4 and key.mode == "major" and colour < 0.35 * tension:
        return Chord(chord.root, "min")  # borrowed from the minor
    if degree != 1 and colour < 0.2 + 0.4 * tension:
        return key.with_seventh(chord)
    return chord


def _ending(key: Key, n_bars: int) -> list[Chord]:
    home = Chord(key.tonic, "min" if key.minor else "maj")
    return [Chord((key.tonic + 7) % 12, "7"), home][-min(2, n_bars) :]


def _spread(chords: list[Chord], part: Part, key: Key) -> Progression:
    """Give each bar its chord; under tension a bar before a cadence gets two."""
    bars: Progression = [(chord,) for chord in chords]
    if part.tension > 0.55 and len(bars) >= 3:
        before = len(bars) - 2
        pre = key.degree(2 if not key.minor else 4)
        if bars[before][0].root != pre.root and pre.quality != "dim":
            bars[before] = (pre, bars[before][0])
    return bars
