"""Measures: what was seen, bar by bar, and as a number that stands for the film."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose import dynamics
from clavilux.compose.grid import Grid
from clavilux.compose.moods import MoodCourse, NamedMoods, course
from clavilux.core.values import Facts

_READ = ("motion", "brightness", "saturation", "valence", "arousal")
_PLACES = 24  # of a film, at which its series are read for its fingerprint
_UNIFORM = 0.02
"""Speed, in half the picture's shorter side a second: a film whose bars differ by less asks
for nothing. Noise and compression of still pictures give less than a tenth of it."""
_MODEST = (0.1, 0.7)
"""What predicted dynamics span where the film asks for nothing; motion spans 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class BarLevels:
    """What was seen and asked for in each bar; arrays of shape (n_bars,)."""

    tension: NDArray[np.float64]
    valence: NDArray[np.float64]
    density: NDArray[np.float64]
    loudness: NDArray[np.float64]
    busy: NDArray[np.float64]
    register: NDArray[np.float64]


def fingerprint(facts: Facts) -> int:
    """Return a number that stands for what was seen: the same film, the same number.

    48 bits of SHA-256 of the length, the changes and the series, coarsely rounded.
    """
    words = [f"{facts.duration_s:.1f}"]
    words += [
        f"{kind}{time:.1f}"
        for time, kind in zip(facts.events.time_s.tolist(), facts.events.kind, strict=True)
    ]
    places = (np.arange(_PLACES) + 0.5) / _PLACES * facts.duration_s
    for name in _READ:
        if name in facts.series:
            values = np.round(facts.series[name].at(places) * 16).astype(int)
            words.append(f"{name}{values.tolist()}")
    return int.from_bytes(hashlib.sha256(" ".join(words).encode()).digest()[:6], "big")


def mood_course(facts: Facts, named: NamedMoods) -> MoodCourse:
    """Return the mood over the film: what was seen, or what the user names."""
    times = np.arange(0, max(facts.duration_s, 0.25), 0.25)
    zero = np.zeros(len(times))
    valence = facts.series["valence"].at(times) if "valence" in facts.series else zero
    arousal = facts.series["arousal"].at(times) if "arousal" in facts.series else zero - 0.2
    return course(valence, arousal, named)


def of_bars(facts: Facts, mood: MoodCourse, grid: Grid) -> BarLevels:
    """Average everything within each bar."""

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return _bar_means(mood.times_s, values, grid)

    tension, busy = mean(mood.tension), mean(mood.busy)
    fullness, force = _asked(facts, grid)
    return BarLevels(
        tension=tension,
        valence=mean(mood.valence),
        density=np.clip(0.55 * fullness + 0.85 * busy - 0.18, 0, 1),
        loudness=np.clip(0.3 * tension + 0.7 * force, 0, 1),
        busy=busy,
        register=mean(mood.register),
    )


def _asked(facts: Facts, grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how full and how loud each bar shall be: by motion, or as learnt from songs.

    0 stands for the least of the film, 1 for the most.
    """
    if "motion" in facts.series:
        series = facts.series["motion"]
        means = _bar_means(np.arange(len(series.values)) / series.rate, series.values, grid)
        low, high = np.percentile(means, [5, 95])
        if high - low > _UNIFORM:
            ranked = np.asarray(np.clip((means - low) / (high - low), 0, 1), dtype=np.float64)
            return ranked, ranked
    predicted = dynamics.of_film(facts)
    seconds = np.arange(len(predicted.density), dtype=np.float64)
    return (
        _modest(_bar_means(seconds, predicted.density, grid)),
        _modest(_bar_means(seconds, predicted.loudness, grid)),
    )


def _modest(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay predicted values over `_MODEST`, the least and the most at its ends."""
    low, high = np.percentile(means, [5, 95])
    if high - low < 1e-9:
        return np.full(len(means), sum(_MODEST) / 2)
    share = np.clip((means - low) / (high - low), 0, 1)
    return np.asarray(_MODEST[0] + (_MODEST[1] - _MODEST[0]) * share, dtype=np.float64)


def _bar_means(
    times_s: NDArray[np.float64], values: NDArray[np.float64], grid: Grid
) -> NDArray[np.float64]:
    edges = grid.beats_s[grid.bars]
    total = np.concatenate([[0.0], np.cumsum(values)])
    step = times_s[1] - times_s[0] if len(times_s) > 1 else 1.0
    ends = np.clip(np.round((edges - times_s[0]) / step), 0, len(values))
    a, b = ends[:-1].astype(int), np.maximum(ends[1:], ends[:-1] + 1).astype(int)
    a, b = np.minimum(a, len(values) - 1), np.minimum(b, len(values))
    return np.asarray((total[b] - total[a]) / np.maximum(b - a, 1), dtype=np.float64)
