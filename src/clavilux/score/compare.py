"""Compare: whether two scores say the same."""

from dataclasses import fields

import numpy as np

from clavilux.core.changes import Changes
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Notes, Score, Track


def equal(one: Score, other: Score) -> bool:
    """Return whether two scores say the same; how they came to be (`warnings`) does not count."""
    return not differences(one, other)


def differences(one: Score, other: Score) -> list[str]:
    """Name what differs between two scores, such as ``track 2: notes``."""
    found = [
        name for name in ("format", "meters", "keys") if getattr(one, name) != getattr(other, name)
    ]
    if not _same_tempo_map(one.tempo_map, other.tempo_map):
        found.append("tempo map")
    if len(one.tracks) != len(other.tracks):
        return [*found, "number of tracks"]
    for i, (mine, yours) in enumerate(zip(one.tracks, other.tracks, strict=True), start=1):
        found += [f"track {i}: {what}" for what in _track_differences(mine, yours)]
    return found


def _same_tempo_map(one: TempoMap, other: TempoMap) -> bool:
    return (
        one.ticks_per_beat == other.ticks_per_beat
        and one.denominator == other.denominator
        and np.array_equal(one.start_tick, other.start_tick)
        and np.array_equal(one.rate, other.rate)
    )


def _track_differences(one: Track, other: Track) -> list[str]:
    found = [
        name
        for name in ("name", "texts", "raw", "end_tick")
        if getattr(one, name) != getattr(other, name)
    ]
    if not _same_columns(one.notes, other.notes):
        found.append("notes")
    if not _same_columns(Changes.of(one.changes), Changes.of(other.changes)):
        found.append("changes")
    return found


def _same_columns(one: Notes | Changes, other: Notes | Changes) -> bool:
    names = [column.name for column in fields(one)]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)
