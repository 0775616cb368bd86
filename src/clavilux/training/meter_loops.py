"""Loops to learn meter from: bars made up at random, whose tempo and meter are known.

A random generator in, a score out. A bar of drums, bass, chords and a tune is drawn
and repeated with small changes. No file of anybody's is needed.
"""

from typing import NamedTuple

import numpy as np

from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Track

EIGHTHS = {"4/4": 8, "3/4": 6, "6/8": 6, "7/8": 7}
"""Eighth notes in a bar."""
_GROUPS = {"4/4": ((2, 2, 2, 2),), "3/4": ((2, 2, 2),), "6/8": ((3, 3),),
           "7/8": ((2, 2, 3), (3, 2, 2), (2, 3, 2))}  # fmt: skip
_TICKS = 240
"""In an eighth note."""
_SCALE = (0, 2, 4, 7, 9)


class Loop(NamedTuple):
    """A made-up loop."""

    score: Score
    tempo_bpm: float
    """Quarter notes a minute; in 6/8 dotted quarters."""
    meter: str


class _Note(NamedTuple):
    eighth: float
    length: float
    pitch: int
    velocity: float


def make_loop(rng: np.random.Generator, *, duration_s: float) -> Loop:
    """Make up a loop of 50 to 200 quarters a minute, at least `duration_s` long."""
    meter = str(rng.choice(list(EIGHTHS), p=[0.5, 0.2, 0.15, 0.15]))
    slow, fast = (45, 130) if meter == "6/8" else (50, 200)
    tempo = float(np.exp(rng.uniform(np.log(slow), np.log(fast))))
    quarter_bpm = 1.5 * tempo if meter == "6/8" else tempo
    groups = _GROUPS[meter][rng.integers(len(_GROUPS[meter]))]
    n_bars = int(np.ceil(duration_s * quarter_bpm / 60 * 2 / EIGHTHS[meter])) + 1
    parts = [(9, 0, _drums(rng, meter, groups))] if rng.random() < 0.7 else []
    pitched = [(0.6, (32, 33, 34, 38, 39), _bass), (0.6, (0, 4, 19, 24, 25, 27, 48, 80), _chords),
               (0.4, (0, 11, 24, 56, 65, 73, 81), _tune)]  # fmt: skip
    for channel, (chance, programs, make) in enumerate(pitched):
        if rng.random() < chance or (channel == 2 and not parts):
            parts.append((channel, int(rng.choice(programs)), make(rng, meter, groups)))
    swing = rng.uniform(0.1, 0.33) if meter in ("4/4", "3/4") and rng.random() < 0.15 else 0.0
    roots = [int(rng.choice([0, 5, 7, 9, 2])) for _ in range(int(rng.choice([1, 2, 4])))]
    tempo_map = TempoMap.constant(quarter_bpm, 2 * _TICKS)
    tracks = [
        _track(rng, channel, program, bar, roots, EIGHTHS[meter], n_bars, swing)
        for channel, program, bar in parts
    ]
    return Loop(Score(tempo_map, tuple(tracks)), tempo, meter)


def _drums(rng: np.random.Generator, meter: str, groups: tuple[int, ...]) -> list[_Note]:
    n, starts = EIGHTHS[meter], np.cumsum((0, *groups[:-1])).tolist()
    kick, snare = {0}, set()
    if meter == "4/4":
        style = rng.integers(4)
        snare = {4} if style == 0 else {2, 6}
        kick |= ({0, 2, 4, 6}, {4}, {5}, {3})[int(style)] if style else set()
    elif meter == "3/4":
        snare = ({2, 4}, {4}, set())[int(rng.integers(3))]
    else:
        snare = set(starts[1:]) if rng.random() < 0.6 else {starts[-1]}
    kick |= {i for i in range(n) if rng.random() < 0.12 and i not in snare}
    step = (1, 0.5, 0)[int(rng.choice(3, p=[0.65, 0.2, 0.15]))]
    if meter in ("4/4", "3/4") and rng.random() < 0.25:
        step = 2
    hats = np.arange(0, n, step).tolist() if step else starts
    ghosts = [i + 0.5 for i in range(n) if rng.random() < 0.06]
    ride = 51 if rng.random() < 0.2 else 42
    notes = [_Note(i, 0.5, 36, 1.0) for i in kick] + [_Note(i, 0.5, 38, 1.0) for i in snare]
    notes += [_Note(i, 0.3, ride, 0.85 if i in starts else 0.6) for i in hats]
    notes += [_Note(i, 0.3, 38, 0.35) for i in ghosts]
    left_out = rng.choice([0, 36, 38, ride], p=[0.7, 0.1, 0.1, 0.1])
    return [note for note in notes if note.pitch != left_out] or notes


def _bass(rng: np.random.Generator, meter: str, groups: tuple[int, ...]) -> list[_Note]:
    starts = np.cumsum((0, *groups[:-1])).tolist()
    style = rng.integers(4)
    if style == 0:
        places = list(range(EIGHTHS[meter]))
    elif style == 1:
        places = starts
    elif style == 2:
        places = [0]
    else:
        places = sorted({0, *rng.choice(EIGHTHS[meter], 3).tolist()})
    return [_Note(i, 0.9, 36 + int(rng.choice([0, 0, 0, 7, 12])), 0.9) for i in places]


def _chords(rng: np.random.Generator, meter: str, groups: tuple[int, ...]) -> list[_Note]:
    n, starts = EIGHTHS[meter], np.cumsum((0, *groups[:-1])).tolist()
    style = rng.integers(5)
    triad = (60, 64, 67)
    if style == 0:
        return [_Note(0, n - 0.1, pitch, 0.7) for pitch in triad]
    if style == 1:
        figure = rng.choice([60, 64, 67, 72], n if rng.random() < 0.7 else 2 * n)
        width = n / len(figure)
        return [_Note(i * width, width, int(p), 0.7) for i, p in enumerate(figure)]
    if style == 2:
        return [_Note(0, 1, 48, 0.9)] + [_Note(i, 0.6, p, 0.6) for i in starts[1:] for p in triad]
    places = starts if style == 3 else sorted(set(rng.choice(n, 3).tolist()))
    return [_Note(i, 0.7, pitch, 0.7) for i in places for pitch in triad]


def _tune(rng: np.random.Generator, meter: str, groups: tuple[int, ...]) -> list[_Note]:
    starts = set(np.cumsum((0, *groups[:-1])).tolist())
    places = [i for i in range(EIGHTHS[meter]) if rng.random() < (0.85 if i in starts else 0.5)]
    return [_Note(i, 0.9, 72 + int(rng.choice(_SCALE)), 0.8) for i in places or [0]]


def _track(
    rng: np.random.Generator, channel: int, program: int, bar: list[_Note], roots: list[int],
    eighths: int, n_bars: int, swing: float,
) -> Track:  # fmt: skip
    rows = []
    for i in range(n_bars):
        root = 0 if channel == 9 else roots[i % len(roots)]
        for note in bar:
            if rng.random() < 0.03:
                continue
            late = swing if note.eighth % 2 == 1 else 0.0
            start = (i * eighths + note.eighth + late) * _TICKS + rng.normal(0, 2)
            force = 100 * note.velocity * rng.uniform(0.85, 1.15)
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
        end_tick=n_bars * eighths * _TICKS,
    )
