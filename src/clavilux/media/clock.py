"""Clock: when a film's pictures and sounds come, in seconds from its first picture.

Containers start their clocks anywhere, hide pictures by edit lists, and start
anew where recordings were joined. What libav makes of that is put right here,
once, for pictures and sound alike.

Conventions
-----------
- A film starts with its first picture that is shown; so does its sound.
- A hidden picture that is still on screen at the cut is shown first, where it
  would stay for `_LEAST_REST_S` or longer; a shorter rest is cut away.
- Where the clock of an MPEG stream jumps back, or far ahead, recordings were
  joined: the next goes on where the last one ended.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clavilux.media.containers import (
    decoded,
    film_stream,
    open_input,
    packets,
    sound_stream,
    start_s,
)

_LEAST_REST_S = Fraction(1, 10)
_BACK_S, _AHEAD_S = Fraction(1, 10), Fraction(10)
"""Jumps of a clock beyond these are joins; 10 s is also what the ffmpeg command takes for one."""
_JOINABLE = ("mpegts", "mpeg")


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a film's clock starts on its container's clock, as libav reads it."""

    origin: Fraction | None = None
    """Time of the first picture, seconds; None for wherever the first one is found."""
    sound_origin: Fraction | None = None
    """The same instant for sound; None for its own first sample."""
    first_shown: Fraction | None = None
    """Time of the first picture that is not hidden; later than `origin` where a rest is shown."""
    joins: tuple[Fraction, ...] = ()
    """Seconds to add to the container's clock after each join."""

    @property
    def shows_rest(self) -> bool:
        """Whether a hidden picture is still on screen at the start."""
        return self.first_shown != self.origin

    def is_hidden(self, frame: VideoFrame) -> bool:
        """Return True if a video frame comes before the first that is shown."""
        if not self.shows_rest or self.first_shown is None or frame.pts is None:
            return False
        return frame.pts * (frame.time_base or 0) < self.first_shown


def film_clock(path: Path) -> Clock:
    """Read how a file's clock runs: that of its film, or of sound alone.

    Raises:
        MediaError: The file cannot be read.
    """
    if not path.is_file():
        return _film_clock(path, 0, 0)  # which says so
    status = path.stat()
    return _film_clock(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _film_clock(path: Path, changed_ns: int, size: int) -> Clock:
    with open_input(path) as container:
        stream: Stream | None = film_stream(container) or sound_stream(container)
        joins: tuple[Fraction, ...] = ()
        if container.format.name in _JOINABLE and stream is not None:
            joins = _joins(container, stream)
    if not isinstance(stream, VideoStream):
        return Clock(joins=joins)
    with open_input(path) as container:
        stream = film_stream(container)
        assert stream is not None
        if container.format.name == "avi":  # counts pictures in the order of decoding alone
            return Clock(sound_origin=start_s(stream))
        first = next(decoded(container, stream, path), None)
        if first is None or first.pts is None or not first.time_base:
            return Clock(sound_origin=start_s(stream), joins=joins)
        shown = first.pts * first.time_base
    early = _shown_early(path)
    if early >= _LEAST_REST_S:
        return Clock(shown - early, shown, shown)
    return Clock(shown, shown + early, shown, joins)


def _joins(container: InputContainer, stream: Stream) -> tuple[Fraction, ...]:
    """Find the joins of recordings by the decoding times of one stream's packets."""
    jumps, found = _Jumps(), []
    end = shift = Fraction(0)
    for packet in packets(container, stream):
        if packet.dts is None:
            continue
        now = packet.dts * packet.time_base
        if jumps.is_jump(now):
            shift = end - now
            found.append(shift)
        end = now + shift + (packet.duration or 0) * packet.time_base
    return tuple(found)


class _Jumps:
    """Tells where the clock of one stream jumps."""

    def __init__(self) -> None:
        self._last: Fraction | None = None

    def is_jump(self, now: Fraction) -> bool:
        """Return True if `now`, in seconds, does not go on from the last time."""
        last, self._last = self._last, now
        return last is not None and not -_BACK_S <= now - last <= _AHEAD_S


class Joined:
    """Moves the packets of one stream onto one clock, over the joins of recordings."""

    def __init__(self, joins: tuple[Fraction, ...]) -> None:
        self._joins = joins
        self._jumps = _Jumps()
        self._passed = 0

    def moved(self, packet: Any) -> Any:
        """Move a packet, in place, and return it."""
        if not self._joins or packet.dts is None:
            return packet
        self._passed += self._jumps.is_jump(packet.dts * packet.time_base)
        if self._passed:
            shift = self._joins[min(self._passed, len(self._joins)) - 1]
            ticks = round(shift / packet.time_base)
            packet.dts += ticks
            packet.pts = None if packet.pts is None else packet.pts + ticks
        return packet


def _shown_early(path: Path) -> Fraction:
    """Return by how much libav shows a trimmed film's first picture early, seconds.

    It starts the clock with the first picture that is not hidden, though the cut
    may be before it. Without its reading of edit lists, times are as written.
    """
    times = []
    for options in ({}, {"advanced_editlist": "0"}):
        with open_input(path, options) as container:
            stream = film_stream(container)
            if stream is None or "mov" not in container.format.name:
                return Fraction(0)
            first = next(iter(container.demux(stream)))
            if first.pts is None or (not options and not first.is_discard):
                return Fraction(0)
            times.append((first.pos, first.pts * first.time_base))
    (place, shown), (other_place, written) = times
    return max(Fraction(0), written - shown) if place == other_place else Fraction(0)
