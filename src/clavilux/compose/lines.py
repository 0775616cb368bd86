"""Lines: what one instrument plays, before it becomes a track.

Conventions
-----------
- Positions and lengths are in beats of the grid, counted from the film's start.
- A bar is given as ``(first beat, number of beats)``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.grid import Grid
from clavilux.compose.harmony import Chord, Key


class Played(NamedTuple):
    """One note of a line."""

    beat: float
    length: float
    pitch: int
    velocity: int


Line = list[Played]


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """One bar, with all an instrument needs to know to play it."""

    index: int
    first_beat: int
    n_beats: int
    chords: tuple[Chord, ...]
    """One, or two that share the bar."""
    density: float
    """0 few notes to 1 many: the film's movement."""
    loudness: float
    """0 soft to 1 loud."""
    tension: float
    """0 calm to 1 excited."""
    opens_part: bool
    closes_part: bool
    last: bool
    """Whether the piece ends with it."""

    @property
    def spans(self) -> Iterator[tuple[Chord, float, float]]:
        """Each chord with its first beat and its length in beats."""
        share = self.n_beats / len(self.chords)
        for i, chord in enumerate(self.chords):
            yield chord, self.first_beat + i * share, share

    def chord_at(self, beat: float) -> Chord:
        """Give the chord that sounds at a beat of this bar."""
        place = (beat - self.first_beat) / self.n_beats
        index = int(np.clip(place * len(self.chords), 0, len(self.chords) - 1))
        return self.chords[index]

    def velocity(self, weight: float = 1.0) -> int:
        """Turn the bar's loudness into a velocity; `weight` 1 is an accented note."""
        return int(np.clip((44 + 62 * self.loudness) * weight, 18, 122))


def bars_of(
    grid: Grid,
    progression: Sequence[tuple[Chord, ...]],
    starts: Sequence[int],
    density: NDArray[np.float64],
    loudness: NDArray[np.float64],
    tension: NDArray[np.float64],
) -> list[Bar]:
    """Put together what is known of each bar.

    Args:
        grid: The bars.
        progression: Chords of each bar.
        starts: First bar of each part.
        density: Of each bar, 0 to 1; `loudness` and `tension` likewise. Shape (n_bars,).
    """
    n_bars = len(grid.bars) - 1
    return [
        Bar(
            index=i,
            first_beat=int(grid.bars[i]),
            n_beats=int(grid.bars[i + 1] - grid.bars[i]),
            chords=progression[i],
            density=float(density[i]),
            loudness=float(loudness[i]),
            tension=float(tension[i]),
            opens_part=i in starts,
            closes_part=i + 1 in starts or i == n_bars - 1,
            last=i == n_bars - 1,
        )
        for i in range(n_bars)
    ]


def nearest(pitch: float, classes: Sequence[int], low: int, high: int) -> int:
    """Find the pitch nearest to `pitch` whose pitch class is among `classes`."""
    fitting = [p for p in range(low, high + 1) if p % 12 in classes]
    return min(fitting, key=lambda p: (abs(p - pitch), p))


def scale_with(key: Key, chord: Chord) -> tuple[int, ...]:
    """The key's notes, with the chord's own in place of those they clash with."""
    own = set(chord.pitch_classes)
    kept = [
        pc for pc in key.scale if not any((pc - c) % 12 in (1, 11) for c in own - {pc}) or pc in own
    ]
    return tuple(sorted(own | set(kept)))
