"""Rescoring: a film gets another sound; its pictures stay as they are, bit for bit.

The encoded pictures are copied where the new container can hold them, which
costs next to nothing; otherwise they are decoded and encoded again.
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from fractions import Fraction
from math import ceil
from pathlib import Path

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.core.memory import give_back, trim
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Sound
from clavilux.media.containers import film_stream, open_input
from clavilux.media.encoding import VideoPacket, film_kind
from clavilux.media.film import open_film, steady
from clavilux.media.film_writer import write_film
from clavilux.media.outputs import translated_output
from clavilux.media.packet_spool import PacketSpool, SoundPacket
from clavilux.media.sound_track import SoundTrack, coded_rate
from clavilux.media.sound_writer import open_output

_HOLDS = {
    "mp4": {"h264", "hevc", "av1", "vp9", "mpeg4"},
    "mov": {"h264", "hevc", "prores", "mpeg4", "mjpeg"},
    "mkv": {"h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "prores", "ffv1", "mjpeg"},
    "webm": {"vp8", "vp9", "av1"},
}
"""Codecs of pictures that each container takes as they are."""
_PACKETS_A_TRIM = 1 << 11
"""Packets, of all sizes, after which the heap that they wore holes into is trimmed."""
_FORMAT = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm"}
_SOUND_CODEC = {"mp4": "aac", "mov": "pcm_s24le", "mkv": "flac", "webm": "libopus"}


def rescore(
    film: str | os.PathLike[str],
    sound: Sound,
    target: str | os.PathLike[str],
    *,
    duration_s: float,
    progress: Progress = silent,
) -> None:
    """Write `film` with `sound` in the place of its own.

    Args:
        film: The film; it may not be the target.
        sound: What is heard; cut or filled up to `duration_s`.
        target: Where the film shall appear; its suffix names the container.
        duration_s: Length of the film, seconds.
        progress: Hears of seconds copied, of those there are.

    Raises:
        MediaError: The film cannot be read, or the target is no film.
        OutputError: The target cannot be written.
    """
    target = Path(target)
    kind = film_kind(target)
    with open_input(Path(film)) as source:
        stream = film_stream(source)
        if stream is None:
            raise MediaError(f"{film} holds no film; expected one (mp4, mov, mkv, webm, gif)")
        if stream.codec_context.codec.canonical_name in _HOLDS.get(kind, ()):
            _copy(source, sound, target, kind, Fraction(duration_s), progress)
            return
    pictures = open_film(film)
    pictures = steady(pictures, pictures.frame_rate)
    write_film(
        (frame.picture for frame in pictures),
        target,
        frame_rate=pictures.frame_rate,
        size=pictures.size,
        sound=sound,
        progress=progress,
    )


def _copy(
    source: InputContainer,
    sound: Sound,
    target: Path,
    kind: str,
    duration_s: Fraction,
    progress: Progress,
) -> None:
    stream = film_stream(source)
    assert stream is not None
    with translated_output(target) as partial, closing(PacketSpool(partial.parent)) as spool:
        codec = _SOUND_CODEC[kind]
        ticks = coded_rate(codec, sound.sample_rate)
        container = open_output(partial, _FORMAT[kind], ticks=ticks)
        try:
            copied = container.add_stream_from_template(stream, opaque=True)
            _encode(SoundTrack(container, sound, codec, sink=spool.add), duration_s, progress)
            give_back()  # what made the sound, before the container's index grows
            container.start_encoding()
            packets = _interleaved(_pictures(source, stream, copied), spool.packets())
            for number, packet in enumerate(packets):
                container.mux(packet)
                progress(float(_time_s(packet)), float(duration_s), "joining")
                if number % _PACKETS_A_TRIM == 0:
                    trim()
            container.close()
        finally:
            with suppress(av.error.FFmpegError):
                container.close()  # after the line above it does nothing


def _encode(track: SoundTrack, duration_s: Fraction, progress: Progress) -> None:
    for second in range(1, ceil(duration_s) + 1):
        track.advance(min(Fraction(second), duration_s))
        progress(second, ceil(duration_s), "writing sound")
    track.finish()


def _pictures(
    source: InputContainer, stream: VideoStream, copied: VideoStream
) -> Iterator[VideoPacket]:
    """Read a film's encoded pictures, in the order of decoding, the first one shown at once."""
    first: int | None = None
    for packet in source.demux(stream):
        if packet.dts is None or packet.pts is None:
            continue
        first = packet.pts if first is None else first
        packet.pts, packet.dts = packet.pts - first, packet.dts - first
        packet.stream = copied
        yield packet


def _interleaved(
    pictures: Iterator[VideoPacket], sound: Iterator[SoundPacket]
) -> Iterator[VideoPacket | SoundPacket]:
    """Lay two streams into one: what is heard comes after what is shown with it."""
    waiting = next(sound, None)
    for picture in pictures:
        yield picture
        while waiting is not None and _time_s(waiting) <= _time_s(picture):
            yield waiting
            waiting = next(sound, None)
    if waiting is not None:
        yield waiting
    yield from sound


def _time_s(packet: VideoPacket | SoundPacket) -> Fraction:
    return Fraction(max(0, packet.pts or 0)) * packet.time_base
