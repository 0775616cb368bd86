"""Encodings: which container and codecs a film gets, told by its target's suffix.

| suffix    | pictures          | others       | sound        | odd sizes      | transparent     |
|-----------|-------------------|--------------|--------------|----------------|-----------------|
| ``.mp4``  | H.264             | AV1          | AAC          | padded to even |                 |
| ``.mkv``  | H.264             | AV1, VP9     | FLAC         | padded to even | VP9             |
| ``.mov``  | ProRes 422 HQ     | H.264        | 24-bit; AAC  | padded to even | ProRes 4444     |
| ``.webm`` | VP9               | AV1          | Opus         | exact; padded  | VP9             |
| ``.gif``  | one palette       |              | none         | exact          |                 |
| PNG       | a folder of files |              | sound.wav    | exact          | yes             |

`clavilux.media.codecs` has what can be named besides. Padding repeats the last row or column. A
target without suffix, or one such as ``frames/%05d.png``, is a folder of PNG files.
"""

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from av.codec.context import CodecContext, Flags
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.core.values import Size
from clavilux.media.codecs import CODECS, CONTAINERS, DEFAULT_PRESET, OF_KIND, PRESETS, Codec
from clavilux.media.pictures import even

FILM_SUFFIXES = (".mp4", ".mkv", ".mov", ".webm", ".gif")
"""Suffixes of films; PNG sequences have a pattern such as ``%05d.png``, or none."""
SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
MAX_SIDE = 16384
MAX_FRAME_RATE = 1000
_MAX_NUMERATOR = 1_000_000
"""A container's clock counts parts of a second in 32 bits."""

_AVX_512 = 13
"""OpenCV's number for AVX-512F."""

_EXACT = {codec.library for codec in OF_KIND.values() if codec.takes_odd_sizes}

if TYPE_CHECKING:
    VideoPacket = Packet[VideoStream]
else:
    VideoPacket = Packet


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the pictures of one film are encoded."""

    container: str
    """As libav calls it: ``mp4``, ``mov``, ``matroska``, ``webm``; or ``gif``, ``png``."""
    codec: str
    """The encoder, as libav calls it."""
    pixel_format: str
    frame_rate: Fraction
    size: Size
    """Of the pictures that come in."""
    options: tuple[tuple[str, str], ...]
    sound_codec: str | None
    threads: int

    @property
    def coded_size(self) -> Size:
        """Size of the pictures as encoded: even where the pixel format needs that."""
        exact = self.codec in _EXACT
        return self.size if exact else even(self.size)

    def apply(self, coder: VideoCodecContext | VideoStream) -> None:
        """Set up an encoder so."""
        coder.width, coder.height = self.coded_size
        coder.pix_fmt = self.pixel_format
        context = coder.codec_context if isinstance(coder, VideoStream) else coder
        context.time_base = 1 / self.frame_rate
        context.framerate = self.frame_rate
        context.thread_count = self.threads
        context.flags |= Flags.global_header | Flags.closed_gop
        context.options = dict(self.options)
        if self.codec == "libx264" and cv2.checkHardwareSupport(_AVX_512):
            # With AVX-512, x264's macroblock tree differs from run to run at widths that are no
            # multiple of 128; AVX2 is as fast.
            context.options |= {"x264-params": "asm=avx2,fma3,lzcnt,bmi1,bmi2"}
        if self.pixel_format.startswith(("yuv", "nv12")):
            context.color_range = ColorRange.MPEG
            context.colorspace = Colorspace.ITU709
            context.color_primaries = ColorPrimaries.BT709
            context.color_trc = ColorTrc.BT709

    def encoder(self) -> VideoCodecContext:
        """Build an encoder that belongs to no container.

        Raises:
            MediaError: This machine, or this build of libav, has none.
        """
        os.environ.setdefault("SVT_LOG", "1")  # errors only: it talks of itself otherwise
        try:
            context = CodecContext.create(self.codec, "w")
        except ValueError as error:
            raise MediaError(
                f"there is no encoder {self.codec} in this build of libav; choose another codec"
            ) from error
        assert isinstance(context, VideoCodecContext)
        self.apply(context)
        return context

    def check(self) -> None:
        """Open the encoder once, to find out before any work whether it can be had.

        Raises:
            MediaError: It can't: the message says why.
        """
        context = self.encoder()
        try:
            context.open()
        except (FFmpegError, OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise MediaError(
                f"the encoder {self.codec} cannot be opened on this machine: {reason}; choose "
                "another codec"
            ) from error


def encoding_for(
    target: str | os.PathLike[str],
    *,
    frame_rate: Fraction,
    size: Size,
    quality: int = 18,
    preset: str = DEFAULT_PRESET,
    threads: int = 1,
    codec: str | None = None,
    transparent: bool = False,
) -> Encoding:
    """Choose the encoding of a film by its target's suffix.

    Args:
        target: Where the film shall appear.
        frame_rate: Video frames per second.
        size: Of its pictures.
        quality: Constant quality on x264's scale, 0 (lossless) to 51 (worst).
        preset: The trade of time for size; see `clavilux.media.codecs`.
        threads: Encoder threads. The bytes depend on the number, not on the machine.
        codec: One of `clavilux.media.codecs.CODECS`; the usual one of the suffix if None.
        transparent: Whether pictures have `Yuv.alpha`.

    Raises:
        MediaError: No film can be written under that name.
    """
    if not 0 < frame_rate <= MAX_FRAME_RATE or Fraction(frame_rate).numerator > _MAX_NUMERATOR:
        raise MediaError(
            f"the frame rate is {frame_rate}; expected above 0, at most {MAX_FRAME_RATE}, and "
            "a fraction of small numbers, such as 24000/1001"
        )
    if not 0 <= quality <= 51:
        raise MediaError(f"quality is {quality}; expected 0 (lossless) to 51 (worst)")
    if preset not in PRESETS:
        raise MediaError(f"no preset is called {preset!r}; there are: {', '.join(PRESETS)}")
    if min(size) < 1 or max(size) > MAX_SIDE:
        raise MediaError(f"size is {size}; expected sides of 1 to {MAX_SIDE} px")
    frame_rate, size = Fraction(frame_rate), Size(*size)
    kind = film_kind(target)
    chosen = codec_of(target, codec)
    pixel_format, options = chosen.pixel_format, chosen.options(quality, preset)
    if transparent:
        if chosen.alpha_format is None:
            raise MediaError(
                f"{chosen.library} in {Path(target).name} holds no transparency; name a .mov "
                "(ProRes 4444), a .webm (VP9) or a folder of PNG pictures"
            )
        changed = dict(chosen.alpha_options)
        pixel_format = chosen.alpha_format
        options = tuple((dict(options) | changed).items())
    return Encoding(
        CONTAINERS.get(kind, kind), chosen.library, pixel_format, frame_rate, size, options,
        chosen.sound[kind], threads,
    )  # fmt: skip


def codec_of(target: str | os.PathLike[str], name: str | None) -> Codec:
    """Return the codec of that name, or the usual one of a film's suffix.

    Raises:
        MediaError: There is no such codec, or not in such a film.
    """
    kind = film_kind(target)
    if name is None:
        return OF_KIND[kind]
    if name not in CODECS:
        raise MediaError(f"no codec is called {name!r}; there are: {', '.join(CODECS)}")
    codec = CODECS[name]
    if kind not in codec.sound:
        known = ", ".join(f".{one}" for one in codec.sound)
        raise MediaError(f"{Path(target).name} cannot hold {name}; it goes into {known}")
    return codec


def film_kind(target: str | os.PathLike[str]) -> str:
    """Name the kind of film a target asks for: a suffix without its dot, or ``png``.

    Raises:
        MediaError: No film can be written under that name.
    """
    path = Path(target)
    suffix = path.suffix.lower()
    if suffix in FILM_SUFFIXES:
        return suffix[1:]
    if suffix == "" or (suffix == ".png" and "%" in path.name):
        return "png"
    if suffix == ".png":
        raise MediaError(
            f"cannot write a film to one picture, {path}; "
            f"name a folder, or a pattern such as {path.with_name('%05d.png')}"
        )
    sound = "; that is a name for sound" if suffix in SOUND_SUFFIXES else ""
    names = ", ".join(FILM_SUFFIXES)
    raise MediaError(f"cannot write a film as {path}{sound}; expected one of {names}, or a folder")


def holds_sound(target: str | os.PathLike[str]) -> bool:
    """Return whether a film of that name can hold sound: all can but GIF."""
    return film_kind(target) != "gif"
