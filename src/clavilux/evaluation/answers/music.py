"""How music answers to a film: measures of a soundtrack that share no code with its composer.

Scores, times and films in, numbers out. A score is read as a DAW would read it; which
of its tracks is the melody, the pad or the bass is an argument.

Conventions
-----------
- A beat is what the meter counts: a dotted quarter in 6/8.
- Degrees are counted 1 to 7 from the tonic, whatever the mode.
- Each measure that chance could satisfy comes with what chance gives.
"""

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux import score as scores
from clavilux.core.metrics import correlation
from clavilux.core.values import Film, Notes, Score, Series, Yuv

PLACES_PER_BEAT = 12
"""Onsets are read on a grid that holds sixteenths and triplets."""
METRONOME_BPM = (60.0, 140.0)
_METRONOME_STEP, _METRONOME_PHASES = 0.25, 48
_DEGREE_OF = (1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7)
_REGULAR = {(2, 2), (2, 4), (3, 4), (4, 4), (3, 8), (6, 8), (9, 8), (12, 8)}
_LAGS_S = (6.0, 9.0, 13.0)
_FLOW_SIDE = 128  # pixels of the longer side in which motion is measured
_FLOW_EVERY_S = 0.11

Figure = AbstractSet[tuple[int, int]]
"""What a tune does: (place in twelfths of a beat, scale degree) of each note."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A measure beside what chance gives."""

    value: float
    chance: float


def opening(score: Score, melody: Notes, tonic: int, *, n_bars: int = 2) -> Figure:
    """Return the figure of a melody's first bars, from the bar of its first note on."""
    bar, beat = _places(score, melody)
    if not len(bar):
        return frozenset()
    first = int(bar[0])
    inside = bar < first + n_bars
    place = np.round(beat * PLACES_PER_BEAT).astype(int) + 1000 * (bar - first)
    degrees = [_DEGREE_OF[(int(pitch) - tonic) % 12] for pitch in melody.pitch[inside]]
    return frozenset(zip(place[inside].tolist(), degrees, strict=True))


def overlap(a: AbstractSet[Hashable], b: AbstractSet[Hashable]) -> float:
    """Return the Jaccard index of two sets: 0 nothing in common, 1 the same."""
    return len(a & b) / len(a | b) if a | b else 1.0


def mean_overlap(figures: Sequence[Figure]) -> float:
    """Return the mean overlap of all pairs; 0 if there is no pair."""
    pairs = [overlap(a, b) for a, b in combinations(figures, 2)]
    return float(np.mean(pairs)) if pairs else 0.0


def met(
    times_s: NDArray[np.float64], beats_s: NDArray[np.float64], tolerance_s: float
) -> NDArray[np.bool_]:
    """Return for each time whether a beat lies within the tolerance. Shape (n_times,)."""
    if not len(beats_s):
        return np.zeros(len(times_s), dtype=bool)
    gaps = np.abs(np.asarray(beats_s)[:, None] - np.asarray(times_s)).min(axis=0)
    return np.asarray(gaps <= tolerance_s + 1e-9)


def metronome_met(times_s: NDArray[np.float64], tolerance_s: float) -> float:
    """Return the largest share of times that any steady beat of 60 to 140 bpm meets.

    Brute force over tempo and phase: the best a metronome can do if it knows the times.
    """
    if not len(times_s):
        return 1.0
    best = 0.0
    phases = np.arange(_METRONOME_PHASES) / _METRONOME_PHASES
    for tempo in np.arange(METRONOME_BPM[0], METRONOME_BPM[1] + 1e-9, _METRONOME_STEP):
        period = 60.0 / tempo
        off = (np.asarray(times_s)[None] / period - phases[:, None] + 0.5) % 1.0 - 0.5
        share = (np.abs(off) * period <= tolerance_s + 1e-9).mean(axis=1).max()
        best = max(best, float(share))
    return best


def above(melody: Notes, pad: Notes) -> float:
    """Return the share of melody notes that lie above every pad note sounding with them.

    Notes with which the pad is silent don't count; 1 if it always is.
    """
    found = []
    for tick, end, pitch in zip(
        melody.onset_tick, melody.offset_tick, melody.pitch.astype(int), strict=True
    ):
        middle = tick + min(60, (end - tick) // 2)  # a little after the onset: players are loose
        sounding = (pad.onset_tick <= middle) & (pad.offset_tick > middle)
        if sounding.any():
            found.append(pitch > int(pad.pitch[sounding].max()))
    return float(np.mean(found)) if found else 1.0


def bar_rhythms(score: Score, melody: Notes) -> tuple[int, int]:
    """Return how many different rhythms the melody's bars have, and how many bars it has."""
    bar, beat = _places(score, melody)
    place = np.round(beat * PLACES_PER_BEAT / 3).astype(int)  # sixteenths: looseness is no rhythm
    rhythms = [tuple(sorted(set(place[bar == b].tolist()))) for b in np.unique(bar)]
    return len(set(rhythms)), len(rhythms)


def parallels(score: Score, melody: Notes, bass: Notes, *, seed: int = 0) -> Beside:
    """Return the share of joint moves of bass and melody into fifths or octaves.

    A joint move is one in which both voices change their pitch, in the same direction;
    it counts if it ends in a fifth or octave. Chance: the mean of twenty scores whose
    melody pitches are shuffled within each bar.
    """
    bar, _ = _places(score, melody)
    rng = np.random.default_rng(seed)
    shuffled = []
    for _ in range(20):
        pitch = melody.pitch.copy()
        for b in np.unique(bar):
            where = np.flatnonzero(bar == b)
            pitch[where] = rng.permutation(pitch[where])
        shuffled.append(_into_perfect(melody.onset_tick, pitch, bass))
    own = _into_perfect(melody.onset_tick, melody.pitch, bass)
    return Beside(own, float(np.mean(shuffled)))


def told_apart(features: NDArray[np.float64], labels: Sequence[str], *, seed: int = 0) -> Beside:
    """Return how often the nearest centre of the others tells a row's label.

    Leave one out, on standardised columns. Chance: the same with labels shuffled.

    Args:
        features: Shape (n, n_features), such as tempo, brightness of mode, register, density.
        labels: What each row is, such as its mood.
    """
    scaled = (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-9)
    names = np.array(labels)
    rng = np.random.default_rng(seed)
    chance = [_nearest_centre(scaled, rng.permutation(names)) for _ in range(10)]
    return Beside(_nearest_centre(scaled, names), float(np.mean(chance)))


def brightness_of_mode(score: Score, tonic: int) -> float:
    """Return how bright the mode that sounds is: -1 only low degrees, 1 only raised ones.

    Seconds, thirds, sixths and sevenths count, by how long they sound.
    """
    low = high = 0.0
    for track in score.tracks:
        notes = track.notes.where(track.notes.channel != 9)
        lengths = (notes.offset_tick - notes.onset_tick).astype(float)
        step = (notes.pitch.astype(int) - tonic) % 12
        low += float(lengths[np.isin(step, (1, 3, 8, 10))].sum())
        high += float(lengths[np.isin(step, (2, 4, 9, 11))].sum())
    return (high - low) / (high + low) if high + low else 0.0


def density(score: Score) -> float:
    """Return note onsets a second, chords counted once."""
    onsets = [np.unique(track.notes.onset_tick) for track in score.tracks if len(track.notes)]
    return sum(map(len, onsets)) / max(score.duration_s, 1e-9)


def register(melody: Notes) -> float:
    """Return the mean pitch of a melody, as a MIDI note number."""
    return float(melody.pitch.mean()) if len(melody) else 0.0


def opens_regularly(score: Score) -> bool:
    """Return True if the first bars are in a metre that one would choose, for two bars or more."""
    if not score.meters:
        return True
    first = score.meters[0]
    if (first.numerator, first.denominator) not in _REGULAR:
        return False
    quarter = float(score.tempo_map.ticks_per_beat)
    bar = 4 * quarter * first.numerator / first.denominator
    later = [m.tick for m in score.meters[1:] if m[1:] != first[1:]]
    return not later or min(later) >= min(2 * bar, score.end_tick)


def motion_by_flow(film: Film) -> Series:
    """Measure motion by dense optical flow, about nine times a second.

    The mean length of flow vectors, in picture heights a second.

    Source:
        G. Farnebäck, "Two-Frame Motion Estimation Based on Polynomial Expansion", SCIA
        2003, as OpenCV has it: nothing that `clavilux.watch` uses.
    """
    times: list[float] = []
    speed: list[float] = []
    before: NDArray[np.uint8] | None = None
    for frame in film:
        time = float(frame.time)
        if times and time - times[-1] < _FLOW_EVERY_S:
            continue
        picture = _small(frame.picture.luma if isinstance(frame.picture, Yuv) else frame.picture)
        flow = 0.0
        if before is not None:
            found = cv2.calcOpticalFlowFarneback(
                before, picture, np.zeros((0, 0)), 0.5, 3, 15, 3, 5, 1.2, 0
            )
            length = float(np.hypot(found[..., 0], found[..., 1]).mean())
            flow = length / picture.shape[0] / (time - times[-1])
        times.append(time)
        speed.append(flow)
        before = picture
    rate = 8.0
    grid = np.arange(max(1, int((times[-1] if times else 0) * rate) + 1)) / rate
    return Series(rate, np.interp(grid, times or [0.0], speed or [0.0]))


def follows(measure: NDArray[np.float64], motion: Series) -> Beside:
    """Correlate a measure of the music, one value a second, with motion.

    Both are averaged over three seconds. Chance: the film moved by six to thirteen seconds.
    """
    at = np.arange(len(measure)) + 0.5
    moved = motion.at(at[:, None] + np.linspace(-0.5, 0.5, 9)).mean(axis=1)
    moved, smooth = _averaged(moved), _averaged(measure)
    lagged = [
        correlation(np.roll(moved, round(sign * lag)), smooth)
        for lag in _LAGS_S
        for sign in (-1, 1)
        if lag < len(measure) - 1
    ]
    return Beside(correlation(moved, smooth), float(np.mean(lagged)) if lagged else 0.0)


def _places(score: Score, notes: Notes) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each note's bar, and its beat within the bar."""
    grid = scores.facts(score)
    onset = score.onsets_s(notes) + 0.02  # a player may be a little early
    beat = np.interp(onset - 0.02, grid.beats_s, np.arange(len(grid.beats_s)))
    bar = np.maximum(np.searchsorted(grid.downbeats_s, onset, side="right") - 1, 0)
    first = np.searchsorted(grid.beats_s, grid.downbeats_s - 1e-6)
    return bar.astype(np.int64), np.maximum(beat - first[bar], 0.0)


def _into_perfect(
    onsets: NDArray[np.int64], pitches: NDArray[np.uint8], bass: Notes, slack: int = 60
) -> float:
    """Return the share of joint moves that end in a fifth or octave."""
    if not len(onsets) or not len(bass):
        return 0.0
    at = bass.onset_tick + slack
    upper = np.searchsorted(onsets, at, side="right") - 1
    moves = perfect = 0
    for i in range(1, len(at)):
        if upper[i - 1] < 0 or bass.onset_tick[i] == bass.onset_tick[i - 1]:
            continue
        low = int(bass.pitch[i]) - int(bass.pitch[i - 1])
        high = int(pitches[upper[i]]) - int(pitches[upper[i - 1]])
        if low * high > 0:
            moves += 1
            perfect += (int(pitches[upper[i]]) - int(bass.pitch[i])) % 12 in (0, 7)
    return perfect / moves if moves else 0.0


def _nearest_centre(rows: NDArray[np.float64], labels: NDArray[np.str_]) -> float:
    right = 0
    kinds: list[str] = sorted(set(labels.tolist()))
    for i in range(len(rows)):
        others = np.arange(len(rows)) != i
        gaps = [
            float(np.linalg.norm(rows[i] - rows[others & (labels == kind)].mean(axis=0)))
            if (others & (labels == kind)).any()
            else np.inf
            for kind in kinds
        ]
        right += kinds[int(np.argmin(gaps))] == labels[i]
    return right / max(len(rows), 1)


def _small(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    plain = luma if luma.ndim == 2 else cv2.cvtColor(luma, cv2.COLOR_RGB2GRAY)
    scale = _FLOW_SIDE / max(plain.shape)
    size = (max(8, round(plain.shape[1] * scale)), max(8, round(plain.shape[0] * scale)))
    return np.asarray(cv2.resize(plain, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _averaged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(np.asarray(values, dtype=np.float64), 1, mode="edge")
    return np.convolve(padded, np.ones(3) / 3, mode="valid")
