"""Played: the notes of a score and instants of music, as columns in order of time.

A `Score` in, `Played` out; `Hits` and `Flow` are what a rule hears.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clavilux.core.drums import drum_name, drum_notes
from clavilux.core.values import Score

Array = NDArray[np.float64]


class Hits(NamedTuple):
    """Instants in order of time. All shapes (n_hits,)."""

    time_s: Array
    velocity: Array
    """1 to 127."""
    pitch: Array
    """MIDI note number; NaN where there is none."""
    length_s: Array
    """How long the note sounds; 0 for what is only an instant."""

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Hits":
        """Keep some of them."""
        return Hits(*(column[keep] for column in self))


class Flow(NamedTuple):
    """A value that holds from each time to the next. Shapes (n,)."""

    time_s: Array
    value: Array


class Played(NamedTuple):
    """Every note of a score in order of time. All shapes (n_notes,)."""

    time_s: Array
    end_s: Array
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    channel: NDArray[np.uint8]
    drums: NDArray[np.bool_]
    """Which are drums, see `core.drums.drum_notes`."""
    track: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Played":
        """Keep some of them."""
        columns: tuple[Any, ...] = self
        return Played(*(column[keep] for column in columns))


def played_of(score: Score) -> Played:
    """Return every note of a score in order of time."""
    tracks = [(number, t) for number, t in enumerate(score.tracks, 1) if len(t.notes)]
    counts = [len(t.notes) for _, t in tracks]
    ticks = [t.notes.onset_tick for _, t in tracks] + [t.notes.offset_tick for _, t in tracks]
    time_s, end_s = score.tempo_map.seconds(_joined(ticks, np.int64)).reshape(2, -1)
    notes = Played(
        time_s,
        end_s,
        _joined([t.notes.pitch for _, t in tracks], np.uint8),
        _joined([t.notes.velocity for _, t in tracks], np.uint8),
        _joined([t.notes.channel for _, t in tracks], np.uint8),
        _joined([drum_notes(t) for _, t in tracks], np.bool_),
        np.repeat(np.array([number for number, _ in tracks], dtype=np.int64), counts),
    )
    if (time_s[1:] >= time_s[:-1]).all():
        return notes
    order = np.argsort(time_s, kind="stable")
    return notes.where(order)


@lru_cache(maxsize=256)
def playing(drums: frozenset[str], ranges: tuple[tuple[int, int], ...]) -> NDArray[np.bool_]:
    """Return which of the 128 notes play one of these drums or lie in one of these ranges."""
    playing = np.zeros(128, dtype=bool)
    for note in range(128):
        listed = any(low <= note <= high for low, high in ranges)
        playing[note] = listed or drum_name(note) in drums
    if not drums and not ranges:
        playing[:] = True
    playing.flags.writeable = False
    return playing


def _joined(columns: list[Any], kind: Any) -> Any:
    if len(columns) == 1:
        return columns[0]
    return np.concatenate([np.zeros(0, dtype=kind), *columns])


def instants(time_s: Array | list[float]) -> Hits:
    time = np.asarray(time_s, dtype=np.float64)
    n = len(time)
    return Hits(time, np.full(n, 127.0), np.full(n, np.nan), np.zeros(n))
