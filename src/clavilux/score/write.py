"""Write: scores become Standard MIDI Files.

What is read comes back: ``read(to_bytes(score))`` says what `score` says, its
warnings aside. Two things a MIDI file has no way to say: that of two notes of
one pitch on one channel the later ends first (their ends come back exchanged),
and how fast a key is let go, which scores don't hold.

Conventions
-----------
- At one tick notes end first; then come names, tempi and other marks; then
  programs and controllers; then notes begin.
- Tempi, meters and keys stand in the first track; in format 2 in the track which
  plays at their time.
- Notes end by note-ons of velocity 0, so that running status saves a byte each.
"""

import os
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clavilux.core.changes import CHANGE_KINDS
from clavilux.core.files import write_bytes
from clavilux.core.timeline import MICROSECONDS, TempoMap
from clavilux.core.values import Changes, Notes, Score, Track
from clavilux.score.container import HEADER_CHUNK, SMPTE_RATES, is_smpte
from clavilux.score.marks import FILLER, KEY, METER, TEMPO, TEXT_KINDS, TRACK_NAME
from clavilux.score.messages import END_OF_TRACK, META, SYSEX, SYSEX_ESCAPE
from clavilux.score.steps import TRACK_CHUNK

_LONGEST_DELTA = (1 << 28) - 1
_TYPE_OF_TEXT = {kind: number for number, kind in TEXT_KINDS.items()}
_BEND, _PROGRAM, _PRESSURE = (CHANGE_KINDS.index(k) for k in ("bend", "program", "pressure"))

Mark = tuple[int, bytes]
"""A tick and the bytes that stand there."""


def write(score: Score, path: str | os.PathLike[str]) -> None:
    """Write `score` as a MIDI file, whole or not at all.

    Raises:
        OutputError: The file cannot be written.
        ValueError: The score holds what no MIDI file can say; see `to_bytes`.
    """
    write_bytes(path, to_bytes(score))


def to_bytes(score: Score) -> bytes:
    """Return the bytes of `score` as a MIDI file of its format.

    Raises:
        ValueError: A value is outside what MIDI knows, format 0 is asked of more
            than one track, the tracks of format 2 overlap, or the tempo map is not
            one of whole microseconds a beat nor of SMPTE division.
    """
    tracks = score.tracks or (Track(),)
    if score.format == 0 and len(tracks) > 1:
        raise ValueError(f"format 0 holds one track, the score has {len(tracks)}; use format 1")
    starts = [0] * len(tracks)
    if score.format == 2:
        starts = [0, *(track.end_tick for track in tracks[:-1])]
    marks = _score_marks(score, starts)
    chunks = [_track(*args) for args in zip(tracks, marks, starts, strict=True)]
    fields = (score.format, len(chunks), _division(score.tempo_map))
    header = b"".join(number.to_bytes(2) for number in fields)
    return _chunk(HEADER_CHUNK, header) + b"".join(_chunk(TRACK_CHUNK, c) for c in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4) + content


def _division(tempo_map: TempoMap) -> int:
    """Return the header's division: ticks per beat, or an SMPTE rate and ticks per frame."""
    ticks = tempo_map.ticks_per_beat
    if not is_smpte(tempo_map):
        if ticks.denominator != 1 or not 1 <= ticks < 0x8000:
            raise ValueError(f"a beat has {ticks} ticks; MIDI knows 1 to 32767")
        return int(ticks)
    for number, frame_rate in SMPTE_RATES.items():
        per_frame = 2 * ticks / frame_rate
        if per_frame.denominator == 1 and 1 <= per_frame <= 0xFF:
            return (0x100 - number) << 8 | int(per_frame)
    raise ValueError(f"{float(2 * ticks)} ticks a second fit no SMPTE division")


def _tempi(tempo_map: TempoMap, starts: Iterable[int]) -> list[tuple[int, int]]:
    """Return tick and microseconds per beat of every segment, and at each of `starts`."""
    if is_smpte(tempo_map):
        return []
    ticks = tempo_map.start_tick.tolist()
    tempi: dict[int, int] = {}
    for tick, rate in zip(ticks, tempo_map.rate.tolist(), strict=True):
        exact = rate * tempo_map.ticks_per_beat * MICROSECONDS / tempo_map.denominator
        if exact.denominator != 1 or not 1 <= exact < 1 << 24:
            raise ValueError(f"a beat lasts {float(exact)} µs; MIDI knows 1 to 16777215, whole")
        tempi[tick] = int(exact)
    for start in starts:
        tempi.setdefault(start, tempi[ticks[bisect_right(ticks, start) - 1]])
    return sorted(tempi.items())


def _score_marks(score: Score, starts: list[int]) -> list[list[Mark]]:
    """Give, for each track, those of the score's own marks that stand in it."""
    marks: list[list[Mark]] = [[] for _ in starts]

    def put(tick: int, kind: int, *payload: int) -> None:
        track = bisect_right(starts, tick) - 1 if score.format == 2 else 0
        marks[track].append((tick, _meta(kind, bytes(payload))))

    for tick, us_per_beat in _tempi(score.tempo_map, starts):
        put(tick, TEMPO, *us_per_beat.to_bytes(3))
    for meter in score.meters:
        power = meter.denominator.bit_length() - 1
        if 1 << power != meter.denominator or not 1 <= meter.numerator <= 0xFF:
            raise ValueError(f"MIDI cannot say the meter {meter.numerator}/{meter.denominator}")
        put(meter.tick, METER, meter.numerator, power, 24, 8)
    for key in score.keys:
        if not -7 <= key.sharps <= 7:
            raise ValueError(f"a key has {key.sharps} sharps; expected -7 to 7")
        put(key.tick, KEY, key.sharps % 0x100, int(key.minor))
    return marks


def _meta(kind: int, payload: bytes) -> bytes:
    return bytes([META, kind]) + _variable_length(len(payload)) + payload


def _track_marks(track: Track, start: int) -> list[Mark]:
    """Return a track's name, raw messages and texts."""
    marks = [(raw.tick, _raw(raw.data)) for raw in track.raw]
    if track.name:
        marks.insert(0, (start, _meta(TRACK_NAME, track.name.encode(errors="replace"))))
    for text in track.texts:
        words = text.text.encode(errors="replace")
        marks.append((text.tick, _meta(_TYPE_OF_TEXT[text.kind], words)))
    return marks


def _raw(data: bytes) -> bytes:
    """Put the length back into a message kept raw."""
    n_head = 2 if data[:1] == bytes([META]) else 1
    head, payload = data[:n_head], data[n_head:]
    if len(head) < n_head or head[0] not in (META, SYSEX, SYSEX_ESCAPE):
        raise ValueError(f"raw message {data[:8]!r} starts with no status byte of a mark")
    if head == bytes([META, END_OF_TRACK]):
        raise ValueError("a raw message is an end of track; a track's end is its end_tick")
    return head + _variable_length(len(payload)) + payload


def _variable_length(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Messages as columns. All shapes (n_rows,)."""

    tick: NDArray[np.int64]
    status: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    """-1 where a message has one data byte."""
    mark: NDArray[np.int64]
    """Index of a mark's bytes, in which case the other columns mean nothing; else -1."""


def _in_order(parts: list[_Rows]) -> _Rows:
    """Put rows in order of time; at one tick they keep the order of `parts`."""
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in _Rows.__slots__]
    order = np.argsort(columns[0], kind="stable")
    return _Rows(*(column[order] for column in columns))


def _track(track: Track, score_marks: list[Mark], start: int) -> bytes:
    """Encode a track from the tick `start` on, with some of the score's own marks."""
    own = _track_marks(track, start)
    n_before = 1 if track.name else 0
    marks = [*own[:n_before], *score_marks, *own[n_before:]]
    ends, begins = _note_rows(track.notes)
    parts = [ends, _mark_rows(marks, 0), _change_rows(Changes.of(track.changes)), begins]
    first = min(int(part.tick.min(initial=start)) for part in parts)
    if first < start:
        raise ValueError(f"something stands at tick {first}, before its track starts at {start}")
    end = max(track.end_tick, *(int(part.tick.max(initial=start)) for part in parts))
    end_of_track = [(end, _meta(END_OF_TRACK, b""))]
    rows = _in_order([*parts, _mark_rows(end_of_track, len(marks))])
    marks += end_of_track
    fillers = _fillers(rows.tick, start)
    if fillers:
        rows = _in_order([rows, _mark_rows(fillers, len(marks))])
        marks += fillers
    return _encode(rows, [content for _, content in marks], start)


def _mark_rows(marks: list[Mark], first_index: int) -> _Rows:
    ticks = np.array([tick for tick, _ in marks], dtype=np.int64)
    none = np.zeros(len(marks), dtype=np.int64)
    return _Rows(ticks, none, none, none, np.arange(len(marks)) + first_index)


def _note_rows(notes: Notes) -> tuple[_Rows, _Rows]:
    """Return the ends of notes with length; and all begins, each end without length after."""
    _check("pitch", notes.pitch, 0, 127)
    _check("velocity", notes.velocity, 1, 127)
    _check("channel", notes.channel, 0, 15)
    status, pitch = 0x90 + notes.channel.astype(np.int64), notes.pitch.astype(np.int64)
    has_length = notes.offset_tick > notes.onset_tick
    none = np.full(len(notes), -1, dtype=np.int64)
    ends = _Rows(notes.offset_tick, status, pitch, none + 1, none)
    begins = _Rows(notes.onset_tick, status, pitch, notes.velocity.astype(np.int64), none)
    lengthless = np.flatnonzero(~has_length)
    both = np.argsort(np.concatenate((np.arange(len(notes)), lengthless)), kind="stable")
    return _take(ends, has_length), _Rows(
        *(
            np.concatenate((getattr(begins, name), getattr(ends, name)[lengthless]))[both]
            for name in _Rows.__slots__
        )
    )


def _take(rows: _Rows, keep: NDArray[np.bool_]) -> _Rows:
    return _Rows(*(getattr(rows, name)[keep] for name in _Rows.__slots__))


def _change_rows(changes: Changes) -> _Rows:
    is_bend = changes.kind == _BEND
    is_short = (changes.kind == _PROGRAM) | (changes.kind == _PRESSURE)
    value = changes.value.astype(np.int64)
    _check("bend", value[is_bend], -8192, 8191)
    _check("value", value[~is_bend], 0, 127)
    _check("number", changes.number, 0, 127)
    _check("channel", changes.channel, 0, 15)
    first, second = changes.number.astype(np.int64), value.copy()
    bend = value[is_bend] + 8192
    first[is_bend], second[is_bend] = bend & 0x7F, bend >> 7
    first[is_short], second[is_short] = value[is_short], -1
    status = 0xA0 + (changes.kind.astype(np.int64) << 4) + changes.channel
    return _Rows(changes.tick, status, first, second, np.full(len(changes), -1, dtype=np.int64))


def _check(name: str, values: NDArray[np.integer], low: int, high: int) -> None:
    if len(values) and not low <= int(values.min()) <= int(values.max()) <= high:
        raise ValueError(f"a {name} is outside {low} to {high}, which is all MIDI can say")


def _fillers(tick: NDArray[np.int64], start: int) -> list[Mark]:
    """Return marks that say nothing, to stand where a delta time would be too long."""
    before = np.concatenate(([start], tick[:-1]))
    filler = _meta(FILLER[0], FILLER[1])
    return [
        (at, filler)
        for i in np.flatnonzero(tick - before > _LONGEST_DELTA).tolist()
        for at in range(int(before[i]) + _LONGEST_DELTA, int(tick[i]), _LONGEST_DELTA)
    ]


def _encode(rows: _Rows, marks: list[bytes], start: int) -> bytes:
    """Encode rows in order: delta times, status bytes where they change, data, marks."""
    delta = np.diff(rows.tick, prepend=start)
    is_mark = rows.mark >= 0
    status = np.where(is_mark, -1, rows.status)
    says_status = ~is_mark & (status != np.concatenate(([-1], status[:-1])))
    n_delta = 1 + (delta >> 7 > 0) + (delta >> 14 > 0) + (delta >> 21 > 0)
    n_data = 1 + (rows.second >= 0)
    mark_lengths = np.array([len(mark) for mark in marks], dtype=np.int64)
    n_rest = np.where(is_mark, mark_lengths[rows.mark], says_status + n_data)
    end = np.cumsum(n_delta + n_rest)
    content = end - n_rest
    out = np.zeros(int(end[-1]), dtype=np.uint8)
    for digit in range(4):
        has = n_delta > digit
        more = 0x80 if digit else 0
        out[content[has] - 1 - digit] = (delta[has] >> (7 * digit)) & 0x7F | more
    out[content[says_status]] = status[says_status]
    is_message = ~is_mark
    at_first = (content + says_status)[is_message]
    out[at_first] = rows.first[is_message]
    has_second = is_message & (rows.second >= 0)
    out[(content + says_status)[has_second] + 1] = rows.second[has_second]
    encoded = bytearray(out.tobytes())
    for i in np.flatnonzero(is_mark).tolist():
        encoded[int(content[i]) : int(end[i])] = marks[int(rows.mark[i])]
    return bytes(encoded)
