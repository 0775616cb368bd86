"""Film: decoding pictures and their exact times, one by one.

Conventions
-----------
- Times are exact `Fraction` seconds; the first picture is at 0, and each is
  later than the one before (what a file puts out of order is left out).
- Where a container's clock is too coarse for the frame rate (a millisecond in
  Matroska), times are put back on the frame rate's grid.
"""

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.codec.context import ThreadType
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.core.values import Film, FilmFrame, Size
from clavilux.media.clock import Clock, Joined, film_clock
from clavilux.media.containers import (
    MAX_DURATION_S,
    PacketHook,
    decoded,
    film_stream,
    open_input,
    sound_stream,
)
from clavilux.media.pictures import FrameReader, Pixels, downwards, even
from clavilux.media.probe import FrameTable, first_frame, frame_table, shown_size
from clavilux.media.sound import open_sound


def open_film(
    path: str | os.PathLike[str],
    *,
    pixels: Pixels = "yuv",
    size: Size | int | None = None,
    threads: int = 0,
) -> Film:
    """Open a film as a stream of pictures, with its sound if it has any.

    Args:
        path: The file; what it is, is told by its content.
        pixels: ``yuv`` for `Yuv`, ``rgb`` for arrays (height, width, 3), ``luma`` for
            arrays (height, width) of Y alone, which is much the cheapest.
        size: Scale to exactly this `Size` (in ``yuv`` mode even), or to this longer
            side, keeping the shape; None keeps the size. Nothing is enlarged by a
            longer side. In ``yuv`` mode odd sides are made even by padding.
        threads: Decoder threads; 0 for as many as there are cores.

    Raises:
        MediaError: The file cannot be read, or holds no film. While iterating: it
            is damaged.
    """
    path = Path(path)
    with open_input(path) as container:
        stream = film_stream(container)
        if stream is None:
            raise MediaError(f"{path} holds no film; expected one (mp4, mov, mkv, webm, gif)")
        table = frame_table(container, stream, path)
        shown = shown_size(first_frame(container, stream, path))
        has_sound = sound_stream(container) is not None
    target = _target_size(shown, size, pixels)
    opener = _opener(path, table, pixels, target, threads)
    sound = open_sound(path) if has_sound else None
    n_frames = table.n_frames
    if n_frames is not None:
        n_frames += film_clock(path).shows_rest
    return Film(target, table.frame_rate, n_frames, opener, sound)


def steady(film: Film, frame_rate: Fraction) -> Film:
    """Return a film a constant frame rate by repeating and leaving out pictures.

    At each instant the picture is shown that the film shows then, so that no
    picture comes early and none late by a whole video frame.
    """
    if frame_rate <= 0:
        raise ValueError(f"frame_rate is {frame_rate}; expected video frames a second above 0")

    def frames() -> Iterator[FilmFrame]:
        shown: FilmFrame | None = None
        index = 0
        for frame in film:
            while shown is not None and index / frame_rate < frame.time:
                yield FilmFrame(index / frame_rate, shown.picture)
                index += 1
            shown = frame
        # The last picture lasts as long as one video frame of the film as it was.
        end = Fraction(0) if shown is None else shown.time + 1 / film.frame_rate
        while shown is not None and index / frame_rate < end:
            yield FilmFrame(index / frame_rate, shown.picture)
            index += 1

    return Film(film.size, frame_rate, None, frames, film.sound)


def _opener(
    path: Path, table: FrameTable, pixels: Pixels, size: Size, threads: int
) -> Callable[[], Iterator[FilmFrame]]:
    def frames() -> Iterator[FilmFrame]:
        reader = FrameReader(pixels, size)
        for time, frame in timed_frames(path, table.frame_rate, threads=threads):
            yield FilmFrame(time, reader.picture(frame))

    return frames


def timed_frames(
    path: Path, frame_rate: Fraction, *, threads: int = 0
) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Decode a film's pictures, each with its time in seconds.

    Raises:
        MediaError: The film cannot be read, or is damaged.
    """
    clock = film_clock(path)
    with open_input(path) as container:
        stream = film_stream(container)
        if stream is None:
            raise MediaError(f"{path} has changed while it was read")
        stream.codec_context.thread_count = threads
        stream.codec_context.thread_type = ThreadType.AUTO
        times = FrameTimes(container, stream, frame_rate, clock)
        rest: VideoFrame | None = None
        for frame in decoded(container, stream, path, _hook(stream, clock)):
            if rest is not None and not clock.is_hidden(frame):
                yield Fraction(0), downwards(rest)
            rest = frame if clock.is_hidden(frame) else None
            time = None if rest is not None else times.of(frame)
            if time is None:
                continue
            if time > MAX_DURATION_S:
                raise MediaError(
                    f"cannot read {path}: it claims a picture at {float(time):.0f} s; "
                    f"expected a film of at most {MAX_DURATION_S} s"
                )
            yield time, downwards(frame)


def _hook(stream: VideoStream, clock: Clock) -> PacketHook:
    """Return what moves packets over joins and, where a hidden picture is shown, unhides it."""
    joined = Joined(clock.joins)

    def hook(packet: Any) -> Any:
        joined.moved(packet)
        if not clock.shows_rest or not packet.is_discard or not packet.size:
            return packet
        plain: Any = Packet(bytes(packet))
        plain.pts, plain.dts, plain.time_base = packet.pts, packet.dts, packet.time_base
        plain.is_keyframe, plain.stream = packet.is_keyframe, stream
        return plain

    return hook


class FrameTimes:
    """Gives each video frame its time: exact, from 0, increasing."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, frame_rate: Fraction, clock: Clock
    ) -> None:
        tick = stream.time_base or Fraction(1, 1000)
        self._frame_rate = frame_rate
        # A GIF names no frame rate: its mean is no grid.
        is_gif = container.format.name == "gif"
        self._tolerance = Fraction(0) if is_gif else tick * Fraction(6, 10)
        # AVI counts pictures in the order of decoding alone.
        self._by_order = container.format.name == "avi"
        self._origin = clock.origin
        self._last: Fraction | None = None

    def of(self, frame: VideoFrame) -> Fraction | None:
        """Return the frame's time, or None if it is not later than the last."""
        at = frame.dts if self._by_order else frame.pts
        if at is None or not frame.time_base:
            time = Fraction(0) if self._last is None else self._last + 1 / self._frame_rate
        else:
            absolute = at * frame.time_base
            self._origin = absolute if self._origin is None else self._origin
            time = self.on_grid(absolute - self._origin)
        if time < 0 or (self._last is not None and time <= self._last):
            return None
        self._last = time
        return time

    def on_grid(self, time: Fraction) -> Fraction:
        """Undo a container's rounding of a time that should be a multiple of a frame's length."""
        on_grid = round(time * self._frame_rate) / self._frame_rate
        near = abs(on_grid - time) <= self._tolerance
        return on_grid if near and (self._last is None or on_grid > self._last) else time


def _target_size(shown: Size, size: Size | int | None, pixels: Pixels) -> Size:
    if isinstance(size, tuple):
        if min(size) < 1 or (pixels == "yuv" and even(size) != size):
            raise ValueError(f"size is {size}; expected sides above 0, in yuv mode even ones")
        return size
    if size is not None and size < 2:
        raise ValueError(f"the longer side is {size} px; expected 2 or more")
    if size is not None and size < max(shown):
        scale = Fraction(size, max(shown))
        shown = Size(max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
    return even(shown) if pixels == "yuv" else shown
