"""Hits: the instants a film's music must meet, typed or read from an editor's export."""

import os
import re
import warnings
from collections.abc import Iterable
from fractions import Fraction

from clavilux.core.errors import DocumentError
from clavilux.editorial import files
from clavilux.editorial.table import clock_seconds, is_code
from clavilux.editorial.timecode import to_seconds

_NAMED_OUTSIDE = 5


def read_markers(
    path: str | os.PathLike[str], frame_rate: Fraction, duration: Fraction | None = None
) -> tuple[float, ...]:
    """Read the points to be hit: an export's markers, or an EDL's cuts where it has none.

    Args:
        path: What an editing program exported; see `files.read`.
        frame_rate: The film's, to read time code by.
        duration: The film's, seconds, where it is known.

    Returns:
        Seconds from the film's first frame, increasing, those outside the film too.

    Raises:
        DocumentError: It cannot be read, or holds no markers.
    """
    timeline = files.read(path, frame_rate=frame_rate, duration=duration)
    times = tuple(sorted({float(marker.time) for marker in timeline.markers}))
    if not times and timeline.is_cut_list:
        times = tuple(float(time) for time in timeline.cuts)
    if not times:
        raise DocumentError(f"{path} holds no markers on its timeline")
    return times


def parse_hits(text: str, frame_rate: Fraction) -> tuple[float, ...]:
    """Read hits as typed: ``12.4,31``, ``12.4 1:05`` or time code ``00:00:02:12``.

    Raises:
        DocumentError: One of them is not a time.
    """
    times = set()
    for word in re.split(r"[\s,]+", text.strip(" \t\r\n,")):
        try:
            time = to_seconds(word, frame_rate) if is_code(word) else clock_seconds(word)
        except DocumentError as error:
            raise DocumentError(f"hit {error}") from error
        times.add(float(time))
    return tuple(sorted(times))


def inside(times: Iterable[float], duration: float, source: str) -> tuple[float, ...]:
    """Return the times inside the film; name the others in one warning.

    Args:
        times: Seconds from the film's first frame.
        duration: The film's, seconds.
        source: Where they are from, for the warning: "--hits" or a file's name.
    """
    kept: list[float] = []
    outside: list[float] = []
    for time in times:
        (kept if 0 <= time < duration else outside).append(time)
    if outside:
        named = ", ".join(f"{time:.2f}" for time in outside[:_NAMED_OUTSIDE])
        more = f" and {len(outside) - _NAMED_OUTSIDE} more" if len(outside) > _NAMED_OUTSIDE else ""
        warnings.warn(
            f"{source}: {named}{more} s lie outside the film, which lasts {duration:.2f} s",
            stacklevel=2,
        )
    return tuple(kept)
