"""How well a soundtrack fits its film, and whether it is music.

Facts about a film and a score in, numbers out. Everything is read from the
score as written, as a DAW would read it, not from what its composer knew.
Each measure of fit has its controls: a metronome given the same search, grids
at random offsets, and the soundtrack of another film.

Conventions
-----------
- A cut is *met* if a beat lies within one video frame of it.
- Errors are in beats: seconds divided by the length of the beat they fall in.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux import score as scores
from clavilux.compose.grid import anchors, fit
from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.metrics import correlation
from clavilux.core.values import Facts, Notes, Score

STEPS_PER_BAR = 16
_LAGS_S = (6.0, 9.0, 13.0)


@dataclass(frozen=True, slots=True)
class CutFit:
    """How cuts lie on a grid of beats."""

    n_cuts: int
    error_beats: float
    """Mean distance of a cut from the nearest beat, in beats: 0.25 is chance."""
    met: float
    """Share of cuts within a video frame of a beat."""
    great_met: float
    """Share of great cuts within a video frame of a downbeat."""


@dataclass(frozen=True, slots=True)
class Following:
    """How a measure of the music follows the film's motion, second by second."""

    correlation: float
    lagged: float
    """The same with the film moved by six to thirteen seconds: what chance gives."""


@dataclass(frozen=True, slots=True)
class Musicality:
    """Whether what was written is music."""

    chord_tones: float
    """Share of the melody's notes on strong beats that the accompaniment also sounds."""
    theme_returns: float
    """Share of the melody's six-note figures that come again eight beats or more away."""
    theme_by_chance: float
    """The same for the melody's own intervals in random order."""
    groove: float
    """Groove similarity, 0 to 1: how alike the rhythms of bars are."""
    pitch_class_entropy: float
    """Bits a bar: 0 one pitch class, 3.58 all twelve alike."""


def cut_fit(facts: Facts, grid: Facts, frame_rate: Fraction) -> CutFit:
    """Measure how a film's cuts lie on a score's beats.

    Args:
        facts: What was seen; its ``cut`` events.
        grid: What a score says of its beats: see `clavilux.score.facts`.
        frame_rate: Video frames per second.
    """
    cuts = facts.events.of("cut")
    points = anchors(cuts.time_s, cuts.strength, (), facts.duration_s)
    great = np.array([point.time_s for point in points if point.great])
    return _fit_of(cuts.time_s, great, grid.beats_s, grid.downbeats_s, frame_rate)


def metronome_fit(facts: Facts, frame_rate: Fraction) -> CutFit:
    """Measure the best metronome: the same search over tempi and offsets, but no drift."""
    cuts = facts.events.of("cut")
    points = anchors(cuts.time_s, cuts.strength, (), facts.duration_s)
    great = np.array([point.time_s for point in points if point.great])
    frame_s = float(1 / frame_rate)
    best: tuple[float, CutFit] | None = None
    for offset in np.linspace(0, 1, 16, endpoint=False):
        shifted = [type(p)(p.time_s - offset, p.weight, p.great) for p in points]
        kept = [p for p in shifted if p.time_s > 0]
        grid = fit(kept, facts.duration_s - offset, frame_s, drift=0.0)
        beats, downbeats = grid.beats_s + offset, grid.downbeats_s + offset
        found = _fit_of(cuts.time_s, great, beats, downbeats, frame_rate)
        if best is None or found.met > best[0]:
            best = (found.met, found)
    assert best is not None
    return best[1]


def random_fit(facts: Facts, grid: Facts, frame_rate: Fraction, seed: int) -> CutFit:
    """Measure a score's own beats moved by a random part of a bar: twenty draws' mean."""
    cuts = facts.events.of("cut")
    points = anchors(cuts.time_s, cuts.strength, (), facts.duration_s)
    great = np.array([point.time_s for point in points if point.great])
    rng = np.random.default_rng(seed)
    bar_s = float(np.median(np.diff(grid.downbeats_s))) if len(grid.downbeats_s) > 1 else 2.0
    fits = []
    for shift in rng.uniform(0, bar_s, 20):
        fits.append(
            _fit_of(cuts.time_s, great, grid.beats_s + shift, grid.downbeats_s + shift, frame_rate)
        )
    mean = [float(np.mean([getattr(f, n) for f in fits])) for n in CutFit.__slots__[1:]]
    return CutFit(len(cuts.time_s), *mean)


def following(facts: Facts, measure: NDArray[np.float64]) -> Following:
    """Correlate a measure of the music, one value a second, with the film's motion."""
    times = np.arange(len(measure)) + 0.5
    window = np.linspace(-0.5, 0.5, 9)
    motion = facts.series["motion"].at(times[:, None] + window).mean(axis=1)
    lagged = [
        correlation(np.roll(motion, round(sign * lag)), measure)
        for lag in _LAGS_S
        for sign in (-1, 1)
    ]
    return Following(correlation(motion, measure), float(np.mean(lagged)))


def density(score: Score, duration_s: float) -> NDArray[np.float64]:
    """Count note onsets in each second, smoothed over two. Shape (n_seconds,)."""
    onsets = np.concatenate([score.onsets_s(track.notes) for track in score.tracks])
    counts = np.histogram(onsets, np.arange(int(duration_s) + 1))[0].astype(np.float64)
    return np.convolve(counts, np.ones(2) / 2, mode="same")


def musicality(score: Score) -> Musicality:
    """Measure what makes notes music; the melody is the first pitched track.

    Source:
        Groove similarity and pitch-class entropy as in S.-L. Wu and Y.-H. Yang,
        "The Jazz Transformer on the Front Line", ISMIR 2020, over 16 steps a bar.
    """
    pitched = [t.notes for t in score.tracks if len(t.notes) and not _is_drums(t.notes)]
    grid = scores.facts(score)
    if not pitched:
        return Musicality(1.0, 0.0, 0.0, _groove(score, grid), 0.0)
    melody, *others = sorted(pitched, key=_melodiousness, reverse=True)
    returns, chance = _returns(score, melody)
    return Musicality(
        chord_tones=_chord_tones(score, grid, melody, others),
        theme_returns=returns,
        theme_by_chance=chance,
        groove=_groove(score, grid),
        pitch_class_entropy=_entropy(score, grid, pitched),
    )


def _fit_of(
    cuts: NDArray[np.float64],
    great: NDArray[np.float64],
    beats: NDArray[np.float64],
    downbeats: NDArray[np.float64],
    frame_rate: Fraction,
) -> CutFit:
    if not len(cuts):
        return CutFit(0, 0.0, 1.0, 1.0)
    if len(beats) < 2 or not len(downbeats):
        return CutFit(len(cuts), 0.5, 0.0, 0.0)
    frame_s = float(1 / frame_rate) + 1e-3
    index = np.clip(np.searchsorted(beats, cuts) - 1, 0, len(beats) - 2)
    period = beats[index + 1] - beats[index]
    off = np.abs(beats[:, None] - cuts).min(axis=0)
    great_off = np.abs(downbeats[:, None] - great).min(axis=0) if len(great) else np.zeros(1)
    return CutFit(
        len(cuts),
        float(np.mean(np.minimum(off / period, 0.5))),
        float(np.mean(off <= frame_s)),
        float(np.mean(great_off <= frame_s)),
    )


def _is_drums(notes: Notes) -> bool:
    return bool((notes.channel == DRUM_CHANNEL).all())


def melody_of(score: Score) -> Notes:
    """Return the track that is most like a melody: high, and one note at a time."""
    pitched = [t.notes for t in score.tracks if len(t.notes) and not _is_drums(t.notes)]
    return max(pitched, key=_melodiousness, default=Notes.empty())


def _melodiousness(notes: Notes) -> float:
    """High, and one note at a time."""
    alone = len(np.unique(notes.onset_tick)) / len(notes)
    return float(notes.pitch.mean()) * alone**2


def _chord_tones(score: Score, grid: Facts, melody: Notes, others: list[Notes]) -> float:
    beat = np.interp(score.onsets_s(melody), grid.beats_s, np.arange(len(grid.beats_s)))
    bars = np.searchsorted(grid.beats_s, grid.downbeats_s - 1e-6)
    since = beat - bars[np.clip(np.searchsorted(bars, beat + 0.1) - 1, 0, len(bars) - 1)]
    strong = np.abs(since - 2 * np.round(since / 2)) < 0.1
    fits = []
    for tick, pitch in zip(melody.onset_tick[strong], melody.pitch[strong], strict=True):
        middle = tick + 120  # a little after the beat: players are loose
        sounding = {
            int(p) % 12
            for notes in others
            for p in notes.pitch[(notes.onset_tick <= middle) & (notes.offset_tick > middle)]
        }
        if sounding:
            fits.append(int(pitch) % 12 in sounding)
    return float(np.mean(fits)) if fits else 1.0


def _returns(score: Score, melody: Notes) -> tuple[float, float]:
    beats = melody.onset_tick / float(score.tempo_map.ticks_per_beat)
    steps = np.diff(melody.pitch.astype(int))
    gaps = np.round(np.diff(beats) * 4).astype(int)
    rng = np.random.default_rng(0)
    chance = [_repeated(rng.permutation(steps), rng.permutation(gaps), beats) for _ in range(10)]
    return _repeated(steps, gaps, beats), float(np.mean(chance))


def _repeated(
    steps: NDArray[np.int_], gaps: NDArray[np.int_], beats: NDArray[np.float64], length: int = 5
) -> float:
    """Share of figures of `length` intervals (contour and rhythm) heard again later or before."""
    contour = np.sign(steps) * np.minimum(np.abs(steps), 4) // 2
    places: dict[tuple[int, ...], list[float]] = {}
    figures = []
    for i in range(len(steps) - length + 1):
        figure = (*contour[i : i + length].tolist(), *gaps[i : i + length].tolist())
        places.setdefault(figure, []).append(float(beats[i]))
        figures.append((figure, float(beats[i])))
    if not figures:
        return 0.0
    again = [any(abs(other - at) >= 8 for other in places[figure]) for figure, at in figures]
    return float(np.mean(again))


def _bar_steps(score: Score, grid: Facts) -> NDArray[np.bool_]:
    """Whether anything begins in each step of each bar. Shape (n_bars, STEPS_PER_BAR)."""
    edges = np.append(grid.downbeats_s, score.duration_s)
    onsets = np.concatenate([score.onsets_s(track.notes) for track in score.tracks])
    position = np.interp(onsets + 0.01, edges, np.arange(len(edges)))
    table = np.zeros((len(edges) - 1, STEPS_PER_BAR), dtype=bool)
    bar = np.clip(position.astype(int), 0, len(table) - 1)
    table[bar, ((position - bar) * STEPS_PER_BAR).astype(int) % STEPS_PER_BAR] = True
    return table


def _groove(score: Score, grid: Facts) -> float:
    table = _bar_steps(score, grid).astype(np.float64)
    if len(table) < 2:
        return 1.0
    differing = table @ (1 - table).T
    unlike = (differing + differing.T) / STEPS_PER_BAR
    return float(1 - unlike[~np.eye(len(table), dtype=bool)].mean())


def _entropy(score: Score, grid: Facts, pitched: list[Notes]) -> float:
    edges = np.append(grid.downbeats_s, score.duration_s + 1e-6)
    onsets = np.concatenate([score.onsets_s(notes) for notes in pitched])
    classes = np.concatenate([notes.pitch % 12 for notes in pitched])
    table = np.histogram2d(onsets, classes, bins=[edges, np.arange(13)])[0]
    table = table[table.sum(axis=1) > 0]
    share = table / table.sum(axis=1, keepdims=True)
    bits = -(share * np.log2(np.where(share > 0, share, 1))).sum(axis=1)
    return float(bits.mean()) if len(bits) else 0.0
