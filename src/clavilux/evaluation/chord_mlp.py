"""The strongest baseline of next-chord prediction: counts with a cache, weighed by a small MLP.

Two questions a second: does the chord stay, and if not, which comes? Counts of seconds and
counts of changes, in training songs and in the song so far, answer both; a network with one
hidden layer sees them beside how long the chord has sounded and how long it lasted where
the song was alike before. All in NumPy: it trains in a minute or two.

Source:
    The recipe is ours. Figures on MuVi-Sync that a predecessor of it reached are in
    `benchmarks.chords`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.chord_features import prepare
from clavilux.compose.vocabulary import N_CHORDS, NO_CHORD, QUALITY_ORDER
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation.chord_baselines import Counts, NGramCache, interpolated, with_known_end
from clavilux.evaluation.chords import MAX_SECONDS, Scores, targets

_RUNS = 4
"""Chords shown to the network, the current one first."""
_ORDER, _CACHE_ORDER, _CACHE_WEIGHT = 3, 8, 10.0
"""Of the counts of changes: context in training songs, in the song; what one count of the song's
own weighs. Chosen on MuVi-Sync's validation songs."""
_HIDDEN, _RATE, _DECAY, _BATCH, _EPOCHS = 128, 2e-3, 1e-2, 512, 12
"""Units, step, weight decay, rows a step, passes at most; likewise."""
_DROPPED = 0.2
_FOLDS = 4
"""Parts of the training songs; each is scored by counts of the others, as a new song would be."""
_NEVER = -1e9


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The targets of one song or of many, one a row, but for END."""

    features: NDArray[np.float32]
    """(n, n_features)."""
    stay: NDArray[np.float32]
    """Log-odds that the chord stays, by the counts of seconds. (n,)."""
    seconds: NDArray[np.float32]
    """Log-probabilities of the other chords by the counts of seconds. (n, N_CHORDS)."""
    changes: NDArray[np.float32]
    """The same by the counts of changes; `_NEVER` for the current chord in both."""
    target: NDArray[np.int64]
    current: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """Put rows one below the other."""
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in cls.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class ChangeCounts:
    """Counts of which chord followed the last few chords, however long they were."""

    counts: Counts

    @classmethod
    def fit(cls, songs: Sequence[Song]) -> "ChangeCounts":
        """Count the changes of training songs."""
        counts: Counts = defaultdict(lambda: defaultdict(float))
        for song in songs:
            runs = _runs(song)[0].tolist()
            for i in range(1, len(runs)):
                for length in range(min(_ORDER, i) + 1):
                    counts[tuple(runs[i - length : i])][runs[i]] += 1
        return cls(counts)

    def following(self, song: Song) -> NDArray[np.float64]:
        """Return the probability of each chord after each run but the last. (n_runs, N_CHORDS).

        Row ``r`` is known as soon as run ``r`` has begun; its own chord has probability 0.
        """
        runs = _runs(song)[0].tolist()
        seen: Counts = defaultdict(lambda: defaultdict(float))
        rows = []
        for r, chord in enumerate(runs):
            if r:
                for length in range(min(_CACHE_ORDER, r) + 1):
                    seen[tuple(runs[r - length : r])][chord] += 1
            probability = np.full(N_CHORDS + 1, 1 / N_CHORDS)
            for length in range(min(_CACHE_ORDER, r + 1) + 1):
                context = tuple(runs[r + 1 - length : r + 1])
                trained = self.counts.get(context) if length <= _ORDER else None
                here = seen.get(context)
                if not trained and not here:
                    break
                probability = interpolated(probability, trained, here, _CACHE_WEIGHT)
            probability = probability[:N_CHORDS].copy()
            probability[chord] = 0
            rows.append(probability / probability.sum())
        return np.array(rows)


@dataclass(frozen=True, slots=True, eq=False)
class CacheMlp:
    """A predictor for `clavilux.evaluation.chords`; several seeds answer with their mean."""

    seconds: NGramCache
    changes: ChangeCounts
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    nets: tuple[dict[str, NDArray[np.float32]], ...]

    @classmethod
    def fit(
        cls, songs: Sequence[Song], validation: Sequence[Song], *, seeds: Sequence[int] = (0,)
    ) -> "CacheMlp":
        """Fit on songs; the number of passes is chosen by the likelihood of `validation`."""
        parts = []
        for fold in range(_FOLDS):
            others = [s for i, s in enumerate(songs) if i % _FOLDS != fold]
            counted = NGramCache.fit(others), ChangeCounts.fit(others)
            parts += [rows_of(song, *counted) for song in songs[fold::_FOLDS]]
        whole = NGramCache.fit(songs), ChangeCounts.fit(songs)
        train = Rows.joined(parts)
        held = Rows.joined([rows_of(song, *whole) for song in validation])
        mean, spread = train.features.mean(axis=0), train.features.std(axis=0) + 1e-3
        nets = tuple(_trained(train, held, mean, spread, seed) for seed in seeds)
        return cls(*whole, mean, spread, nets)

    def single(self, number: int) -> "CacheMlp":
        """Return one of the nets alone."""
        return CacheMlp(self.seconds, self.changes, self.mean, self.spread, (self.nets[number],))

    def __call__(self, song: Song) -> Scores:
        rows = rows_of(song, self.seconds, self.changes)
        x = (rows.features - self.mean) / self.spread
        found = np.mean([np.exp(_answer(net, rows, x)) for net in self.nets], axis=0)
        n = len(targets(song))
        scores = np.full((n, N_CHORDS + 1), -50.0)
        scores[: len(found), :N_CHORDS] = np.log(np.maximum(found[:n], 1e-12))
        return with_known_end(song, scores)


def rows_of(song: Song, counted: NGramCache, changes: ChangeCounts) -> Rows:
    """Compute what is known before each target but END, and the target."""
    heard = song.chords[:MAX_SECONDS]
    n = len(heard) - 1
    current, target = heard[:n], heard[1:]
    at = np.arange(n)
    logs = counted(song)[:n, :N_CHORDS]
    kept = np.logaddexp.reduce(logs, axis=1)
    stay = logs[at, current] - kept
    others = logs.copy()
    others[at, current] = _NEVER
    leave = np.logaddexp.reduce(others, axis=1)
    others -= leave[:, None]
    runs, starts, run = _runs(song)
    following = np.log(np.maximum(changes.following(song)[run[:n]], 1e-7))
    following[at, current] = _NEVER
    others[at, current] = _NEVER
    times = prepare(heard, song.change_s[song.change_s < len(heard)]).times[:n]
    alike = _alike(runs, starts, run[:n])
    shown = np.concatenate([_named(runs, run[:n] - back) for back in range(_RUNS)], axis=1)
    odds = stay - (leave - kept)
    best = np.sort(np.exp(following), axis=1)[:, -2:]
    minor = np.full((n, 1), float(song.minor))
    features = np.concatenate([times, alike, shown, odds[:, None], best, minor], axis=1)
    return Rows(
        features.astype(np.float32), odds.astype(np.float32), others.astype(np.float32),
        following.astype(np.float32), target, current,
    )  # fmt: skip


def _runs(song: Song) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return each run's chord, when it began (seconds), and the run of each whole second."""
    heard = song.chords[:MAX_SECONDS]
    edges = np.flatnonzero(np.diff(heard, prepend=-1))
    known = song.change_s if len(song.change_s) else np.zeros(1)
    begun = known[np.maximum(np.searchsorted(known, edges, "right") - 1, 0)]
    starts = np.where((begun <= edges) & (begun > edges - 1), begun, edges)
    run = np.searchsorted(edges, np.arange(len(heard)), "right") - 1
    return heard[edges], starts, run


def _alike(
    runs: NDArray[np.int64], starts: NDArray[np.float64], run: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compare with the last place where the same chords came: (n, 4).

    How many chords are the same (0 to 8), and of the run that then sounded: how long it
    lasted, how far the current one has come in that length, and whether it would end now.
    """
    listed = runs.tolist()
    lasted, same = np.zeros(len(runs)), np.zeros(len(runs))
    places: dict[tuple[int, ...], int] = {}
    for r in range(len(listed)):
        for length in range(min(8, r + 1), 0, -1):
            before = places.get(tuple(listed[r + 1 - length : r + 1]))
            if before is not None:
                same[r], lasted[r] = length, starts[before + 1] - starts[before]
                break
        for length in range(1, min(8, r + 1) + 1):
            places[tuple(listed[r + 1 - length : r + 1])] = r
    age = np.arange(len(run)) - starts[run]
    length_s = np.where(lasted > 0, lasted, 4.0)[run]
    far = np.clip((age + 1) / length_s, 0, 3)
    ends = (same[run] > 0) * np.exp(-(((age + 1 - length_s) / 0.5) ** 2))
    return np.stack([same[run] / 8, np.log1p(lasted[run]), far * (same[run] > 0), ends], axis=1)


def _named(runs: NDArray[np.int64], run: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return root and quality of runs as ones among zeros; before the first all zeros. (n, 25)."""
    table = np.zeros((len(run), 12 + len(QUALITY_ORDER)))
    there = np.flatnonzero(run >= 0)
    chords = runs[run[there]]
    sounding = there[chords != NO_CHORD]
    root, quality = np.divmod(runs[run[sounding]] - 1, len(QUALITY_ORDER))
    table[sounding, root] = 1
    table[sounding, 12 + quality] = 1
    return table


def _answer(
    net: dict[str, NDArray[np.float32]],
    rows: Rows,
    x: NDArray[np.float32],
    hidden: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Return log-probabilities of all chords. (n, N_CHORDS)."""
    h = np.maximum(x @ net["w"] + net["b"], 0) if hidden is None else hidden
    odds = h @ net["stay"] + net["odds"][0] + net["odds"][1] * rows.stay
    logits = (
        h @ net["next"] + net["bias"] + net["mix"][0] * rows.seconds + net["mix"][1] * rows.changes
    )
    at = np.arange(len(x))
    logits[at, rows.current] = _NEVER
    top = logits.max(axis=1, keepdims=True)
    logits -= top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    logits -= np.logaddexp(0, odds)[:, None]
    logits[at, rows.current] = -np.logaddexp(0, -odds)
    return np.asarray(logits, np.float32)


def _trained(
    train: Rows, held: Rows, mean: NDArray[np.float32], spread: NDArray[np.float32], seed: int
) -> dict[str, NDArray[np.float32]]:
    """Train one net by Adam with decoupled weight decay; keep the best pass."""
    rng = np.random.default_rng(seed)
    n_in = train.features.shape[1]
    net = {
        "w": rng.normal(0, (2 / n_in) ** 0.5, (n_in, _HIDDEN)),
        "b": np.zeros(_HIDDEN),
        "stay": np.zeros(_HIDDEN),
        "odds": np.array([0.0, 0.5]),
        "next": np.zeros((_HIDDEN, N_CHORDS)),
        "bias": np.zeros(N_CHORDS),
        "mix": np.array([0.3, 0.7]),
    }
    net = {name: value.astype(np.float32) for name, value in net.items()}
    first = {name: np.zeros_like(value) for name, value in net.items()}
    second = {name: np.zeros_like(value) for name, value in net.items()}
    x = (train.features - mean) / spread
    x_held = (held.features - mean) / spread
    best, kept = np.inf, net
    steps, n = 0, len(x)
    total = _EPOCHS * (n // _BATCH + 1)
    for _ in range(_EPOCHS):
        order = rng.permutation(n)
        for start in range(0, n, _BATCH):
            chosen = order[start : start + _BATCH]
            batch = Rows(*(getattr(train, name)[chosen] for name in Rows.__slots__))
            gradient = _gradient(net, batch, x[chosen], rng)
            steps += 1
            rate = _RATE * 0.5 * (1 + np.cos(np.pi * steps / total))
            for name, g in gradient.items():
                first[name] = 0.9 * first[name] + 0.1 * g
                second[name] = 0.999 * second[name] + 0.001 * g * g
                step = first[name] / (1 - 0.9**steps)
                step = step / (np.sqrt(second[name] / (1 - 0.999**steps)) + 1e-8)
                if net[name].ndim == 2:
                    step = step + _DECAY * net[name]
                net[name] = np.asarray(net[name] - rate * step, np.float32)
        logs = _answer(net, held, x_held)
        loss = -float(logs[np.arange(len(logs)), held.target].mean())
        if loss < best:
            best, kept = loss, {name: value.copy() for name, value in net.items()}
    return kept


def _gradient(
    net: dict[str, NDArray[np.float32]],
    rows: Rows,
    x: NDArray[np.float32],
    rng: np.random.Generator,
) -> dict[str, NDArray[np.float32]]:
    """Compute the gradient of the mean negative log-likelihood."""
    n, at = len(x), np.arange(len(x))
    raw = x @ net["w"] + net["b"]
    mask = (rng.random(raw.shape) >= _DROPPED) / np.float32(1 - _DROPPED)
    h = np.asarray(np.maximum(raw, 0) * mask, np.float32)
    found = np.exp(_answer(net, rows, x, h))
    stay = found[at, rows.current]
    stays = rows.target == rows.current
    d_odds = (stay - stays) / n
    # Given a change, the others' probabilities are those of a softmax of their own.
    d_next = found / np.maximum(1 - stay, 1e-6)[:, None]
    d_next[at, rows.target] -= 1
    d_next[at, rows.current] = 0
    d_next[stays] = 0
    d_next = np.asarray(d_next / n, np.float32)
    d_h = (np.outer(d_odds, net["stay"]) + d_next @ net["next"].T) * mask * (raw > 0)
    return {
        "w": x.T @ d_h,
        "b": d_h.sum(axis=0),
        "stay": h.T @ d_odds,
        "odds": np.array([d_odds.sum(), (d_odds * rows.stay).sum()]),
        "next": h.T @ d_next,
        "bias": d_next.sum(axis=0),
        "mix": np.array([_dot(d_next, rows.seconds), _dot(d_next, rows.changes)]),
    }


def _dot(gradient: NDArray[np.float32], logs: NDArray[np.float32]) -> float:
    return float((gradient * np.where(logs > _NEVER / 2, logs, 0)).sum())
