"""Baselines of next-chord prediction that try: what a learnt musician must beat.

All are predictors in the sense of `clavilux.evaluation.chords`: a song in, log-probabilities
of every target out, from the chords before it alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.vocabulary import END, N_TOKENS
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation.chords import Scores, targets

_FLOOR = 1e-6
Counts = dict[tuple[int, ...], dict[int, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Unigram:
    """Every second the same: how frequent each chord is in the training songs."""

    frequency: NDArray[np.float64]

    @classmethod
    def fit(cls, songs: Sequence[Song]) -> "Unigram":
        """Count the targets of the training songs."""
        counts = np.bincount(np.concatenate([targets(s) for s in songs]), minlength=N_TOKENS)
        return cls((counts + 0.5) / (counts + 0.5).sum())

    def __call__(self, song: Song) -> Scores:
        return np.tile(np.log(self.frequency), (len(targets(song)), 1))


@dataclass(frozen=True, slots=True, eq=False)
class RepeatLast:
    """The chord before once more; the others as frequent as they are."""

    unigram: Unigram

    def __call__(self, song: Song) -> Scores:
        probability = 0.5 * np.exp(self.unigram(song))
        probability[np.arange(len(probability)), song.chords[: len(probability)]] += 0.5
        return np.asarray(np.log(probability))


@dataclass(frozen=True, slots=True, eq=False)
class NGramCache:
    """Counts of what followed the last few seconds, in training songs and in this one.

    Orders are interpolated from the shortest context to the longest by Witten and Bell;
    counts of the song itself weigh `cache_weight` of one of the training songs'.

    Source:
        I. Witten and T. Bell, "The zero-frequency problem", IEEE Transactions on
        Information Theory 37, 1991; a cache as in R. Kuhn and R. De Mori, 1990.
    """

    unigram: Unigram
    counts: Counts
    order: int = 4
    """Chords looked at, the predicted one included."""
    cache_weight: float = 30.0
    """Chosen on MuVi-Sync's validation songs among 3, 10 and 30."""
    cache_order: int = 6
    """The longest context looked for in the song itself, seconds; likewise, among 3, 6, 12, 24."""

    @classmethod
    def fit(cls, songs: Sequence[Song], order: int = 4, **options: float) -> "NGramCache":
        """Count contexts of up to `order` - 1 seconds in the training songs."""
        counts: Counts = defaultdict(lambda: defaultdict(float))
        for song in songs:
            tokens = [*song.chords[:1].tolist(), *targets(song).tolist()]
            for i in range(1, len(tokens)):
                for length in range(1, min(order, i + 1)):
                    counts[tuple(tokens[i - length : i])][tokens[i]] += 1
        return cls(Unigram.fit(songs), counts, order, **options)  # type: ignore[arg-type]

    def __call__(self, song: Song) -> Scores:
        tokens = [*song.chords[:1].tolist(), *targets(song).tolist()]
        seen: Counts = defaultdict(lambda: defaultdict(float))
        base, rows = self.unigram.frequency, []
        for i in range(1, len(tokens)):
            probability = base
            for length in range(1, min(self.cache_order, i) + 1):
                context = tuple(tokens[i - length : i])
                trained = self.counts.get(context) if length < self.order else None
                here = seen.get(context)
                if not trained and not here:
                    break
                probability = interpolated(probability, trained, here, self.cache_weight)
            rows.append(np.log(probability + _FLOOR))
            for length in range(1, min(self.cache_order, i) + 1):
                seen[tuple(tokens[i - length : i])][tokens[i]] += 1
        return np.array(rows)


def interpolated(
    lower: NDArray[np.float64],
    trained: dict[int, float] | None,
    here: dict[int, float] | None,
    weight: float,
) -> NDArray[np.float64]:
    """Mix counts with a shorter context's probabilities, which weigh as many counts as kinds.

    A context known from the song alone was mostly seen once or twice: its kinds weigh as
    much as its counts do.
    """
    counts = np.zeros(len(lower))
    for source, scale in ((trained, 1.0), (here, weight)):
        for token, count in (source or {}).items():
            counts[token] += scale * count
    kinds = float((counts > 0).sum()) * (1.0 if trained else weight)
    return np.asarray((counts + kinds * lower) / (counts.sum() + kinds))


def with_known_end(song: Song, scores: Scores) -> Scores:
    """Return scores in which END stands where the film ends, and nowhere else.

    The film's length is known to whoever writes its music, so every model may use it.
    """
    known = scores.copy()
    known[:, END] = -np.inf
    if targets(song)[-1] == END:
        known[-1] = -np.inf
        known[-1, END] = 0.0
    return known
