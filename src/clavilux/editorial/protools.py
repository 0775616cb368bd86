"""Pro Tools' session info as text: the markers of a session (its memory locations).

Conventions
-----------
- Markers count in samples from the session's start; the file says at which time code that is.
- Sessions begin a little before the picture, which then starts on a whole hour: what begins
  at 00:59:50:00 is for a film whose first frame is at 01:00:00:00.
"""

import re
from fractions import Fraction
from pathlib import Path

from clavilux.core.errors import DocumentError
from clavilux.editorial.table import clock_seconds, is_code
from clavilux.editorial.timecode import to_seconds
from clavilux.editorial.timeline import Marker, Timeline, check_count, exact_rate, in_order

_LISTING = "M A R K E R S  L I S T I N G"
_SUBFRAMES = re.compile(r"(\d+:\d+:\d+[:;]\d+)\.(\d\d)", re.ASCII)
_LEAD_IN_S = 120
"""Leaders, tones and slates before a picture take less."""


def looks_like(text: str) -> bool:
    """Return True if `text` is a session's info with a listing of markers."""
    return _LISTING in text and "SESSION NAME:" in text[:2000]


def parse(text: str, path: Path, frame_rate: Fraction, duration: Fraction | None) -> Timeline:
    """Read the markers of a session.

    Raises:
        DocumentError: Its head lacks what says where markers are, or a marker's place cannot
            be told; names the line.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    head = dict(line.split(":", 1) for line in lines[:20] if ":" in line)
    start, rate, drop = _start(head)
    hours = (to_seconds(f"{n:02}:00:00:00", rate, drop_frame=drop) for n in range(100))
    origin = next((hour for hour in hours if start <= hour <= start + _LEAD_IN_S), start)
    first = next(i for i, line in enumerate(lines) if _LISTING in line) + 1
    columns = [cell.strip().upper() for cell in lines[first].split("\t")]
    check_count(len(lines) - first)
    markers = []
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        if line[:3] and re.fullmatch(r"(?:\S ){4,}.*", line):
            break  # the next listing
        row = dict(zip(columns, map(str.strip, line.split("\t")), strict=False))
        if not row.get("#", "").isdecimal():
            continue  # a name or a comment goes on over the line
        try:
            time = _time(row, head, start, rate, drop)
        except (DocumentError, ValueError, ZeroDivisionError) as error:
            raise DocumentError(f"{path}, line {number}: {error}") from error
        name, comment = row.get("NAME", ""), row.get("COMMENTS", "")
        markers.append(Marker(start + time - origin, name, comment))
    return Timeline(frame_rate, markers=in_order(markers), duration=duration)


def _start(head: dict[str, str]) -> tuple[Fraction, Fraction, bool]:
    """Return the second of time code at which a session starts, its frame rate, if it drops."""
    form, code = head.get("TIMECODE FORMAT", ""), head.get("SESSION START TIMECODE", "").strip()
    match = re.search(r"\d+(?:\.\d+)?", form)
    if not match or not code:
        raise DocumentError("it does not say its time code format and where the session starts")
    rate, drop = exact_rate(Fraction(match[0])), "drop" in form.lower()
    return _code(code, rate, drop), rate, drop


def _time(
    row: dict[str, str], head: dict[str, str], start: Fraction, rate: Fraction, drop: bool
) -> Fraction:
    """Return the seconds of a marker from the session's start."""
    sample_rate, place = Fraction(head["SAMPLE RATE"].strip()), row.get("LOCATION", "")
    if row.get("UNITS") == "Samples":
        return Fraction(int(row["TIME REFERENCE"])) / sample_rate
    if place.isdecimal():
        return Fraction(int(place)) / sample_rate
    if is_code(_SUBFRAMES.sub(r"\1", place)):
        return _code(place, rate, drop) - start
    if ":" in place:
        return clock_seconds(place)
    raise DocumentError(
        f"marker {row.get('NAME')!r} is at {place!r}, which is no time; "
        "export with time code as the main time scale"
    )


def _code(text: str, rate: Fraction, drop: bool) -> Fraction:
    """Return the seconds of a time code, which may have hundredths of a frame."""
    match = _SUBFRAMES.fullmatch(text)
    if not match:
        return to_seconds(text, rate, drop_frame=drop)
    return to_seconds(match[1], rate, drop_frame=drop) + Fraction(int(match[2]), 100) / rate
