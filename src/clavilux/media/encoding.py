"""Encodings: which container and codecs a film gets, told by its target's suffix.

| suffix  | pictures          | sound    | odd sizes        |
|---------|-------------------|----------|------------------|
| ``.mp4``  | H.264             | AAC      | padded to even   |
| ``.mkv``  | H.264             | FLAC     | padded to even   |
| ``.mov``  | ProRes 422 HQ     | 24-bit   | padded to even   |
| ``.webm`` | VP9               | Opus     | exact            |
| ``.gif``  | one palette       | none     | exact            |
| PNG     | a folder of files | sound.wav | exact            |

Padding repeats the last row or column. A target without suffix, or one such as
``frames/%05d.png``, is a folder of PNG files.
"""

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from av.codec.context import CodecContext, Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.core.values import Size
from clavilux.media.pictures import even

FILM_SUFFIXES = (".mp4", ".mkv", ".mov", ".webm", ".gif")
"""Suffixes of films; PNG sequences have a pattern such as ``%05d.png``, or none."""
SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
MAX_SIDE = 16384
MAX_FRAME_RATE = 1000
_MAX_NUMERATOR = 1_000_000
"""A container's clock counts parts of a second in 32 bits."""

_PRESETS = {
    "ultrafast": 5,
    "superfast": 5,
    "veryfast": 5,
    "faster": 4,
    "fast": 4,
    "medium": 3,
    "slow": 2,
    "slower": 1,
    "veryslow": 0,
}
"""Names of x264's presets and the VP9 speed that stands for each."""

_AVX_512 = 13
"""OpenCV's number for AVX-512F."""

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
        exact = self.codec in ("libvpx-vp9", "png", "ffv1")
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
        if self.pixel_format.startswith("yuv"):
            context.color_range = ColorRange.MPEG
            context.colorspace = Colorspace.ITU709
            context.color_primaries = ColorPrimaries.BT709
            context.color_trc = ColorTrc.BT709

    def encoder(self) -> VideoCodecContext:
        """Build an encoder that belongs to no container."""
        context = CodecContext.create(self.codec, "w")
        assert isinstance(context, VideoCodecContext)
        self.apply(context)
        return context


def encoding_for(
    target: str | os.PathLike[str],
    *,
    frame_rate: Fraction,
    size: Size,
    quality: int = 18,
    preset: str = "veryfast",
    threads: int = 1,
) -> Encoding:
    """Choose the encoding of a film by its target's suffix.

    Args:
        target: Where the film shall appear.
        frame_rate: Video frames per second.
        size: Of its pictures.
        quality: Constant quality on x264's scale, 0 (lossless) to 51 (worst).
        preset: x264's name for the trade of time for size.
        threads: Encoder threads. The bytes depend on the number, not on the machine.

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
    if preset not in _PRESETS:
        raise MediaError(f"no preset is called {preset!r}; there are: {', '.join(_PRESETS)}")
    if min(size) < 1 or max(size) > MAX_SIDE:
        raise MediaError(f"size is {size}; expected sides of 1 to {MAX_SIDE} px")
    frame_rate, size = Fraction(frame_rate), Size(*size)
    parts: tuple[str, str, str, tuple[tuple[str, str], ...], str | None]
    match film_kind(target):
        case "mp4":
            parts = ("mp4", "libx264", "yuv420p", _x264(quality, preset), "aac")
        case "mkv":
            parts = ("matroska", "libx264", "yuv420p", _x264(quality, preset), "flac")
        case "mov":
            parts = ("mov", "prores_ks", "yuv422p10le", (("profile", "3"),), "pcm_s24le")
        case "webm":
            parts = ("webm", "libvpx-vp9", "yuv420p", _vp9(quality, preset), "libopus")
        case "gif":
            parts = ("gif", "ffv1", "bgr0", (("level", "1"), ("g", "1")), None)
        case _:
            parts = ("png", "png", "rgb24", (("compression_level", "3"),), "pcm_s24le")
    container, codec, pixel_format, options, sound_codec = parts
    return Encoding(container, codec, pixel_format, frame_rate, size, options, sound_codec, threads)


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
    """Tell whether a film of that name can hold sound: all can but GIF."""
    return film_kind(target) != "gif"


def _x264(quality: int, preset: str) -> tuple[tuple[str, str], ...]:
    return (("crf", str(quality)), ("preset", preset))


def _vp9(quality: int, preset: str) -> tuple[tuple[str, str], ...]:
    crf = max(1, round(quality * 63 / 51))
    return (
        ("crf", str(crf)),
        ("b", "0"),
        ("deadline", "good"),
        ("cpu-used", str(_PRESETS[preset])),
        ("row-mt", "1"),
        ("lossless", str(int(quality == 0))),
    )
