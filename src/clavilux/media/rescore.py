"""Rescoring: a film gets another sound; its pictures stay as they are, each at its time.

The encoded pictures are copied, bit for bit, where the new container can hold
them, which costs next to nothing; otherwise they are decoded and encoded again,
and a warning says so.
"""

import heapq
import os
import warnings
from contextlib import ExitStack, closing, suppress
from fractions import Fraction
from math import ceil
from pathlib import Path

import av.error
from av.container import OutputContainer

from clavilux.core.memory import give_back, trim
from clavilux.core.progress import Progress, silent
from clavilux.core.values import Sound
from clavilux.media.companions import Companions
from clavilux.media.containers import film_stream, open_input
from clavilux.media.copying import CannotCopy, plan_copy
from clavilux.media.encoding import VideoPacket, film_kind
from clavilux.media.film import open_film
from clavilux.media.outputs import translated_output
from clavilux.media.packet_spool import PacketSpool, SoundPacket
from clavilux.media.reencoding import PictureTranscoder
from clavilux.media.sound_track import SoundTrack, coded_rate
from clavilux.media.sound_writer import open_output

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
    path, target = Path(film), Path(target)
    kind, frame_rate = film_kind(target), open_film(path).frame_rate
    try:
        plan = plan_copy(path, kind, frame_rate)
    except CannotCopy as why:
        warnings.warn(f"{target}: the pictures were encoded again: {why}", stacklevel=2)
        plan = None
    seconds = Fraction(duration_s)
    with translated_output(target) as partial, closing(PacketSpool(partial.parent)) as spool:
        codec = _SOUND_CODEC[kind]
        ticks = coded_rate(codec, sound.sample_rate)
        container = open_output(partial, _FORMAT[kind], ticks=ticks)
        with ExitStack() as stack:
            stack.callback(_close, container)
            source = stack.enter_context(open_input(path))
            stream = film_stream(source)
            assert stream is not None
            lost = []
            if plan is not None:
                copied = container.add_stream_from_template(stream, opaque=True)
                copied.time_base = plan.tick
                pictures = plan.packets(copied)
            else:
                coder = PictureTranscoder(path, target, container, frame_rate)
                lost += ["transparency"] if coder.loses_transparency else []
                pictures = coder.packets(seconds)
            track = SoundTrack(container, sound, codec, sink=spool.add)
            others = Companions(path, source, container, kind)
            lost += others.lost
            if lost:
                warnings.warn(f"{target} cannot hold, and loses: {', '.join(lost)}", stacklevel=2)
            _encode(track, seconds, progress)
            give_back()  # what made the sound, before the container's index grows
            container.start_encoding()
            streams = pictures, spool.packets(), others.packets(duration_s)
            for number, packet in enumerate(heapq.merge(*streams, key=_time_s)):
                container.mux(packet)
                progress(float(_time_s(packet)), float(duration_s), "joining")
                if number % _PACKETS_A_TRIM == 0:
                    trim()
            container.close()


def _close(container: OutputContainer) -> None:
    with suppress(av.error.FFmpegError):
        container.close()  # where all went well it does nothing


def _encode(track: SoundTrack, duration_s: Fraction, progress: Progress) -> None:
    for second in range(1, ceil(duration_s) + 1):
        track.advance(min(Fraction(second), duration_s))
        progress(second, ceil(duration_s), "writing sound")
    track.finish()


def _time_s(packet: VideoPacket | SoundPacket) -> Fraction:
    return Fraction(max(0, packet.pts or 0)) * packet.time_base
