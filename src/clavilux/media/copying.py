"""Copying: the encoded pictures of a film, each at its time, for another container.

A plan is made in a first pass over the packets; it costs nine bytes a picture.

Conventions
-----------
- Decoding times are computed anew: the times of the pictures in order, earlier
  by as much as reordering needs. Many containers store none.
- Pictures that an edit list hides are copied where later ones need them and the
  container can hide them (MP4, MOV); they then come before time 0.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clavilux.media.clock import Clock, Joined, film_clock
from clavilux.media.containers import decoded, film_stream, open_input, packets
from clavilux.media.encoding import VideoPacket
from clavilux.media.film import FrameTimes

_HOLDS = {
    "mp4": {"h264", "hevc", "av1", "vp9", "mpeg4"},
    "mov": {"h264", "hevc", "prores", "mpeg4", "mjpeg"},
    "mkv": {"h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "prores", "ffv1", "mjpeg"},
    "webm": {"vp8", "vp9", "av1"},
}
"""Codecs of pictures that each container takes as they are."""
_HIDES = ("mp4", "mov")
"""Containers with edit lists."""
_MOST_TICKS = 1_000_000
_HIDDEN, _KEY = 1, 2


class CannotCopy(Exception):  # noqa: N818 - not an error: pictures are then encoded again
    """Why a film's encoded pictures cannot be copied."""


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """Which packets of a film are copied, and when each is decoded and shown."""

    path: Path
    first: int
    """Number of the first packet that is copied, in the order of the file."""
    last: int
    least: int
    """Pictures earlier than this are left out, in the source's ticks."""
    pts: NDArray[np.int64]
    """Time of every packet's picture, in the source's ticks."""
    source_tick: Fraction
    tick: Fraction
    """A tick of the copy, seconds."""
    origin: Fraction
    frame_rate: Fraction

    def packets(self, copied: VideoStream) -> Iterator[VideoPacket]:
        """Read the packets, timed for the stream `copied`."""
        kept = self.first + np.flatnonzero(self.pts[self.first : self.last + 1] >= self.least)
        shown = np.sort(self.pts[kept])
        lead = int(np.max(shown - self.pts[kept]))
        with open_input(self.path) as source:
            stream = film_stream(source)
            assert stream is not None
            times = FrameTimes(source, stream, self.frame_rate, Clock())
            place, last_dts = 0, None
            for number, packet in enumerate(_packets(source, stream)):
                if place == len(kept) or number != kept[place]:
                    continue
                packet.time_base = self.tick
                packet.pts = self._ticks(times, int(self.pts[number]))
                dts = self._ticks(times, int(shown[place]) - lead)
                dts = dts if last_dts is None else max(dts, last_dts + 1)
                packet.dts = last_dts = min(dts, packet.pts)
                packet.duration = round((packet.duration or 0) * self.source_tick / self.tick)
                packet.stream = copied
                yield packet
                place += 1

    def _ticks(self, times: FrameTimes, at: int) -> int:
        return round(times.on_grid(at * self.source_tick - self.origin) / self.tick)


def plan_copy(path: Path, kind: str, frame_rate: Fraction) -> CopyPlan:
    """Plan how a film's encoded pictures are copied into a container.

    Args:
        path: The film.
        kind: The container's suffix, without its dot.
        frame_rate: Of the film, pictures per second.

    Raises:
        CannotCopy: They can't be; the message says why.
        MediaError: The film cannot be read.
    """
    clock = film_clock(path)
    with open_input(path) as source:
        stream = film_stream(source)
        assert stream is not None
        codec = stream.codec_context.codec.canonical_name
        if codec not in _HOLDS.get(kind, ()):
            raise CannotCopy(f"{kind} does not hold {codec}")
        joined = Joined(clock.joins)
        pts, marks = array("q"), bytearray()
        for packet in _packets(source, stream):
            joined.moved(packet)
            if packet.pts is None:
                raise CannotCopy("its pictures have no times")
            pts.append(packet.pts)
            marks.append(_HIDDEN * packet.is_discard | _KEY * packet.is_keyframe)
        by_order = source.format.name == "avi"
        tick = stream.time_base or Fraction(1, 1000)
    if not pts:
        raise CannotCopy("it has no pictures")
    shown_at = np.array(pts, np.int64)
    if by_order:
        shown_at = _shown_order(path, shown_at)
    origin = clock.origin if clock.origin is not None else int(shown_at.min()) * tick
    shown = clock.first_shown if clock.first_shown is not None else origin
    first, last, least = _range(
        shown_at,
        np.frombuffer(marks, np.uint8),
        round(shown / tick),
        kind,
        rest=clock.shows_rest,
    )
    ticks = lcm(tick.denominator, frame_rate.numerator, origin.denominator)
    if ticks > _MOST_TICKS:
        ticks = tick.denominator
    return CopyPlan(
        path, first, last, least, shown_at, tick, Fraction(1, ticks), origin, frame_rate
    )


def _range(
    pts: NDArray[np.int64], marks: NDArray[np.uint8], shown: int, kind: str, *, rest: bool
) -> tuple[int, int, int]:
    """Find the first and last packet to copy, and the earliest time that is needed."""
    hidden, late = (marks & _HIDDEN) > 0, pts >= shown
    keys, visible = np.flatnonzero(marks & _KEY), np.flatnonzero(~hidden & late)
    if not len(keys) or not len(visible):
        raise CannotCopy("it has no keyframe")
    start, last = int(visible[0]), int(visible[-1])
    if (hidden & late)[start:last].any():
        raise CannotCopy("an edit list cuts pictures out of its middle")
    before = keys[keys <= start - rest]
    first = int(before[-1] if len(before) else keys[0])
    if not hidden[first:start].any():
        return first, last, shown
    if kind not in _HIDES:
        raise CannotCopy(f"an edit list hides its first pictures, which {kind} cannot")
    return first, last, int(pts.min())


def _shown_order(path: Path, pts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Time packets of AVI, which has one time a packet, by the order in which they are shown."""
    with open_input(path) as source:
        stream = film_stream(source)
        assert stream is not None
        order = [-1 if f.pts is None else f.pts for f in decoded(source, stream, path)]
    at = np.array(order, np.int64)
    if len(at) != len(pts) or not np.array_equal(np.sort(at), np.unique(pts)):
        raise CannotCopy("its pictures are packed together")
    rank = np.empty(len(at), np.int64)
    rank[np.argsort(pts)] = np.argsort(at)
    return np.asarray(np.sort(pts)[rank])


def _packets(source: InputContainer, stream: VideoStream) -> Iterator[VideoPacket]:
    """Read the packets that hold a picture."""
    for packet in packets(source, stream):
        if packet.size:
            yield packet
