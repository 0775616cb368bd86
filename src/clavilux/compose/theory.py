"""Chords by theory: functional harmony with phrases, cadences and returns.

The default back end of the family ``compose.chords``. A phrase leaves home, goes
through a subdominant to a dominant and comes back; the first phrase of a pair
stops half way (on the dominant), the second closes. What bears one label gets
the same chords each time it returns; tension adds sevenths and chords borrowed
from the parallel mode. A style adds loops of its own, its share of sevenths, and
how often chords change.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from clavilux.compose import styles
from clavilux.compose.chords import ChordRequest, Progression
from clavilux.compose.harmony import Chord, Key

_Weighed = Sequence[tuple[tuple[int, ...], float]]
"""Degrees in a row, each row with how often it is chosen."""


class _ModeHarmony(NamedTuple):
    """How a mode moves: what leaves home, what stops half way, what comes home."""

    bodies: _Weighed
    half: _Weighed
    full: _Weighed
    ending: tuple[int, int]
    deceptive: tuple[int, int] | None = None


# Major and minor come home from the dominant with its leading note. The other modes have no
# leading note, or would lose their colour by it: they come home by the chord that has the
# colour, and stay there longer, since it is staying that says where home is.
_MODES: Mapping[str, _ModeHarmony] = {
    "major": _ModeHarmony(
        (((1, 6), 3), ((1, 5), 2), ((1, 3), 1.2), ((1, 4), 2.5), ((6, 4), 1), ((4, 1), 1.5)),
        (((4, 5), 3), ((2, 5), 2), ((1, 5), 1.5)),
        (((5, 1), 3), ((4, 1), 1.2)),
        (5, 1),
        (5, 6),
    ),
    "minor": _ModeHarmony(
        (((1, 6), 3), ((1, 7), 1.5), ((1, 4), 2.5), ((1, 3), 1), ((6, 7), 0.8), ((4, 1), 1.5)),
        (((4, 5), 3), ((6, 5), 1.5), ((1, 5), 1)),
        (((5, 1), 3), ((4, 1), 1.2)),
        (5, 1),
        (5, 6),
    ),
    "dorian": _ModeHarmony(
        (((1, 4), 4), ((1, 1), 3), ((1, 3), 1.5), ((4, 1), 1.5), ((1, 7), 1)),
        (((1, 4), 3), ((1, 5), 1)),
        (((4, 1), 3), ((7, 1), 1)),
        (4, 1),
    ),
    "phrygian": _ModeHarmony(
        (((1, 2), 3), ((1, 1), 3), ((1, 7), 1), ((2, 1), 1.5)),
        (((1, 2), 3), ((1, 7), 1)),
        (((2, 1), 3), ((7, 1), 1)),
        (2, 1),
    ),
    "lydian": _ModeHarmony(
        (((1, 2), 3), ((1, 1), 3), ((1, 3), 1), ((1, 6), 1), ((2, 1), 1.5)),
        (((1, 2), 3), ((1, 3), 1)),
        (((2, 1), 3), ((5, 1), 1)),
        (2, 1),
    ),
    "mixolydian": _ModeHarmony(
        (((1, 7), 3), ((1, 1), 3), ((1, 6), 1), ((1, 5), 1), ((7, 1), 1.5)),
        (((1, 7), 3), ((1, 5), 1)),
        (((7, 1), 3), ((4, 1), 1)),
        (7, 1),
    ),
}

_BEFORE_CADENCE = {"major": 2, "minor": 4}
"""What shares the bar before a cadence under tension; in the other modes home itself."""


class TheoryChords:
    """Writes chords by rule; the same request writes the same."""

    def write(self, request: ChordRequest) -> Progression:
        """Write the chords of every bar; every phrase but a deceptive one comes home."""
        style = styles.find(request.style)
        bars: Progression = []
        for index, part in enumerate(request.parts):
            last = request.closes and index == len(request.parts) - 1
            rng = np.random.default_rng([part.seed, 21])
            changes = style.changes[int(rng.integers(len(style.changes)))]
            fitting = [row for row in style.loops if _says_home(row, part.key.mode)]
            loop = fitting[int(rng.integers(len(fitting)))] if fitting else ()
            phrases = part.phrases()
            for number, phrase in enumerate(phrases):
                closes = number % 2 == 1 or number == len(phrases) - 1
                # Like phrases of a part share their chance: so a return sounds like one.
                rng = np.random.default_rng([part.seed, number % 2 + 2 * (number % 8 > 4)])
                degrees = _degrees(len(phrase), part.key, closes, part.tension, rng)
                if loop and rng.random() < style.looped and not (last and phrase is phrases[-1]):
                    degrees = _looped(loop, len(phrase), closes, part.key)
                chords = [_dress(part.key, d, part.tension, style.sevenths, rng) for d in degrees]
                primed = bool(request.primer) and request.opens
                primed &= part.label == request.parts[0].label and number == 0
                if primed:
                    head = list(request.primer)[: len(chords)]
                    chords[: len(head)] = head
                if last and phrase is phrases[-1]:
                    chords[-2:] = ending(part.key, len(chords))
                bars += (
                    [(chord,) for chord in chords] if primed else _spread(chords, changes, part.key)
                )
        return bars


def _degrees(
    n_bars: int, key: Key, closes: bool, tension: float, rng: np.random.Generator
) -> list[int]:
    harmony = _MODES[key.mode]
    cadence = _pick(harmony.full if closes else harmony.half, rng)
    if closes and harmony.deceptive and tension > 0.75 and rng.random() < 0.3:
        cadence = harmony.deceptive
    body: list[int] = []
    while len(body) < n_bars - 2:
        body += _pick(harmony.bodies, rng)
    degrees = [*body[: max(0, n_bars - 2)], *cadence][-n_bars:]
    if n_bars >= 3:
        degrees[0] = 1  # a phrase says where home is before it leaves
    return degrees


def _says_home(loop: tuple[int, ...], mode: str) -> bool:
    """Return True if a loop leaves no doubt where home is: the odder the mode, the plainer."""
    if mode in ("major", "minor"):
        return True
    return mode in ("dorian", "mixolydian") and loop[0] == 1


def _looped(loop: tuple[int, ...], n_bars: int, closes: bool, key: Key) -> list[int]:
    """Turn on a loop; a phrase that closes comes home where the loop doesn't."""
    degrees = [loop[i % len(loop)] for i in range(n_bars)]
    if closes and n_bars >= 3 and degrees[-1] != 1:
        degrees[-2:] = [_MODES[key.mode].ending[0], 1]
    return degrees


def _pick(choices: _Weighed, rng: np.random.Generator) -> tuple[int, ...]:
    weights = np.array([weight for _, weight in choices])
    return choices[int(rng.choice(len(choices), p=weights / weights.sum()))][0]


def _dress(
    key: Key, degree: int, tension: float, sevenths: float, rng: np.random.Generator
) -> Chord:
    """Build a degree's chord; the more tension, the more colour."""
    chord = key.degree(degree)
    if degree == 7 and key.mode == "major":
        chord = key.degree(5)
    colour = rng.random()
    if chord.quality == "dim":  # too sharp for a background: its neighbour in function
        chord = key.degree(2 if key.mode == "lydian" else 4)
    if degree == 5 and key.mode in ("major", "minor"):
        seventh = "7" if colour < 0.3 + 0.7 * sevenths else "maj"
        return Chord(chord.root, "sus4" if colour < 0.1 else seventh)
    if degree == 4 and key.mode == "major" and colour < 0.35 * tension:
        return Chord(chord.root, "min")  # borrowed from the minor
    share = sevenths if degree != 1 or sevenths > 0.5 else 0.0  # home is plain in most styles
    if colour < share + (0.15 * tension if degree != 1 else 0.0):
        return key.with_seventh(chord)
    return chord


def ending(key: Key, n_bars: int) -> list[Chord]:
    """Return the last two chords of a piece, or its last."""
    before, home = (key.degree(degree) for degree in _MODES[key.mode].ending)
    if key.mode in ("major", "minor"):
        before = Chord(before.root, "7")
    return [before, home][-min(2, n_bars) :]


def _spread(chords: list[Chord], changes: tuple[int, ...], key: Key) -> Progression:
    """Return each bar its chords: as many as the part's harmonic rhythm says."""
    bars: Progression = []
    for i, chord in enumerate(chords):
        n = changes[i % len(changes)]
        before = key.degree(_BEFORE_CADENCE.get(key.mode, 1))
        near_end = i >= len(chords) - 2
        if n == 0 and bars and not near_end:
            bars.append((bars[-1][-1],))
        elif n == 2 and i < len(chords) - 1 and near_end and before.root != chord.root:
            bars.append((before, chord))
        elif n == 2 and i < len(chords) - 2 and chords[i + 1].root != chord.root:
            bars.append((chord, chords[i + 1]))
        else:
            bars.append((chord,))
    return bars
