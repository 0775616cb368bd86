"""Form: the phrases and the harmony that a piece's notes make.

Notes in, as positions in beats and pitches; which of them start a phrase and at
which beats the harmony changes out. Rules of thumb, meant to be seen, not to be
analysis: they must be steady and never dense.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REST = 1.0
"""A rest this long, in beats, ends a phrase …"""
SHORTEST = 8.0
"""… if the phrase lasted as long as this, in beats."""
LONGEST = 32.0
"""A phrase without a rest ends at the first bar after this many beats."""


def phrase_starts(start: Array, end: Array, bars: Array) -> NDArray[np.intp]:
    """Return which notes start a phrase.

    Args:
        start: When the notes begin, beats, in order. Shape (n_notes,).
        end: When they end, beats. Shape (n_notes,).
        bars: When bars begin, beats.

    Returns:
        Indices of notes, the first among them; empty where there are no notes.
    """
    if not len(start):
        return np.zeros(0, dtype=np.intp)
    silent_since = np.maximum.accumulate(end)
    rested = np.concatenate([[True], start[1:] - silent_since[:-1] >= REST])
    on_bar = np.isin(np.arange(len(start)), np.searchsorted(start, bars - 0.1))
    kept: list[int] = []
    last = -np.inf
    for i in np.flatnonzero(rested | on_bar).tolist():
        since = start[i] - last
        if since >= (SHORTEST if rested[i] else LONGEST):
            kept.append(i)
            last = start[i]
    return np.array(kept, dtype=np.intp)


def chord_changes(
    start: Array, end: Array, pitch: Array
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the beats at which the harmony changes.

    Args:
        start: When the notes begin, beats. Shape (n_notes,).
        end: When they end, beats. Shape (n_notes,).
        pitch: MIDI note numbers. Shape (n_notes,).

    Returns:
        Beats, and for each what names the harmony: its root as a pitch class, of
        minor chords their relative major's, so that neighbours have like colours.
    """
    n_beats = int(end.max(initial=0.0)) + 2
    first = np.clip(np.round(start).astype(np.int64), 0, n_beats - 1)
    last = np.clip(np.ceil(end - 0.1).astype(np.int64), first + 1, n_beats)
    sounding = np.zeros((n_beats + 1, 12))
    pitch_class = pitch.astype(np.int64) % 12
    np.add.at(sounding, (first, pitch_class), 1.0)
    np.add.at(sounding, (last, pitch_class), -1.0)
    sounding = np.minimum(np.cumsum(sounding, axis=0)[:-1], 2.0)
    root = _roots(sounding)
    sure = np.flatnonzero(np.count_nonzero(sounding > 0, axis=1) >= 2)
    changed = sure[np.diff(root[sure], prepend=-1) != 0]
    return changed.astype(np.int64), root[changed]


def _roots(sounding: Array) -> NDArray[np.int64]:
    """Name the triad that fits each beat best. Shape (n_beats, 12) to (n_beats,)."""
    major, minor = np.zeros((12, 12)), np.zeros((12, 12))
    for root in range(12):
        major[root, [root, (root + 4) % 12, (root + 7) % 12]] = 1.2, 1.0, 1.0
        minor[root, [(root + 9) % 12, root, (root + 4) % 12]] = 1.2, 1.0, 1.0
    fit: Array = np.maximum(sounding @ major.T, sounding @ minor.T)
    return np.asarray(np.argmax(fit, axis=1), dtype=np.int64)
