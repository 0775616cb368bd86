"""The grid: bars and beats laid over a film so that its cuts fall on them.

Film in (its cuts, dissolves and fades, the points that must be hit, its length), a tempo
map in bars out. One tempo is chosen for the film, or one that follows a given pace;
between cuts it may drift by up to three per cent, which nobody hears and which lets most
cuts fall on a beat. Before a great cut one bar may be shorter or longer, so that the cut
falls on a downbeat: what film composers have always done. The opening bars never are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.metre import METRES, Metre

DRIFT = 0.04
"""How far the tempo may leave the chosen one, as a share."""
SLOWEST, FASTEST = 60.0, 140.0
"""Range of the search, beats per minute."""
_MUST = 1e3  # what a point that must be hit is worth, beside cuts worth at most 1
_SOFT_S = 0.08
"""So far from a dissolve's or fade's middle a beat still meets it: two video frames at 25."""
_LIKING = 0.3
"""What an octave away from the tempo that the mood would like costs, as a share of all
points; chosen on films joined from one half of the sources of other people's clips."""
_ODD_BAR = 0.12
"""What a bar of another length costs, in cuts."""
_REGULAR_BARS = 2
"""So many bars at the beginning are as long as the metre says."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Bars and beats over a film."""

    tempo_bpm: float
    """The chosen tempo; the true one drifts around it."""
    beats_s: NDArray[np.float64]
    """Every beat from 0 on, seconds, up to and including the film's end. Shape (n_beats,)."""
    bars: NDArray[np.int64]
    """Index in `beats_s` of each downbeat, and of the end last. Shape (n_bars + 1,)."""
    metre: Metre = METRES["4/4"]

    @property
    def downbeats_s(self) -> NDArray[np.float64]:
        """First beat of each bar, seconds. Shape (n_bars,)."""
        return self.beats_s[self.bars[:-1]]

    def seconds(self, beats: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the seconds of (fractional) beats, counted from the first."""
        index = np.arange(len(self.beats_s))
        return np.asarray(np.interp(beats, index, self.beats_s), dtype=np.float64)

    def beats(self, times_s: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the (fractional) beats at times in seconds."""
        index = np.arange(len(self.beats_s))
        return np.asarray(np.interp(times_s, self.beats_s, index), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Anchor:
    """An instant on which a beat should fall."""

    time_s: float
    weight: float
    """0 to 1 for a cut, more for a point that must be hit."""
    great: bool
    """Whether it should be a downbeat."""
    slack_s: float = 0.0
    """How far off it a beat may lie beyond 0.9 video frames: more for what happens by degrees."""


def anchors(
    cuts_s: NDArray[np.float64],
    strengths: NDArray[np.float64],
    hits_s: Sequence[float],
    duration_s: float,
    *,
    soft: NDArray[np.bool_] | None = None,
) -> list[Anchor]:
    """Decide which instants count, and how much.

    Args:
        cuts_s: Cuts, dissolves and fades, seconds, increasing. Shape (n_cuts,).
        strengths: How strong each is, 0 to 1.
        hits_s: Points that must be hit, seconds.
        duration_s: Length of the film.
        soft: Which of them happen by degrees: dissolves and fades, by their middle.
    """
    gentle = np.zeros(len(cuts_s), dtype=bool) if soft is None else soft
    great = _great_ones(cuts_s, np.where(gentle, 0.8, 1.0) * strengths, duration_s)
    found = [
        Anchor(
            float(t),
            (0.25 if by_degrees else 0.3) + (0.45 if by_degrees else 0.7) * float(s),
            bool(g),
            _SOFT_S if by_degrees else 0.0,
        )
        for t, s, g, by_degrees in zip(cuts_s, strengths, great, gentle, strict=True)
        if 0 < t < duration_s and all(abs(t - hit) > 0.12 for hit in hits_s)
    ]
    found += [Anchor(hit, _MUST, True) for hit in hits_s if 0 < hit < duration_s]
    return sorted(found, key=lambda anchor: anchor.time_s)


def fit(
    points: Sequence[Anchor],
    duration_s: float,
    frame_s: float,
    *,
    tempo_bpm: float | None = None,
    around_bpm: float = 96.0,
    range_bpm: tuple[float, float] = (SLOWEST, FASTEST),
    drift: float = DRIFT,
    metre: Metre = METRES["4/4"],
    pace: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
) -> Grid:
    """Choose a tempo and lay beats and bars so that the anchors fall on them.

    Args:
        points: What should be met, in order of time.
        duration_s: Length of the film; the grid ends with it.
        frame_s: Length of a video frame, seconds: what counts as met.
        tempo_bpm: The tempo, if it is given; otherwise the best of the range.
        around_bpm: The tempo the mood would like.
        range_bpm: Slowest and fastest tempo to consider.
        drift: How far the tempo may drift; 0 gives a metronome.
        metre: How beats make bars.
        pace: Times in seconds and how many times the chosen tempo holds from each on.

    Returns:
        The grid. Each point that must be hit is met, if need be by a wider drift.
    """
    clock = _Clock.of(duration_s, pace)
    low, high = range_bpm
    tempi = [tempo_bpm] if tempo_bpm else np.arange(low, high + 0.25, 0.5).tolist()
    total = 1 + sum(p.weight for p in points if p.weight <= 1)
    best: tuple[float, Grid] | None = None
    for tempo in tempi:
        score, chain = _best_chain(points, 60.0 / tempo, clock, frame_s, drift)
        beats, met = _lay_beats(chain, 60.0 / tempo, duration_s, clock)
        greats = sorted({met[i]: points[i].weight > 1 for i in met if points[i].great}.items())
        bars = _lay_bars(greats, len(beats) - 1, metre.beats)
        score -= _LIKING * abs(np.log2(tempo / around_bpm)) * total
        score -= _ODD_BAR * int((np.diff(bars) != metre.beats).sum())
        if best is None or score > best[0]:
            best = score, Grid(tempo, beats, bars, metre)
    assert best is not None
    return best[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Clock:
    """Seconds of film to seconds of the chosen tempo, which run faster where the pace does."""

    film_s: NDArray[np.float64]
    tempo_s: NDArray[np.float64]

    @classmethod
    def of(
        cls, duration_s: float, pace: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    ) -> "_Clock":
        starts, speeds = pace or (np.zeros(1), np.ones(1))
        inside = starts < duration_s
        edges = np.append(np.maximum(starts[inside], 0.0), duration_s)
        run = np.concatenate([[0.0], np.cumsum(np.diff(edges) * speeds[inside])])
        return cls(edges, run)

    def run(self, film_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.interp(film_s, self.film_s, self.tempo_s), dtype=np.float64)

    def back(self, tempo_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.interp(tempo_s, self.tempo_s, self.film_s), dtype=np.float64)


def _great_ones(
    cuts_s: NDArray[np.float64], strengths: NDArray[np.float64], duration_s: float
) -> NDArray[np.bool_]:
    """The strongest cuts, at least four seconds apart: about one in eight seconds."""
    great = np.zeros(len(cuts_s), dtype=bool)
    wanted = max(1, int(duration_s / 8))
    for i in np.argsort(-strengths, kind="stable"):
        near = np.abs(cuts_s[great] - cuts_s[i]) < 4.0
        if great.sum() < wanted and not near.any():
            great[i] = True
    return great


def _best_chain(
    points: Sequence[Anchor], period_s: float, clock: _Clock, frame_s: float, drift: float
) -> tuple[float, list[tuple[float, int]]]:
    """Find the worthiest chain of beats that can be reached one from the other.

    A chain's links are (time, index of point); a link's time may lie up to 0.9 frames and
    the point's slack off it, if it need not be hit. Two links fit if a whole number of beats within
    the drift lies between them. Dynamic programming over links, in order of time.
    """
    slack = (0.0, -0.45, 0.45, -0.9, 0.9) if drift > 0 else (0.0,)
    # The film's start is a link that costs nothing; what must be hit is hit exactly.
    links = [(0.0, 0.0, -1)]
    for i, point in enumerate(points):
        for shift in slack if point.weight <= 1 else (0.0,):
            off = shift * (frame_s + point.slack_s)
            links.append((point.time_s + off, point.weight - 0.02 * abs(shift), i))
    times, worth = np.array([link[0] for link in links]), np.array([link[1] for link in links])
    owners = np.array([link[2] for link in links])
    run = clock.run(times)
    value = np.full(len(times), -np.inf)
    came_from = np.full(len(times), -1)
    value[0] = 0.0
    last_must = np.zeros(1, dtype=int)  # links of the last point that no chain may pass by
    for k in range(1, len(times)):
        if worth[k - 1] > 1 and owners[k] != owners[k - 1]:
            last_must = np.flatnonzero(owners == owners[k - 1])
        near = np.arange(max(int(last_must[-1]) + 1, k - 60), k)
        earlier = np.concatenate([last_must, near])
        earlier = earlier[owners[earlier] < owners[k]]
        gap = run[k] - run[earlier]
        n_beats = np.maximum(np.round(gap / period_s), 1)
        allowed = np.maximum(drift * period_s * n_beats, 0.4 * frame_s)
        fits = np.abs(gap - n_beats * period_s) <= allowed
        must = worth[k] > 1 and not (fits & np.isfinite(value[earlier])).any()
        gain = np.where(fits | must, value[earlier], -np.inf)
        gain = gain - 0.05 * np.abs(gap / (n_beats * period_s) - 1) / max(drift, 1e-3)
        if len(gain) and np.isfinite(gain.max()):
            j = int(np.argmax(gain))
            value[k], came_from[k] = gain[j] + worth[k], earlier[j]
    k = int(np.argmax(value))
    total, chain = float(value[k]), []
    while k > 0:
        chain.append((float(times[k]), int(owners[k])))
        k = int(came_from[k])
    return total, chain[::-1]


def _lay_beats(
    chain: list[tuple[float, int]], period_s: float, duration_s: float, clock: _Clock
) -> tuple[NDArray[np.float64], dict[int, int]]:
    """Put beats evenly between the chain's links; say which beat meets which point."""
    beats = [0.0]
    met: dict[int, int] = {}
    for time, point in [*chain, (duration_s, -1)]:
        start, end = clock.run(np.array([beats[-1], time]))
        n = max(1, round((end - start) / period_s))
        beats += clock.back(np.linspace(start, end, n + 1)[1:]).tolist()
        beats[-1] = time
        met[point] = len(beats) - 1
    del met[-1]
    return np.array(beats), met


def _lay_bars(greats: list[tuple[int, bool]], last: int, beats: int) -> NDArray[np.int64]:
    """Draw bar lines, with one odd bar before a great cut if need be.

    Args:
        greats: Beats that should be downbeats, and whether they must be.
        last: The beat with which the film ends.
        beats: Beats of a regular bar.
    """
    bars = [0]
    opening = _REGULAR_BARS * beats
    targets = [beat for beat, must in greats if must or beat >= opening or beat % beats == 0]
    for target in [*targets, last]:
        while target - bars[-1] >= 2 * beats:
            bars.append(bars[-1] + beats)
        left = target - bars[-1]
        if left >= beats + max(2, beats // 2) or (target == last and left > beats + 1):
            bars.append(bars[-1] + beats)
        if target > bars[-1]:
            bars.append(target)
    return np.array(bars, dtype=np.int64)
