"""Chord progressions against those of a corpus: are they as varied, and do they come back?

Progressions in, numbers out, whatever wrote them. A progression is its chords in order,
each once however long it sounds, in C major or A minor.

Conventions
-----------
- Everything is measured in windows of `WINDOW` chords, so that a short piece and a long
  one can be compared; a piece is the mean of its windows.
- A distance is the first Wasserstein distance between the pieces' values and the
  corpus', in standard deviations of the corpus: 0 the same distribution.

Source:
    Pitch-class entropy as in S.-L. Wu and Y.-H. Yang, "The Jazz Transformer on the Front
    Line", ISMIR 2020; distances between distributions of features as proposed by L.-C. Yang
    and A. Lerch, "On the evaluation of generative models in music", 2020, who compare
    estimated densities. Ours takes chords, not notes, and the Wasserstein distance.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.vocabulary import N_CHORDS, NO_CHORD, chord_of
from clavilux.dataset.muvi_song import Song

WINDOW = 24
"""Chords: a verse and a chorus of four-chord loops."""
PHRASE = 4
"""Chords of a figure that may come back."""
Progression = Sequence[int]
"""Indices of `clavilux.compose.vocabulary`, in the normalised key, no two neighbours alike."""


@dataclass(frozen=True, slots=True)
class ProgressionFeatures:
    """One progression: means over its windows."""

    entropy: float
    """Of pitch classes, bits: 0 one pitch class, 3.58 all twelve alike."""
    vocabulary: float
    """Different chords of the window's 24."""
    repetition: float
    """Share of figures of four chords that came before in the window."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far some progressions are from a corpus."""

    n: int
    entropy: float
    vocabulary: float
    repetition: float
    chords: float
    """Jensen-Shannon divergence of how frequent each chord is, bits: 0 the same, 1 disjoint."""
    bigrams: float
    """The same of pairs of neighbours."""


def progression_of(song: Song) -> list[int]:
    """Return a song's chords in order, without ``N``."""
    chords = song.chords[song.chords != NO_CHORD]
    return [int(chord) for chord in chords[np.flatnonzero(np.diff(chords, prepend=-1))]]


def collapsed(chords: Sequence[int]) -> list[int]:
    """Return chords with neighbours that are alike joined and ``N`` left out."""
    sounding = [chord for chord in chords if chord != NO_CHORD]
    return [c for i, c in enumerate(sounding) if i == 0 or c != sounding[i - 1]]


def features(progression: Progression) -> ProgressionFeatures | None:
    """Measure a progression; None if it is shorter than a window."""
    if len(progression) < WINDOW:
        return None
    starts = range(0, len(progression) - WINDOW + 1, WINDOW // 2)
    windows = [list(progression[start : start + WINDOW]) for start in starts]
    return ProgressionFeatures(
        float(np.mean([_entropy(window) for window in windows])),
        float(np.mean([len(set(window)) for window in windows])),
        float(np.mean([_repetition(window) for window in windows])),
    )


def distance(progressions: Sequence[Progression], corpus: Sequence[Progression]) -> Distance:
    """Measure how far progressions are from a corpus; those shorter than a window are left out.

    Raises:
        ValueError: One of the two has no progression that is long enough.
    """
    ours = [(p, f) for p in progressions if (f := features(p))]
    theirs = [(p, f) for p in corpus if (f := features(p))]
    if not ours or not theirs:
        raise ValueError(f"no progression of {WINDOW} chords or more; expected one in each")

    def apart(name: str) -> float:
        a = np.array([getattr(f, name) for _, f in ours])
        b = np.array([getattr(f, name) for _, f in theirs])
        return _wasserstein(a, b) / max(float(b.std()), 1e-9)

    mine, whole = [p for p, _ in ours], [p for p, _ in theirs]
    return Distance(
        len(ours),
        apart("entropy"),
        apart("vocabulary"),
        apart("repetition"),
        _divergence(_frequencies(mine, 1), _frequencies(whole, 1)),
        _divergence(_frequencies(mine, 2), _frequencies(whole, 2)),
    )


def unigram_progressions(
    corpus: Sequence[Progression], lengths: Sequence[int], *, seed: int = 0
) -> list[list[int]]:
    """Draw chords one by one, as frequent as in a corpus, never the same twice: a baseline."""
    rng = np.random.default_rng(seed)
    counts = np.bincount(
        np.concatenate([np.asarray(p, np.int64) for p in corpus]), minlength=N_CHORDS
    )
    share = counts / counts.sum()
    drawn = []
    for length in lengths:
        chords: list[int] = []
        while len(chords) < length:
            chord = int(rng.choice(N_CHORDS, p=share))
            if not chords or chords[-1] != chord:
                chords.append(chord)
        drawn.append(chords)
    return drawn


def _entropy(chords: Sequence[int]) -> float:
    held = np.zeros(12)
    for index in chords:
        chord = chord_of(index)
        if chord is not None:
            held[list(chord.pitch_classes)] += 1
    share = held[held > 0] / held.sum()
    return float(-(share * np.log2(share)).sum())


def _repetition(chords: Sequence[int]) -> float:
    figures = [tuple(chords[i : i + PHRASE]) for i in range(len(chords) - PHRASE + 1)]
    return 1 - len(set(figures)) / len(figures)


def _wasserstein(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the area between two empirical distribution functions."""
    places = np.sort(np.concatenate([a, b]))
    below_a = np.searchsorted(np.sort(a), places[:-1], "right") / len(a)
    below_b = np.searchsorted(np.sort(b), places[:-1], "right") / len(b)
    return float((np.abs(below_a - below_b) * np.diff(places)).sum())


def _frequencies(progressions: Sequence[Progression], n: int) -> dict[tuple[int, ...], float]:
    counts = Counter(tuple(p[i : i + n]) for p in progressions for i in range(len(p) - n + 1))
    whole = sum(counts.values())
    return {figure: count / whole for figure, count in counts.items()}


def _divergence(a: dict[tuple[int, ...], float], b: dict[tuple[int, ...], float]) -> float:
    keys = list(a.keys() | b.keys())
    p, q = (np.array([table.get(key, 0.0) for key in keys]) for table in (a, b))
    middle = (p + q) / 2

    def to_middle(x: NDArray[np.float64]) -> float:
        there = x > 0
        return float((x[there] * np.log2(x[there] / middle[there])).sum())

    return (to_middle(p) + to_middle(q)) / 2
