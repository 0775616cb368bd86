"""Runs: whole runs of channel messages decoded at once, for flawless tracks.

Between two messages which are neither notes, controllers nor bends, a track's
bytes below 0x80 come in threes: the last byte of the delta time and two data
bytes. So the places of all low bytes, taken three at a time, are the messages;
what stands between them are delta times' leading bytes and status bytes. Only
programs, pressures, meta events and SysEx break the rhythm: those are visited
one by one, jumping from one byte that could begin them to the next.

Whatever does not fit raises `Irregular`, and `steps` reads the file instead.

Conventions
-----------
- A *low* is the place of a byte below 0x80; a *row* is the index of a message.
- A message with one data byte takes that byte's low twice, to make up three.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from clavilux.score.messages import (
    END_OF_TRACK,
    MAX_MARKS,
    MAX_MESSAGES,
    META,
    SYSEX,
    SYSEX_ESCAPE,
    SYSEX_KIND,
    Mark,
    Messages,
)

_BYTES_AT_ONCE = 1 << 20
_ROWS_AT_ONCE = 1 << 14
"""Their columns stay in the processor's cache."""
_MAX_CANDIDATES = _MAX_PIECES = 1 << 18
"""With more than these, going step by step is as quick and needs less memory."""

_BREAKS_RHYTHM = bytes(0xC0 <= byte < 0xE0 or byte >= 0xF0 for byte in range(256))
_HIGH_BYTES = bytes(range(0x80, 0x100))

Bytes = NDArray[np.uint8]
Places = NDArray[np.signedinteger]


class Irregular(Exception):  # noqa: N818 - not an error: a reason to go step by step
    """The tracks are not flawless, or not of the kind this decoder is quick at."""


def decode(data: bytes, chunks: list[tuple[int, int]]) -> Messages:
    """Decode the tracks that lie in `data` between the given bytes.

    Raises:
        Irregular: Something in a track is not as the standard has it.
    """
    buffer = np.frombuffer(data, dtype=np.uint8)
    lows = _places_of_lows(buffer)
    walk = _Walk(data, lows)
    starts = lows.searchsorted([start for start, _ in chunks]).tolist()
    try:
        for (start, end), low in zip(chunks, starts, strict=True):
            walk.along(start, end, low)
    except IndexError as error:
        raise Irregular from error
    if walk.n_rows > MAX_MESSAGES or sum(map(len, walk.marks)) > MAX_MARKS:
        raise Irregular
    columns = _columns(buffer, lows, walk)
    return _by_track(columns, walk)


def _places_of_lows(buffer: Bytes) -> Places:
    """Give the place of every byte below 0x80."""
    if len(buffer) <= _BYTES_AT_ONCE:
        return (buffer < 0x80).nonzero()[0]
    places = np.empty(np.count_nonzero(buffer < 0x80), dtype=np.int32)
    filled = 0
    for start in range(0, len(buffer), _BYTES_AT_ONCE):
        found = np.flatnonzero(buffer[start : start + _BYTES_AT_ONCE] < 0x80)
        np.add(found, start, out=places[filled : filled + len(found)], casting="same_kind")
        filled += len(found)
    return places


class _Walk:
    """Where runs of messages lie in the tracks, and what lies between them."""

    def __init__(self, data: bytes, lows: Places) -> None:
        self.data, self.lows = data, lows
        breaks = np.frombuffer(data.translate(_BREAKS_RHYTHM), dtype=np.bool_)
        if np.count_nonzero(breaks) > _MAX_CANDIDATES:
            raise Irregular
        places = breaks.nonzero()[0]
        self.candidates: list[int] = [*places.tolist(), len(data)]
        self.candidate_lows: list[int] = [*lows.searchsorted(places).tolist(), len(lows)]
        self.candidate = 0
        self.n_rows = 0
        self.pieces: list[tuple[int, int]] = []
        """Ranges of the lows: three to a row, in order."""
        self.resumes: dict[int, int] = {}
        """Rows that don't begin where the row before them ends, and where they do."""
        self.waits: dict[int, int] = {}
        """Rows before which marks take time, and how many ticks."""
        self.first_rows: list[int] = []
        """Each track's first row."""
        self.marks: list[list[tuple[int, int, int, bytes]]] = []
        """By track, of each mark: the next row, the ticks since the last row, kind, payload."""
        self.ends: list[tuple[int, int]] = []
        """Of each track's end: the next row, the ticks since the last row."""

    def along(self, place: int, end: int, low: int) -> None:
        """Walk the track from `place`, which `low` lows precede, to `end`."""
        data, lows, pieces = self.data, self.lows, self.pieces
        candidates, candidate_lows = self.candidates, self.candidate_lows
        at, row, since = self.candidate, self.n_rows, 0
        marks: list[tuple[int, int, int, bytes]] = []
        self.first_rows.append(row)
        self.resumes[row] = place
        while True:
            while candidates[at] < place:
                at += 1
            here, n_lows = candidates[at], candidate_lows[at] - low
            if here >= end or n_lows % 3 == 2:
                raise Irregular
            if n_lows % 3 == 0:  # not a status byte: a leading byte of a long delta time
                at += 1
                continue
            if n_lows > 1:
                if row == self.first_rows[-1] and lows.item(low + 1) - lows.item(low) != 2:
                    raise Irregular  # the first message of a track needs its own status
                pieces.append((low, low + n_lows - 1))
                if since:
                    self.waits[row], since = since, 0
                low, row = low + n_lows - 1, row + n_lows // 3
                place = lows.item(low - 1) + 1
            status = data[here]
            if status < SYSEX:
                if since:
                    self.waits[row], since = since, 0
                n_short, place = _count_short(data, here)
                if len(pieces) + 2 * n_short > _MAX_PIECES:
                    raise Irregular
                for first in range(low, low + 2 * n_short, 2):
                    pieces += ((first, first + 2), (first + 1, first + 2))
                low, row = low + 2 * n_short, row + n_short
                continue
            since += _delta(data, place, here)
            place, since, ended = self._along_marks(here, row, since, marks)
            if ended:
                break
            low = candidate_lows[at] + len(data[here:place].translate(None, _HIGH_BYTES))
            self.resumes[row] = place
        if place != end:
            raise Irregular
        self.candidate, self.n_rows = at, row
        self.marks.append(marks)
        self.ends.append((row, since))

    def _along_marks(
        self, here: int, row: int, since: int, marks: list[tuple[int, int, int, bytes]]
    ) -> tuple[int, int, bool]:
        """Walk along marks that follow one another, the first with its status byte at `here`.

        Returns:
            The place after the last, its ticks since the last row, and whether it
            is the track's end.
        """
        data = self.data
        while True:
            status = data[here]
            kind, place = data[here + 1], here + 2
            if status != META:
                if status not in (SYSEX, SYSEX_ESCAPE):
                    raise Irregular
                kind, place = SYSEX_KIND + status, here + 1
            body = place + 1
            if (length := data[place]) >= 0x80:
                while data[body - 1] >= 0x80:
                    body += 1
                length = _delta(data, place, body)
            place = body + length
            if kind == END_OF_TRACK:
                return place, since, True
            marks.append((row, since, kind, data[body:place]))
            here = place + 1 if data[place] < 0x80 else place + 2
            if data[here] < SYSEX or data[here - 1] >= 0x80:
                return place, since, False
            since += _delta(data, place, here)


def _delta(data: bytes, start: int, end: int) -> int:
    """Read the delta time that fills the bytes from `start` to `end`."""
    if end - start > 4 or data[end - 1] >= 0x80:
        raise Irregular
    ticks = 0
    for byte in data[start:end]:
        ticks = ticks << 7 | byte & 0x7F
    return ticks


def _count_short(data: bytes, here: int) -> tuple[int, int]:
    """Count the messages of one data byte from the status byte at `here` on.

    Returns:
        How many there are under running status, and the place after the last.
    """
    count, place = 0, here + 1
    while data[place] < 0x80:
        count, place = count + 1, place + 1
        after_delta = place
        while data[after_delta] >= 0x80:
            after_delta += 1
        if data[after_delta + 1] >= 0x80:
            return count, place
        place = after_delta + 1
    raise Irregular


def _columns(
    buffer: Bytes, lows: Places, walk: _Walk
) -> tuple[NDArray[np.int64], Bytes, Bytes, Bytes]:
    """Decode all rows: delta times, status bytes and both data bytes."""
    delta = np.empty(walk.n_rows, dtype=np.int64)
    status, first, second = (np.empty(walk.n_rows, dtype=np.uint8) for _ in range(3))
    row, place, running = 0, 0, 0
    resume_rows = np.array(list(walk.resumes), dtype=np.int64)
    resume_places = np.array(list(walk.resumes.values()), dtype=np.int64)
    for taken in _batches(lows, walk.pieces):
        rows = slice(row, row + len(taken))
        here = (resume_rows >= rows.start) & (resume_rows < rows.stop)
        end_of_delta, at_first, at_second = taken.T
        begin = np.empty(len(taken), dtype=taken.dtype)
        begin[0] = place
        np.add(at_second[:-1], 1, out=begin[1:])
        begin[resume_rows[here] - row] = resume_places[here]
        first[rows], second[rows] = buffer[at_first], buffer[at_second]
        delta[rows] = _deltas(buffer, begin, end_of_delta)
        status[rows] = _statuses(buffer, end_of_delta, at_first, running)
        is_short = (status[rows] & 0xE0) == 0xC0
        if np.count_nonzero(at_second - at_first + is_short != 1):
            raise Irregular
        row, place, running = rows.stop, int(at_second[-1]) + 1, int(status[rows.stop - 1])
    return delta, status, first, second


def _batches(lows: Places, pieces: list[tuple[int, int]]) -> Iterator[Places]:
    """Give the lows of all rows, shape (n_rows, 3), at most `_ROWS_AT_ONCE` rows at a time."""
    batch: list[Places] = []
    size = 0
    for piece_start, end in pieces:
        start = piece_start
        while size + end - start > 3 * _ROWS_AT_ONCE:
            cut = start + 3 * _ROWS_AT_ONCE - size
            batch.append(lows[start:cut])
            yield np.concatenate(batch).reshape(-1, 3)
            batch, size, start = [], 0, cut
        batch.append(lows[start:end])
        size += end - start
    if size:
        yield np.concatenate(batch).reshape(-1, 3)


def _deltas(buffer: Bytes, begin: Places, last: Places) -> NDArray[np.int64]:
    """Read the delta times whose bytes lie from `begin` to `last`."""
    delta = buffer[last].astype(np.int64)
    leading = last - begin
    longer = leading.nonzero()[0]
    for back in range(1, 4):
        if not len(longer):
            return delta
        digits = (buffer[last[longer] - back] & 0x7F).astype(np.int64)
        delta[longer] += digits << (7 * back)
        longer = longer[leading[longer] > back]
    if len(longer):
        raise Irregular
    return delta


def _statuses(buffer: Bytes, end_of_delta: Places, at_first: Places, running: int) -> Bytes:
    """Give each row's status byte, its own or the last before it; `running` at first."""
    gap = at_first - end_of_delta
    if np.count_nonzero(gap > 2):
        raise Irregular
    own = gap == 2
    status = buffer[at_first - 1]
    changes = own.nonzero()[0]
    if len(changes) == len(own):
        return status
    if not own[0]:
        if not running:
            raise Irregular
        status[0] = running
        changes = np.concatenate(([0], changes))
    lengths = np.empty(len(changes), dtype=np.int64)
    np.subtract(changes[1:], changes[:-1], out=lengths[:-1])
    lengths[-1] = len(own) - changes[-1]
    return np.repeat(status[changes], lengths)


def _by_track(columns: tuple[NDArray[np.int64], Bytes, Bytes, Bytes], walk: _Walk) -> Messages:
    """Turn delta times into ticks, track by track, and give every mark its tick."""
    delta, status, first, second = columns
    for row, ticks in walk.waits.items():
        delta[row] += ticks
    bounds = [*walk.first_rows, walk.n_rows]
    marks: list[list[Mark]] = []
    ends: list[int] = []
    for i, start in enumerate(walk.first_rows):
        tick = delta[start : bounds[i + 1]]
        np.cumsum(tick, out=tick)
        marks.append(
            [(_before(tick, row - start) + t, kind, data) for row, t, kind, data in walk.marks[i]]
        )
        row, since = walk.ends[i]
        ends.append(_before(tick, row - start) + since)
    return Messages(delta, status, first, second, bounds, marks, ends, [])


def _before(tick: NDArray[np.int64], row: int) -> int:
    """Give the tick of the row before `row`; 0 before the first."""
    return tick.item(row - 1) if row else 0
