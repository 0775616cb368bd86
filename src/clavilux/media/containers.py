"""Containers: opening a media file that nobody vouches for.

A path in, an open PyAV container out. The format is told by content, never by
name; only formats in `_DEMUXERS` are tried, only local files are read, and
what libav says about a bad file becomes one clear line.

Conventions
-----------
- A film's clock starts at its first video frame, and so does that of its sound;
  the clock of sound alone starts at its first sample.
- A cover picture in a sound file is not a film.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn, overload

import av
import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.media.wholeness import check_whole

MAX_PIXELS = 8192 * 4320
"""The largest picture that is decoded; a bigger claim is refused before memory is taken."""
MAX_DURATION_S = 24 * 3600
"""A time later than this is taken for a lie."""
EXPECTED = "a film (such as mp4, mov, mkv, avi) or sound (such as wav, flac, mp3, m4a)"
_METADATA: dict[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
)
"""How tags that are not UTF-8 are read: PyAV 19 escapes them and takes no such argument."""
_DEMUXERS = ",".join(
    (
        "mov,matroska,webm,gif,apng,avi,mpegts,mpeg,mpegvideo,flv,asf,mxf,gxf,dv,ogg,nut,rm,wtv",
        "ivf,m4v,h264,hevc,av1,obu,vvc,mjpeg,yuv4mpegpipe,nsv,flic,smk,bink,roq,film_cpk,amv,xmv",
        "pva,ty,dhav,lxf,mlv,cine,nuv,swf,ser,live_flv,kux,pmp,mtv,vivo,vc1,vc1test,dirac",
        "cavsvideo,dfa,mvi,4xm,ea,wc3movie,vmd,dxa,iv8,moflex,psxstr,thp,smjpeg",
        "wav,w64,flac,mp3,aac,aiff,caf,au,amr,ac3,eac3,dts,tta,wv,ape,mpc,mpc8,tak,voc,dsf,loas",
        "dtshd,xwma,oma,qcp,shn,truehd,mlp,ircam,iff,adx,pvf,sox,aea,amrnb,amrwb,qoa,wsd,rsd,apc",
        "apm,alp,bfstm,brstm,kvag,argo_asf,pp_bnk,hca,ast",
    )
)
"""Formats of single files; none of playlists or picture lists, which name other files."""

UNDECODABLE = (av.error.InvalidDataError, av.error.ArgumentError, av.error.PermissionError)
"""What decoders say of a damaged packet; GIF's says "not permitted"."""
# fmt: off
READABLE_FILM_SUFFIXES = frozenset(
    (
        ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".gif", ".apng", ".avi", ".ts", ".mts",
        ".m2ts", ".mpg", ".mpeg", ".vob", ".flv", ".f4v", ".wmv", ".asf", ".mxf", ".gxf",
        ".dv", ".ogv", ".3gp", ".3g2", ".nut", ".y4m", ".ivf", ".rm", ".rmvb", ".divx",
    )
)
# fmt: on
"""Suffixes by which films are found in a folder; a file named alone is known by its content."""


@contextmanager
def open_input(
    path: Path, more: dict[str, str] | None = None, *, span: tuple[int, int] | None = None
) -> Iterator[InputContainer]:
    """Open a media file for reading, or the bytes of it from one place to another.

    `more` are options of libav's reader.

    Raises:
        MediaError: There is no such file, or it holds no media that can be read;
            also for whatever libav finds wrong while the block runs.
    """
    check_whole(path)
    options = {
        "format_whitelist": _DEMUXERS,
        "protocol_whitelist": "file",
        "max_pixels": str(MAX_PIXELS),
        **(more or {}),
    }
    try:
        # An absolute path cannot be mistaken for a URL.
        source = str(path.absolute()) if span is None else _part(path, *span)
        with av.open(source, options=options, **_METADATA) as container:
            yield container
    except av.error.FFmpegError as error:
        _refuse(path, error)
    except (ValueError, OverflowError, UnicodeError, MemoryError) as error:
        _refuse(path, error)


def _part(path: Path, start: int, end: int) -> BytesIO:
    with path.open("rb") as file:
        file.seek(start)
        return BytesIO(file.read(end - start))


def film_stream(container: InputContainer) -> VideoStream | None:
    """Find the stream that is the film: the best that is no cover picture."""
    streams = [s for s in container.streams.video if not _is_cover(s) and _is_decodable(s)]
    if not streams:
        return None
    best = container.streams.best("video")
    return next((s for s in streams if best and s.index == best.index), streams[0])


def sound_stream(container: InputContainer) -> AudioStream | None:
    """Find the stream that is the sound: the one libav takes for the best."""
    streams = [s for s in container.streams.audio if _is_decodable(s)]
    if not streams:
        return None
    best = container.streams.best("audio")
    return next((s for s in streams if best and s.index == best.index), streams[0])


def start_s(stream: Stream) -> Fraction:
    """Return the second at which a stream starts, on its container's clock."""
    if stream.start_time is None or not stream.time_base:
        return Fraction(0)
    return stream.start_time * stream.time_base


def duration_s(container: InputContainer, stream: Stream) -> Fraction | None:
    """Return how long a stream says it is, if it says; a span no film can have is None."""
    if stream.duration and stream.time_base:
        claimed = stream.duration * stream.time_base
    elif container.duration:
        claimed = Fraction(container.duration, 1_000_000)
    else:
        return None
    return claimed if 0 < claimed <= MAX_DURATION_S else None


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _is_decodable(stream: Stream) -> bool:
    return stream.codec_context is not None


def _refuse(path: Path, error: Exception) -> NoReturn:
    if isinstance(error, PermissionError) and not os.access(path, os.R_OK):
        raise MediaError(f"cannot read {path}: permission denied") from error
    if isinstance(error, av.error.PatchWelcomeError):
        raise MediaError(
            f"cannot read {path}: FFmpeg does not know this variant of its format; "
            "convert it with the program that wrote it"
        ) from error
    if isinstance(error, UNDECODABLE):
        raise MediaError(f"cannot read {path}: it is not {EXPECTED}, or is damaged") from error
    reason = (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
    raise MediaError(f"cannot read {path}: {reason}; expected {EXPECTED}") from error


def packets(container: InputContainer, *streams: Stream) -> Iterator[Any]:
    """Read the packets of streams, and at the end of each one that is empty.

    A file that breaks off, in a container that doesn't say how long it is, ends with the last
    packet that can be read; a warning says where.

    Raises:
        InvalidDataError: No packet can be read.
    """
    read = container.demux(*streams)
    first_s = last_s = None
    while True:
        try:
            packet: Any = next(read)
        except StopIteration:
            return
        except av.error.InvalidDataError:
            if first_s is None or last_s is None:
                raise
            after = f" after {last_s - first_s:.1f} s" if last_s > first_s else ""
            warnings.warn(
                f"{container.name} breaks off or is damaged{after}; what is before is read",
                stacklevel=3,
            )
            break
        if packet.size:
            at = packet.pts if packet.dts is None else packet.dts
            last_s = float((at or 0) * packet.time_base) if packet.time_base else 0.0
            first_s = last_s if first_s is None else first_s
        yield packet
    for stream in streams:
        end: Any = av.Packet()
        end.stream = stream
        yield end


PacketHook = Callable[[Any], Any]
"""Changes a packet before it is decoded."""


@overload
def decoded(
    container: InputContainer, stream: VideoStream, path: Path, hook: PacketHook | None = None
) -> Iterator[VideoFrame]: ...
@overload
def decoded(
    container: InputContainer, stream: AudioStream, path: Path, hook: PacketHook | None = None
) -> Iterator[AudioFrame]: ...
def decoded(
    container: InputContainer,
    stream: VideoStream | AudioStream,
    path: Path,
    hook: PacketHook | None = None,
) -> Iterator[VideoFrame | AudioFrame]:
    """Decode, passing over the odd damaged packet but not over a damaged file."""
    good = bad = 0
    for packet in packets(container, stream):
        if packet.size == 0 and packet.dts is not None:
            continue  # it repeats the last picture, which stays
        try:
            frames = (hook(packet) if hook else packet).decode()
        except UNDECODABLE as error:
            bad += 1
            if bad > 3 and bad > good / 10:
                what = "pictures are" if stream.type == "video" else "sound is"
                raise MediaError(f"cannot read {path}: its {what} damaged") from error
            continue
        good += 1
        for frame in frames:
            assert isinstance(frame, VideoFrame | AudioFrame)  # not a subtitle
            yield frame
