"""Loops to learn tempo and meter from: bars made up at random, whose tempo and meter are known.

A random generator in, a score out. Drums, bass, chords, strums and tunes are drawn for one, two
or four bars, which are repeated with small changes; a third of the loops has one part alone.
Which kind of drumming is drawn depends on the tempo, as in the music that people make: a dembow
is seldom played at 170. No file of anybody's is needed.

Conventions
-----------
- Times within a loop are in sixteenths, from the beginning of its first bar.
- Tempi are quarter notes a minute, in 6/8 dotted quarters.
"""

from typing import NamedTuple

import numpy as np

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Track

SIXTEENTHS = {"4/4": 16, "3/4": 12, "6/8": 12, "7/8": 14}
"""In a bar."""
SLOWEST_BPM = {"4/4": 50.0, "3/4": 50.0, "6/8": 40.0, "7/8": 60.0}
FASTEST_BPM = {"4/4": 200.0, "3/4": 220.0, "6/8": 150.0, "7/8": 220.0}
"""Between these, loops are of all tempi alike."""
SHARES = {"4/4": 0.55, "3/4": 0.17, "6/8": 0.14, "7/8": 0.14}
"""Of the loops: how often each meter is drawn."""
_GROUPS = {"3/4": ((4, 4, 4),), "6/8": ((6, 6),), "7/8": ((4, 4, 6), (6, 4, 4), (4, 6, 4))}
_TICKS = 120
"""In a sixteenth."""
_SCALE = (0, 2, 4, 7, 9, 12)
_STYLES = {
    "backbeat": (1.0, 105, 0.7), "floor": (0.9, 126, 0.35), "half": (0.5, 70, 0.35),
    "half fast": (0.35, 145, 0.2), "break": (0.6, 165, 0.3), "break slow": (0.35, 98, 0.3),
    "dembow": (0.3, 96, 0.25), "clave": (0.4, 108, 0.35), "one drop": (0.2, 76, 0.2),
    "double": (0.12, 115, 0.4), "percussion": (0.4, 112, 0.5), "any": (0.15, 110, 0.8),
}  # fmt: skip
"""Kind of drumming in 4/4: weight, the tempo at which it is commonest, spread in octaves."""
_KICKS = ((0, 8), (0, 8, 10), (0, 7, 10), (0, 10), (0, 6, 8), (0, 8, 14), (0, 2, 8), (0, 3, 8, 11),
          (0, 6, 10), (0, 4, 8, 12))  # fmt: skip
_BREAKS = ((0, 10), (0, 2, 10), (0, 2, 10, 11), (0, 6, 10), (0, 10, 13))
_CELLS = ((4,), (2, 2), (3, 1), (2, 1, 1), (1, 1, 2), (1, 1, 1, 1), (1, 2, 1))
_ROLES = ("bass", "chords", "figure", "strum", "tune")
_PROGRAMS = {
    "bass": (32, 33, 34, 35, 36, 38, 39, 87), "chords": (0, 4, 5, 16, 18, 48, 50, 61, 81, 89, 90),
    "figure": (0, 4, 11, 12, 24, 25, 27, 45, 46, 80, 81, 84, 98, 108),
    "strum": (24, 25, 26, 27, 29, 30, 105), "tune": (0, 11, 22, 24, 40, 56, 65, 73, 80, 81, 82),
}  # fmt: skip


class Loop(NamedTuple):
    """A made-up loop."""

    score: Score
    tempo_bpm: float
    """Quarter notes a minute; in 6/8 dotted quarters."""
    meter: str


class _Note(NamedTuple):
    at: float
    length: float
    pitch: int
    velocity: float


class _Frame(NamedTuple):
    """What all parts of a loop agree on."""

    meter: str
    quarter_bpm: float
    groups: tuple[int, ...]
    """Lengths of a bar's beats, in sixteenths."""
    bar: int
    n_bars: int

    @property
    def starts(self) -> list[int]:
        """Where beats begin in a bar."""
        return [0, *np.cumsum(self.groups[:-1]).tolist()]

    def fine(self, rng: np.random.Generator) -> bool:
        """Return True if a part moves in sixteenths: the rarer the faster they are."""
        chance = np.clip(0.55 - 0.75 * np.log2(self.quarter_bpm / 100), 0.06, 0.85)
        return bool(rng.random() < chance)


def make_loop(rng: np.random.Generator, *, duration_s: float) -> Loop:
    """Make up a loop, at least `duration_s` long."""
    meter = str(rng.choice(list(SHARES), p=list(SHARES.values())))
    slow, fast = SLOWEST_BPM[meter], FASTEST_BPM[meter]
    tempo = float(np.exp(rng.uniform(np.log(slow), np.log(fast))))
    quarter_bpm = 1.5 * tempo if meter == "6/8" else tempo
    groups = (4,) * 4 if meter == "4/4" else _GROUPS[meter][rng.integers(len(_GROUPS[meter]))]
    n_bars = int(rng.choice([1, 2, 4], p=[0.35, 0.4, 0.25]))
    frame = _Frame(meter, quarter_bpm, groups, SIXTEENTHS[meter], n_bars)
    parts = _parts(rng, frame)
    swing = _swing(rng, frame)
    repeats = int(np.ceil(duration_s * quarter_bpm / 15 / (frame.bar * n_bars))) + 1
    roots = [int(rng.choice([0, 5, 7, 9, 2, -3])) for _ in range(int(rng.choice([1, 2, 4])))]
    loose = float(rng.choice([0, 0.5, 2.0, 5.0]))  # ticks
    slips = float(rng.choice([0, 0.03], p=[0.6, 0.4]))
    tracks = [
        _track(rng, channel, program, notes, roots, frame, repeats, swing, loose, slips)
        for channel, (program, notes) in parts.items()
    ]
    return Loop(Score(TempoMap.constant(quarter_bpm, 4 * _TICKS), tuple(tracks)), tempo, meter)


def _parts(rng: np.random.Generator, frame: _Frame) -> dict[int, tuple[int, list[_Note]]]:
    """Draw who plays what, by channel."""
    alone = rng.random() < 0.35
    drums = rng.random() < (0.5 if alone else 0.75)
    parts: dict[int, tuple[int, list[_Note]]] = {}
    if drums:
        parts[9] = (int(rng.choice([0, 0, 8, 16, 24, 25, 25, 32])), _drums(rng, frame))
    if alone and drums:
        return parts
    chosen = rng.permutation(_ROLES)[: 1 if alone else int(rng.integers(1, 4))].tolist()
    make = {"bass": _bass, "chords": _chords, "figure": _figure, "strum": _strum, "tune": _tune}
    for channel, role in enumerate(chosen):
        parts[channel] = (int(rng.choice(_PROGRAMS[role])), make[role](rng, frame))
    return parts


def _swing(rng: np.random.Generator, frame: _Frame) -> tuple[int, float]:
    """Draw which off-beats come late (those of eighths: 2, of sixteenths: 1), and how much."""
    if frame.meter not in ("4/4", "3/4") or rng.random() > 0.22:
        return 2, 0.0
    if frame.quarter_bpm > 110 or rng.random() < 0.3:
        return 2, float(rng.uniform(0.3, 0.67))
    return 1, float(rng.uniform(0.1, 0.34))


def _drums(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    if frame.meter == "4/4":
        notes = _drums_in_four(rng, frame)
    else:
        notes = _drums_in_groups(rng, frame)
    pitches = sorted({note.pitch for note in notes})
    if rng.random() < 0.25 and len(pitches) > 1:
        if rng.random() < 0.5:
            dropped = {int(rng.choice(pitches))}
        else:
            dropped = set(pitches) - {int(rng.choice(pitches))}
        notes = [note for note in notes if note.pitch not in dropped] or notes
    return notes


def _drums_in_four(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    names = list(_STYLES)
    weights = np.array([
        weight * (0.04 + np.exp(-0.5 * (np.log2(frame.quarter_bpm / centre) / spread) ** 2))
        for weight, centre, spread in _STYLES.values()
    ])  # fmt: skip
    style = str(rng.choice(names, p=weights / weights.sum()))
    kick: set[int]
    snare: set[int]
    if style == "floor":
        kick, snare = {0, 4, 8, 12}, ({4, 12} if rng.random() < 0.7 else set())
    elif style.startswith("half"):
        kick = {0, *rng.choice([3, 6, 10, 11, 14], int(rng.integers(0, 3))).tolist()}
        snare = {8}
    elif style.startswith("break"):
        kick, snare = set(_BREAKS[rng.integers(len(_BREAKS))]), {4, 12}
    elif style == "dembow":
        kick, snare = ({0, 4, 8, 12} if rng.random() < 0.7 else {0, 8}), {3, 6, 11, 14}
    elif style == "clave":
        kick = {0, 4, 8, 12} if rng.random() < 0.4 else set(_KICKS[rng.integers(len(_KICKS))])
        snare = ({0, 3, 6, 10, 12}, {3, 6, 12}, {3, 7, 12}, {4, 10})[int(rng.integers(4))]
    elif style == "one drop":
        kick, snare = {8}, {8}
    elif style == "double":
        kick, snare = {0, 4, 8, 12}, {2, 6, 10, 14}
    elif style in ("percussion", "any"):
        chance = rng.uniform(0.15, 0.5)
        kick = {i for i in range(0, 16, 2) if rng.random() < chance * (2 if i % 4 == 0 else 0.7)}
        snare = {i for i in range(16) if rng.random() < 0.4 * chance * (2 if i % 4 == 0 else 1)}
    else:
        kick, snare = set(_KICKS[rng.integers(len(_KICKS))]), {4, 12}
    backing = 37 if style == "clave" else int(rng.choice([38, 38, 38, 39, 40]))
    ghosts = 0.3 if style.startswith("break") else float(rng.choice([0, 0, 0.06, 0.12]))
    step = 1 if frame.fine(rng) else int(rng.choice([2, 2, 2, 4, 0]))
    if style == "floor" and rng.random() < 0.6:
        step = 4
        hats = [_Note(i, 1, 46, 0.8) for i in (2, 6, 10, 14)]
    else:
        hats = []
    cymbal = int(rng.choice([42, 42, 42, 44, 51, 70, 82]))
    if style in ("percussion", "clave") and rng.random() < 0.7:
        cymbal = int(rng.choice([70, 82, 69, 54]))
    notes = list(hats)
    for bar in range(frame.n_bars):
        start = 16 * bar
        odd = {i for i in range(16) if rng.random() < 0.04} if bar % 2 else set()
        notes += [_Note(start + i, 1, 36, 1.0 if i == 0 else 0.9) for i in sorted(kick ^ odd)]
        notes += [_Note(start + i, 1, backing, 0.95) for i in sorted(snare)]
        notes += [_Note(start + i, 1, backing, 0.35) for i in range(16)
                  if rng.random() < ghosts and i not in snare]  # fmt: skip
        notes += [_Note(start + hat.at, 1, hat.pitch, hat.velocity) for hat in hats if bar]
        if step:
            accent = rng.uniform(0.5, 1.0)
            notes += [_Note(start + i, 1, cymbal, 0.85 if i % 4 == 0 else 0.85 * accent)
                      for i in range(0, 16, step)]  # fmt: skip
        if style == "percussion":
            notes += [_Note(start + i, 1, int(rng.choice([60, 61, 62, 63, 64])), 0.8)
                      for i in range(16) if rng.random() < (0.3 if i % 2 else 0.6)]  # fmt: skip
    if frame.n_bars > 1 and rng.random() < 0.3:
        end = 16 * frame.n_bars
        notes += [_Note(end - 4 + i, 1, int(rng.choice([38, 45, 41])), 0.9) for i in range(4)]
    return notes


def _drums_in_groups(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    starts = frame.starts
    kick = {0} | ({starts[-1] - 2} if rng.random() < 0.2 else set())
    if frame.meter == "3/4":
        snare = ({4, 8}, {8}, {4}, {4, 8, 10}, set())[int(rng.integers(5))]
    elif frame.meter == "6/8":
        snare = ({6}, {6}, {4, 10}, set())[int(rng.integers(4))]
        kick |= {6} if snare != {6} and rng.random() < 0.5 else set()
    else:
        snare = set(starts[1:]) if rng.random() < 0.5 else {int(rng.choice(starts[1:]))}
    eighths = range(0, frame.bar, 2)
    kick |= {i for i in eighths if rng.random() < 0.1 and i not in snare}
    step = int(rng.choice([2, 2, 2, 1, 0])) if frame.fine(rng) else int(rng.choice([2, 2, 4, 0]))
    if frame.meter != "3/4" and step == 4:
        step = 2
    hats = list(range(0, frame.bar, step)) if step else starts
    cymbal = 51 if rng.random() < 0.25 else 42
    back = int(rng.choice([38, 38, 37, 39]))
    notes = []
    for bar in range(frame.n_bars):
        start = bar * frame.bar
        notes += [_Note(start + i, 1, 36, 1.0) for i in sorted(kick)]
        notes += [_Note(start + i, 1, back, 0.95) for i in sorted(snare)]
        notes += [_Note(start + i, 1, cymbal, 0.85 if i in starts else 0.6) for i in hats]
        notes += [_Note(start + i + 1, 1, 38, 0.35) for i in eighths if rng.random() < 0.05]
    return notes


def _bass(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    style = rng.integers(7)
    four = frame.meter == "4/4"
    if style == 0:
        places = list(range(0, frame.bar, 1 if frame.fine(rng) else 2))
    elif style == 1:
        places = frame.starts
    elif style == 2:
        places = [0, 8] if four else [0]
    elif style == 3 and four:
        places = [2, 6, 10, 14]
    elif style == 4 and four:
        places = [0, 3, 6, 8, 11, 14] if rng.random() < 0.5 else [0, 3, 6]
    else:
        places = sorted({0, *(2 * rng.choice(frame.bar // 2, 3)).tolist()})
    steps = rng.choice([0, 0, 0, 7, 12, 5], frame.n_bars * len(places))
    return [
        _Note(bar * frame.bar + i, 1.8, 36 + int(steps[bar * len(places) + k]), 0.9)
        for bar in range(frame.n_bars)
        for k, i in enumerate(places)
    ]


def _chords(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    starts, four = frame.starts, frame.meter == "4/4"
    triad = (60, 63, 67) if rng.random() < 0.5 else (60, 64, 67)
    styles: list[tuple[list[int], float]] = [
        ([0], frame.bar - 0.5), ([0], frame.bar - 0.5), (starts, 1.5), (starts[1:], 1.5),
        (sorted({0, *(2 * rng.choice(frame.bar // 2, 3)).tolist()}), 2.0),
    ]  # fmt: skip
    if four:
        styles += [
            ([0, 8], 7.5),
            ([2, 6, 10, 14], 1.2),
            ([4, 12], 1.5),
            ([0, 3, 6, 8, 11, 14], 1.2),
        ]
        styles += [([0, 3, 6], 2.0), ([0, 6, 10], 2.0)]
    places, length = styles[rng.integers(len(styles))]
    notes = [
        _Note(bar * frame.bar + i, length, pitch, 0.75)
        for bar in range(frame.n_bars)
        for i in places
        for pitch in triad
    ]
    if places == starts[1:] and rng.random() < 0.8:
        notes += [_Note(bar * frame.bar, 2, 48, 0.95) for bar in range(frame.n_bars)]
    return notes


def _figure(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    """Write an arpeggio or a riff, in eighths or sixteenths."""
    step = 1 if frame.fine(rng) else 2
    count = frame.bar // step
    cycle = int(rng.choice([3, 4, 4, 6, 8, count, count]))
    pitches = 60 + rng.choice([0, 3, 4, 7, 12, 15, -5], cycle)
    sounding = rng.random(cycle) < rng.choice([1.0, 1.0, 0.8])
    accents = rng.uniform(0.6, 1.0, cycle)
    return [
        _Note(
            i * step, step * 0.9, int(pitches[i % count % cycle]), float(accents[i % count % cycle])
        )
        for i in range(frame.n_bars * count)
        if sounding[i % count % cycle]
    ] or [_Note(0, 4, 60, 0.9)]


def _strum(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    if frame.meter == "4/4":
        patterns = ([0, 4, 6, 10, 12, 14], [0, 4, 8, 12], [0, 4, 6, 8, 12, 14],
                    list(range(0, 16, 2)), [0, 3, 6, 10, 12], [0, 4, 7, 10, 12, 14],
                    list(range(16)))  # fmt: skip
        places = patterns[rng.integers(len(patterns) - (not frame.fine(rng)))]
    else:
        places = [i for i in range(0, frame.bar, 2) if i in frame.starts or rng.random() < 0.5]
    notes = []
    for bar in range(frame.n_bars):
        for i in places:
            force = 0.95 if i in frame.starts else 0.7
            strings = (52, 59, 64, 67, 71) if i % 4 == 0 else (64, 67, 71)
            notes += [_Note(bar * frame.bar + i + 0.05 * k, 2, pitch, force)
                      for k, pitch in enumerate(strings)]  # fmt: skip
    return notes


def _tune(rng: np.random.Generator, frame: _Frame) -> list[_Note]:
    notes = []
    fine = frame.fine(rng)
    rest = float(rng.uniform(0.05, 0.4))
    for bar in range(frame.n_bars):
        for start, group in zip(frame.starts, frame.groups, strict=True):
            cell = _CELLS[rng.integers(len(_CELLS) if fine else 2)]
            at = 0
            for length in cell if group == 4 else (2,) * (group // 2):
                if rng.random() > rest * (0.4 if at == 0 else 1.6):
                    pitch = 72 + int(rng.choice(_SCALE))
                    force = 0.9 if at == 0 else 0.75
                    notes.append(_Note(bar * frame.bar + start + at, length * 0.9, pitch, force))
                at += length
    return notes or [_Note(0, 4, 72, 0.8)]


def _track(
    rng: np.random.Generator, channel: int, program: int, pattern: list[_Note], roots: list[int],
    frame: _Frame, repeats: int, swing: tuple[int, float], loose: float, slips: float,
) -> Track:  # fmt: skip
    length = frame.bar * frame.n_bars
    unit, late = swing
    rows = []
    for i in range(repeats):
        for note in pattern:
            if rng.random() < slips:
                continue
            bar = i * frame.n_bars + int(note.at // frame.bar)
            root = 0 if channel == 9 else roots[bar % len(roots)]
            shift = late * unit if note.at % (2 * unit) == unit else 0.0
            start = (i * length + note.at + shift) * _TICKS + rng.normal(0, loose)
            force = 104 * note.velocity * rng.uniform(0.88, 1.12)
            rows.append((max(0, start), note.length * _TICKS, note.pitch + root, min(127, force)))
    columns = np.array(sorted(rows) or [(0, 1, 60, 1)])
    onset = columns[:, 0].astype(np.int64)
    notes = Notes(
        onset,
        onset + np.maximum(1, columns[:, 1].astype(np.int64)),
        columns[:, 2].astype(np.uint8),
        np.clip(columns[:, 3], 1, 127).astype(np.uint8),
        np.full(len(onset), channel, np.uint8),
    )
    return Track(
        notes=notes,
        changes=(Change(0, channel, "program", 0, program),),
        end_tick=repeats * length * _TICKS,
    )
