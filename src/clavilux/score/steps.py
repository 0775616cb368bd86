"""Steps: tracks decoded message by message, whatever state they are in.

This is the definition of what a file means. What it makes of flaws:

- *Bytes that are no message* (a data byte above 127, a system byte that has no place
  in a file, a delta time of more than four bytes) are read or skipped as players do,
  and the track goes on: see `resync`.
- A *track that breaks off*, which can't be read on, keeps what came before.
- A *lying length* is not believed: a track ends at its end-of-track event, or
  where the next ``MTrk`` begins.
- *Junk* between chunks is skipped to the next ``MTrk``; chunks of foreign kinds
  are skipped by their length.
- *Running status* goes on after meta events and SysEx, as many writers assume.

Each leaves a line in the warnings.
"""

from array import array
from dataclasses import dataclass, field

import numpy as np

from clavilux.core.errors import ScoreError
from clavilux.score.messages import (
    END_OF_TRACK,
    MAX_MARKS,
    MAX_MESSAGES,
    MAX_TRACKS,
    META,
    SYSEX,
    SYSEX_ESCAPE,
    SYSEX_KIND,
    Mark,
    Messages,
)
from clavilux.score.resync import Losses, Resync

TRACK_CHUNK = b"MTrk"


class _BreaksOff(Exception):  # noqa: N818 - a way out of the loop, not an error
    """The track cannot be read on; says why."""


class _RunsOut(_BreaksOff):
    """The track's bytes end within a message."""


@dataclass(slots=True)
class _Columns:
    """What has been decoded so far."""

    tick: "array[int]" = field(default_factory=lambda: array("q"))
    status: bytearray = field(default_factory=bytearray)
    first: bytearray = field(default_factory=bytearray)
    second: bytearray = field(default_factory=bytearray)
    n_marks: int = 0
    resync: Resync = field(default_factory=Resync)

    def forget_after(self, n: int) -> None:
        """Drop all messages but the first `n`."""
        for column in (self.tick, self.status, self.first, self.second):
            del column[n:]


@dataclass(slots=True)
class _Track:
    """One track as it was found."""

    marks: list[Mark]
    tick: int
    """Where it ends."""
    place: int
    """The byte after the last that was understood."""
    losses: Losses
    flaw: str = ""
    """Why it breaks off; empty if it has its end-of-track event."""
    ran_out: bool = False
    """Whether it breaks off because its bytes end."""


def decode(data: bytes, start: int) -> Messages:
    """Decode every track of `data` from the byte `start` on, which follows the header.

    Raises:
        ScoreError: There is more in the file than the limits allow.
    """
    columns = _Columns()
    bounds, marks, ends, warnings = [0], list[list[Mark]](), list[int](), list[str]()
    place = start
    while (found := _next_track(data, place, warnings)) is not None:
        if len(marks) == MAX_TRACKS:
            raise ScoreError(f"more than {MAX_TRACKS} tracks")
        track, place = _read_track(data, found, columns, len(marks) + 1, warnings)
        warnings += track.losses.lines(f"track {len(marks) + 1}")
        marks.append(track.marks)
        ends.append(track.tick)
        bounds.append(len(columns.tick))
    return Messages(
        np.frombuffer(columns.tick, dtype=np.int64),
        np.frombuffer(columns.status, dtype=np.uint8),
        np.frombuffer(columns.first, dtype=np.uint8),
        np.frombuffer(columns.second, dtype=np.uint8),
        bounds,
        marks,
        ends,
        warnings,
    )


def _next_track(data: bytes, place: int, warnings: list[str]) -> int | None:
    """Return the place of the next track chunk from `place` on."""
    while place < len(data):
        kind = data[place : place + 4]
        if kind == TRACK_CHUNK and place + 8 <= len(data):
            return place
        end = place + 8 + int.from_bytes(data[place + 4 : place + 8])
        if len(kind) == 4 and kind.isalnum() and kind != TRACK_CHUNK and end <= len(data):
            place = end
            continue
        found = data.find(TRACK_CHUNK, place + 1)
        skipped_to = len(data) if found < 0 or found + 8 > len(data) else found
        warnings.append(f"{skipped_to - place} bytes that are no chunk were skipped")
        place = skipped_to
    return None


def _read_track(
    data: bytes, chunk: int, columns: _Columns, number: int, warnings: list[str]
) -> tuple[_Track, int]:
    """Read the track whose chunk begins at `chunk`; return it and where to look on."""
    first_row = len(columns.tick)
    start = chunk + 8
    end = start + int.from_bytes(data[chunk + 4 : start])
    track = _decode_track(data, start, min(end, len(data)), columns)
    if not track.flaw and track.place == end:
        return track, end
    at_chunk = end == len(data) or data[end : end + 4] == TRACK_CHUNK
    if not track.flaw:
        if at_chunk and data[track.place : track.place + 4] != TRACK_CHUNK:
            warnings.append(f"track {number}: {end - track.place} bytes after its end were skipped")
            return track, end
        warnings.append(f"track {number} ends {abs(end - track.place)} bytes before it says")
        return track, track.place
    if track.ran_out and end < len(data) and not at_chunk:
        columns.forget_after(first_row)
        columns.n_marks -= len(track.marks)
        following = data.find(TRACK_CHUNK, end)
        bound = len(data) if following < 0 else following
        track = _decode_track(data, start, bound, columns)
        if not track.flaw:
            warnings.append(f"track {number} is {track.place - end} bytes longer than it says")
            return track, track.place
        at_chunk, end = True, bound
    lost = max(0, end - track.place)
    warnings.append(
        f"track {number} {track.flaw}; what came before was kept"
        + (f", {lost} bytes from there on are lost" if lost else "")
    )
    if at_chunk:
        return track, end
    following = data.find(TRACK_CHUNK, track.place)
    return track, len(data) if following < 0 else following


def _decode_track(data: bytes | bytearray, start: int, end: int, columns: _Columns) -> _Track:
    """Decode messages from `start` until the end-of-track event, a flaw, or `end`."""
    marks: list[Mark] = []
    losses = Losses()
    tick, running, place = 0, 0, start
    while True:
        try:
            while place < end:
                delta, here = data[place], place + 1
                if delta >= 0x80:
                    delta, here = _variable_length(data, place, end)
                status = data[here] if here < end else 0
                if status >= SYSEX:
                    body, after = _body(data, here, end)
                    tick += delta
                    place = after
                    if status == META and data[here + 1] == END_OF_TRACK:
                        return _Track(marks, tick, place, losses)
                    kind = data[here + 1] if status == META else SYSEX_KIND + status
                    marks.append((tick, kind, bytes(data[body:after])))
                    columns.n_marks += 1
                    if columns.n_marks > MAX_MARKS:
                        raise ScoreError(f"more than {MAX_MARKS} meta events and SysEx messages")
                    continue
                if status >= 0x80:
                    running = status
                    here += 1
                elif not running and here < end:
                    raise _BreaksOff(f"breaks off at byte {here}: data come before any status byte")
                after = here + (1 if 0xC0 <= running < 0xE0 else 2)
                if after > end:
                    raise _RunsOut("is cut short")
                first, second = data[here], data[after - 1]
                if first >= 0x80 or second >= 0x80:
                    raise _BreaksOff(f"breaks off at byte {here}: a data byte is missing")
                tick += delta
                columns.tick.append(tick)
                columns.status.append(running)
                columns.first.append(first)
                columns.second.append(second)
                if len(columns.tick) > MAX_MESSAGES:
                    raise ScoreError(f"more than {MAX_MESSAGES} messages")
                place = after
        except _BreaksOff as flaw:
            data = data if isinstance(data, bytearray) else bytearray(data)
            onward = columns.resync.onward(data, place, end, running, losses)
            if onward is None:
                ran_out = isinstance(flaw, _RunsOut)
                return _Track(marks, tick, place, losses, str(flaw), ran_out)
            place, tick = onward[0], tick + onward[1]
            continue
        return _Track(marks, tick, place, losses, "has no end-of-track event", True)


def _variable_length(data: bytes | bytearray, place: int, end: int) -> tuple[int, int]:
    """Read a number of up to four bytes; return it and the place after it."""
    number = 0
    for at in range(place, min(place + 4, end)):
        number = number << 7 | data[at] & 0x7F
        if data[at] < 0x80:
            return number, at + 1
    if place + 4 > end:
        raise _RunsOut("is cut short")
    raise _BreaksOff(f"breaks off at byte {place}: a number is longer than four bytes")


def _body(data: bytes | bytearray, here: int, end: int) -> tuple[int, int]:
    """Return the first place and the place after the last of a meta event's or SysEx's payload."""
    status = data[here]
    if status not in (META, SYSEX, SYSEX_ESCAPE):
        raise _BreaksOff(f"breaks off at byte {here}: 0x{status:02X} has no place in a file")
    length, body = _variable_length(data, here + 1 + (status == META), end)
    if body + length > end:
        raise _RunsOut("is cut short")
    return body, body + length
