"""Next-chord prediction, measured as Video2Music's authors measure it, and beyond.

A predictor is given a song second by second: for second ``t`` it says how likely each
chord is, knowing the song's music before ``t`` and the whole film. The truth is revealed
after each answer (teacher forcing).

Conventions
-----------
- The targets of a song are its chords from second 1 on, then END if the song is
  shorter than `MAX_SECONDS`; target ``i`` is second ``i + 1``.
- Scores are log-probabilities of the tokens of `clavilux.compose.vocabulary`,
  shape (n_targets, N_TOKENS).
- A *change* is a target that differs from the chord before it. END is counted by the
  Hits@k, as the authors do, but is no change of chord.

Source:
    ``compute_hits_k`` and ``VevoDataset`` of github.com/AMAAI-Lab/Video2Music (MIT):
    mean over songs of the share of targets among the k likeliest tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.vocabulary import END, N_CHORDS, N_TOKENS
from clavilux.dataset.muvi_song import Song, runs_of

MAX_SECONDS = 300
Scores = NDArray[np.float64]
Predictor = Callable[[Song], Scores]
_KS = (1, 3, 5)


@dataclass(frozen=True, slots=True, eq=False)
class SongHits:
    """How the targets of one song were met; each array has one entry a target."""

    rank: NDArray[np.int64]
    """How many tokens were thought likelier than the true one."""
    rank_if_changed: NDArray[np.int64]
    """The same without the chord before and END: the rank given that the chord changes."""
    change: NDArray[np.bool_]
    end: NDArray[np.bool_]
    change_score: NDArray[np.float64]
    """Probability that the chord changes."""
    log_likelihood: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChordScores:
    """What a predictor is worth on a set of songs: means over songs but for the AUC."""

    n_songs: int
    hits: tuple[float, float, float]
    """Hits@1, @3, @5, ``N`` and END counted."""
    hits_without_end: tuple[float, float, float]
    next_hits: float
    """Hits@1 of which chord comes, given that it changes."""
    change_auc: float
    """Area under the curve of telling changes from stays, over all targets of all songs."""
    change_hits: float
    """Hits@1 where the chord changes."""
    stay_hits: float
    """Hits@1 where it stays."""
    cross_entropy: float
    """Nats a target."""

    def as_record(self, name: str) -> dict[str, str | float | None]:
        """Return the record that ``clavilux evaluate chords`` writes."""
        hits = {f"hits@{k}": value for k, value in zip(_KS, self.hits, strict=True)}
        bare = zip(_KS, self.hits_without_end, strict=True)
        return {
            "name": name,
            "n_songs": self.n_songs,
            **hits,
            **{f"hits@{k}_without_end": value for k, value in bare},
            "next_hits@1": self.next_hits,
            "change_auc": self.change_auc,
            "change_hits@1": self.change_hits,
            "stay_hits@1": self.stay_hits,
            "cross_entropy": self.cross_entropy,
            "density_rmse": None,
            "loudness_rmse": None,
        }


def targets(song: Song) -> NDArray[np.int64]:
    """Return what is to be predicted: chords from second 1 on, END if the song is short."""
    chords = song.chords[:MAX_SECONDS]
    return np.append(chords[1:], END) if len(song) < MAX_SECONDS else chords[1:]


def hits_of(scores: Scores, song: Song) -> SongHits:
    """Compare a predictor's scores with a song.

    Raises:
        ValueError: The scores have another shape than the song's targets.
    """
    truth = targets(song)
    if scores.shape != (len(truth), N_TOKENS):
        raise ValueError(f"scores have shape {scores.shape}; expected {(len(truth), N_TOKENS)}")
    rows = np.arange(len(truth))
    previous = song.chords[: len(truth)]
    scores = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    changed = scores.copy()
    changed[rows, previous] = -np.inf
    changed[:, END] = -np.inf
    stay = np.logaddexp(scores[rows, previous], scores[:, END])
    end = truth == END
    return SongHits(
        rank=(scores > scores[rows, truth][:, None]).sum(axis=1),
        rank_if_changed=(changed > changed[rows, truth][:, None]).sum(axis=1),
        change=(truth != previous) & ~end,
        end=end,
        change_score=1 - np.exp(np.minimum(stay, 0)),
        log_likelihood=scores[rows, truth],
    )


def evaluate(predictor: Predictor, songs: Sequence[Song]) -> list[SongHits]:
    """Compare a predictor with every song."""
    return [hits_of(predictor(song), song) for song in songs]


def summary(songs: Sequence[SongHits]) -> ChordScores:
    """Return the figures of a predictor."""

    def mean(hit: Callable[[SongHits], NDArray[np.bool_]]) -> float:
        values = [hit(song) for song in songs]
        shares = [v.mean() for v in values if len(v)]
        return float(np.mean(shares)) if shares else float("nan")

    def at(k: int) -> float:
        return mean(lambda song: song.rank < k)

    def bare(k: int) -> float:
        return mean(lambda song: song.rank[~song.end] < k)

    change = np.concatenate([song.change[~song.end] for song in songs])
    score = np.concatenate([song.change_score[~song.end] for song in songs])
    return ChordScores(
        n_songs=len(songs),
        hits=(at(1), at(3), at(5)),
        hits_without_end=(bare(1), bare(3), bare(5)),
        next_hits=mean(lambda s: s.rank_if_changed[s.change] == 0),
        change_auc=area_under_curve(change, score),
        change_hits=mean(lambda s: s.rank[s.change] == 0),
        stay_hits=mean(lambda s: s.rank[~s.change & ~s.end] == 0),
        cross_entropy=float(-np.mean([song.log_likelihood.mean() for song in songs])),
    )


def area_under_curve(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Return the area under the ROC curve; ties count a half; NaN with one class alone."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(count) - (count - 1) / 2
    n_true, n_false = int(truth.sum()), int((~truth).sum())
    if not n_true or not n_false:
        return float("nan")
    ranks = middle_rank[place][truth].sum()
    return float((ranks - n_true * (n_true + 1) / 2) / (n_true * n_false))


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the middle 95 % of its bootstrap."""

    mean: float
    low: float
    high: float


def bootstrap(values: NDArray[np.float64], *, n: int = 2000, seed: int = 0) -> Interval:
    """Resample songs: the mean of one value a song, and its 95 % interval.

    For a paired comparison give the differences, song by song.
    """
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (n, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))


def hits_a_song(songs: Sequence[SongHits], k: int = 1) -> NDArray[np.float64]:
    """Return Hits@k of each song."""
    return np.array([(song.rank < k).mean() for song in songs])


def with_film_of(song: Song, other: Song) -> Song:
    """Return `song` with the film of another, wrapped or cut to its length: a control."""
    rows = np.arange(len(song)) % len(other)
    return replace(
        song,
        emotion=other.emotion[rows],
        motion=other.motion[rows],
        scene_offset=other.scene_offset[rows],
        semantic=None if other.semantic is None else other.semantic[rows],
    )


def altered_from(song: Song, second: int, seed: int) -> Song:
    """Return `song` with other music at and after `second`, and the same film."""
    rng = np.random.default_rng(seed)
    chords = song.chords.copy()
    chords[second:] = rng.integers(0, N_CHORDS, len(chords) - second)
    kept = song.change_s <= second - 1
    later = np.sort(rng.uniform(second - 1, len(song), 9))
    loudness, density = song.loudness.copy(), song.note_density.copy()
    loudness[second:], density[second:] = rng.random(), 20
    return replace(
        song,
        chords=chords,
        loudness=loudness,
        note_density=density,
        change_s=np.append(song.change_s[kept], later),
        change_chord=np.append(song.change_chord[kept], rng.integers(0, N_CHORDS, 9)),
    )


def is_causal(predictor: Predictor, song: Song, second: int, *, seed: int = 0) -> bool:
    """Return True if other music from `second` on leaves the answers up to it identical.

    The answer for second ``t`` is row ``t - 1``. A chord that begins between two whole
    seconds is known only from the next whole second on.
    """
    before = predictor(song)[:second]
    after = predictor(altered_from(song, second, seed))[:second]
    return bool(np.array_equal(before, after))


def shared_songs(
    ours: Sequence[Song], others: Sequence[Song], *, n: int = 24
) -> list[tuple[str, str]]:
    """Find songs that stand in both lists: by id, or because `n` changes are the same.

    A copy may have another id and begin later, so a run of `n` equal changes of chord
    with equal lengths (to a tenth of a second) anywhere is taken for the same recording.
    """
    known = [(song.id, runs_of(song, n)) for song in others]
    return [
        (song.id, name)
        for song, own in ((song, runs_of(song, n)) for song in ours)
        for name, theirs in known
        if song.id == name or own & theirs
    ]
