"""Rhythm: bars for a tune, put together from cells of one to three beats."""

from functools import lru_cache

import numpy as np

from clavilux.compose.metre import Metre

Cell = tuple[tuple[float, float], ...]
"""(beat, length) of each note; what a cell doesn't fill is a rest."""

_T = 1 / 3
_SIMPLE: dict[int, tuple[Cell, ...]] = {
    1: (
        ((0, 1),),
        ((0, 0.5), (0.5, 0.5)),
        ((0, 0.75), (0.75, 0.25)),
        ((0.5, 0.5),),
        ((0, 0.5), (0.5, 0.25), (0.75, 0.25)),
        ((0, 0.25), (0.25, 0.25), (0.5, 0.5)),
        ((0, _T), (_T, _T), (2 * _T, _T)),
        ((0, 0.5),),
    ),
    2: (
        ((0, 2),),
        ((0, 1.5), (1.5, 0.5)),
        ((0, 0.5), (0.5, 1), (1.5, 0.5)),
        ((0, 0.75), (0.75, 0.75), (1.5, 0.5)),
        ((0, 0.5), (0.5, 1.5)),
        ((0, 1), (1.5, 0.5)),
        ((0.5, 0.5), (1, 0.5), (1.5, 0.5)),
        ((0, 1.25), (1.25, 0.25), (1.5, 0.5)),
        ((0, 2 * _T), (2 * _T, 2 * _T), (4 * _T, 2 * _T)),
    ),
    3: (
        ((0, 3),),
        ((0, 2), (2, 1)),
        ((0, 1.5), (1.5, 0.5), (2, 1)),
        ((0, 1), (1, 2)),
        ((0, 2.5), (2.5, 0.5)),
        ((0, 1.5), (1.5, 1.5)),
    ),
}
_COMPOUND: dict[int, tuple[Cell, ...]] = {
    1: (
        ((0, 1),),
        ((0, 2 * _T), (2 * _T, _T)),
        ((0, _T), (_T, _T), (2 * _T, _T)),
        ((0, _T), (_T, 2 * _T)),
        ((_T, _T), (2 * _T, _T)),
        ((0, 0.5), (0.5, 1 / 6), (2 * _T, _T)),
    ),
    2: (
        ((0, 2),),
        ((0, 1 + 2 * _T), (1 + 2 * _T, _T)),
        ((0, 1 + _T), (1 + _T, _T), (1 + 2 * _T, _T)),
        ((0, 2 * _T), (2 * _T, 1 + _T)),
    ),
    3: (((0, 3),), ((0, 2), (2, 1))),
}


@lru_cache(maxsize=256)
def _weights(cells: tuple[Cell, ...], span: int, density: float, syncopation: float) -> list[float]:
    """How well each cell fits: its notes a beat beside those wanted, and whether it is off beat."""
    wanted = 0.45 + 2.1 * density
    found = []
    for cell in cells:
        per_beat = len(cell) / span
        off = cell[0][0] > 0 or any(b % 1 and n >= 1 for b, n in cell)
        found.append(
            float(np.exp(-1.6 * abs(np.log2(per_beat / wanted))) * (syncopation if off else 1.0))
        )
    return found


def bar_rhythm(metre: Metre, density: float, syncopation: float, rng: np.random.Generator) -> Cell:
    """Return a rhythm of one bar.

    Args:
        metre: Beats of a bar, and how they divide.
        density: How many notes: 0 about one in two beats to 1 about two or three a beat.
        syncopation: How readily notes fall off the beat, 0 to 1.
        rng: Chooses.
    """
    table = _COMPOUND if metre.division == 3 else _SIMPLE
    notes: list[tuple[float, float]] = []
    beat = 0
    while beat < metre.beats:
        spans = [s for s in (1, 2, 3) if s <= metre.beats - beat and (s < 3 or beat == 0)]
        liked = np.array([(0.35 + density, 1.0 - 0.4 * density, 0.45 - 0.4 * density)[s - 1]
                          for s in spans])  # fmt: skip
        span = int(rng.choice(spans, p=liked / liked.sum()))
        cells = table[span]
        weights = np.array(_weights(cells, span, round(density, 2), syncopation))
        cell = cells[int(rng.choice(len(cells), p=weights / weights.sum()))]
        if beat == 0 and cell[0][0] > 0 and rng.random() > syncopation:
            continue  # a bar seldom begins with a rest
        notes += [(beat + b, n) for b, n in cell]
        beat += span
    return tuple(notes)


def thinned(rhythm: Cell, rng: np.random.Generator) -> Cell:
    """Return a rhythm with one note fewer: it is tied to the one before."""
    if len(rhythm) < 2:
        return rhythm
    at = int(rng.integers(1, len(rhythm)))
    before, gone = rhythm[at - 1], rhythm[at]
    tied = (before[0], gone[0] + gone[1] - before[0])
    return (*rhythm[: at - 1], tied, *rhythm[at + 1 :])


def split(rhythm: Cell, metre: Metre, rng: np.random.Generator) -> Cell:
    """Return a rhythm with one note more: a long one is played as two."""
    long = [i for i, (_, n) in enumerate(rhythm) if n >= 0.99]
    if not long:
        return rhythm
    at = int(rng.choice(long))
    beat, length = rhythm[at]
    if metre.division == 3:
        first = length - 1 / 3 if length <= 1 else length - 1
    else:
        first = length / 2 if rng.random() < 0.6 or length > 2 else 0.75 * length
    return (*rhythm[:at], (beat, first), (beat + first, length - first), *rhythm[at + 1 :])
