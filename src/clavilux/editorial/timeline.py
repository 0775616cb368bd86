"""The timeline of an edit: markers and clips at exact times.

Conventions
-----------
- Times are `Fraction` seconds from the timeline's first frame.
- Its first frame has a *start time code*, usually ``01:00:00:00``; files that count
  in time code are shifted by it when they are read and written.
"""

from dataclasses import dataclass
from fractions import Fraction

from clavilux.core.errors import DocumentError

NTSC_SNAP = Fraction(6, 1000)
"""How far from n * 1000/1001 a frame rate may lie and still mean it: 23.98 does."""

MAX_ITEMS = 100_000
"""Markers and clips in one file; a feature film's busiest edit has some thousands."""


def check_count(count: int) -> None:
    """Raise DocumentError if a file holds more items than any edit does."""
    if count > MAX_ITEMS:
        raise DocumentError(f"it holds more than {MAX_ITEMS} markers or clips; no edit has as many")


@dataclass(frozen=True, slots=True)
class Marker:
    """A point of a timeline that an editor has named."""

    time: Fraction
    """Seconds from the timeline's first frame."""
    name: str = ""
    comment: str = ""
    color: str = ""
    """In English and lower case, such as ``red``; empty where the file has none."""
    duration: Fraction = Fraction(0)
    """Seconds; 0 for a point."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a timeline between two cuts."""

    start: Fraction
    """Seconds from the timeline's first frame."""
    duration: Fraction
    """Seconds."""
    name: str = ""
    source: str = ""
    """The media file or reel it is taken from."""
    source_start: Fraction = Fraction(0)
    """Where it begins in its source, seconds."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Markers and clips of one edit."""

    frame_rate: Fraction
    """Video frames per second."""
    markers: tuple[Marker, ...] = ()
    """In order of time."""
    clips: tuple[Clip, ...] = ()
    """Of the picture, in order of time."""
    name: str = "Timeline"
    start_timecode: str = "01:00:00:00"
    """Time code of the first frame."""
    drop_frame: bool = False
    """Whether time code is written as drop-frame; only at 29.97, 59.94 and 119.88."""
    duration: Fraction | None = None
    """Seconds; None where nobody says."""
    is_cut_list: bool = False
    """Whether it comes from an EDL, where cuts count as markers if there are none."""

    def __post_init__(self) -> None:
        if self.frame_rate <= 0:
            raise ValueError(f"frame rate is {self.frame_rate}; expected a positive number")

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """Times after the start at which a clip begins, increasing."""
        return tuple(sorted({clip.start for clip in self.clips if clip.start > 0}))

    @property
    def end(self) -> Fraction:
        """The duration, or the end of what lies on the timeline where nobody says it."""
        if self.duration is not None:
            return self.duration
        ends = [item.start + item.duration for item in self.clips]
        ends += [item.time + item.duration for item in self.markers]
        return max(ends, default=Fraction(0))


def in_order(markers: list[Marker]) -> tuple[Marker, ...]:
    """Return markers sorted by time, each once: linked tracks of an edit repeat them."""
    return tuple(sorted(dict.fromkeys(markers), key=lambda marker: marker.time))


def exact_rate(rate: Fraction) -> Fraction:
    """Return the NTSC rate that a rounded `rate` such as 23.98 means, or `rate` itself."""
    ntsc = Fraction(round(rate) * 1000, 1001)
    if rate.denominator != 1 and round(rate) in (24, 30, 48, 60, 120):
        return ntsc if abs(rate - ntsc) < NTSC_SNAP else rate
    return rate
