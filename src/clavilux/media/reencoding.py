"""Re-encoding: a film's pictures, decoded and encoded again, each at its own time.

For containers that cannot hold a film's pictures as they are. Colour space, range,
rotation and pixel aspect ratio stay as they were, so that only the encoder
changes a picture.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from math import lcm
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream

from clavilux.core.errors import MediaError
from clavilux.core.values import Size
from clavilux.media.containers import film_stream, open_input
from clavilux.media.encoding import MAX_FRAME_RATE, VideoPacket, encoding_for
from clavilux.media.film import timed_frames

_QUALITY = 8
"""On x264's scale; so that even noise comes back above 40 dB, as a test of `rescore` asks."""
_ALPHA = {
    "mov": ("yuva444p10le", {"profile": "4"}),
    "webm": ("yuva420p", {"auto-alt-ref": "0"}),
}
"""Pixel formats with transparency, and the codec's options for them."""
_FULL_RANGE = ("yuvj", "rgb", "bgr", "gbr", "pal8", "argb", "abgr", "gray")


class PictureTranscoder:
    """The pictures of one film, encoded again into a stream of a container."""

    def __init__(
        self, path: Path, target: Path, container: OutputContainer, frame_rate: Fraction
    ) -> None:
        """Add a stream to `container` for the pictures of the film at `path`.

        Raises:
            MediaError: The film cannot be read, or holds no picture.
        """
        self._frames = timed_frames(path, frame_rate)
        first = next(self._frames, None)
        if first is None:
            raise MediaError(f"cannot read {path}: no picture in it can be decoded")
        self._frames = chain([first], self._frames)
        frame = first[1]
        with open_input(path) as source:
            film = film_stream(source)
            aspect = film.sample_aspect_ratio if film is not None else None
            tick = (film.time_base if film is not None else None) or Fraction(1, 1000)
        kind = target.suffix.lower()[1:]
        self._size = Size(frame.width, frame.height)
        if aspect and kind == "webm":  # libav writes no shape of pixels there: make them square
            self._size, aspect = _square(self._size, aspect), None
        frame_rate = min(frame_rate.limit_denominator(1001), Fraction(MAX_FRAME_RATE))
        frame_rate = max(frame_rate, Fraction(1, 1000))
        encoding = encoding_for(target, frame_rate=frame_rate, size=self._size, quality=_QUALITY)
        stream = container.add_stream(encoding.codec, rate=frame_rate)
        assert isinstance(stream, VideoStream)
        encoding.apply(stream)
        options: dict[str, str] = {}
        self._format = encoding.pixel_format
        self.is_transparent = _is_transparent(frame)
        if self.is_transparent and kind in _ALPHA:
            self._format, options = _ALPHA[kind]
        self.loses_transparency = self.is_transparent and kind not in _ALPHA
        context = stream.codec_context
        context.options = context.options | options
        stream.pix_fmt = self._format
        self._coded_size = encoding.coded_size
        self._is_full = kind != "mov" and _is_full(frame) and not _is_rgb(frame)
        if not _is_rgb(frame):
            context.color_range = ColorRange.JPEG if self._is_full else ColorRange.MPEG
            context.colorspace = frame.colorspace
            context.color_primaries, context.color_trc = frame.color_primaries, frame.color_trc
        if frame.rotation:
            stream.set_display_rotation(frame.rotation)
        if aspect:
            context.sample_aspect_ratio = aspect
        ticks = lcm(tick.denominator, frame_rate.numerator)
        self._tick = Fraction(1, ticks if ticks <= 1_000_000 else 90_000)
        context.time_base = stream.time_base = self._tick
        self._stream = stream
        self._reformatter = VideoReformatter()

    def packets(self, duration_s: Fraction) -> Iterator[VideoPacket]:
        """Encode all pictures; the last is shown until `duration_s`."""
        following = None
        for following in self._timed(duration_s):
            yield from self._stream.encode(following)
        yield from self._stream.encode(None)

    def _timed(self, duration_s: Fraction) -> Iterator[VideoFrame]:
        waiting: tuple[int, VideoFrame] | None = None
        for time, frame in self._frames:
            tick = round(time / self._tick)
            if waiting is not None:
                tick = max(tick, waiting[0] + 1)
                yield self._prepared(*waiting, tick - waiting[0])
            waiting = tick, frame
        if waiting is not None:
            rest = round(duration_s / self._tick) - waiting[0]
            yield self._prepared(*waiting, max(1, rest))

    def _prepared(self, tick: int, frame: VideoFrame, duration: int) -> VideoFrame:
        """Change the pixel format alone, and pad odd sides where the codec needs even ones."""
        full, rgb = _is_full(frame), _is_rgb(frame)
        if self._coded_size != self._size:
            form = "rgb24" if rgb else "yuv444p"
            picture: Any = self._reformat(frame, form, full, full).to_ndarray()
            rows = 0 if rgb else 1
            (height, width), (wide, high) = picture.shape[rows : rows + 2], self._coded_size
            extra = [(0, 0)] * 3
            extra[rows], extra[rows + 1] = (0, high - height), (0, wide - width)
            frame = av.VideoFrame.from_ndarray(np.pad(picture, extra, mode="edge"), format=form)
        ready = self._reformat(frame, self._format, full, self._is_full)
        if ready is frame:
            ready = frame.reformat(format=frame.format.name)
        ready.pts, ready.time_base, ready.duration = tick, self._tick, duration
        ready.pict_type = 0  # the encoder's choice, not the old film's
        return ready

    def _reformat(self, frame: VideoFrame, form: str, full: bool, to_full: bool) -> VideoFrame:
        space = frame.colorspace if frame.colorspace not in (0, 2) else Colorspace.ITU601
        if _is_rgb(frame):
            space = Colorspace.ITU709
        if (frame.width, frame.height) not in (self._size, self._coded_size):
            size = self._size  # the size changes within the film: its first is kept
        else:
            size = Size(frame.width, frame.height)
        return self._reformatter.reformat(
            frame,
            size.width,
            size.height,
            form,
            src_colorspace=space,
            dst_colorspace=space,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG if to_full else ColorRange.MPEG,
        )


def _square(size: Size, aspect: Fraction) -> Size:
    """Return the size of a picture with square pixels; no side gets smaller."""
    if aspect > 1:
        return Size(round(size.width * aspect), size.height)
    return Size(size.width, round(size.height / aspect))


def _is_rgb(frame: VideoFrame) -> bool:
    return frame.format.is_rgb or frame.format.name == "pal8"


def _is_full(frame: VideoFrame) -> bool:
    name = frame.format.name
    return frame.color_range == ColorRange.JPEG or name.startswith(_FULL_RANGE)


def _is_transparent(frame: VideoFrame) -> bool:
    """Return True if a picture has an alpha channel, and it is not opaque all over."""
    if not frame.format.name.startswith(("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "pal8")):
        return False
    alpha = frame.reformat(format="rgba").to_ndarray()[..., 3]
    return bool(alpha.min() < 255)
