"""Markers: points an editor wants hit, read from an EDL or an FCPXML file.

Conventions
-----------
- A CMX 3600 EDL counts in time code, usually from 01:00:00:00; its markers are
  ``* LOC:`` comments, and where it has none its events' record-ins count.
- FCPXML counts in rational seconds (``3003/1001s``); markers sit in clips.
- Times given back are seconds from the start of the sequence.
"""

import os
import re
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

from clavilux.core.errors import DocumentError

_LARGEST_BYTES = 32 << 20
_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;])(\d\d)")


def read_markers(path: str | os.PathLike[str], frame_rate: Fraction) -> tuple[float, ...]:
    """Read the points to be hit from an ``.edl`` or ``.fcpxml`` file.

    Args:
        path: The file; which of the two it is, is told by its content.
        frame_rate: Video frames per second, to read time code by.

    Returns:
        Seconds from the start of the sequence, increasing.

    Raises:
        DocumentError: It is neither, or holds no markers.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DocumentError(f"{path} is larger than 32 MB; it cannot be a list of markers")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DocumentError(
            f"cannot read {path}: {(error.strerror or 'unknown').lower()}"
        ) from error
    times = _fcpxml(text, path) if text.lstrip().startswith("<") else _edl(text, frame_rate)
    if not times:
        raise DocumentError(f"{path} holds no markers; expected an EDL or FCPXML with some")
    return tuple(sorted(set(times)))


def parse_hits(text: str) -> tuple[float, ...]:
    """Read hit points as typed: ``12.4,31`` or ``12.4 1:05``.

    Raises:
        DocumentError: One of them is not a time.
    """
    times = []
    for word in re.split(r"[\s,]+", text.strip()):
        parts = word.split(":")
        try:
            seconds = sum(float(part) * 60**i for i, part in enumerate(reversed(parts)))
        except ValueError as error:
            raise DocumentError(f"hit {word!r} is not a time; write 12.4 or 1:05") from error
        times.append(seconds)
    return tuple(sorted(times))


def _edl(text: str, frame_rate: Fraction) -> list[float]:
    located = re.findall(r"^\*\s*LOC:\s*(\S+)", text, re.MULTILINE)
    events = re.findall(
        r"^\s*\d{3,6}\s+\S+\s+\S+\s+\S+\s+(?:\d{3}\s+)?\S+\s+\S+\s+(\d\d:\d\d:\d\d[:;]\d\d)\s+\S+",
        text,
        re.MULTILINE,
    )
    codes = [_seconds(code, frame_rate) for code in [*events, *located]]
    known = [time for time in codes if time is not None]
    if not known:
        return []
    first = [_seconds(code, frame_rate) for code in events[:1]]
    origin = first[0] if first and first[0] is not None else _whole_hour(min(known))
    chosen = [_seconds(code, frame_rate) for code in (located or events[1:])]
    return [float(time - origin) for time in chosen if time is not None and time >= origin]


def _whole_hour(time: Fraction) -> Fraction:
    return Fraction(int(time) // 3600 * 3600)


def _seconds(code: str, frame_rate: Fraction) -> Fraction | None:
    match = _TIMECODE.fullmatch(code)
    if not match:
        return None
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    per_second = round(frame_rate)
    count = ((hours * 60 + minutes) * 60 + seconds) * per_second + frames
    if match[4] == ";":  # drop-frame: two (at 60, four) numbers a minute are left out
        total = hours * 60 + minutes
        count -= per_second // 15 * (total - total // 10)
    return Fraction(count) / frame_rate


def _fcpxml(text: str, path: Path) -> list[float]:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise DocumentError(f"{path} is not well-formed XML: {error}") from error
    times: list[float] = []

    def walk(element: ElementTree.Element, shift: Fraction) -> None:
        """`shift` leads from an element's own clock to the sequence's."""
        for child in element:
            if child.tag in ("marker", "chapter-marker"):
                times.append(float(_rational(child.get("start", "0s"), path) + shift))
            elif "offset" in child.attrib:
                start = _rational(child.get("start", "0s"), path)
                walk(child, shift + _rational(child.attrib["offset"], path) - start)
            else:
                walk(child, shift)

    walk(root, Fraction(0))
    return [time for time in times if time >= 0]


def _rational(text: str, path: Path) -> Fraction:
    try:
        return Fraction(text.removesuffix("s"))
    except (ValueError, ZeroDivisionError) as error:
        raise DocumentError(
            f"{path}: {text!r} is not a time; expected such as 3003/1001s"
        ) from error
