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

from clavilux.compose.harmony import Chord, Key
from clavilux.compose.metre import Metre


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
    busy: float
    """How many notes the tune has: 0 few to 1 many."""
    register: float
    """Semitones by which the tune lies higher."""
    metre: Metre
    opens_part: bool
    closes_part: bool
    last: bool
    """Whether the piece ends with it."""
    build: float = 0.0
    """How far a build has come, 0 none to 1 the bar before the drop."""
    drop: bool = False
    """Whether the bar is what a build led to."""

    @property
    def spans(self) -> Iterator[tuple[Chord, float, float]]:
        """Each chord with its first beat and its length in beats."""
        first = self.first_beat
        for chord, n in zip(self.chords, self._lengths, strict=True):
            yield chord, first, n
            first += n

    @property
    def _lengths(self) -> tuple[int, ...]:
        if len(self.chords) == 1:
            return (self.n_beats,)
        longer = -(-self.n_beats // 2)
        return (longer, self.n_beats - longer)

    def chord_at(self, beat: float) -> Chord:
        """Return the chord that sounds at a beat of this bar."""
        second = len(self.chords) > 1 and beat >= self.first_beat + self._lengths[0]
        return self.chords[1 if second else 0]

    def velocity(self, weight: float = 1.0) -> int:
        """Turn the bar's loudness into a velocity; `weight` 1 is an accented note."""
        return int(np.clip((44 + 62 * self.loudness) * weight, 18, 122))


def nearest(pitch: float, classes: Sequence[int], low: int, high: int) -> int:
    """Find the pitch nearest to `pitch` whose pitch class is among `classes`."""
    fitting = [p for p in range(low, high + 1) if p % 12 in classes]
    return min(fitting, key=lambda p: (abs(p - pitch), p))


def scale_with(key: Key, chord: Chord) -> tuple[int, ...]:
    """Return the key's notes, with the chord's own in place of those they clash with."""
    own = set(chord.pitch_classes)
    kept = [
        pc for pc in key.scale if not any((pc - c) % 12 in (1, 11) for c in own - {pc}) or pc in own
    ]
    return tuple(sorted(own | set(kept)))
