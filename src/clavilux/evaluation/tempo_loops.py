"""Loops of known tempo and meter, written by hand: what `benchmarks.listen` asks of tempo.

Each pattern is a bar or two of drums, bass, chords or a tune in the style its name says.
None was used to fit or choose anything.

Conventions
-----------
- A pattern is a string for each part: a character is an eighth or, where the pattern
  says so, a sixteenth or a triplet; ``x`` strikes, ``.`` rests, a digit is a degree of
  the scale.
- Tempi are quarter notes a minute, in 6/8 dotted quarters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Track

_TICKS = 480
_DRUMS = {"kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "open": 46, "ride": 51}
_PITCHED = {"bass": (33, 36), "piano": (0, 60), "guitar": (24, 55), "strings": (48, 60),
            "flute": (73, 72), "organ": (16, 60), "marimba": (12, 67)}  # fmt: skip
_SCALE = (0, 2, 4, 5, 7, 9, 11, 12)
_PROGRESSION = (0, 9, 5, 7)


@dataclass(frozen=True)
class Pattern:
    """Parts that sound together, and how many characters a quarter note has."""

    meter: str
    per_quarter: int
    parts: Mapping[str, str]


PATTERNS: Mapping[str, Pattern] = {
    "rock": Pattern("4/4", 2, {"kick": "x...x...", "snare": "..x...x.", "hat": "xxxxxxxx",
                               "bass": "0.000.44"}),
    "ballad": Pattern("4/4", 2, {"kick": "x..x.x..", "snare": "..x...x.", "hat": "xxxxxxxx",
                                 "piano": "0.......", "flute": "4..32.1."}),
    "house": Pattern("4/4", 4, {"kick": "x...x...x...x...", "clap": "....x.......x...",
                                "open": "..x...x...x...x.", "bass": "..0...0...0...4."}),
    "jungle": Pattern("4/4", 4, {"kick": "x.x.......xx....", "snare": "....x..x.x..x..x",
                                 "hat": "x.x.x.x.x.x.x.x.", "bass": "0.......0..4...."}),
    "halftime": Pattern("4/4", 4, {"kick": "x.....x.........", "snare": "........x.......",
                                   "hat": "x.x.x.x.x.x.xxxx", "bass": "0.....0........."}),
    "picked": Pattern("4/4", 2, {"guitar": "0424742424247424"}),
    "shuffle": Pattern("4/4", 3, {"kick": "x.....x.....", "snare": "...x.....x..",
                                  "ride": "x.xx.xx.xx.x", "bass": "0..2..4..5.."}),
    "waltz": Pattern("3/4", 2, {"bass": "0.....", "piano": "..2.2.", "flute": "4...54"}),
    "drum waltz": Pattern("3/4", 2, {"kick": "x.....", "snare": "..x.x.", "hat": "xxxxxx"}),
    "arpeggio waltz": Pattern("3/4", 2, {"guitar": "024742", "strings": "0....."}),
    "brush waltz": Pattern("3/4", 4, {"kick": "x...........", "rim": "....x...x...",
                                      "ride": "x...x.x.x...", "bass": "0.......4..."}),
    "jig": Pattern("6/8", 2, {"kick": "x.....", "snare": "...x..", "hat": "xxxxxx",
                              "flute": "024543"}),
    "slow six": Pattern("6/8", 2, {"piano": "024742", "bass": "0..4.."}),
    "march six": Pattern("6/8", 2, {"kick": "x..x..", "snare": "..x..x", "bass": "0..4..",
                                    "organ": "2..2.."}),
    "seven": Pattern("7/8", 2, {"kick": "x...x..", "snare": "..x..x.", "hat": "xxxxxxx",
                                "bass": "0.0.4.5"}),
    "seven picked": Pattern("7/8", 2, {"guitar": "0424742", "bass": "0......"}),
    "seven balkan": Pattern("7/8", 2, {"kick": "x..x.x.", "rim": "...x.x.",
                                       "flute": "4.32345", "organ": "0..2.4."}),
}  # fmt: skip

LOOPS: tuple[tuple[str, float], ...] = (
    ("rock", 84), ("rock", 112), ("rock", 128), ("rock", 150),
    ("ballad", 56), ("ballad", 62), ("ballad", 68), ("ballad", 74),
    ("house", 118), ("house", 126), ("house", 138),
    ("jungle", 160), ("jungle", 168), ("jungle", 174),
    ("halftime", 70), ("halftime", 140), ("picked", 66), ("picked", 96), ("picked", 120),
    ("shuffle", 92), ("shuffle", 132),
    ("waltz", 96), ("waltz", 144), ("waltz", 180), ("drum waltz", 88), ("drum waltz", 120),
    ("arpeggio waltz", 72), ("arpeggio waltz", 108), ("brush waltz", 132), ("brush waltz", 160),
    ("jig", 108), ("jig", 124), ("slow six", 56), ("slow six", 64), ("march six", 100),
    ("seven", 120), ("seven", 150), ("seven picked", 104), ("seven picked", 136),
    ("seven balkan", 128),
)  # fmt: skip
"""Pattern and tempo of each loop."""


def tempo_loops(*, duration_s: float) -> Iterator[tuple[str, float, str, Score]]:
    """Yield name, tempo, meter and score of each of `LOOPS`, repeated for `duration_s`."""
    for name, bpm in LOOPS:
        pattern = PATTERNS[name]
        yield name, bpm, pattern.meter, _score(pattern, bpm, duration_s)


def _score(pattern: Pattern, bpm: float, duration_s: float) -> Score:
    quarter_bpm = 1.5 * bpm if pattern.meter == "6/8" else bpm
    step = _TICKS // pattern.per_quarter
    numerator, denominator = map(int, pattern.meter.split("/"))
    bar = numerator * 4 * _TICKS // denominator
    n_bars = int(np.ceil(duration_s * quarter_bpm / 60 * _TICKS / bar)) + 1
    tracks = []
    pitched = [name for name in pattern.parts if name in _PITCHED]
    for name, text in pattern.parts.items():
        program, root = _PITCHED.get(name, (0, 0))
        channel = pitched.index(name) if name in _PITCHED else 9
        ticks, pitches, velocities = [], [], []
        for tick in range(0, n_bars * bar, step):
            character = text[tick // step % len(text)]
            if character == ".":
                continue
            degree = 0 if character == "x" else _SCALE[int(character)]
            chord = _PROGRESSION[tick // bar % 4] if name in _PITCHED else 0
            ticks.append(tick)
            pitches.append(_DRUMS.get(name, root + degree + chord))
            velocities.append(110 if tick % bar == 0 else 96 if tick % _TICKS == 0 else 82)
        onset = np.array(ticks, dtype=np.int64)
        notes = Notes(
            onset,
            onset + step - 10,
            np.array(pitches, dtype=np.uint8),
            np.array(velocities, dtype=np.uint8),
            np.full(len(onset), channel, np.uint8),
        )
        change = Change(0, channel, "program", 0, program)
        tracks.append(Track(name=name, notes=notes, changes=(change,), end_tick=n_bars * bar))
    return Score(TempoMap.constant(quarter_bpm, _TICKS), tuple(tracks))
