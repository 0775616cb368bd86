"""Cuts: where a film's shots begin, on bars, and first of all where sections do.

Of all ways to cut at bars, the cheapest is taken. What a way costs is counted in seconds of
film: what is generated but not shown, and what spoils it (`JOIN_S` … `SHORT`).

Conventions
-----------
- Positions count in the film's frames; a bar's is the frame nearest to it.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clavilux.core.values import Facts

JOIN_S = 1.0
"""What a join of two clips inside a shot costs: it may show."""
OFF_BAR_S = 4.0
"""What a cut costs that falls on no bar, where bars lie too far apart."""
ODD_S = (0.0, 0.5, 0.25, 0.5)
"""What a cut costs by its bar, counted from its section's first, modulo 4: phrases have four."""
SKIPPED_S = 100.0
"""What a section costs at whose beginning there is no cut."""
SHORT = 1000.0
"""What each second costs by which a shot is shorter than the shortest."""
SNAP_S = 2.0
"""Seconds from a section's beginning to the bar at which it is cut, at most: half a slow bar."""

Surplus = Callable[[int], tuple[Fraction, int]]
"""Seconds generated beyond the given number of frames, and how many clips they take."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a film may be cut."""

    n_frames: int
    bars: tuple[int, ...]
    """The frames nearest to downbeats, from 0 on; so with the others."""
    beats: tuple[int, ...]
    sections: tuple[int, ...]
    """At which sections begin: on bars, where there are any."""

    @classmethod
    def of(cls, facts: Facts, frame_rate: Fraction, n_frames: int) -> "Grid":
        """Return the grid of what was heard."""
        starts = np.array([section.start_s for section in facts.sections[1:]])
        bars = np.asarray(facts.downbeats_s)
        if len(bars) and len(starts):
            nearest = bars[np.abs(bars[:, None] - starts).argmin(axis=0)]
            starts = np.where(np.abs(nearest - starts) <= SNAP_S, nearest, starts)

        def frames(times: NDArray[np.float64]) -> tuple[int, ...]:
            at = {round(Fraction(float(time)) * frame_rate) for time in times}
            return tuple(sorted(frame for frame in at if 0 <= frame < n_frames))

        return cls(n_frames, frames(bars), frames(np.asarray(facts.beats_s)), frames(starts))


def choose(
    grid: Grid,
    frame_rate: Fraction,
    *,
    shortest: int,
    longest: int,
    surplus: Surplus,
    locked: tuple[int, ...] = (),
) -> list[int]:
    """Return the first frame of every shot, increasing from 0.

    Args:
        grid: Where it may be cut.
        frame_rate: The film's.
        shortest: Frames of a shot at least, where bars and locked cuts allow it.
        longest: Frames of a shot at most; where bars lie further apart, beats are taken,
            and where those do, even pieces.
        surplus: What a shot of a number of frames costs to generate.
        locked: Frames at which there must be a cut.

    Raises:
        ValueError: `longest` is less than a frame.
    """
    if longest < 1:
        raise ValueError(f"the longest shot has {longest} frames; expected 1 or more")
    fixed = [0, *sorted({cut for cut in locked if 0 < cut < grid.n_frames}), grid.n_frames]
    cuts = [0]
    for first, last in pairwise(fixed):
        places = _places(grid, first, last, longest)
        inner = _cheapest(places, grid, frame_rate, shortest, longest, surplus)
        cuts += [*inner, last]
    return cuts[:-1]


def _places(grid: Grid, first: int, last: int, longest: int) -> list[int]:
    """Return `first`, where it may be cut, and `last`: none further than `longest` apart."""
    bars = {cut for cut in (*grid.bars, *grid.sections) if first < cut < last}
    places = sorted({first, last} | bars)
    for filler in (grid.beats, None):
        filled = [first]
        for before, after in pairwise(places):
            gap = after - before
            if gap > longest:
                pieces = -(-gap // longest)
                even = [before + gap * i // pieces for i in range(1, pieces)]
                inside = even if filler is None else [b for b in filler if before < b < after]
                filled += inside
            filled.append(after)
        places = filled
    return places


def _cheapest(
    places: list[int],
    grid: Grid,
    frame_rate: Fraction,
    shortest: int,
    longest: int,
    surplus: Surplus,
) -> list[int]:
    """Return which of the inner `places` to cut at, by dynamic programming."""
    at_place = [_cost_of_cut(place, grid) for place in places[:-1]]
    n_sections = np.searchsorted(np.array(grid.sections), np.array(places), side="left")
    n_through = np.searchsorted(np.array(grid.sections), np.array(places), side="right")
    best, previous = [0.0], [0]
    for j in range(1, len(places)):
        found = (float("inf"), j - 1)
        for i in range(j - 1, -1, -1):
            length = places[j] - places[i]
            if length > longest and i < j - 1:
                break
            more, n_clips = surplus(length)
            cost = best[i] + float(more) + JOIN_S * (n_clips - 1)
            cost += at_place[i] if i else 0.0
            cost += SKIPPED_S * float(n_sections[j] - n_through[i])
            cost += SHORT * max(0, shortest - length) / float(frame_rate)
            found = min(found, (cost, i))
        best.append(found[0])
        previous.append(found[1])
    cuts, j = [], previous[-1]
    while j:
        cuts.append(places[j])
        j = previous[j]
    return cuts[::-1]


def _cost_of_cut(place: int, grid: Grid) -> float:
    after = bisect_left(grid.sections, place)
    if place in grid.sections[after : after + 1]:
        return 0.0
    number = bisect_left(grid.bars, place)
    if place not in grid.bars[number : number + 1]:
        return OFF_BAR_S
    begin = grid.sections[after - 1] if after else 0
    return ODD_S[(number - bisect_left(grid.bars, begin)) % 4]
