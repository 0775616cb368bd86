"""Read: Standard MIDI Files become scores.

Formats 0, 1 and 2, metrical and SMPTE division, RIFF-wrapped files. A file's
flaws get a defined meaning (see `steps` and `pairing`) and a line in the
score's warnings; what cannot be music at all gets one `ScoreError`.

Conventions
-----------
- The tracks of a format 2 file are separate pieces: they follow one another on
  the one timeline, each starting at 120 beats a minute unless it says otherwise.
- Tempi, meters and keys belong to the score; its first track lasts as long as
  they go on.
- Sustain is kept as controller 64; drums are the notes of channel 9.
- Limits are the constants of `messages`; a file beyond them is refused.
"""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from clavilux.core.changes import CHANGE_KINDS
from clavilux.core.errors import InputError, ScoreError
from clavilux.core.timeline import DEFAULT_US_PER_BEAT
from clavilux.core.values import Change, Changes, KeySignature, Meter, Notes, Score, Track
from clavilux.score import steps
from clavilux.score.container import Header, read_header
from clavilux.score.marks import ScoreMarks, is_text, read_marks
from clavilux.score.messages import MAX_BYTES, MAX_DURATION_S, Messages
from clavilux.score.pairing import TRACKS_AT_ONCE, PairedNotes, pair
from clavilux.score.texts import decoder

SUFFIXES = frozenset((".mid", ".midi", ".smf", ".kar", ".rmi"))
"""What names of Standard MIDI Files end with."""
_FOR_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_FIRST_CHANGE = 0xA0
_PROGRAM, _BEND = CHANGE_KINDS.index("program"), CHANGE_KINDS.index("bend")
_HANG_BEATS = 4
"""After the last message of a file, notes that are never let go sound on for so long."""
_NO_NOTES = Notes.empty()


def read(source: str | os.PathLike[str] | bytes) -> Score:
    """Read a Standard MIDI File.

    Args:
        source: A path, or the bytes of a file.

    Returns:
        The score; its `warnings` say what was odd in the file.

    Raises:
        ScoreError: It cannot be read, is not a MIDI file, or is beyond the limits.
    """
    if isinstance(source, bytes):
        data, name = source, "the score"
    else:
        data, name = _load(source), str(source)
    try:
        if len(data) > MAX_BYTES:
            raise ScoreError(f"is larger than {MAX_BYTES >> 20} MiB")
        return _read(data)
    except ScoreError as error:
        raise ScoreError(f"{name} {error}") from error


def _load(path: str | os.PathLike[str]) -> bytes:
    try:
        file = os.open(path, _FOR_READING)  # a file object would take four times as long
        try:
            size = os.fstat(file).st_size
            # A pipe or a device tells no size: it is read as far as the limit goes.
            return os.read(file, min(size, MAX_BYTES) + 1 if size else MAX_BYTES + 1)
        finally:
            os.close(file)
    except OSError as error:
        raise ScoreError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error


def _read(data: bytes) -> Score:
    """Read the bytes of a file."""
    warnings: list[str] = []
    header, data = read_header(data, warnings)
    messages = steps.decode(data, header.end)
    n_tracks = len(messages.marks)
    if n_tracks == 0:
        raise ScoreError(f"holds no tracks; its header says {header.n_tracks}")
    if n_tracks != header.n_tracks:
        warnings.append(f"the header says {header.n_tracks} tracks; there are {n_tracks}")
    warnings += messages.warnings
    return _assemble(header, messages, warnings)


class _Tracks:
    """Decoded tracks: their notes, paired, and their other messages."""

    def __init__(self, messages: Messages, hang: int) -> None:
        self.messages = messages
        self.changes = _Changes(messages)
        self._pairs = pair(messages, hang)

    def notes(self, i: int, start: int) -> Notes:
        """Return the notes of track `i`, which starts at tick `start`."""
        batch, at = self._pairs[i // TRACKS_AT_ONCE], i % TRACKS_AT_ONCE
        return _notes(batch, batch.bounds[at], batch.bounds[at + 1], start)

    def flaws(self) -> Iterator[str]:
        """Name what pairing found odd; tracks count from 1."""
        for i in range(len(self.messages.marks)):
            batch, at = self._pairs[i // TRACKS_AT_ONCE], i % TRACKS_AT_ONCE
            for counts, what in (
                (batch.n_stray, "note-offs that end no note were dropped"),
                (batch.n_hung, "notes that are never let go were ended with the track"),
            ):
                if counts and counts[at]:
                    yield f"track {i + 1}: {what}: {counts[at]}"


def _assemble(header: Header, messages: Messages, warnings: list[str]) -> Score:
    """Make a score of decoded tracks."""
    decoded = _Tracks(messages, header.ticks_in(_HANG_BEATS))
    starts = _track_starts(header, messages.end_tick)
    whole = ScoreMarks()
    decode = decoder(data for marks in messages.marks for _, kind, data in marks if is_text(kind))
    tracks: list[Track] = []
    for i, start in enumerate(starts[: len(messages.marks)]):
        if header.format == 2 and tracks and not header.is_smpte:
            whole.tempi.append((start, DEFAULT_US_PER_BEAT))
        marks = read_marks(messages.marks[i], start, not header.is_smpte, whole, decode)
        tracks.append(
            Track(
                marks.name,
                decoded.notes(i, start),
                decoded.changes.of_track(i, start),
                tuple(marks.texts),
                tuple(marks.raw),
                start + messages.end_tick[i],
            )
        )
    warnings += decoded.flaws()
    if tracks and whole.last_tick > tracks[0].end_tick and header.format != 2:
        tracks[0] = replace(tracks[0], end_tick=whole.last_tick)
    score = Score(
        header.tempo_map(whole.tempi),
        tuple(tracks),
        tuple(sorted(whole.meters, key=_tick)),
        tuple(sorted(whole.keys, key=_tick)),
        _format(header, len(tracks), warnings),
        tuple(warnings),
    )
    _check_duration(score)
    return score


def _track_starts(header: Header, ends: list[int]) -> list[int]:
    """Return the tick at which each track starts: 0, or in format 2 where the last one ends."""
    if header.format == 2:
        return [0, *accumulate(ends)]
    return [0] * len(ends)


def _notes(batch: PairedNotes, first: int, last: int, start: int) -> Notes:
    if first == last:
        return _NO_NOTES
    onset, offset = batch.onset_tick[first:last], batch.offset_tick[first:last]
    return Notes(
        onset + start if start else onset,
        offset + start if start else offset,
        batch.pitch[first:last],
        batch.velocity[first:last],
        batch.channel[first:last],
    )


class _Changes:
    """The messages of all tracks that are not notes, as columns."""

    def __init__(self, messages: Messages) -> None:
        rows = (messages.status >= _FIRST_CHANGE).nonzero()[0]
        self._bounds: list[int] = rows.searchsorted(messages.bounds).tolist()
        status, number = messages.status[rows], messages.first[rows]
        kind: NDArray[np.uint8] = np.right_shift(status - _FIRST_CHANGE, 4, dtype=np.uint8)
        channel: NDArray[np.uint8] = np.bitwise_and(status, 0x0F, dtype=np.uint8)
        value = messages.second[rows].astype(np.int16)
        is_bend = kind == _BEND
        if np.count_nonzero(is_bend):
            value[is_bend] = (value[is_bend] << 7) + number[is_bend] - 8192
        number[kind >= _PROGRAM] = 0
        self._all = Changes(messages.tick[rows], channel, kind, number, value)

    def of_track(self, i: int, start: int) -> Sequence[Change]:
        """Return those of track `i`, which starts at tick `start`."""
        first, last = self._bounds[i], self._bounds[i + 1]
        if first == last:
            return ()
        changes = self._all[first:last]
        return replace(changes, tick=changes.tick + start) if start else changes


def _format(header: Header, n_tracks: int, warnings: list[str]) -> int:
    if header.format == 0 and n_tracks > 1:
        warnings.append(f"a file of format 0 has 1 track, this one {n_tracks}; read as format 1")
        return 1
    return header.format


def _check_duration(score: Score) -> None:
    """Refuse a score too long to be timed exactly, or to make anything of."""
    end, tempo_map = max((t.end_tick for t in score.tracks), default=0), score.tempo_map
    if end * max(tempo_map.rate.tolist()) <= MAX_DURATION_S * tempo_map.denominator:
        return
    try:
        duration_s = float(tempo_map.seconds(end))
    except InputError:
        duration_s = math.inf
    if duration_s > MAX_DURATION_S:
        raise ScoreError(
            f"is {duration_s / 86_400:.1f} days long; the longest that is read is "
            f"{MAX_DURATION_S // 86_400} days"
        )


def _tick(mark: Meter | KeySignature) -> int:
    return mark.tick
