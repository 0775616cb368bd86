"""Probing: what a media file holds, told by its content and not by its name."""

import os
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.core.values import Size
from clavilux.media.containers import (
    EXPECTED,
    MAX_DURATION_S,
    MAX_PIXELS,
    UNDECODABLE,
    duration_s,
    film_stream,
    open_input,
    sound_stream,
)
from clavilux.media.riff import open_wav

_MAX_FRAME_RATE = 1000
_ROUNDING = Fraction(1, 1_000_000)
"""Matroska keeps a video frame's length in whole nanoseconds."""
_PACKETS_TO_TRY = 500
"""A stream of which so many packets give no picture holds none."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a media file holds."""

    container: str
    """As libav calls it, such as ``mov,mp4,m4a,3gp,3g2,mj2``."""
    duration_s: float | None
    """Seconds, as the file claims; None where it doesn't say."""
    size: Size | None = None
    """Of the pictures as shown: after rotation. Pixels are taken as square."""
    frame_rate: Fraction | None = None
    """Video frames per second; the mean where the rate varies."""
    n_frames: int | None = None
    """Number of video frames, where the file says."""
    variable_frame_rate: bool | None = None
    """Whether video frames are unevenly spaced; None where only reading would tell."""
    rotation: int = 0
    """By how many degrees the stored pictures are turned, counter-clockwise, to be shown."""
    film_codec: str | None = None
    sound_codec: str | None = None
    sample_rate: int | None = None
    n_channels: int | None = None

    @property
    def has_film(self) -> bool:
        """Whether there are moving pictures."""
        return self.film_codec is not None

    @property
    def has_sound(self) -> bool:
        """Whether there is sound."""
        return self.sound_codec is not None

    @property
    def kind(self) -> str:
        """Name what the file is: ``film`` (with or without sound) or ``sound``."""
        return "film" if self.has_film else "sound"


def probe(path: str | os.PathLike[str]) -> MediaInfo:
    """Look into a media file: read its head and decode one picture.

    Raises:
        MediaError: It is missing, empty, cut short, or neither film nor sound.
    """
    path = Path(path)
    with open_input(path) as container:
        film, sound = film_stream(container), sound_stream(container)
        if film is None and sound is None:
            raise MediaError(f"cannot read {path}: it holds no pictures and no sound")
        plain = open_wav(path) if container.format.name == "wav" else None
        claimed = duration_s(container, film or sound)  # type: ignore[arg-type]
        seconds = claimed if plain is None else plain.duration_s
        facts: dict[str, object] = {}
        if sound is not None:
            facts |= {
                "sound_codec": sound.codec_context.name,
                "sample_rate": sound.codec_context.sample_rate,
                "n_channels": sound.codec_context.layout.nb_channels,
            }
        if film is not None:
            facts |= _film_facts(container, film, path)
        return MediaInfo(
            container=container.format.name,
            duration_s=None if seconds is None else float(seconds),
            **facts,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True)
class FrameTable:
    """How many video frames a film has, and how many a second."""

    frame_rate: Fraction
    """The mean, where it varies."""
    n_frames: int | None
    """None where the file doesn't say."""


def frame_table(container: InputContainer, stream: VideoStream, path: Path) -> FrameTable:
    """Find the number and the mean rate of a film's frames without decoding them."""
    if container.format.name == "gif":
        return _gif_table(path)
    return FrameTable(_frame_rate(container, stream), _n_frames(stream))


def _gif_table(path: Path) -> FrameTable:
    """Count the frames of a GIF, which has no table but is quickly read."""
    with open_input(path) as container:
        delays = [p.duration or 1 for p in container.demux(container.streams.video[0]) if p.size]
    seconds = Fraction(max(1, sum(delays)), 100)
    n_frames = max(1, len(delays))
    return FrameTable(min(n_frames / seconds, Fraction(100)), n_frames)


def _frame_rate(container: InputContainer, stream: VideoStream) -> Fraction:
    """Return the stream's mean frame rate; 25 where the file claims none that can be."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= _MAX_FRAME_RATE:
            return _neat(Fraction(rate))
    length = duration_s(container, stream)
    if stream.frames and length:
        return min(Fraction(stream.frames) / length, Fraction(_MAX_FRAME_RATE))
    return Fraction(25)


def first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    """Decode the first picture of a film, and refuse one that has none."""
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > MAX_PIXELS:
        raise MediaError(
            f"cannot read {path}: its pictures are {width}x{height}; "
            f"expected at most {MAX_PIXELS} pixels"
        )
    for packet in islice(container.demux(stream), _PACKETS_TO_TRY):
        try:
            for frame in packet.decode():
                return frame
        except UNDECODABLE:
            continue
    raise MediaError(f"cannot read {path}: no picture in it can be decoded; expected {EXPECTED}")


def quarter_turns(frame: VideoFrame) -> int:
    """Return by how many quarters a picture is turned, counter-clockwise, to be shown."""
    return round(frame.rotation / 90) % 4


def shown_size(frame: VideoFrame) -> Size:
    """Return the size of a picture after rotation."""
    turned = quarter_turns(frame) % 2
    return Size(frame.height, frame.width) if turned else Size(frame.width, frame.height)


def _neat(rate: Fraction) -> Fraction:
    """Undo a container's rounding: the whole or NTSC rate that is meant, if one is so near."""
    for meant in (Fraction(round(rate)), Fraction(round(rate * 1001 / 1000) * 1000, 1001)):
        if meant and abs(rate / meant - 1) < _ROUNDING:
            return meant
    return rate


def _n_frames(stream: VideoStream) -> int | None:
    """Return the number of video frames if the file has a table of them."""
    n = stream.frames
    table = stream.index_entries
    if n <= 0 or n != len(table):
        return None
    return n - sum(entry.is_discard for entry in table)


def _film_facts(container: InputContainer, stream: VideoStream, path: Path) -> dict[str, object]:
    varies = _varies(stream)
    table = frame_table(container, stream, path)
    rate, n_frames = table.frame_rate, table.n_frames
    frame = first_frame(container, stream, path)
    if n_frames is not None and n_frames / rate > 2 * MAX_DURATION_S:
        raise MediaError(
            f"cannot read {path}: it claims {n_frames} video frames at {rate} a second"
        )
    return {
        "film_codec": stream.codec_context.name,
        "size": shown_size(frame),
        "rotation": 90 * quarter_turns(frame),
        "frame_rate": rate,
        "n_frames": n_frames,
        "variable_frame_rate": varies,
    }


def _varies(stream: VideoStream) -> bool | None:
    """Compare the spacing of frames in the file's table, if it has one."""
    if _n_frames(stream) is None:
        return None
    times = [entry.timestamp for entry in islice(stream.index_entries, 2000)]
    steps = [later - earlier for earlier, later in pairwise(times)]
    # A coarse clock rounds even spacing to neighbouring numbers.
    return bool(steps) and max(steps) - min(steps) > 1
