"""Chords by theory: functional harmony with phrases, cadences and returns.

The default back end of the family ``compose.chords``. A phrase leaves home, goes
through a subdominant to a dominant and comes back; the first phrase of a pair
stops half way (on the dominant), the second closes. What bears one label gets
the same chords each time it returns; tension adds sevenths, chords borrowed
from the parallel mode and two chords a bar.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from clavilux.compose.chords import ChordRequest, Progression
from clavilux.compose.harmony import Chord, Key
from clavilux.compose.parts import Part

_Weighed = Sequence[tuple[tuple[int, ...], float]]
"""Degrees in a row, each row with how often it is chosen."""


class _Manner(NamedTuple):
    """How a mode moves: what leaves home, what stops half way, what comes home."""

    bodies: _Weighed
    half: _Weighed
    full: _Weighed
    ending: tuple[int, int]
    deceptive: tuple[int, int] | None = None


# Major and minor come home from the dominant with its leading note. The other modes have no
# leading note, or would lose their colour by it: they come home by the chord that has the
# colour, and stay there longer, since it is staying that says where home is.
_MANNERS: Mapping[str, _Manner] = {
    "major": _Manner(
        (((1, 6), 3), ((1, 5), 2), ((1, 3), 1.2), ((1, 4), 2.5), ((6, 4), 1), ((4, 1), 1.5)),
        (((4, 5), 3), ((2, 5), 2), ((1, 5), 1.5)),
        (((5, 1), 3), ((4, 1), 1.2)),
        (5, 1),
        (5, 6),
    ),
    "minor": _Manner(
        (((1, 6), 3), ((1, 7), 1.5), ((1, 4), 2.5), ((1, 3), 1), ((6, 7), 0.8), ((4, 1), 1.5)),
        (((4, 5), 3), ((6, 5), 1.5), ((1, 5), 1)),
        (((5, 1), 3), ((4, 1), 1.2)),
        (5, 1),
        (5, 6),
    ),
    "dorian": _Manner(
        (((1, 4), 4), ((1, 1), 3), ((1, 3), 1.5), ((4, 1), 1.5), ((1, 7), 1)),
        (((1, 4), 3), ((1, 5), 1)),
        (((4, 1), 3), ((7, 1), 1)),
        (4, 1),
    ),
    "phrygian": _Manner(
        (((1, 2), 3), ((1, 1), 3), ((1, 7), 1), ((2, 1), 1.5)),
        (((1, 2), 3), ((1, 7), 1)),
        (((2, 1), 3), ((7, 1), 1)),
        (2, 1),
    ),
    "lydian": _Manner(
        (((1, 2), 3), ((1, 1), 3), ((1, 3), 1), ((1, 6), 1), ((2, 1), 1.5)),
        (((1, 2), 3), ((1, 3), 1)),
        (((2, 1), 3), ((5, 1), 1)),
        (2, 1),
    ),
    "mixolydian": _Manner(
        (((1, 7), 3), ((1, 1), 3), ((1, 6), 1), ((1, 5), 1), ((7, 1), 1.5)),
        (((1, 7), 3), ((1, 5), 1)),
        (((7, 1), 3), ((4, 1), 1)),
        (7, 1),
    ),
}

_BEFORE_CADENCE = {"major": 2, "minor": 4}
"""What shares the bar before a cadence under tension; in the other modes home itself."""


class TheoryChords:
    """Writes chords by rule; the same seed writes the same."""

    def write(self, request: ChordRequest) -> Progression:
        """Write the chords of every bar; every phrase but a deceptive one comes home."""
        parts, primer = request.parts, request.primer
        bars: Progression = []
        for index, part in enumerate(parts):
            last, key = request.closes and index == len(parts) - 1, part.key
            phrases = part.phrases()
            for number, phrase in enumerate(phrases):
                closes = number % 2 == 1 or number == len(phrases) - 1
                # The choice hangs on label and phrase alone: so a return sounds like one.
                rng = np.random.default_rng([part.seed, ord(part.label), number % 2])
                degrees = _degrees(len(phrase), key, closes, part.tension, rng)
                chords = [_dress(key, d, part.tension, rng) for d in degrees]
                primed = bool(primer) and request.opens and part.label == parts[0].label
                primed &= number == 0
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
    manner = _MANNERS[key.mode]
    cadence = _pick(manner.full if closes else manner.half, rng)
    if closes and manner.deceptive and tension > 0.75 and rng.random() < 0.3:
        cadence = manner.deceptive
    body: list[int] = []
    while len(body) < n_bars - 2:
        body += _pick(manner.bodies, rng)
    degrees = [*body[: max(0, n_bars - 2)], *cadence][-n_bars:]
    if n_bars >= 3:
        degrees[0] = 1  # a phrase says where home is before it leaves
    return degrees


def _pick(choices: _Weighed, rng: np.random.Generator) -> tuple[int, ...]:
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
    if degree == 5 and key.mode in ("major", "minor"):
        return Chord(chord.root, "sus4" if colour < 0.15 else "7" if colour < 0.6 else "maj")
    if degree == 4 and key.mode == "major" and colour < 0.35 * tension:
        return Chord(chord.root, "min")  # borrowed from the minor
    if degree != 1 and colour < 0.2 + 0.4 * tension:
        return key.with_seventh(chord)
    return chord


def _ending(key: Key, n_bars: int) -> list[Chord]:
    before, home = (key.degree(degree) for degree in _MANNERS[key.mode].ending)
    if key.mode in ("major", "minor"):
        before = Chord(before.root, "7")
    return [before, home][-min(2, n_bars) :]


def _spread(chords: list[Chord], part: Part, key: Key) -> Progression:
    """Give each bar its chord; under tension a bar before a cadence gets two."""
    bars: Progression = [(chord,) for chord in chords]
    if part.tension > 0.55 and len(bars) >= 3:
        before = len(bars) - 2
        pre = key.degree(_BEFORE_CADENCE.get(key.mode, 1))
        if bars[before][0].root != pre.root and pre.quality != "dim":
            bars[before] = (pre, bars[before][0])
    return bars
