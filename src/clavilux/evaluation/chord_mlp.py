"""The strongest baseline of next-chord prediction: counts with a cache, weighed by small MLPs.

Two questions a second. *Does the chord stay?* A network with one hidden layer sees how long
it has sounded, how long it lasted where the song was alike before, and what counts of
seconds say. *Which chord comes, if not?* Another scores the likeliest candidates, each by
how often it followed the last few chords in training songs and in the song so far, and
when it did so last. All in NumPy; it trains in a minute of one core.

Source:
    The recipe is ours. On MuVi-Sync's test split it reaches Hits@1, 3, 5 of .683, .876, .933,
    which chord given a change .561, AUC of change .847 (`benchmarks.chords`); an earlier one of
    its kind .669, .876, .931, .590 and .831.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.chord_features import prepare
from clavilux.compose.vocabulary import N_CHORDS, NO_CHORD, QUALITY_ORDER
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation.chord_baselines import Counts, NGramCache, interpolated, with_known_end
from clavilux.evaluation.chords import MAX_SECONDS, Scores, targets

_ORDER, _CACHE_ORDER, _CACHE_WEIGHT = 2, 4, 30.0
"""Chords looked back at in training songs, in the song; what a count of the song's own weighs.
Chosen on MuVi-Sync's validation songs among 2, 3; 4, 8, 16; 3 to 100."""
_CANDIDATES = 16
"""Chords that are scored; the true one is among them in 96 of 100 changes there."""
_LOOKED = 6
"""Lengths of context of which a candidate's counts are shown, 0 the whole song."""
_LONGEST = 12
"""Chords by which the last like place is looked for."""
_FOLDS = 4
"""Parts of the training songs; each is scored by counts of the others, as a new song would be."""
_HIDDEN, _EPOCHS, _BATCH, _RATE, _DECAY = 48, 6, 512, 3e-3, 1e-2
_DROPPED, _LEAST_STEPS = 0.1, 80
_FLOOR = 1e-7

Net = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """A song as runs of one chord each."""

    chords: NDArray[np.int64]
    starts_s: NDArray[np.float64]
    """When each began, known when its first whole second comes."""
    of_second: NDArray[np.int64]
    """The run of each whole second."""

    @classmethod
    def of(cls, song: Song) -> "Runs":
        """Divide a song's first `MAX_SECONDS`."""
        heard = song.chords[:MAX_SECONDS]
        edges = np.flatnonzero(np.diff(heard, prepend=-1))
        known = song.change_s if len(song.change_s) else np.zeros(1)
        begun = known[np.maximum(np.searchsorted(known, edges, "right") - 1, 0)]
        starts = np.where((begun <= edges) & (begun > edges - 1), begun, edges)
        run = np.searchsorted(edges, np.arange(len(heard)), "right") - 1
        return cls(heard[edges], starts, run)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What may follow each run of a song, known as soon as the run has begun."""

    chord: NDArray[np.int64]
    """(n_runs, `_CANDIDATES`)."""
    features: NDArray[np.float32]
    """(n_runs, `_CANDIDATES`, n_features)."""
    base: NDArray[np.float32]
    """Probability of every chord by the counts; 0 for the run's own. (n_runs, N_CHORDS)."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangeCounts:
    """Counts of which chord followed the last few chords, however long they were."""

    counts: Counts

    @classmethod
    def fit(cls, songs: Sequence[Song]) -> "ChangeCounts":
        """Count the changes of training songs."""
        counts: Counts = defaultdict(lambda: defaultdict(float))
        for song in songs:
            runs = Runs.of(song).chords.tolist()
            for i in range(1, len(runs)):
                for length in range(min(3, i) + 1):
                    counts[tuple(runs[i - length : i])][runs[i]] += 1
        return cls(counts)

    def candidates(self, song: Song) -> Candidates:
        """Return what may follow each run."""
        runs = Runs.of(song).chords.tolist()
        seen: Counts = defaultdict(lambda: defaultdict(float))
        last: dict[tuple[int, ...], int] = {}
        chosen, shown, bases = [], [], []
        for r, chord in enumerate(runs):
            if r:
                for length in range(min(_LONGEST, r) + 1):
                    context = tuple(runs[r - length : r])
                    if length < _LOOKED:
                        seen[context][chord] += 1
                    last[context] = r
            base = self._base(runs, r, seen)
            best = np.argsort(-base, kind="stable")[:_CANDIDATES]
            chosen.append(best)
            shown.append(self._features(runs, r, seen, last, base)[best])
            bases.append(base)
        return Candidates(
            np.array(chosen), np.array(shown, np.float32), np.array(bases, np.float32)
        )

    def _base(self, runs: list[int], r: int, seen: Counts) -> NDArray[np.float64]:
        probability = np.full(N_CHORDS, 1 / N_CHORDS)
        for length in range(min(_CACHE_ORDER, r + 1) + 1):
            context = tuple(runs[r + 1 - length : r + 1])
            trained = self.counts.get(context) if length <= _ORDER else None
            here = seen.get(context)
            if not trained and not here:
                break
            probability = interpolated(probability, trained, here, _CACHE_WEIGHT)
        probability = probability.copy()
        probability[runs[r]] = 0
        return np.asarray(probability / probability.sum())

    def _features(
        self,
        runs: list[int],
        r: int,
        seen: Counts,
        last: dict[tuple[int, ...], int],
        base: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Describe every chord as a candidate. (N_CHORDS, n_features)."""
        columns = [np.log(base + _FLOOR)]
        for length in range(4):
            counts = _laid(self.counts.get(tuple(runs[r + 1 - length : r + 1])))
            columns.append(np.log((counts + 0.05) / (counts.sum() + 0.05 * N_CHORDS)))
        for length in range(_LOOKED):
            here = seen.get(tuple(runs[r + 1 - length : r + 1])) if length <= r + 1 else None
            counts = _laid(here)
            columns += [np.log1p(counts), counts / max(counts.sum(), 1)]
        recent, after = np.zeros(N_CHORDS), np.zeros(N_CHORDS)
        for i in range(max(0, r - 24), r):
            recent[runs[i]] = np.exp((i - r) / 6)
            if runs[i] == runs[r]:
                after[runs[i + 1]] = np.exp((i - r) / 12)
        columns += [recent, after]
        alike = np.zeros((3, N_CHORDS))
        found = 0
        for length in range(min(_LONGEST, r + 1), 0, -1):
            place = last.get(tuple(runs[r + 1 - length : r + 1]))
            if place is not None:
                alike[found, runs[place]] = length / _LONGEST
                found += 1
                if found == 3:
                    break
        columns += [*alike]
        for back in (1, 2, 3):
            same = np.zeros(N_CHORDS)
            if r >= back:
                same[runs[r - back]] = 1
            columns.append(same)
        whole = np.array([np.log1p(r), np.log1p(len(set(runs[: r + 1]))), alike.max()])
        columns += [np.full(N_CHORDS, value) for value in whole]
        return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Mlp:
    """A network with one hidden layer and one number as its answer."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    net: Net

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Answer for each row of features, shape (..., n_features)."""
        x = (features - self.mean) / self.spread
        return np.asarray(
            np.maximum(x @ self.net["w"] + self.net["b"], 0) @ self.net["v"] + x @ self.net["u"]
        )


@dataclass(frozen=True, slots=True, eq=False)
class CacheMlp:
    """A predictor for `clavilux.evaluation.chords`; several seeds answer with their mean."""

    seconds: NGramCache
    changes: ChangeCounts
    stays: tuple[Mlp, ...]
    nexts: tuple[Mlp, ...]

    @classmethod
    def fit(
        cls, songs: Sequence[Song], validation: Sequence[Song], *, seeds: Sequence[int] = (0,)
    ) -> "CacheMlp":
        """Fit on songs; the number of passes is chosen by the likelihood of `validation`."""
        stay, follow = [], []
        for fold in range(_FOLDS):
            others = [s for i, s in enumerate(songs) if i % _FOLDS != fold]
            counted, changes = NGramCache.fit(others), ChangeCounts.fit(others)
            for song in songs[fold::_FOLDS]:
                stay.append(stay_rows(song, counted))
                follow.append(_next_rows(song, changes))
        seconds, changes = NGramCache.fit(songs), ChangeCounts.fit(songs)
        held_stay = [stay_rows(song, seconds) for song in validation]
        held_follow = [_next_rows(song, changes) for song in validation]
        return cls(
            seconds,
            changes,
            tuple(_fit(_joined(stay), _joined(held_stay), _stay_loss, s) for s in seeds),
            tuple(_fit(_joined(follow), _joined(held_follow), _next_loss, s) for s in seeds),
        )

    def single(self, number: int) -> "CacheMlp":
        """Return one of the seeds alone."""
        return CacheMlp(self.seconds, self.changes, (self.stays[number],), (self.nexts[number],))

    def __call__(self, song: Song) -> Scores:
        n = len(targets(song))
        scores = np.full((n, N_CHORDS + 1), -50.0)
        features, _ = stay_rows(song, self.seconds)
        runs, rows = Runs.of(song), np.arange(len(features))
        if len(features):
            given, answers = self.changes.candidates(song), []
            for stay_net, next_net in zip(self.stays, self.nexts, strict=True):
                stay = 1 / (1 + np.exp(-stay_net(features)))
                found = (1 - stay[:, None]) * _following(next_net, given)[runs.of_second[rows]]
                found[rows, song.chords[rows]] = stay
                answers.append(found)
            found = np.mean(answers, axis=0)
            scores[rows, :N_CHORDS] = np.log(np.maximum(found, 1e-12))
        return with_known_end(song, scores)


def stay_rows(song: Song, counted: NGramCache) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what is known before each target but END, and whether the chord stays."""
    heard = song.chords[:MAX_SECONDS]
    n = len(heard) - 1
    at, current = np.arange(n), heard[:n]
    logs = counted(song)[:n, :N_CHORDS]
    stay = logs[at, current]
    others = logs.copy()
    others[at, current] = -np.inf
    odds = stay - np.logaddexp.reduce(others, axis=1)
    runs = Runs.of(song)
    times = prepare(heard, song.change_s[song.change_s < len(heard)]).times[:n]
    run = runs.of_second[:n]
    shown = [_named(runs.chords, run - back) for back in range(2)]
    features = np.concatenate([times, _alike(runs, n), *shown, odds[:, None]], axis=1)
    return features.astype(np.float32), (heard[1:] == current).astype(np.float32)


def _next_rows(
    song: Song, changes: ChangeCounts
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return candidates of each run whose follower is among them, and the follower's place."""
    given, runs = changes.candidates(song), Runs.of(song).chords
    hit = given.chord[:-1] == runs[1:, None]
    kept = np.flatnonzero(hit.any(axis=1))
    return given.features[kept], hit[kept].argmax(axis=1).astype(np.float32)


def _following(net: Mlp, given: Candidates) -> NDArray[np.float64]:
    """Return the probability of each chord after each run. (n_runs, N_CHORDS)."""
    scores = net(given.features)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    found = given.base.astype(np.float64)
    rows = np.arange(len(found))[:, None]
    mass = found[rows, given.chord].sum(axis=1, keepdims=True)
    found[rows, given.chord] = mass * scores / scores.sum(axis=1, keepdims=True)
    return found


def _laid(counts: dict[int, float] | None) -> NDArray[np.float64]:
    table = np.zeros(N_CHORDS)
    for token, count in (counts or {}).items():
        table[token] = count
    return table


def _alike(runs: Runs, n: int) -> NDArray[np.float64]:
    """Compare with the last place where the same chords came: (n, 4).

    How many chords are the same (0 to 1), and of the run that then sounded: how long it
    lasted, how far the current one has come in that length, and whether it would end now.
    """
    listed = runs.chords.tolist()
    lasted, same = np.zeros(len(listed)), np.zeros(len(listed))
    places: dict[tuple[int, ...], int] = {}
    for r in range(len(listed)):
        contexts = [tuple(listed[r + 1 - k : r + 1]) for k in range(1, min(_LONGEST, r + 1) + 1)]
        for context in reversed(contexts):
            if context in places:
                before = places[context]
                same[r] = len(context)
                lasted[r] = runs.starts_s[before + 1] - runs.starts_s[before]
                break
        places |= dict.fromkeys(contexts, r)
    run = runs.of_second[:n]
    age = np.arange(n) - runs.starts_s[run]
    length_s = np.where(lasted > 0, lasted, 4.0)[run]
    known = same[run] > 0
    far = np.clip((age + 1) / length_s, 0, 3) * known
    ends = known * np.exp(-(((age + 1 - length_s) / 0.5) ** 2))
    return np.stack([same[run] / _LONGEST, np.log1p(lasted[run]), far, ends], axis=1)


def _named(chords: NDArray[np.int64], run: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return root and quality of runs as ones among zeros; before the first all zeros. (n, 25)."""
    table = np.zeros((len(run), 12 + len(QUALITY_ORDER)))
    sounding = np.flatnonzero((run >= 0) & (chords[np.maximum(run, 0)] != NO_CHORD))
    root, quality = np.divmod(chords[run[sounding]] - 1, len(QUALITY_ORDER))
    table[sounding, root] = 1
    table[sounding, 12 + quality] = 1
    return table


Rows = tuple[NDArray[np.float32], NDArray[np.float32]]
Loss = Callable[[NDArray[np.float64], NDArray[np.float32]], tuple[float, NDArray[np.float64]]]


def _joined(rows: Sequence[Rows]) -> Rows:
    kept = [row for row in rows if len(row[0])]
    return np.concatenate([row[0] for row in kept]), np.concatenate([row[1] for row in kept])


def _stay_loss(
    odds: NDArray[np.float64], stays: NDArray[np.float32]
) -> tuple[float, NDArray[np.float64]]:
    """Return binary cross-entropy and its gradient."""
    loss = np.logaddexp(0, odds) - stays * odds
    return float(loss.mean()), (1 / (1 + np.exp(-odds)) - stays) / len(odds)


def _next_loss(
    scores: NDArray[np.float64], place: NDArray[np.float32]
) -> tuple[float, NDArray[np.float64]]:
    """Return the cross-entropy of a softmax over candidates, and its gradient."""
    rows, true = np.arange(len(scores)), place.astype(np.int64)
    logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    gradient = np.exp(logs)
    gradient[rows, true] -= 1
    return float(-logs[rows, true].mean()), gradient / len(scores)


def _fit(train: Rows, held: Rows, loss_of: Loss, seed: int) -> Mlp:
    """Train a net by Adam with decoupled weight decay; keep the pass that `held` likes best."""
    features, truth = train
    n_in = features.shape[-1]
    flat = features.reshape(-1, n_in)
    mean, spread = flat.mean(axis=0), flat.std(axis=0) + 1e-3
    rng = np.random.default_rng(seed)
    net: Net = {
        "w": rng.normal(0, (2 / n_in) ** 0.5, (n_in, _HIDDEN)).astype(np.float32),
        "b": np.zeros(_HIDDEN, np.float32),
        "v": np.zeros(_HIDDEN, np.float32),
        "u": np.zeros(n_in, np.float32),
    }
    moments = {name: (np.zeros_like(value), np.zeros_like(value)) for name, value in net.items()}
    best, kept = np.inf, net
    n, steps = len(features), 0
    a_pass = -(-n // _BATCH)
    n_passes = max(_EPOCHS, -(-_LEAST_STEPS // a_pass))
    total = n_passes * a_pass
    for _ in range(n_passes):
        order = rng.permutation(n)
        for start in range(0, n, _BATCH):
            chosen = order[start : start + _BATCH]
            x = (features[chosen] - mean) / spread
            gradient = _gradient(net, x, truth[chosen], loss_of, rng)
            steps += 1
            rate = _RATE * 0.5 * (1 + np.cos(np.pi * steps / total))
            for name, g in gradient.items():
                first, second = moments[name]
                first += 0.1 * (g - first)
                second += 0.001 * (g * g - second)
                step = first / (1 - 0.9**steps)
                step = step / (np.sqrt(second / (1 - 0.999**steps)) + 1e-8)
                step = step + _DECAY * net[name]
                net[name] = np.asarray(net[name] - rate * step, np.float32)
        loss, _ = loss_of(Mlp(mean, spread, net)(held[0]), held[1])
        if loss < best:
            best, kept = loss, dict(net)
    return Mlp(mean, spread, kept)


def _gradient(
    net: Net,
    x: NDArray[np.float32],
    truth: NDArray[np.float32],
    loss_of: Loss,
    rng: np.random.Generator,
) -> Net:
    """Compute the gradient of the loss, with hidden units dropped at random."""
    raw = x @ net["w"] + net["b"]
    kept = np.asarray(rng.random(raw.shape[-1]) >= _DROPPED, np.float32)
    mask = kept / np.float32(1 - _DROPPED)
    h = np.maximum(raw, 0) * mask
    _, slope = loss_of(h @ net["v"] + x @ net["u"], truth)
    d_out = np.asarray(slope, np.float32)
    d_raw = d_out[..., None] * net["v"] * mask * (raw > 0)
    x2, h2 = x.reshape(-1, x.shape[-1]), h.reshape(-1, h.shape[-1])
    d2 = d_raw.reshape(h2.shape)
    return {
        "w": x2.T @ d2,
        "b": d2.sum(axis=0),
        "v": h2.T @ d_out.reshape(-1),
        "u": x2.T @ d_out.reshape(-1),
    }
