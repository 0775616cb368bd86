"""Pairing: note-ons and note-offs become notes.

What a file can leave open, and what is made of it:

- *Overlapping notes of one pitch* on one channel end in the order in which they
  began: first in, first out.
- A *note-off without a note* that sounds is dropped.
- A *hung note*, never let go, ends where its track ends, but no later than four beats
  after the file's last message.
- If a pitch has both, the writer put note-offs before note-ons of the same tick:
  there, note-ons are heard first, and such a note is left without length.
- A note let go at the tick at which it began is kept, without length.
- A note-on of velocity 0 is a note-off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.score.messages import Messages

TRACKS_AT_ONCE = 32
"""So that track, channel and pitch fit into 16 bits, which numpy sorts by radix."""
_MATCHED_AT_ONCE = 1 << 21
_PARTS = 16


@dataclass(frozen=True, slots=True, eq=False)
class PairedNotes:
    """The notes of neighbouring tracks as columns, track after track. All shapes (n_notes,)."""

    onset_tick: NDArray[np.int64]
    offset_tick: NDArray[np.int64]
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    channel: NDArray[np.uint8]
    bounds: list[int]
    """Track ``i`` has the notes from ``bounds[i]`` to ``bounds[i + 1]``."""
    n_stray: list[int]
    """By track: note-offs which found no note; empty if there are none at all."""
    n_hung: list[int]
    """By track: notes never let go; empty if there are none at all."""


def pair(messages: Messages, hang: int) -> list[PairedNotes]:
    """Pair the note messages of all tracks, a few tracks at a time.

    Args:
        messages: Of all tracks.
        hang: Ticks after the last message at which hung notes end at the latest.
    """
    n_tracks = len(messages.bounds) - 1
    latest = int(messages.tick.max(initial=0)) + hang
    return [
        _pair_tracks(messages, first, min(first + TRACKS_AT_ONCE, n_tracks), latest)
        for first in range(0, n_tracks, TRACKS_AT_ONCE)
    ]


def _pair_tracks(messages: Messages, first: int, last: int, latest: int) -> PairedNotes:
    bounds = messages.bounds[first : last + 1]
    rows = slice(bounds[0], bounds[-1])
    status, tick = messages.status[rows], messages.tick[rows]
    pitch, velocity = messages.first[rows], messages.second[rows]
    track_starts = np.array(bounds) - bounds[0]
    notes = (status < 0xA0).nonzero()[0]
    if len(notes) < len(status):
        status, tick, pitch, velocity = status[notes], tick[notes], pitch[notes], velocity[notes]
        track_starts = notes.searchsorted(track_starts)
    channel: NDArray[np.uint8] = np.bitwise_and(status, 0x0F, dtype=np.uint8)
    key: NDArray[np.uint16] = np.left_shift(channel, 7, dtype=np.uint16)
    key |= pitch
    if len(bounds) > 2:
        tracks = np.arange(len(bounds) - 1, dtype=np.uint16) << 11
        key |= np.repeat(tracks, track_starts[1:] - track_starts[:-1])
    is_on = (status >= 0x90) & (velocity > 0)
    ons, offs, strays = _match_in_parts(key, is_on, tick)
    begins = is_on.nonzero()[0]
    note_starts = begins.searchsorted(track_starts)
    offset = np.empty(len(tick), dtype=np.int64)
    n_hung: list[int] = []
    if len(ons) < len(begins):
        ends = np.minimum(messages.end_tick[first:last], latest)
        offset[:] = np.repeat(ends, np.diff(track_starts))
        ended = np.searchsorted(np.sort(ons), track_starts)
        n_hung = (np.diff(note_starts) - np.diff(ended)).tolist()
    offset[ons] = tick[offs]
    return PairedNotes(
        tick[begins],
        offset[begins],
        pitch[begins],
        velocity[begins],
        channel[begins],
        note_starts.tolist(),
        np.diff(np.searchsorted(strays, track_starts)).tolist() if len(strays) else [],
        n_hung,
    )


def _match_in_parts(
    key: NDArray[np.uint16], is_on: NDArray[np.bool_], tick: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Do as `_match` does, some pitches at a time if there are many notes, to save memory."""
    if len(key) <= _MATCHED_AT_ONCE:
        return _match(key, is_on, tick)
    found: list[tuple[NDArray[np.int64], ...]] = []
    for part in range(_PARTS):
        rows = np.flatnonzero(key % _PARTS == part)
        matched = _match(key[rows], is_on[rows], tick[rows])
        found.append(tuple(rows[places] for places in matched))
    ons, offs, strays = (np.concatenate(column) for column in zip(*found, strict=True))
    return ons, offs, np.sort(strays)


def _match(
    key: NDArray[np.uint16], is_on: NDArray[np.bool_], tick: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find which note-off ends which note-on.

    Returns:
        Places of note-ons, of the note-offs which end them, and, increasing, of
        those note-offs which end none.
    """
    order = key.argsort(kind="stable")
    on = is_on[order]
    ons, offs = order[::2], order[1::2]
    n = len(offs)
    in_turns = len(ons) == n == np.count_nonzero(on[::2]) and not np.count_nonzero(on[1::2])
    if in_turns and np.array_equal(key[ons], key[offs]):  # no note overlaps another of its pitch
        return ons, offs, order[:0]
    ordered_key = key[order]
    ons, offs, strays = _match_first_in_first_out(ordered_key, on, order)
    if not len(strays) or len(ons) == np.count_nonzero(on):
        return ons, offs, strays
    is_hung = is_on.copy()
    is_hung[ons] = False
    suspect = np.intersect1d(key[strays], key[is_hung])
    comes_late = ~on & np.isin(ordered_key, suspect)
    order = order[np.lexsort((comes_late, tick[order], ordered_key))]
    return _match_first_in_first_out(ordered_key, is_on[order], order)


def _match_first_in_first_out(
    key: NDArray[np.uint16], on: NDArray[np.bool_], order: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Match within each key the n-th note-on with the n-th note-off that isn't stray.

    A note-off is stray if, counting note-ons up and note-offs down, it takes the
    count lower than ever before and below 0.
    """
    starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    group = np.zeros(len(key), dtype=np.int64)
    group[starts[1:]] = 1
    np.cumsum(group, out=group)
    sounding = np.cumsum(np.where(on, 1, -1))
    sounding -= np.concatenate(([0], sounding[starts[1:] - 1]))[group]
    # Each group lies below all before it, so that one running minimum serves them all.
    below = group * -(2 * len(key) + 2)
    lowest = np.minimum.accumulate(np.minimum(sounding, 0) + below) - below
    before = np.concatenate(([0], lowest[:-1]))
    before[starts] = 0
    stray = ~on & (lowest < before)
    ons, offs = np.flatnonzero(on), np.flatnonzero(~on & ~stray)
    first_on, first_off = np.searchsorted(ons, starts), np.searchsorted(offs, starts)
    nth = np.arange(len(offs)) - first_off[group[offs]]
    matched = ons[first_on[group[offs]] + nth]
    return order[matched], order[offs], np.sort(order[stray])
