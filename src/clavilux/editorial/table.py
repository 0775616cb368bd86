"""Tables of markers, as Premiere, Resolve, Audition, Reaper and Audacity export them.

Conventions
-----------
- Columns are parted by tabs, semicolons or commas. The first line names them; without
  names, the first column is the time.
- A time is seconds (``65.25``), ``1:05.25``, or time code (``00:01:05:06``). Time code
  counts from the timeline's start, which the table does not say: see `likely_start`.
"""

import csv
import io
import re
from fractions import Fraction
from pathlib import Path

from clavilux.core.errors import DocumentError
from clavilux.editorial.timecode import from_seconds, is_timecode, likely_start, to_seconds
from clavilux.editorial.timeline import Marker, Timeline, check_count, in_order

_TIMES = (
    *("record in", "in", "start", "time", "timecode", "time code", "position", "start time"),
    *("start timecode", "seconds", "start_s", "time_s", "tc", "in point", "source in"),
)
_FRAMES = ("frame", "frames", "start frame", "frame number")
_NAMES = ("marker name", "name", "marker", "title", "label", "text", "marker_name")
_COMMENTS = ("description", "comment", "comments", "notes", "note")
_COLORS = ("color", "colour", "marker color")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(?:(\d{1,6}):)?(\d{1,9}(?:[.,]\d{1,9})?) ?s?", re.ASCII)
_LONGEST_FIELD = 100_000


def looks_like(text: str) -> bool:
    """Return True if the first lines of `text` hold a time in a column, or name one."""
    rows = _rows("\n".join(text.splitlines()[:20]))
    return bool(rows) and (
        _column(rows[0], (*_TIMES, *_FRAMES)) is not None or _is_time(rows[0][0])
    )


def parse(text: str, path: Path, frame_rate: Fraction, duration: Fraction | None) -> Timeline:
    """Read a table of markers.

    Raises:
        DocumentError: No column holds times, or a time in it is none; names the line.
    """
    rows = _rows(text)
    head = rows[0] if rows else []
    time, frame = _column(head, _TIMES), _column(head, _FRAMES)
    is_named = time is not None or frame is not None
    column = time if time is not None else frame if frame is not None else 0
    names = (
        _column(head, _NAMES) if is_named else (2 if len(head) == 3 and _is_time(head[1]) else 1)
    )
    check_count(len(rows))
    comments, colors = _column(head, _COMMENTS), _column(head, _COLORS)
    markers: list[Marker] = []
    codes: list[Marker] = []
    for number, row in enumerate(rows[is_named:], start=1 + is_named):
        cell = _cell(row, column)
        if not cell:
            continue
        try:
            if time is None and frame is not None:
                at, is_code = _frame(cell) / frame_rate, False
            else:
                at, is_code = _time(cell, frame_rate)
        except DocumentError as error:
            raise DocumentError(f"{path}, line {number}: {error}") from error
        marker = Marker(at, _cell(row, names), _cell(row, comments), _cell(row, colors).lower())
        (codes if is_code else markers).append(marker)
    if codes:
        drop = any(";" in _cell(row, column) for row in rows)
        is_resolve = _column(head, ("record in",)) is not None

        def hour(n: int) -> Fraction:
            return to_seconds(f"{n:02}:00:00:00", frame_rate, drop_frame=drop)

        usual = (1, 10) if is_resolve else (0, 1, 10)
        start = likely_start([m.time for m in codes], hour, usual=usual, duration=duration)
        markers += [Marker(m.time - start, m.name, m.comment, m.color) for m in codes]
    return Timeline(frame_rate, markers=in_order(markers), duration=duration)


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    if not lines:
        return []
    delimiter = next((mark for mark in "\t;," if mark in lines[0]), ",")
    if delimiter == ";" and is_timecode(lines[0].strip()):  # 00;00;05;00 on its own
        delimiter = ","
    if any(len(line) > _LONGEST_FIELD for line in lines):
        raise DocumentError("a line of it is longer than 100,000 characters")
    try:
        rows = csv.reader(lines, delimiter=delimiter)
        return [[cell.strip() for cell in row] for row in rows if row]
    except csv.Error as error:
        raise DocumentError(f"not a table: {error}") from error


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    """Return the column called by the first of `names` that is there."""
    lower = [cell.lower() for cell in head]
    return next((lower.index(name) for name in names if name in lower), None)


def _cell(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _is_time(text: str) -> bool:
    return is_timecode(text) or _CLOCK.fullmatch(text) is not None


def _frame(text: str) -> Fraction:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise DocumentError(f"{text[:40]!r} is not a frame number")
    return Fraction(int(text))


def _time(text: str, frame_rate: Fraction) -> tuple[Fraction, bool]:
    """Return seconds, and whether they count from 00:00:00:00 of a time code."""
    if is_code(text):
        return to_seconds(text, frame_rate), True
    return clock_seconds(text), False


def is_code(text: str) -> bool:
    """Return True if `text` is time code; 1:02:03.5 is hours, minutes and seconds."""
    return is_timecode(text) and _CLOCK.fullmatch(text) is None


def clock_seconds(text: str) -> Fraction:
    """Return the seconds of a clock's time: ``12.4``, ``1:05`` or ``1:02:05.5``.

    Raises:
        DocumentError: It is not such a time.
    """
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        if re.fullmatch(r"\d{1,6}\.\d{1,3}\.\d{1,4}", text):
            raise DocumentError(f"{text!r} counts in bars; export the markers in seconds")
        raise DocumentError(f"{text[:40]!r} is not a time; write 12.4, 1:05 or 00:01:05:12")
    hours, minutes, seconds = match[1], match[2], Fraction(match[3].replace(",", "."))
    if minutes is None:  # of two numbers the first are minutes
        hours, minutes = "0", hours
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + seconds


def dump(timeline: Timeline) -> str:
    """Return a timeline's markers, or its clips where it has none, as comma-separated values."""
    rate, drop = timeline.frame_rate, timeline.drop_frame
    start = to_seconds(timeline.start_timecode, rate, drop_frame=drop)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["Name", "Start", "Duration", "Timecode", "Color", "Comment"])
    marks = timeline.markers or tuple(
        Marker(clip.start, clip.name, clip.source, duration=clip.duration)
        for clip in timeline.clips
    )
    for marker in marks:
        code = from_seconds(start + marker.time, rate, drop_frame=drop)
        times = [f"{float(time):.6f}" for time in (marker.time, marker.duration)]
        rows.writerow([marker.name, *times, code, marker.color, marker.comment])
    return out.getvalue()
