"""Pictures: between libav's video frames and ours.

Conventions
-----------
- `Yuv` is BT.709 limited range whatever the file used; a file that doesn't say
  is taken for BT.601 below 720 lines and BT.709 from there on, as players do.
- *Luma* is the Y plane alone, uint8, on the same limited scale (16 to 235).
- A stored picture is turned as its rotation flag says. In `Yuv`, whose sides
  are even, an odd picture gets its last row or column twice.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import av
import cv2
import numpy as np
from av.filter.graph import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from clavilux.core.values import Picture, Rgb, Size, Yuv
from clavilux.media.probe import quarter_turns, shown_size

Pixels = Literal["yuv", "rgb", "luma"]

ALPHA_FORMATS = ("yuva420p", "yuva444p10le", "rgba")
"""Pixel formats of transparent pictures."""
_UNSPECIFIED = 2
_FULL_TO_LIMITED = np.round(16 + np.arange(256) * 219 / 255).astype(np.uint8)
_SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


@dataclass(slots=True)
class FrameReader:
    """Turns decoded video frames into pictures of one kind and size."""

    pixels: Pixels
    size: Size
    """Of the pictures given out."""
    _reformatter: VideoReformatter = field(default_factory=VideoReformatter)

    def picture(self, frame: VideoFrame) -> Picture:
        """Return the picture of one decoded video frame."""
        if self.pixels == "luma":
            return self._luma(frame)
        turns = quarter_turns(frame)
        width, height = self.size if turns % 2 == 0 else self.size[::-1]
        if self.pixels == "yuv" and self.size == even(shown_size(frame)):
            width, height = frame.width, frame.height  # an odd picture is padded, not scaled
        if self.pixels == "rgb":
            plain = self._reformat(frame, width, height, "rgb24").to_ndarray()
            return np.ascontiguousarray(np.rot90(plain, turns))
        planes = planes_of(self._reformat(frame, width, height, "yuv420p"))
        return joined([np.rot90(plane, turns) for plane in planes])

    def _luma(self, frame: VideoFrame) -> Rgb:
        full = _is_full_range(frame)
        if frame.format.name.startswith(("yuv4", "yuvj4", "nv12")) and not _is_deep(frame):
            plane = _plane(frame, 0)
        else:
            limited = self._reformat(frame, frame.width, frame.height, "yuv420p")
            plane, full = _plane(limited, 0), False
        turns = quarter_turns(frame)
        width, height = self.size if turns % 2 == 0 else self.size[::-1]
        if (frame.width, frame.height) != (width, height):
            plane = np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA))
        plane = _FULL_TO_LIMITED[plane] if full else plane
        return np.array(np.rot90(plane, turns), order="C")

    def _reformat(self, frame: VideoFrame, width: int, height: int, form: str) -> VideoFrame:
        is_rgb = form == "rgb24"
        return self._reformatter.reformat(
            frame,
            width,
            height,
            form,
            src_colorspace=_colorspace(frame),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if _is_full_range(frame) else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG if is_rgb else ColorRange.MPEG,
            interpolation=_SCALING,
            threads=1,
        )


def to_video_frame(
    picture: Picture, reformatter: VideoReformatter, pixel_format: str, size: Size
) -> VideoFrame:
    """Turn a picture into a video frame for an encoder.

    The frame may share the picture's memory: the picture must not be changed
    before it is encoded.

    Raises:
        ValueError: The picture is not of the size that the film was said to have.
    """
    found = picture.size if isinstance(picture, Yuv) else Size(picture.shape[1], picture.shape[0])
    if found != size:
        raise ValueError(f"a picture is {found}; the film's size is {size}")
    if isinstance(picture, Yuv) and pixel_format in ALPHA_FORMATS:
        frame = _transparent(picture)
        if pixel_format == "yuva420p":
            return frame
        source_range = ColorRange.MPEG
    elif isinstance(picture, Yuv):
        planes = np.ascontiguousarray(picture.planes)
        # Without a copy PyAV takes heights of whole fours only, and misplaces chroma otherwise.
        share = av.VideoFrame.from_numpy_buffer if size.height % 4 == 0 else _copied
        frame = share(planes, format="yuv420p")
        if pixel_format == "yuv420p":
            return frame
        source_range = ColorRange.MPEG
    else:
        rgb = np.ascontiguousarray(picture)
        if pixel_format.startswith("yuv42"):
            rgb = padded(rgb)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        source_range = ColorRange.JPEG
    is_rgb = pixel_format in ("rgb24", "bgr0", "gbrp", "rgba")
    return reformatter.reformat(
        frame,
        format=pixel_format,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=source_range,
        dst_color_range=ColorRange.JPEG if is_rgb else ColorRange.MPEG,
        interpolation=_SCALING,
        threads=1,
    )


def _transparent(picture: Yuv) -> VideoFrame:
    """Turn a picture into a video frame with its opacity; opaque if it has none."""
    size = picture.size
    opaque = np.full((size.height, size.width), 255, dtype=np.uint8)
    alpha = picture.alpha if picture.alpha is not None else opaque
    frame = VideoFrame(size.width, size.height, "yuva420p")
    planes = (picture.luma, *picture.chroma, alpha)
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), dtype=np.uint8)
        rows[:, : plane.width] = values
        plane.update(rows.tobytes())
    return frame


def _copied(planes: NDArray[np.uint8], format: str) -> VideoFrame:
    return av.VideoFrame.from_ndarray(planes, format=format)


def downwards(frame: VideoFrame) -> VideoFrame:
    """Return a frame whose rows follow one another in memory from the top down.

    Some raw films are stored from the bottom up; libav then gives a negative line size,
    and what reads on from the first row reads beyond the picture.
    """
    if all(plane.line_size >= 0 for plane in frame.planes):
        return frame
    graph = Graph()
    tick = frame.time_base or Fraction(1, 1000)
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=tick
    )
    copy, sink = graph.add("copy"), graph.add("buffersink")
    source.link_to(copy)
    copy.link_to(sink)
    graph.configure()
    graph.vpush(frame)
    copied: VideoFrame = graph.vpull()
    return copied


def even(size: Size) -> Size:
    """Round a size up to even sides."""
    return Size(size.width + size.width % 2, size.height + size.height % 2)


def padded(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last row and column where a side is odd."""
    height, width = picture.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return picture
    extra = [(0, height % 2), (0, width % 2), (0, 0)][: picture.ndim]
    return np.pad(picture, extra, mode="edge")


def planes_of(frame: VideoFrame) -> list[NDArray[np.uint8]]:
    """Return the three planes of a planar 4:2:0 frame, as views."""
    return [_plane(frame, i) for i in range(3)]


def joined(planes: list[NDArray[np.uint8]]) -> Yuv:
    """Join Y, U and V into one picture; an odd Y plane is padded."""
    luma = padded(planes[0])
    return Yuv(np.concatenate([p.reshape(-1, luma.shape[1]) for p in _packed(luma, planes[1:])]))


def _packed(luma: NDArray[np.uint8], chroma: list[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    both = np.concatenate([np.ascontiguousarray(plane).reshape(-1) for plane in chroma])
    return [luma, both]


def _plane(frame: VideoFrame, index: int) -> NDArray[np.uint8]:
    plane = frame.planes[index]
    rows = np.frombuffer(memoryview(plane), dtype=np.uint8)
    rows = rows[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _colorspace(frame: VideoFrame) -> Colorspace | None:
    if frame.colorspace != _UNSPECIFIED:
        return None  # as the frame says
    return Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601


def _is_full_range(frame: VideoFrame) -> bool:
    name = frame.format.name
    is_yuv = name.startswith(("yuv", "nv", "gray", "p0"))
    return frame.color_range == ColorRange.JPEG or name.startswith("yuvj") or not is_yuv


def _is_deep(frame: VideoFrame) -> bool:
    return any(component.bits > 8 for component in frame.format.components)
