"""Codecs: by which a film's pictures can be encoded, and what each needs.

Names are FFmpeg's or what everybody says. Encoders of graphics processors are tried when they are
asked for, never chosen by themselves: which of them works hangs on the machine, and their bytes
differ from one to the next.

Conventions
-----------
- *Quality* is a constant rate factor on x264's scale: 0 lossless, 18 good, 51 worst.
- *Presets* trade time for size, named as x264's are; `smooth` is the default, see `_SMOOTH`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Options = tuple[tuple[str, str], ...]

PRESETS = {
    "ultrafast": 5,
    "superfast": 5,
    "smooth": 5,
    "veryfast": 5,
    "faster": 4,
    "fast": 4,
    "medium": 3,
    "slow": 2,
    "slower": 1,
    "veryslow": 0,
}
"""Presets, each with the VP9 speed that stands for it."""
DEFAULT_PRESET = "smooth"
_SMOOTH: Options = (("bf", "1"), ("motion-est", "dia"), ("partitions", "i4x4,i8x8"))
"""What `smooth` changes in x264's veryfast, for pictures without noise that move as planes:
docs/decisions/0048-encoder.md says how it was chosen."""
_AV1_PRESETS = dict(zip(PRESETS, (10, 10, 8, 8, 7, 7, 6, 5, 4, 3), strict=True))
"""What stands for each in SVT-AV1."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How pictures are encoded."""

    library: str
    """The encoder, as libav calls it."""
    pixel_format: str
    options: Callable[[int, str], Options]
    """Returns the encoder's options for a quality and a preset."""
    sound: Mapping[str, str | None]
    """Kinds of film that hold it, see `media.film_kind`, each with the codec of its sound."""
    alpha_format: str | None = None
    """The pixel format of transparent pictures, if it holds any."""
    alpha_options: Options = ()
    has_quality: bool = True
    """Whether it heeds quality and presets."""
    is_hardware: bool = False
    takes_odd_sizes: bool = field(default=False)


def _x264(quality: int, preset: str) -> Options:
    if preset == DEFAULT_PRESET:
        return (("crf", str(quality)), ("preset", "veryfast"), *_SMOOTH)
    return (("crf", str(quality)), ("preset", preset))


def _vp9(quality: int, preset: str) -> Options:
    crf = max(1, round(quality * 63 / 51))
    return (
        ("crf", str(crf)),
        ("b", "0"),
        ("deadline", "good"),
        ("cpu-used", str(PRESETS[preset])),
        ("row-mt", "1"),
        ("lossless", str(int(quality == 0))),
    )


def _svt_av1(quality: int, preset: str) -> Options:
    crf = min(63, max(1, round(quality * 63 / 51)))
    return (("crf", str(crf)), ("preset", str(_AV1_PRESETS[preset])), ("svtav1-params", "lp=1"))


def _fixed(*options: tuple[str, str]) -> Callable[[int, str], Options]:
    return lambda quality, preset: options


def _nvenc(quality: int, preset: str) -> Options:
    return (("rc", "vbr"), ("cq", str(max(1, quality))), ("b", "0"), ("preset", "p5"))


def _qsv(quality: int, preset: str) -> Options:
    return (("global_quality", str(max(1, quality))), ("preset", "medium"))


def _amf(quality: int, preset: str) -> Options:
    levels = (("qp_i", str(quality)), ("qp_p", str(quality)))
    return (("rc", "cqp"), *levels, ("quality", "balanced"))


def _videotoolbox(quality: int, preset: str) -> Options:
    # Its scale goes up from 1 to 100; libav counts it in units of 118.
    scale = round(100 - 100 * quality / 51) or 1
    return (("flags", "+qscale"), ("global_quality", str(scale * 118)))


_H264 = {"mp4": "aac", "mkv": "flac", "mov": "aac"}


def _hardware(library: str, pixel_format: str, options: Callable[[int, str], Options]) -> Codec:
    return Codec(library, pixel_format, options, _H264, is_hardware=True)


CODECS: Mapping[str, Codec] = {
    "h264": Codec("libx264", "yuv420p", _x264, _H264),
    "av1": Codec(
        "libsvtav1", "yuv420p10le", _svt_av1, {"mp4": "aac", "mkv": "flac", "webm": "libopus"}
    ),
    "vp9": Codec(
        "libvpx-vp9",
        "yuv420p",
        _vp9,
        {"webm": "libopus", "mkv": "flac"},
        alpha_format="yuva420p",
        alpha_options=(("auto-alt-ref", "0"),),
        takes_odd_sizes=True,
    ),
    "prores": Codec(
        "prores_ks",
        "yuv422p10le",
        _fixed(("profile", "3")),
        {"mov": "pcm_s24le"},
        alpha_format="yuva444p10le",
        alpha_options=(("profile", "4"),),
        has_quality=False,
    ),
    "h264_nvenc": _hardware("h264_nvenc", "yuv420p", _nvenc),
    "h264_qsv": _hardware("h264_qsv", "nv12", _qsv),
    "h264_amf": _hardware("h264_amf", "nv12", _amf),
    "h264_videotoolbox": _hardware("h264_videotoolbox", "yuv420p", _videotoolbox),
}
"""Codecs by name; PNG and GIF have one of their own, see `OF_KIND`."""

PICTURES = Codec(
    "png",
    "rgb24",
    _fixed(("compression_level", "3")),
    {"png": "pcm_s24le"},
    alpha_format="rgba",
    has_quality=False,
    takes_odd_sizes=True,
)
ANIMATION = Codec(
    "ffv1",
    "bgr0",
    _fixed(("level", "1"), ("g", "1")),
    {"gif": None},
    has_quality=False,
    takes_odd_sizes=True,
)
"""Of GIF: what its pictures wait in until all are known, from which its palette is drawn."""
OF_KIND: Mapping[str, Codec] = {
    "mp4": CODECS["h264"],
    "mkv": CODECS["h264"],
    "mov": CODECS["prores"],
    "webm": CODECS["vp9"],
    "png": PICTURES,
    "gif": ANIMATION,
}
"""What each kind of film gets where no codec is named."""
CONTAINERS = {"mkv": "matroska"}
"""What libav calls a kind of film, where it is another name."""
